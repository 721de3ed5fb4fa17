"""Conversations outlive their processes: resumed, forked, continued, cut and named."""

import uuid

import pytest

from greenroom import System
from greenroom_protocol.claude import Assistant

FIRST = ("my name is Ada", "You said: my name is Ada")


@pytest.fixture(name="told")
def _told(open_session):
    """The result of a first turn, in a session that is stopped."""
    with open_session() as session:
        return session.ask(FIRST[0]).result(20)


def test_a_conversation_is_resumed_by_another_system(api, told, options, history):
    with System(configuration={}) as other:
        session = other.session(**options(resume=told.session_id))
        result = session.ask("who am I?").result(20)
    assert result.session_id == told.session_id
    assert history(api.requests[-1], *FIRST, "who am I?") == [*FIRST, "who am I?"]


def test_costs_go_on_where_a_resumed_conversation_stopped(told, open_session):
    session = open_session(resume=told.session_id)
    result = session.ask("who am I?").result(20)
    assert result.spend == told.spend
    assert result.running.cost_usd == pytest.approx(2 * told.running.cost_usd)
    assert session.info.totals.spend.cost_usd == pytest.approx(told.spend.cost_usd)


def test_a_fork_has_an_id_of_its_own_and_leaves_the_original_alone(
    api, told, open_session, history
):
    fork = open_session(resume=told.session_id, fork_session=True).ask("in the fork").result(20)
    assert fork.session_id != told.session_id
    assert history(api.requests[-1], *FIRST, "in the fork") == [*FIRST, "in the fork"]
    open_session(resume=told.session_id).ask("back again").result(20)
    assert history(api.requests[-1], *FIRST, "in the fork", "back again") == [*FIRST, "back again"]


def test_a_fork_may_be_given_its_id(told, open_session):
    name = str(uuid.uuid4())
    session = open_session(resume=told.session_id, fork_session=True, session_id=name)
    assert session.ask("hello").result(20).session_id == name


def test_the_newest_conversation_of_the_directory_is_continued(api, told, open_session, history):
    result = open_session(continue_conversation=True).ask("go on").result(20)
    assert result.session_id == told.session_id
    assert history(api.requests[-1], *FIRST, "go on") == [*FIRST, "go on"]


def test_continuing_where_there_is_nothing_begins_anew(api, open_session):
    assert open_session(continue_conversation=True).ask("hello").text(20) == "You said: hello"
    assert len(api.requests) == 1


def test_a_conversation_may_be_given_its_id(api, home, open_session):
    name = str(uuid.uuid4())
    session = open_session(session_id=name)
    assert session.session_id is None
    assert session.ask("hello").result(20).session_id == name
    assert (session.session_id, api.requests[0].session_id) == (name, name)
    assert [path.stem for path in home.glob(".claude/projects/*/*.jsonl")] == [name]


def test_a_conversation_is_cut_after_an_entry(api, open_session, history):
    with open_session() as session:
        frames = list(session.ask(FIRST[0]))
        session.ask("this is forgotten").result(20)
        session_id = session.session_id
    (said,) = [frame for frame in frames if isinstance(frame, Assistant)]
    session = open_session(resume=session_id, resume_session_at=said.uuid)
    session.ask("go on from there").result(20)
    texts = (*FIRST, "this is forgotten", "go on from there")
    assert history(api.requests[-1], *texts) == [*FIRST, "go on from there"]


def test_a_conversation_that_is_not_stored_leaves_no_file(home, open_session):
    open_session(no_session_persistence=True).ask("hello").result(20)
    assert list(home.glob(".claude/projects/*/*.jsonl")) == []


def test_two_sessions_of_one_directory_are_two_conversations(api, open_session, history):
    one, two = open_session(), open_session()
    one.ask("told to one").result(20)
    two.ask("told to two").result(20)
    assert one.session_id != two.session_id
    assert history(api.requests[-1], "told to one", "told to two") == ["told to two"]
