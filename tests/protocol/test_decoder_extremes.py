"""Lines that are large, broken or hostile: none of them may raise, few of them may be lost."""

import json

import pytest

from greenroom_protocol import Garbage, Unknown
from greenroom_protocol.claude import Assistant, Result, User

MIB = 1024 * 1024


def result(text):
    return json.dumps(
        {"type": "result", "subtype": "success", "is_error": False, "result": text},
        ensure_ascii=False,
    ).encode()


def test_a_line_of_3_mb_decodes_typed(decoder):
    text = "x" * 3_000_000

    assert decoder.decode(result(text)) == Result(subtype="success", is_error=False, result=text)


def test_a_long_text_full_of_commas_and_braces_is_not_too_complex(decoder):
    text = '{"a":1},[\\"' * 300_000

    assert decoder.decode(result(text)).result == text


def test_large_lines_among_small_ones_keep_their_places(decoder):
    texts = ["a", "b" * 2 * MIB, "c", "", "d" * (MIB - 10), "e" * 2 * MIB, "f"]
    block = b"\n\n".join(result(text) for text in texts)

    assert [frame.result for frame in decoder.decode_block(block)] == texts


def test_a_block_of_many_small_lines_may_be_larger_than_any_line(decoder):
    line = result("x" * 1000)

    assert len(decoder.decode_block(b"\n".join([line] * 3000))) == 3000


@pytest.mark.parametrize("item", [b"[],", b"{},", b"1,"])
def test_a_bomb_of_tiny_values_is_not_decoded(decoder, item):
    line = b'{"type":"user","bomb":[' + item * 600_000 + b"0]}"

    frame = decoder.decode(line)

    assert isinstance(frame, Unknown)
    assert frame.type == "user"
    assert frame.reason.startswith("too complex: ")
    assert frame.raw is line


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_a_bomb_of_depth_is_not_decoded(decoder, opening):
    line = b'{"type":"user","bomb":' + opening * 100_000

    assert isinstance(decoder.decode(line), Garbage)
    assert isinstance(decoder.decode_block(line)[0], Garbage)


def test_deep_tool_input_is_no_reason_to_fail(decoder):
    line = (
        b'{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t","name":"n",'
        b'"input":{"a":' + b"[" * 5000 + b"]" * 5000 + b"}}]}}"
    )

    assert isinstance(decoder.decode(line), Garbage | Unknown)


@pytest.mark.parametrize("number", ["9" * 100, "9" * 5000, "1e999", "-1e400"])
def test_huge_numbers_lose_the_line_at_most(decoder, number):
    line = f'{{"type":"result","subtype":"success","is_error":false,"num_turns":{number}}}'

    frame = decoder.decode(line.encode())

    assert isinstance(frame, Result | Unknown)
    assert frame != Garbage


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "undefined"])
def test_numbers_that_json_does_not_know_are_garbage(decoder, word):
    line = f'{{"type":"result","subtype":"success","is_error":false,"num_turns":{word}}}'

    assert isinstance(decoder.decode(line.encode()), Garbage)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"cut \ud83d", "cut �"),
        (r"\ude00 tail", "� tail"),
        (r"\ud83d\ude00 whole", "😀 whole"),
        (r"\ud83d\ud83d\ude00", "�😀"),
        (r"\\ud83d is text", r"\ud83d is text"),
        (r"\\\ud83d", "\\�"),
        (r"\uD83D upper", "� upper"),
    ],
)
def test_lone_surrogates_are_replaced_and_pairs_are_kept(decoder, written, read):
    line = b'{"type":"result","subtype":"success","is_error":false,"result":"%s"}'

    frame = decoder.decode(line % written.encode())

    assert frame.result == read
    assert frame.result.encode().decode() == read


def test_lone_surrogates_inside_tool_input_and_keys_are_replaced(decoder):
    line = (
        rb'{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t","name":"n",'
        rb'"input":{"\ud800":["\udfff"]}}]}}'
    )

    frame = decoder.decode(line)

    assert frame.message.content[0].input == {"�": ["�"]}
    assert not decoder.drift


def test_a_lone_surrogate_in_a_field_nobody_knows_costs_nothing(decoder):
    frame = decoder.decode(rb'{"type":"user","message":{"content":"hi"},"new":"\ud800"}')

    assert frame == User(message=frame.message)
    assert frame.message.content == "hi"


def test_invalid_utf_8_is_replaced(decoder):
    frame = decoder.decode(
        b'{"type":"result","subtype":"success","is_error":false,"result":"a\xffb"}'
    )

    assert frame.result == "a�b"


def test_a_byte_order_mark_is_ignored(decoder):
    assert isinstance(decoder.decode(b"\xef\xbb\xbf" + result("hi")), Result)


def test_carriage_returns_are_ignored(decoder):
    block = result("a") + b"\r\n" + result("b") + b"\r"

    assert [frame.result for frame in decoder.decode_block(block)] == ["a", "b"]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x7f"])
def test_only_a_newline_ends_a_line(decoder, separator):
    text = f"a{separator}b"

    assert [frame.result for frame in decoder.decode_block(result(text))] == [text]


@pytest.mark.parametrize("line", [b"\x00", b'{"type":"user"}\x00', b'{"type":"us\x00er"}'])
def test_nul_bytes_are_garbage(decoder, line):
    assert isinstance(decoder.decode(line), Garbage)


def test_escaped_nul_is_text(decoder):
    assert decoder.decode(result("a\x00b")).result == "a\x00b"


def test_utf_16_is_garbage(decoder):
    assert isinstance(decoder.decode('{"type":"user"}'.encode("utf-16")), Garbage)


def test_the_last_of_duplicate_keys_counts_for_the_slow_path_too(decoder):
    line = b'{"type":"user","type":"assistant","message":{"content":[{"type":"x"}]}}'

    assert isinstance(decoder.decode(line), Assistant)
