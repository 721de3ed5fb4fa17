import pytest

from greenroom_protocol.complexity import SIMPLE_BYTES, too_complex


def test_small_lines_are_never_too_complex():
    assert too_complex(b"[" * SIMPLE_BYTES) is None


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (b"{},", "too complex: 700000 containers, the limit is 200000"),
        (b"[[", "too complex: 1400000 containers, the limit is 200000"),
        (b"12,", "too complex: 700000 members, the limit is 500000"),
    ],
)
def test_many_tiny_values_are_too_complex(item, reason):
    assert too_complex(item * 700_000) == reason


@pytest.mark.parametrize("text", [b"{[,", rb"\"{[,", rb"\\", rb"\\\"{,"])
def test_what_stands_inside_of_strings_does_not_count(text):
    assert too_complex(b'{"a":"' + text * 700_000 + b'"}') is None


def test_an_unterminated_string_counts_as_structure():
    assert too_complex(b'"' + b"{," * 700_000) is not None
