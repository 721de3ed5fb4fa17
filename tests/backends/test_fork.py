"""A query beside the conversation starts from the right one, and never writes into another's."""

import pytest

from greenroom.backends.claude import ClaudeBackend
from greenroom_protocol import LocalProtocolError

NOW = "9febce68-a1da-4cc2-aeb9-66997f272598"
OTHER = "00000000-0000-4000-8000-000000000001"
ENTRY = "00000000-0000-4000-8000-000000000002"
FLAGS = ("--resume", "--fork", "--session-id", "--from-pr", "--continue")


def fork(session, now, /, **query):
    """The flags about conversations that a branch is started with."""
    backend = ClaudeBackend()
    options = backend.fork(backend.check({}, session), now, query)
    return {flag for flag in options.argv() if flag.startswith(FLAGS)}


def test_a_branch_starts_from_a_copy_of_the_conversation():
    assert fork({}, NOW) == {f"--resume={NOW}", "--fork-session"}


def test_a_branch_beside_no_conversation_starts_a_new_one():
    assert fork({"session_id": OTHER}, None) == set()


@pytest.mark.parametrize(
    "session",
    [
        {"resume": OTHER, "resume_session_at": ENTRY},
        {"resume": OTHER, "fork_session": True, "session_id": ENTRY},
        {"continue_conversation": True},
        {"session_id": NOW},
        {"from_pr": "12"},
    ],
)
def test_how_the_conversation_itself_began_is_no_matter_of_its_branches(session):
    assert fork(session, NOW) == {f"--resume={NOW}", "--fork-session"}


@pytest.mark.parametrize(
    ("session", "flag"), [({"from_pr": "12"}, "--from-pr=12"), ({"resume": OTHER}, None)]
)
def test_branches_of_a_session_that_has_not_begun_start_where_it_would(session, flag):
    assert fork(session, None) == {flag or f"--resume={OTHER}", "--fork-session"}


def test_branches_of_one_stored_conversation_are_cut_where_the_session_would_be():
    got = fork({"resume": OTHER, "resume_session_at": ENTRY}, None)
    assert got == {f"--resume={OTHER}", f"--resume-session-at={ENTRY}", "--fork-session"}


@pytest.mark.parametrize("session_id", [NOW, None])
@pytest.mark.parametrize(
    ("query", "flag"),
    [({"resume": OTHER}, f"--resume={OTHER}"), ({"from_pr": "7"}, "--from-pr=7")],
)
def test_a_conversation_that_the_query_names_wins(session_id, query, flag):
    got = fork({"resume": ENTRY, "resume_session_at": ENTRY}, session_id, **query)
    assert got == {flag, "--fork-session"}


def test_an_id_that_the_query_gives_is_the_branchs():
    got = fork({"session_id": NOW}, NOW, session_id=OTHER)
    assert got == {f"--resume={NOW}", f"--session-id={OTHER}", "--fork-session"}
    assert fork({"session_id": NOW}, None, session_id=OTHER) == {f"--session-id={OTHER}"}


def test_a_cut_that_the_query_gives_is_made_in_the_conversation():
    got = fork({}, NOW, resume_session_at=ENTRY)
    assert got == {f"--resume={NOW}", f"--resume-session-at={ENTRY}", "--fork-session"}
    with pytest.raises(LocalProtocolError, match="needs resume"):
        fork({}, None, resume_session_at=ENTRY)


def test_what_was_stored_nowhere_cannot_be_copied():
    with pytest.raises(LocalProtocolError, match="stored nowhere"):
        fork({"no_session_persistence": True}, NOW)
    with pytest.raises(LocalProtocolError, match="stored nowhere"):
        fork({"no_session_persistence": True}, NOW, no_session_persistence=False)
    assert fork({"no_session_persistence": True}, None) == set()
    assert f"--resume={OTHER}" in fork({"no_session_persistence": True}, NOW, resume=OTHER)


def test_a_branch_itself_need_not_be_stored():
    assert f"--resume={NOW}" in fork({}, NOW, no_session_persistence=True)


@pytest.mark.parametrize("query", [{}, {"resume": OTHER}])
def test_a_branch_never_writes_into_the_conversation_it_comes_from(query):
    with pytest.raises(LocalProtocolError, match="fork_session=False"):
        fork({}, NOW, fork_session=False, **query)


@pytest.mark.parametrize(
    ("session", "query"),
    [({"continue_conversation": True}, {}), ({}, {"continue_conversation": True})],
)
def test_the_newest_conversation_is_nothing_branches_can_agree_on(session, query):
    with pytest.raises(LocalProtocolError, match="name it with resume"):
        fork(session, None, **query)


@pytest.mark.parametrize("session_id", [NOW, None])
def test_asking_twice_changes_nothing(session_id):
    backend, query = ClaudeBackend(), {"session_id": OTHER, "model": "m"}
    options = backend.check({}, {"from_pr": "12", "model": "a"})
    before = dict(options)
    first, second = (backend.fork(options, session_id, query) for _ in range(2))
    assert (first.argv(), dict(options)) == (second.argv(), before)
    assert query == {"session_id": OTHER, "model": "m"}


@pytest.mark.parametrize("began", [{"from_pr": "12"}, {"resume": OTHER}, {"session_id": NOW}])
def test_a_conversation_is_resumed_however_it_began(began):
    backend = ClaudeBackend()
    options = backend.resume(backend.check({}, began), NOW)
    assert {flag for flag in options.argv() if flag.startswith(FLAGS)} == {f"--resume={NOW}"}
