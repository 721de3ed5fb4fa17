"""Every play is played twice: on the model, which it proves worth comparing with, and for real."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from tests.supervision.play import ModelPlay
from tests.supervision.real_play import RealPlay

PLAYS = {"model": ModelPlay, "product": RealPlay}


@pytest.fixture(name="play", params=PLAYS)
def _play(request):
    with capture_logs(), PLAYS[request.param]() as play:
        yield play
