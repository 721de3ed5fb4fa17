"""Agents that ask for a permission in every turn, played in this process: a start costs nothing."""

from __future__ import annotations

import json

from greenroom.testing import factories
from tests.control.virtual import Speaker, Spoken


class Questioner(Spoken):
    """An agent that asks before it answers, on a dispatcher that runs by itself."""

    def write(self, data):
        for line in data.splitlines():
            self._take(json.loads(line))
        return super().write(data)

    def _take(self, line):
        if line["type"] == "control_request":
            self._say(factories.control_success(line["request_id"], {}))
        elif line["type"] == "user":
            self._prompt = line["uuid"]
            self._say(factories.can_use_tool())
        else:
            self._say(*factories.whole_turn(prompt=self._prompt))

    def _say(self, *frames):
        self._dispatcher.call_soon(self._handler.on_stdout, factories.wire_all(frames))


class Questioners(Speaker):
    """A spawner of such agents."""

    process = Questioner
