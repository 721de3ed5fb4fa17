"""Who decides about a permission, and that nothing is allowed when nobody does."""

import pytest

from greenroom.callbacks import CallbackFailure, CallbackFault, Errand, Refusal
from greenroom.permissions import (
    Allow,
    Ask,
    Deny,
    Dialog,
    DialogReply,
    Elicitation,
    ElicitationReply,
    PermissionRequest,
    PermissionService,
    Policy,
    PromptQueue,
    UserQuestions,
)
from greenroom_protocol.claude import CanUseTool

REQUEST = PermissionRequest(
    tool_name="Bash", input={"command": "ls"}, tool_use_id="t-1", agent_id="a-1"
)
QUESTIONS = PermissionRequest(
    tool_name="AskUserQuestion", input={"questions": [{"question": "Which?"}]}
)
INQUIRIES = [
    REQUEST,
    QUESTIONS,
    UserQuestions.of(QUESTIONS),
    Elicitation(server="el"),
    Dialog(dialog_kind="k"),
]


class Prompter:
    def __init__(self, ask):
        self._ask = ask

    def ask(self, inquiry, call):
        return self._ask(inquiry)


def allowing(answer):
    """Whether an answer lets anything happen."""
    return isinstance(answer, Allow | DialogReply) or (
        isinstance(answer, ElicitationReply) and answer.action == "accept"
    )


def test_the_request_of_the_wire_becomes_ours():
    asked = CanUseTool(
        tool_name="mcp__shop__buy",
        input={"x": 1},
        tool_use_id="t-1",
        permission_suggestions=({"type": "setMode"},),
        suppress_always_allow_rule=True,
        decision_reason_type="rule",
        requires_user_interaction=True,
    )
    request = PermissionRequest.of(asked)
    assert (request.tool_name, request.input, request.tool_use_id) == (
        "mcp__shop__buy",
        {"x": 1},
        "t-1",
    )
    assert request.suggestions == ({"type": "setMode"},)
    assert request.suppress_always
    assert request.reason_type == "rule"
    assert request.requires_user_interaction
    assert not request.default_to_no


@pytest.mark.parametrize(
    "inquiry",
    [*INQUIRIES, object(), None],
    ids=lambda one: type(one).__name__ + getattr(one, "tool_name", ""),
)
def test_without_handler_and_prompter_nothing_is_allowed(inquiry):
    answer = PermissionService().answer(inquiry)
    assert isinstance(answer, Deny | ElicitationReply | Refusal)
    assert not allowing(answer)


def test_the_denial_of_an_unattended_session_says_what_to_give_it():
    answer = PermissionService().answer(REQUEST)
    for word in ("unattended", "permissions=", "prompter="):
        assert word in answer.reason


@pytest.mark.parametrize("answer", [Allow(), Allow(input={"a": 1}), Deny("no"), Deny("x", True)])
def test_what_a_handler_says_holds(answer, run):
    assert run(PermissionService(lambda _request: answer).answer(REQUEST)) == answer


def test_a_handler_may_be_a_coroutine_function_and_want_the_call(run, call):
    seen = []

    async def handler(request, given):
        seen.append((request, given))
        return Allow()

    assert run(PermissionService(handler).answer(REQUEST), call) == Allow()
    assert seen == [(REQUEST, call)]


def test_the_errand_says_what_it_is_about():
    def check(request):
        return Allow()

    errand = PermissionService(check).answer(REQUEST)
    assert isinstance(errand, Errand)
    assert errand.name.startswith("permission handler")
    assert "check" in errand.name
    assert (errand.tool_use_id, errand.agent_id) == ("t-1", "a-1")
    assert not errand.unlimited


@pytest.mark.parametrize(
    "answer",
    [True, False, None, "allow", {"behavior": "allow"}, 1, Allow, Deny, object(), [Allow()]],
)
def test_any_other_answer_denies(answer, run):
    denial = run(PermissionService(lambda _request: answer).answer(REQUEST))
    assert isinstance(denial, Deny)
    assert "permission handler of this session failed" in denial.reason


@pytest.mark.parametrize("fault", CallbackFault)
@pytest.mark.parametrize("inquiry", INQUIRIES)
@pytest.mark.parametrize("who", ["handler", "prompter"])
def test_every_failure_is_answered_closed_without_its_details(fault, inquiry, who):
    handler = (lambda _request: Allow()) if who == "handler" else None
    answer = PermissionService(handler, PromptQueue()).answer(inquiry)
    failure = CallbackFailure(callback="it", fault=fault, message="RuntimeError: password 123")
    closed = answer.closed(failure)
    assert not allowing(closed)
    assert "123" not in repr(closed)
    if isinstance(closed, Deny):
        assert "failed" in closed.reason


def test_a_handler_that_raises_denies(run):
    def handler(request):
        raise RuntimeError("secret")

    denial = run(PermissionService(handler).answer(REQUEST))
    assert isinstance(denial, Deny)
    assert "secret" not in denial.reason


def test_asking_without_a_prompter_denies(run):
    denial = run(PermissionService(lambda _request: Ask("is it safe?")).answer(REQUEST))
    assert isinstance(denial, Deny)
    assert "nobody can be asked" in denial.reason
    assert "is it safe?" in denial.reason


def test_what_the_handler_wants_asked_the_prompter_is_asked(run):
    seen = []
    prompter = Prompter(lambda inquiry: seen.append(inquiry) or Deny("not today"))
    service = PermissionService(lambda _request: Ask("is it safe?"), prompter)
    assert run(service.answer(REQUEST)) == Deny("not today")
    assert seen[0].prompt == "is it safe?"
    assert seen[0].input == REQUEST.input


def test_a_person_may_take_as_long_as_it_takes():
    service = PermissionService(lambda _request: Ask(), PromptQueue())
    first = service.answer(REQUEST)
    assert not first.unlimited
    assert first.then(Ask()).unlimited


def test_what_the_handler_decides_the_prompter_is_not_asked(run):
    seen = []
    service = PermissionService(lambda _request: Allow(), Prompter(seen.append))
    assert run(service.answer(REQUEST)) == Allow()
    assert seen == []


def test_without_a_handler_the_prompter_is_asked_everything(run):
    answers = {
        PermissionRequest: Allow(),
        UserQuestions: Deny("no"),
        Elicitation: ElicitationReply("accept"),
        Dialog: DialogReply({"ok": True}),
    }
    service = PermissionService(None, Prompter(lambda inquiry: answers[type(inquiry)]))
    assert [run(service.answer(one)) for one in INQUIRIES] == [
        Allow(),
        Deny("no"),
        Deny("no"),
        ElicitationReply("accept"),
        DialogReply({"ok": True}),
    ]


@pytest.mark.parametrize("inquiry", INQUIRIES)
@pytest.mark.parametrize(
    "answer", [True, None, "yes", Ask(), Ask("again"), {}, object(), Allow, RuntimeError("x")]
)
def test_a_prompter_that_answers_anything_else_allows_nothing(inquiry, answer, run):
    assert not allowing(run(PermissionService(None, Prompter(lambda _i: answer)).answer(inquiry)))


def test_a_dialog_nobody_can_show_is_refused(run):
    prompter = Prompter(lambda _inquiry: Refusal("cannot"))
    answer = PermissionService(None, prompter).answer(Dialog(dialog_kind="k"))
    assert run(answer) == Refusal("cannot")


def test_what_a_handler_does_to_its_request_changes_nothing(run):
    """A person must see what would run, not what the handler made of it."""
    request = PermissionRequest(tool_name="Bash", input={"command": "rm", "more": {"a": [1]}})
    shown = []

    def handler(asked):
        asked.input["command"] = "ls"
        asked.input["more"]["a"].append(2)
        return Ask()

    prompter = Prompter(lambda inquiry: shown.append(inquiry.input) or Allow())
    run(PermissionService(handler, prompter).answer(request))
    assert request.input == {"command": "rm", "more": {"a": [1]}}
    assert shown == [{"command": "rm", "more": {"a": [1]}}]


def test_a_policy_is_a_handler(run):
    service = PermissionService(Policy.of([{"allow": "Bash", "command": "ls"}]))
    assert run(service.answer(REQUEST)) == Allow()
    assert isinstance(run(service.answer(PermissionRequest(tool_name="Write"))), Deny)


@pytest.mark.parametrize(
    "handler",
    [5, "allow", lambda: Deny("no"), lambda a, b, c: Allow()],
    ids=["number", "text", "none", "three"],
)
def test_a_handler_that_cannot_be_called_is_refused_at_once(handler):
    with pytest.raises(TypeError, match="permission handler"):
        PermissionService(handler)


def test_what_is_put_in_place_of_a_handler_is_told_where_it_belongs():
    with pytest.raises(TypeError, match=r"permission handler by Policy\.of"):
        PermissionService([{"allow": "Bash"}])
    with pytest.raises(TypeError, match="prompter="):
        PermissionService(PromptQueue())


@pytest.mark.parametrize(
    "prompter", [5, lambda inquiry, call: Allow(), PromptQueue], ids=["number", "function", "class"]
)
def test_a_prompter_that_cannot_ask_is_refused_at_once(prompter):
    with pytest.raises(TypeError, match="ask"):
        PermissionService(None, prompter)
