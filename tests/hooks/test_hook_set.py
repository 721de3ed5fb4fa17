"""Hooks are checked and numbered, and called with what their event tells."""

from functools import partial

import msgspec
import pytest

from greenroom.callbacks import Errand, Refusal
from greenroom.hooks import CLI_GRACE, EVENTS, Hook, HookCall, HookSet, log_hooks
from greenroom_protocol.claude import control
from greenroom_protocol.claude.hook_inputs import UnknownHookInput


def first(told):
    return told


def second(told, call):
    return told, call


def wire(hooks, **arguments):
    sent = control.Initialize(hooks=HookSet.of(hooks, **arguments).matchers())
    return msgspec.json.decode(msgspec.json.encode(sent))["hooks"]


def test_there_are_33_events():
    assert len(EVENTS) == 33


@pytest.mark.parametrize("event", EVENTS)
def test_the_callback_of_every_event_is_told_in_its_own_class(event, errand_of, kind_of, call):
    errand = errand_of(event, first)
    told = errand.call(call)
    assert type(told) is kind_of(event)
    assert told.session_id == "s-1"


def test_a_callback_may_take_the_call_as_well(errand_of, call):
    told, given = errand_of("Stop", second).call(call)
    assert told.stop_hook_active is False
    assert given is call


def test_an_input_that_no_class_fits_is_told_as_it_came(errand_of, call):
    errand = errand_of("PreToolUse", first, tool_name=None)
    told = errand.call(call)
    assert isinstance(told, UnknownHookInput)
    assert told.raw["hook_event_name"] == "PreToolUse"


def test_hooks_are_numbered_in_the_order_given():
    hooks = {"PreToolUse": [first, Hook(second, matcher="Bash")], "Stop": first}
    assert [
        (event, matcher["hookCallbackIds"])
        for event, matchers in wire([hooks, {"Stop": second}]).items()
        for matcher in matchers
    ] == [
        ("PreToolUse", ["hook_0"]),
        ("PreToolUse", ["hook_1"]),
        ("Stop", ["hook_2"]),
        ("Stop", ["hook_3"]),
    ]


def test_the_cli_is_sent_the_matcher_the_failure_and_a_little_more_time():
    hook = Hook(first, matcher="Bash", timeout=2.5, on_failure="continue")
    assert wire({"PreToolUse": hook}) == {
        "PreToolUse": [
            {
                "hookCallbackIds": ["hook_0"],
                "matcher": "Bash",
                "timeout": 2.5 + CLI_GRACE,
                "onFailure": "continue",
            }
        ]
    }


def test_a_hook_without_a_timeout_has_that_of_the_session():
    assert wire({"Stop": first})["Stop"][0]["timeout"] == 60 + CLI_GRACE
    assert wire({"Stop": first}, default_timeout=7)["Stop"][0]["timeout"] == 7 + CLI_GRACE


def test_the_failure_to_block_is_sent_even_if_nobody_asked_for_it():
    assert wire({"Stop": first})["Stop"][0]["onFailure"] == "block"


def test_our_own_deadline_is_the_one_that_was_asked_for(errand_of):
    assert errand_of("Stop", Hook(first, timeout=3)).timeout == 3
    assert errand_of("Stop", first).timeout is None


def test_an_errand_knows_its_tool_call_and_its_agent(errand_of):
    errand = errand_of("PreToolUse", first, tool_use_id="t-1", agent_id="a-1")
    assert (errand.tool_use_id, errand.agent_id) == ("t-1", "a-1")
    assert errand_of("Stop", first, agent_id=5).agent_id is None


@pytest.mark.parametrize(
    ("callback", "name"),
    [
        (first, "hook Stop first"),
        (partial(second, call=None), "hook Stop second"),
        (lambda told: told, "hook Stop <lambda>"),
        ([].append, "hook Stop list.append"),
    ],
)
def test_an_errand_is_called_by_event_and_callback(errand_of, callback, name):
    assert errand_of("Stop", callback).name == name


def test_a_hook_that_is_not_registered_is_refused():
    answer = HookSet.of({"Stop": first}).answer(HookCall(callback_id="hook_1", input={}))
    assert answer == Refusal("no hook is registered as 'hook_1'")


def test_a_hook_in_the_background_is_answered_at_once(errand_of):
    errand = errand_of("PreToolUse", Hook(first, background=True))
    assert msgspec.to_builtins(errand.at_once) == {"async": True}
    assert errand_of("PreToolUse", first).at_once is None


@pytest.mark.parametrize("nothing", [None, {}, [], [{}], {"Stop": []}])
def test_no_hooks_are_no_hooks(nothing):
    hooks = HookSet.of(nothing)
    assert not hooks
    assert hooks.matchers() == {}


def test_some_are_blocking_unless_all_continue():
    assert HookSet.of({"Stop": [first, Hook(first, on_failure="continue")]}).blocking
    assert not HookSet.of({"Stop": Hook(first, on_failure="continue")}).blocking


@pytest.mark.parametrize(
    ("event", "hint"),
    [
        ("preToolUse", "did you mean 'PreToolUse'"),
        ("PostTool", "did you mean 'PostToolUse'"),
        ("Zzz", "new_event=True"),
    ],
)
def test_an_event_that_is_not_there_is_an_error(event, hint):
    with pytest.raises(ValueError, match=hint):
        HookSet.of({event: first})


def test_a_new_event_passes_unchecked(call):
    hooks = HookSet.of({"Zzz": Hook(first, matcher="a", new_event=True)})
    assert list(hooks.matchers()) == ["Zzz"]
    errand = hooks.answer(HookCall(callback_id="hook_0", input={"hook_event_name": "Zzz"}))
    assert isinstance(errand, Errand)
    assert isinstance(errand.call(call), UnknownHookInput)
    answer = errand.then({"hookSpecificOutput": {"hookEventName": "Zzz", "new": 1}})
    assert answer.hook_specific_output == {"hookEventName": "Zzz", "new": 1}


@pytest.mark.parametrize("event", [name for name, event in EVENTS.items() if not event.matches])
def test_an_event_with_nothing_to_compare_takes_no_matcher(event):
    with pytest.raises(ValueError, match=f"a hook of {event} takes no matcher"):
        HookSet.of({event: Hook(first, matcher="Bash")})


@pytest.mark.parametrize("event", [name for name, event in EVENTS.items() if event.matches])
def test_all_others_take_one(event):
    assert wire({event: Hook(first, matcher="x")})[event][0]["matcher"] == "x"


@pytest.mark.parametrize(
    "hooks",
    [
        "PreToolUse",
        5,
        first,
        [first],
        {5: first},
        {"Stop": None},
        {"Stop": "first"},
        {"Stop": [first, None]},
        {"Stop": {"matcher": "Bash"}},
        {"Stop": lambda: None},
        {"Stop": lambda a, b, c: None},
    ],
)
def test_what_is_no_hook_is_an_error(hooks):
    with pytest.raises(TypeError):
        HookSet.of(hooks)


@pytest.mark.parametrize(
    ("hooks", "decides"),
    [
        ({"PermissionRequest": print}, True),
        ([log_hooks(), {"PermissionRequest": [Hook(print, on_failure="continue"), print]}], True),
        ({"PermissionRequest": Hook(print, on_failure="continue")}, False),
        ({"PermissionRequest": Hook(print, background=True)}, False),
        ({"PreToolUse": print}, False),
        (log_hooks(), False),
        (None, False),
    ],
)
def test_it_is_known_whether_an_event_is_decided_about(hooks, decides):
    assert HookSet.of(hooks).decides("PermissionRequest") is decides
