import json

from hypothesis import given
from hypothesis import strategies as st

from greenroom_protocol.repair import repair_line


def replaced(value):
    """`value` with every lone surrogate replaced, as text that can be encoded."""
    text = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.encode().decode()


@given(text=st.text(alphabet=st.characters(codec=None) | st.sampled_from('\\u"d8\ud83d\ude00')))
def test_repaired_text_is_the_text_with_its_lone_surrogates_replaced(text):
    line = json.dumps(text, ensure_ascii=True).encode()

    assert json.loads(repair_line(line)) == replaced(text)


@given(line=st.binary(max_size=60))
def test_a_repaired_line_is_valid_utf_8(line):
    repaired = repair_line(line)

    assert repaired.decode().encode() == repaired


def test_a_sound_line_is_left_alone():
    line = '{"a":"\\u00e9\\ud83d\\ude00 é \\\\ud800"}'.encode()

    assert repair_line(line) == line


def test_an_over_long_run_of_escapes_is_repaired_in_one_pass():
    line = b'"' + rb"\n\ud800" * 200_000 + b'"'

    assert repair_line(line).count(rb"\ufffd") == 200_000
