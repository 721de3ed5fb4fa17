"""JSON that arrives in pieces."""

import json
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from greenroom_protocol.partial_json import MAX_DEPTH, MAX_NUMBER, PartialJson

TEXTS = st.text(st.characters(codec=None) | st.sampled_from('"\\/\n\t\x00é𝄞\ud83d\ude00'))
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
)


def grows(old, new):
    """Whether `new` may follow `old`: only what was last and open has changed, and by growing."""
    if old is UNSET:
        return True
    if type(old) is not type(new):
        return False
    if isinstance(old, str):
        return new.startswith(old)
    if isinstance(old, list):
        return old[:-1] == new[: max(len(old) - 1, 0)] and all(
            map(grows, old[-1:], new[len(old) - 1 :])
        )
    if isinstance(old, dict):
        before, after = list(old.items()), list(new.items())[: len(old)]
        return before[:-1] == after[:-1] and all(
            k == j and grows(a, b) for (k, a), (j, b) in zip(before[-1:], after[-1:], strict=True)
        )
    return old == new


def values(pieces):
    """The reader after all pieces, and its value after each."""
    reader = PartialJson()
    seen = []
    for piece in pieces:
        before = reader.value
        grew = reader.feed(piece)
        seen.append(reader.value)
        assert grew is (repr(before) != repr(seen[-1]))
    return reader, seen


def split(text, cuts):
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return [text[a:b] for a, b in pairwise(edges)]


@given(DOCUMENTS, st.lists(st.integers(0, 10_000)), st.booleans(), st.sampled_from([None, 0, "\t"]))
def test_any_document_in_any_pieces_grows_into_what_it_says(document, cuts, plain, indent):
    text = json.dumps(document, ensure_ascii=plain, indent=indent)
    reader, seen = values(split(text, cuts))
    reader.finish()
    assert (reader.complete, reader.error) == (True, None)
    assert repr(reader.value) == repr(json.loads(text))
    for old, new in zip(seen, [*seen[1:], reader.value], strict=True):
        assert grows(old, new)
        assert grows(old, reader.value)


@given(DOCUMENTS)
def test_character_by_character_every_prefix_is_read(document):
    text = json.dumps(document)
    reader, seen = values(text)
    assert reader.error is None
    for length in range(len(text)):
        whole = PartialJson()
        whole.feed(text[: length + 1])
        assert repr(whole.value) == repr(seen[length])


@given(st.text(st.sampled_from('{}[]",:\\u0d8e-+.1tfn \n\x00')))
def test_it_agrees_with_a_whole_reader_on_what_is_no_json(text):
    reader = PartialJson()
    for piece in text:
        reader.feed(piece)
    reader.finish()
    try:
        expected = json.loads(text)
    except ValueError:
        assert reader.error
    else:
        assert (repr(reader.value), reader.error) == (repr(expected), None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", UNSET),
        ("  ", UNSET),
        ("tru", UNSET),
        ("12", UNSET),
        ('"', ""),
        ('"ab\\', "ab"),
        ('"ab\\u00e', "ab"),
        ('"ab\\ud83d', "ab"),
        ('"ab\\ud83d\\ude0', "ab"),
        ('"ab\\ud83d\\ude00', "ab😀"),
        ('"ab\\ud83dc', "ab\ud83dc"),
        ("{", {}),
        ('{"a', {}),
        ('{"a"', {}),
        ('{"a":', {}),
        ('{"a":1', {}),
        ('{"a":1,', {"a": 1}),
        ('{"a":[', {"a": []}),
        ('{"a":[1', {"a": []}),
        ('{"a":[1,', {"a": [1]}),
        ('{"a":[1,nul', {"a": [1]}),
        ('{"a":[1,null]', {"a": [1, None]}),
        ('{"a":{"b":"c', {"a": {"b": "c"}}),
        ('{"a":[1,2],"a":"x', {"a": "x"}),
    ],
)
def test_what_is_sure_of_an_incomplete_document_is_shown(text, value):
    reader = PartialJson()
    reader.feed(text)
    assert (reader.value, reader.complete, reader.error) == (value, False, None)


@pytest.mark.parametrize(
    ("text", "value", "error"),
    [
        ('{"a":1,}', {"a": 1}, "'}' stands where '\"' belongs"),
        ('{"a" 1}', {}, "'1' stands where ':' belongs"),
        ("[1 2]", [1], "'2' stands where ']' belongs"),
        ("[1}", [1], "'}' stands where ']' belongs"),
        ("[truth]", [], "truth is no value"),
        ("[01]", [], "01 is no value"),
        ("[,]", [], ", is no value"),
        ("[NaN]", [], "NaN is no value"),
        ('["a\nb"]', ["a"], r"a string holds '\n', which has to be escaped"),
        (r'["a\x"]', ["a"], r"a string holds '\\x', which is no escape"),
        (r'["a\u00g0"]', ["a"], r"a string holds '\\u00g', which is no escape"),
        ('{"a":1} x', {"a": 1}, "there is more text after the value"),
        ("[" * 201, None, f"it is nested deeper than {MAX_DEPTH} containers"),
        ("[1" + "0" * 5000, [], f"a number is longer than {MAX_NUMBER} characters"),
    ],
)
def test_malformed_text_is_an_error_and_freezes_the_value(text, value, error):
    reader = PartialJson()
    reader.feed(text)
    assert reader.error == error
    frozen = reader.value
    assert not reader.feed('"more"]}')
    assert not reader.finish()
    assert (reader.value, reader.error) == (frozen, error)
    assert value is None or frozen == value


@pytest.mark.parametrize(
    ("text", "value"), [("", UNSET), ('{"a": ["b', {"a": ["b"]}), ("[1, 2", [1])]
)
def test_a_document_that_stops_in_the_middle_is_an_error_in_the_end(text, value):
    reader = PartialJson()
    reader.feed(text)
    assert not reader.finish()
    assert (reader.value, reader.complete) == (value, False)
    assert reader.error == "the text ends before its value does"


def test_a_number_on_its_own_is_sure_at_the_end():
    reader = PartialJson()
    assert not reader.feed("-1")
    assert not reader.feed("2e1")
    assert reader.finish()
    assert (reader.value, reader.complete) == (-120.0, True)


def test_earlier_values_do_not_change():
    reader = PartialJson()
    reader.feed('{"a": [{"b": "c')
    before = reader.value
    reader.feed('d"}, 2], "e": 3}')
    assert before == {"a": [{"b": "c"}]}
    assert reader.value == {"a": [{"b": "cd"}, 2], "e": 3}


@pytest.mark.parametrize(
    "item", ['{"a": [1, true, "x"]},', '"' + "a" * 50 + '",', r'"\u00e9\ud83d\ude00\n",', "12345,"]
)
def test_reading_takes_time_in_proportion_to_the_text(item):
    def seconds(count):
        text = "[" + item * count
        begun = process_time()
        reader = PartialJson()
        for at in range(0, len(text), 3):
            reader.feed(text[at : at + 3])
        return process_time() - begun

    assert min(seconds(8_000) for _ in range(3)) < 24 * min(seconds(1_000) for _ in range(3))


def test_a_long_string_in_small_pieces_takes_time_in_proportion_to_it():
    def seconds(count):
        reader = PartialJson()
        begun = process_time()
        reader.feed('["')
        for _ in range(count):
            reader.feed("abc")
        return process_time() - begun

    assert min(seconds(80_000) for _ in range(3)) < 24 * min(seconds(10_000) for _ in range(3))
