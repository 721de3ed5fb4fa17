"""What a permission handler may answer, and how mistakes in it show."""

import msgspec
import pytest

from greenroom.permissions import Allow, Ask, Deny
from greenroom_protocol.claude import AddRules, PermissionRule, SetMode

RULE = AddRules(rules=[PermissionRule(tool_name="Bash")], behavior="allow", destination="session")
SUGGESTION = {"type": "setMode", "mode": "acceptEdits", "destination": "session"}


def test_an_allow_leaves_the_input_alone_unless_told_otherwise():
    assert Allow() == Allow(input=None, updates=())
    assert Allow(input={"command": "ls"}).input == {"command": "ls"}


@pytest.mark.parametrize(
    "updates",
    [
        [RULE],
        (SUGGESTION,),
        [SetMode(mode="plan", destination="session"), SUGGESTION],
        [{"type": "of a newer CLI", "destination": "session", "what": 1}],
    ],
)
def test_updates_may_be_structs_and_suggestions(updates):
    assert Allow(updates=updates).updates == tuple(updates)


@pytest.mark.parametrize(
    "update",
    [
        {"type": "setMode", "mode": "plan"},
        {"type": "setMode", "destination": "session"},
        {"type": "setMode", "mode": "plan", "destination": "nowhere"},
        {"type": "addRules", "destination": "session", "behavior": "allow", "rules": [{}]},
        {
            "type": "addRules",
            "destination": "session",
            "behavior": "allow",
            "rules": [{"toolName": "Bash", "ruleContent": None}],
        },
        "allow everything",
        None,
    ],
)
def test_an_update_for_which_the_cli_would_drop_all_is_refused_when_it_is_made(update):
    with pytest.raises(ValueError, match="permission update"):
        Allow(updates=[SUGGESTION, update])


@pytest.mark.parametrize("updates", ["abc", 5, {"type": "setMode"}, None])
def test_updates_are_a_list(updates):
    with pytest.raises(TypeError, match="list or tuple"):
        Allow(updates=updates)


@pytest.mark.parametrize("value", ["ls", ["ls"], {"command": object()}, {"command": {1, object()}}])
def test_an_input_that_cannot_be_sent_is_refused_when_it_is_made(value):
    with pytest.raises(TypeError):
        Allow(input=value)


@pytest.mark.parametrize("reason", ["", " \n", None, 5])
def test_a_denial_says_why(reason):
    with pytest.raises(ValueError, match="says why"):
        Deny(reason)


def test_a_denial_interrupts_only_if_it_says_so():
    assert Deny("no").interrupt is False
    with pytest.raises(TypeError, match="interrupt"):
        Deny("no", interrupt="yes")


def test_the_prompt_of_an_ask_is_a_text():
    assert Ask().prompt == ""
    with pytest.raises(TypeError, match="a text"):
        Ask(5)


@pytest.mark.parametrize("answer", [Allow(), Deny("no"), Ask()])
def test_answers_cannot_be_changed(answer):
    with pytest.raises(AttributeError):
        answer.input = {}


@pytest.mark.parametrize(
    "data",
    [
        b'{"kind":"allow","inptu":{}}',
        b'{"kind":"deny","reson":"x"}',
        b'{"kind":"allow","updates":[{}]}',
    ],
)
def test_a_misspelt_answer_is_none(data):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(data, type=Allow | Deny)


@pytest.mark.parametrize(
    "update",
    [
        SetMode(mode="bypassPermissions", destination="session"),
        {"type": "setMode", "mode": "bypassPermissions", "destination": "session"},
    ],
)
def test_no_update_bypasses_permissions(update):
    with pytest.raises(ValueError, match=r"set_permission_mode\(BypassPermissions"):
        Allow(updates=[SUGGESTION, update])
