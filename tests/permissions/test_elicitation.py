"""Questions of MCP servers to the user."""

import math

import pytest

from greenroom.permissions import (
    BadAnswerError,
    Elicitation,
    ElicitationReply,
    PermissionService,
)
from greenroom.permissions.inquiry import check_answer
from greenroom_protocol.claude import Elicitation as WireElicitation

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 5},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
        "size": {"type": "number"},
        "sure": {"type": "boolean"},
        "colour": {"type": "string", "enum": ["red", "blue"]},
        "pet": {"type": "string", "oneOf": [{"const": "c", "title": "Cat"}]},
        "days": {"type": "array", "maxItems": 2, "items": {"type": "string", "enum": ["mo", "tu"]}},
    },
    "required": ["name"],
}
FORM = Elicitation(server="el", message="Who are you?", schema=SCHEMA)
PAGE = Elicitation(server="el", mode="url", url="https://example.com/x", elicitation_id="e-1")


def test_the_form_of_the_wire_becomes_ours():
    asked = WireElicitation(
        mcp_server_name="el",
        message="Your name?",
        mode="form",
        requested_schema=SCHEMA,
        property_order=("name",),
    )
    inquiry = Elicitation.of(asked)
    assert (inquiry.server, inquiry.mode, inquiry.schema) == ("el", "form", SCHEMA)
    assert inquiry.order == ("name",)


def test_a_mode_nobody_knows_is_a_form_without_fields():
    assert Elicitation.of(WireElicitation(mcp_server_name="el", mode="odd")).mode == "form"


@pytest.mark.parametrize(
    "content",
    [
        {"name": "Bob"},
        {"name": "Bob", "age": 0, "size": 1.5, "sure": False, "colour": "red", "pet": "c"},
        {"name": "Bob", "age": 3.0, "size": 1, "days": ["mo", "tu"]},
        {"name": "Bob", "days": []},
    ],
)
def test_content_that_fits_the_form_is_accepted(content):
    check_answer(FORM, ElicitationReply("accept", content))


@pytest.mark.parametrize(
    "content",
    [
        None,
        {},
        [],
        {"age": 5},
        {"name": "B"},
        {"name": "Bobbie"},
        {"name": 5},
        {"name": "Bob", "age": True},
        {"name": "Bob", "age": 1.5},
        {"name": "Bob", "age": -1},
        {"name": "Bob", "age": 151},
        {"name": "Bob", "size": "1"},
        {"name": "Bob", "size": math.nan},
        {"name": "Bob", "size": math.inf},
        {"name": "Bob", "sure": 1},
        {"name": "Bob", "colour": "green"},
        {"name": "Bob", "pet": "d"},
        {"name": "Bob", "days": ["we"]},
        {"name": "Bob", "days": "mo"},
        {"name": "Bob", "days": ["mo", "mo", "mo"]},
        {"name": "Bob", "extra": 1},
        {"name": None},
    ],
)
def test_content_that_does_not_fit_is_no_answer(content):
    with pytest.raises(BadAnswerError):
        check_answer(FORM, ElicitationReply("accept", content))


@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_whoever_does_not_accept_gives_no_content(action):
    check_answer(FORM, ElicitationReply(action))
    with pytest.raises(BadAnswerError, match="content"):
        check_answer(FORM, ElicitationReply(action, {"name": "Bob"}))


def test_a_visit_has_no_content():
    check_answer(PAGE, ElicitationReply("accept"))
    with pytest.raises(BadAnswerError, match="content"):
        check_answer(PAGE, ElicitationReply("accept", {"a": 1}))


def test_an_action_nobody_knows_is_no_answer():
    with pytest.raises(BadAnswerError, match="action"):
        check_answer(FORM, ElicitationReply("agree"))


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": None, "required": "name"},
        {"properties": {"name": None}, "required": [["name"], 5, None]},
        {"properties": {"name": {"type": ["string", "null"], "minLength": "x", "enum": 5}}},
        {"properties": {"name": {"oneOf": [{"const": "x"}, 5]}}},
    ],
)
def test_a_strangers_odd_schema_does_no_harm(schema):
    inquiry = Elicitation(server="el", schema=schema)
    with pytest.raises(BadAnswerError):
        check_answer(inquiry, ElicitationReply("accept", {"other": "x"}))


@pytest.mark.parametrize("handler", [None, lambda _request: None])
def test_an_unattended_session_declines(handler):
    service = PermissionService(handler)
    assert service.answer(FORM) == ElicitationReply("decline")
    assert service.answer(PAGE) == ElicitationReply("decline")


def test_what_is_no_answer_cancels(run):
    class Odd:
        def ask(self, inquiry, call):
            return ElicitationReply("accept", {"age": "x"})

    assert run(PermissionService(None, Odd()).answer(FORM)) == ElicitationReply("cancel")
