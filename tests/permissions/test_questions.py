"""Questions of the agent to the user."""

import pytest

from greenroom.permissions import (
    Allow,
    Answers,
    BadAnswerError,
    Choice,
    Deny,
    PermissionRequest,
    PermissionService,
    Question,
    UserQuestions,
)
from greenroom.permissions.inquiry import check_answer

INPUT = {
    "questions": [
        {
            "question": "Which colour?",
            "header": "Colour",
            "options": [
                {"label": "Red", "description": "warm"},
                {"label": "Blue", "description": "cold"},
            ],
            "multiSelect": False,
        },
        {
            "question": "Which sides?",
            "header": "Sides",
            "options": [{"label": "Left"}, {"label": "Right"}],
            "multiSelect": True,
        },
    ],
    "metadata": {"source": "x"},
}
REQUEST = PermissionRequest(tool_name="AskUserQuestion", input=INPUT, tool_use_id="t-9")
ANSWERS = Answers({"Which sides?": ["Left", "Right"], "Which colour?": "Red"})


class Person:
    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def ask(self, inquiry, call):
        self.asked.append(inquiry)
        return self.answer


def test_the_tools_input_becomes_typed_questions():
    asked = UserQuestions.of(REQUEST)
    assert asked.tool_use_id == "t-9"
    assert asked.questions[0] == Question(
        question="Which colour?",
        header="Colour",
        options=(Choice(label="Red", description="warm"), Choice(label="Blue", description="cold")),
    )
    assert asked.questions[1].multi_select


def test_the_answers_travel_in_the_input_beside_all_that_was_in_it(run):
    person = Person(ANSWERS)
    answer = run(PermissionService(None, person).answer(REQUEST))
    assert isinstance(person.asked[0], UserQuestions)
    answers = {"Which colour?": "Red", "Which sides?": "Left, Right"}
    assert answer == Allow(input={**INPUT, "answers": answers})


def test_a_handler_never_sees_questions(run):
    seen = []
    service = PermissionService(lambda request: seen.append(request) or Allow(), Person(ANSWERS))
    assert run(service.answer(REQUEST)).input["answers"]["Which colour?"] == "Red"
    assert seen == []


@pytest.mark.parametrize("handler", [None, lambda _request: Allow()])
def test_an_unattended_session_tells_the_model_to_decide_by_itself(handler):
    answer = PermissionService(handler).answer(REQUEST)
    assert isinstance(answer, Deny)
    assert "unattended" in answer.reason
    assert "Decide by yourself" in answer.reason


def test_a_person_may_refuse_to_answer(run):
    assert run(PermissionService(None, Person(Deny("busy"))).answer(REQUEST)) == Deny("busy")


@pytest.mark.parametrize(
    "questions",
    [
        None,
        [],
        "what?",
        [{}],
        [{"question": 5}],
        [{"question": "a", "options": ["b"]}],
        [{"question": "a"}, {"question": "a"}],
    ],
)
def test_odd_questions_are_put_to_nobody(questions):
    person = Person(ANSWERS)
    request = PermissionRequest(tool_name="AskUserQuestion", input={"questions": questions})
    answer = PermissionService(None, person).answer(request)
    assert isinstance(answer, Deny)
    assert person.asked == []


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"Which colour?": "Red"},
        {"Which colour?": "Red", "Which sides?": []},
        {"Which colour?": ["Red"], "Which sides?": "Left"},
        {"Which colour?": " ", "Which sides?": "Left"},
        {"Which colour?": 1, "Which sides?": "Left"},
        {"Which colour?": "Red", "Which sides?": ["Left", None]},
        {"Which colour?": "Red", "Which sides?": "Left", "Who?": "me"},
        ["Red", "Left"],
    ],
)
def test_answers_that_do_not_fit_are_none(given, run):
    with pytest.raises(BadAnswerError):
        check_answer(UserQuestions.of(REQUEST), Answers(given))
    answer = run(PermissionService(None, Person(Answers(given))).answer(REQUEST))
    assert isinstance(answer, Deny)
    assert "prompter of this session failed" in answer.reason


def test_the_users_own_words_are_an_answer(run):
    own = Answers({"Which colour?": "mauve", "Which sides?": "neither"})
    answer = run(PermissionService(None, Person(own)).answer(REQUEST))
    assert answer.input["answers"] == {"Which colour?": "mauve", "Which sides?": "neither"}
