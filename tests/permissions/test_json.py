"""Prompts and answers travel to other processes and back."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.permissions import (
    Allow,
    Answers,
    Choice,
    Deny,
    Dialog,
    DialogReply,
    Elicitation,
    ElicitationReply,
    PendingPrompt,
    PermissionRequest,
    PromptQueue,
    Question,
    UserQuestions,
    answer_from_json,
    answer_to_json,
)

SUGGESTION = {"type": "setMode", "mode": "plan", "destination": "session"}
NAMES = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(NAMES, JSON, max_size=3)
MAYBE = st.none() | NAMES

INQUIRIES = st.one_of(
    st.builds(
        PermissionRequest,
        tool_name=NAMES,
        input=OBJECTS,
        suggestions=st.lists(OBJECTS, max_size=2).map(tuple),
        title=MAYBE,
        default_to_no=st.booleans(),
    ),
    st.builds(
        UserQuestions,
        questions=st.lists(
            st.builds(
                Question,
                question=NAMES,
                options=st.lists(st.builds(Choice, label=NAMES), max_size=2).map(tuple),
                multi_select=st.booleans(),
            ),
            max_size=2,
        ).map(tuple),
        input=OBJECTS,
    ),
    st.builds(Elicitation, server=NAMES, schema=OBJECTS, mode=st.sampled_from(["form", "url"])),
    st.builds(Dialog, dialog_kind=NAMES, payload=st.none() | OBJECTS),
)
ANSWERS = st.one_of(
    st.builds(Allow, input=st.none() | OBJECTS, updates=st.sampled_from([(), (SUGGESTION,)])),
    st.builds(Deny, reason=NAMES.filter(str.strip), interrupt=st.booleans()),
    st.builds(
        Answers,
        answers=st.dictionaries(NAMES, NAMES | st.lists(NAMES, max_size=2).map(tuple), max_size=2),
    ),
    st.builds(
        ElicitationReply,
        action=st.sampled_from(["accept", "decline", "cancel"]),
        content=st.none() | OBJECTS,
    ),
    st.builds(DialogReply, content=OBJECTS),
)


@given(INQUIRIES, MAYBE)
def test_a_prompt_is_the_same_on_the_other_side(inquiry, session_id):
    prompt = PendingPrompt(id="p-1", inquiry=inquiry, asked_at=1.5, session_id=session_id)
    assert PendingPrompt.from_json(prompt.to_json()) == prompt


@given(ANSWERS)
def test_an_answer_is_the_same_on_the_other_side(answer):
    assert answer_from_json(answer_to_json(answer)) == answer


def test_a_page_without_our_classes_reads_prompts_and_writes_answers(call):
    queue = PromptQueue()
    future = queue.ask(PermissionRequest(tool_name="Bash", input={"command": "ls"}), call)
    page = json.loads(queue.pending()[0].to_json())
    assert page["inquiry"]["kind"] == "request"
    assert page["inquiry"]["input"] == {"command": "ls"}
    queue.answer_json(page["id"], json.dumps({"kind": "allow", "input": {"command": "pwd"}}))
    assert future.get(timeout=0) == Allow(input={"command": "pwd"})


@pytest.mark.parametrize("data", [b"{}", b'{"id":"x","inquiry":{"kind":"odd"},"asked_at":1}'])
def test_what_is_no_prompt_is_refused(data):
    with pytest.raises(msgspec.ValidationError):
        PendingPrompt.from_json(data)
