"""Turns that the CLI aborts or gives up because of what it was answered: its process goes on."""

from __future__ import annotations

import msgspec

from greenroom import Cancelled, Completed
from greenroom.permissions import Deny
from greenroom.testing import Scenario
from greenroom.testing.scenario import Permission, Result, Text
from greenroom.tools import tool
from tests.control.questions import LIST
from tests.patience import PATIENCE_SECONDS

DO = PATIENCE_SECONDS


class Weather(msgspec.Struct):
    city: str


@tool
def price() -> str:
    """The price."""
    return "12"


def stop(_request):
    return Deny("stop it", interrupt=True)


def test_a_denial_that_interrupts_ends_the_turn_and_keeps_the_process(play):
    turns = [[LIST, Permission(), Text("never")], [Text("next")]]
    session = play(Scenario(turns=turns), permissions=stop)
    outcome = session.ask("list them").outcome(DO)
    assert isinstance(outcome, Cancelled)
    assert outcome.confirmed
    assert session.ask("go on").text(DO) == "next"
    assert len(session.simulator.launches()) == 1


def test_a_denial_that_interrupts_a_sub_agent_does_not_excuse_an_abort_of_the_turn(play):
    aborted = Result("error_during_execution", fields={"terminal_reason": "aborted_tools"})
    asked = Permission(fields={"agent_id": "a-1"})
    session = play(Scenario(turns=[[LIST, asked, aborted], [Text("next")]]), permissions=stop)
    assert isinstance(session.ask("list them").outcome(DO), Cancelled)
    session.ask("go on").outcome(DO)
    assert len(session.simulator.launches()) == 2  # as after a SIGINT, the process was to exit


def test_a_repair_is_not_taken_for_the_prompt_that_the_cli_gave_up(play):
    given_up = Result("error_max_structured_output_retries")
    given = Result(text="There.", fields={"structured_output": {"city": "Oslo"}})
    session = play(Scenario(turns=[[given_up], [given]]))
    done = session.ask("how is it?", returns=Weather).outcome(DO)
    assert isinstance(done, Completed)
    assert done.value == Weather("Oslo")


def test_servers_of_the_start_are_set_once_more_so_that_they_can_be_replaced(play):
    calc = {"type": "stdio", "command": "calc", "args": []}
    session = play(Scenario(), mcp_servers={"shop": [price], "calc": calc}, warm=True)
    session.set_mcp_servers({}).get(timeout=DO)
    session.set_mcp_servers({}).get(timeout=DO)
    sent = [
        sorted(request["servers"])
        for request in session.simulator.record().requests
        if request["subtype"] == "mcp_set_servers"
    ]
    assert sent == [["calc", "shop"], ["shop"], ["shop"]]
