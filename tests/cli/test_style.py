"""When output may have colours: the rules that users of terminals know."""

import io

import pytest

from greenroom.cli.style import PLAIN, Style, choose_style

ALL = Style(colour=True, weight=True)
BOLD_ALONE = Style(colour=False, weight=True)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "env", "wanted", "style"),
    [
        (Terminal(), {}, True, ALL),
        (io.StringIO(), {}, True, PLAIN),
        (Terminal(), {"TERM": "dumb"}, True, PLAIN),
        (Terminal(), {"NO_COLOR": "1"}, True, BOLD_ALONE),
        (Terminal(), {"NO_COLOR": ""}, True, ALL),
        (Terminal(), {}, False, BOLD_ALONE),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True, ALL),
        (io.StringIO(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, PLAIN),
    ],
)
def test_a_stream_and_its_environment_decide(stream, env, wanted, style):
    assert choose_style(stream, env, wanted=wanted) == style


def test_plain_text_is_left_alone():
    assert PLAIN.bold(PLAIN.bad("x")) == PLAIN.good(PLAIN.doubtful(PLAIN.faint("x"))) == "x"
