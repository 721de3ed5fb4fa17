"""The tree of a conversation: what is in force, what is shown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom_protocol import Drift, Unknown
from greenroom_protocol.claude.transcript import (
    AssistantEntry,
    CustomTitle,
    Transcript,
    TranscriptDecoder,
    UserEntry,
)

OWN_BUSINESS = {"api-request", "api-request-blob", "api-request-shape", "atis-latch"}


def user(uuid, parent=None, text="hi", **members):
    message = {"role": "user", "content": text}
    return {"type": "user", "uuid": uuid, "parentUuid": parent, "message": message, **members}


def assistant(uuid, parent, *blocks, message_id=None, **members):
    content = list(blocks) or [{"type": "text", "text": uuid}]
    message = {"id": message_id or f"m-{uuid}", "content": content}
    return {"type": "assistant", "uuid": uuid, "parentUuid": parent, "message": message, **members}


def call(tool_id):
    return {"type": "tool_use", "id": tool_id, "name": "Bash", "input": {}}


def result(uuid, parent, tool_id):
    return user(uuid, parent, [{"type": "tool_result", "tool_use_id": tool_id, "content": "ok"}])


def transcript(*lines):
    return Transcript.parse(b"\n".join(json.dumps(line).encode() for line in lines))


def shown(found, leaf=None):
    return [message.uuid for message in found.messages(leaf)]


@pytest.fixture(scope="session", name="recorded")
def _recorded(projects):
    files = {path.stem[:4]: path for path in projects.rglob("*.jsonl")}
    return {name: Transcript.parse(path.read_bytes()) for name, path in files.items()}


def test_recorded_transcripts_decode_typed_but_for_the_book_keeping(projects):
    drift = Drift()

    for path in projects.rglob("*.jsonl"):
        Transcript.parse(path.read_bytes(), drift=drift)

    assert set(drift.unknown) <= OWN_BUSINESS
    assert not drift.salvaged
    assert not drift.garbage


def test_mirrored_entries_are_transcript_lines(captures, decoder):
    entries = [
        entry
        for frame in decoder.decode_block(captures["session_mirror"])
        if type(frame).__name__ == "TranscriptMirror"
        for entry in frame.entries
    ]

    decoded = [TranscriptDecoder().decode(json.dumps(entry).encode()) for entry in entries]

    assert len(decoded) > 20
    assert {entry.type for entry in decoded if isinstance(entry, Unknown)} <= OWN_BUSINESS


def test_a_recorded_conversation_reads_from_its_root_to_its_end(recorded):
    found = recorded["9feb"]

    said = [
        (message.message.content if isinstance(message, UserEntry) else message.message.content[0])
        for message in found.messages()
    ]

    assert [text for text in said if isinstance(text, str)] == [
        "Say hello\nplease",
        "TOOLS now",
        "again",
    ]
    assert found.leaf is found.messages()[-1]
    assert found.session_id.startswith("9feb")
    assert found.cost.total_cost_usd > 0


def test_recorded_parallel_tools_are_all_there(recorded):
    blocks = [
        block
        for message in recorded["9feb"].messages()
        for block in (
            message.message.content if not isinstance(message.message.content, str) else ()
        )
    ]

    calls = {block.id for block in blocks if hasattr(block, "name")}
    results = {block.tool_use_id for block in blocks if hasattr(block, "tool_use_id")}

    assert len(calls) == 2
    assert results == calls


def test_after_a_recorded_compaction_the_history_begins_with_the_summary(recorded):
    found = recorded["8d9e"]

    assert found.messages()[0].is_compact_summary
    assert "hello one" not in [message.message.content for message in found.messages()]
    assert found.chain()[0].subtype == "compact_boundary"


def test_a_recorded_sub_agent_has_a_conversation_of_its_own(recorded):
    prompt, answer = recorded["agen"].messages()

    assert prompt.message.content == "SUBPROMPT please"
    assert answer.message.content[0].text == "Sub-agent says hi."


def test_the_newest_branch_is_in_force():
    found = transcript(
        user("a"), assistant("b", "a"), user("c", "b"), assistant("d", "c"), user("e", "b")
    )

    assert shown(found) == ["a", "b", "e"]
    assert shown(found, "d") == ["a", "b", "c", "d"]


def test_what_follows_the_last_message_does_not_hide_it():
    attachment = {"type": "attachment", "uuid": "x", "parentUuid": "b", "attachment": {"type": "t"}}

    assert shown(transcript(user("a"), assistant("b", "a"), attachment)) == ["a", "b"]


def test_meta_side_and_team_messages_are_not_shown():
    found = transcript(
        user("a"),
        user("b", "a", isMeta=True),
        assistant("c", "b"),
        assistant("side", "c", isSidechain=True),
        user("team", "c", teamName="t"),
    )

    assert shown(found) == ["a", "c"]
    assert [node.uuid for node in found.chain()] == ["a", "b", "c"]


def test_parallel_calls_and_results_that_the_walk_misses_are_put_back():
    found = transcript(
        user("a"),
        assistant("c1", "a", call("t1"), message_id="m"),
        assistant("c2", "c1", call("t2"), message_id="m"),
        assistant("c3", "c2", call("t3"), message_id="m"),
        result("r3", "c3", "t3"),
        result("r2", "c2", "t2"),
        result("r1", "c1", "t1"),
        assistant("end", "r1"),
    )

    assert shown(found) == ["a", "c1", "c2", "c3", "r3", "r2", "r1", "end"]


def test_a_result_of_an_attempt_before_a_rewind_stays_away():
    found = transcript(
        user("a"),
        assistant("c", "a", call("t")),
        result("old", "c", "t"),
        assistant("was", "old"),
        result("new", "c", "t"),
        assistant("is", "new"),
    )

    assert shown(found) == ["a", "c", "new", "is"]


def test_the_same_line_twice_counts_once():
    assert shown(transcript(user("a"), assistant("b", "a"), user("a"))) == ["a", "b"]


def test_a_circle_of_parents_ends():
    assert shown(transcript(user("a", "b"), assistant("b", "a"))) == ["a", "b"]


def test_a_parent_that_is_missing_is_the_end_of_the_walk():
    assert shown(transcript(user("b", "gone"), assistant("c", "b"))) == ["b", "c"]


def test_an_empty_file_is_an_empty_transcript():
    found = Transcript.parse(b"")

    assert (found.leaf, found.messages(), found.session_id, found.cost) == (None, (), None, None)
    assert repr(found) == "<Transcript None of 0 messages>"


def test_an_unknown_end_is_a_key_error():
    with pytest.raises(KeyError, match="nowhere"):
        transcript(user("a")).messages("nowhere")


def test_a_half_written_last_line_is_kept_aside():
    found = Transcript.parse(json.dumps(user("a")).encode() + b'\n{"type":"us')

    assert shown(found) == ["a"]
    assert found.unread[0].head == b'{"type":"us'


def test_a_retyped_side_field_does_not_cost_the_message():
    found = transcript(user("a", isMeta="no", version=7))

    assert shown(found) == ["a"]


def test_titles_are_entries_too():
    line = {"type": "custom-title", "customTitle": "T", "sessionId": "s"}

    assert transcript(line).entries == (CustomTitle(custom_title="T", session_id="s"),)


NAMES = st.sampled_from("abcdef")


@given(
    lines=st.lists(
        st.builds(user, NAMES, NAMES | st.none(), isMeta=st.booleans())
        | st.builds(assistant, NAMES, NAMES, message_id=st.sampled_from(["m", "n"]))
        | st.builds(result, NAMES, NAMES, st.sampled_from(["t", "u"])),
        max_size=10,
    )
)
def test_any_tree_reads_each_message_at_most_once_and_ends_at_the_leaf(lines):
    found = transcript(*lines)
    chain = [node.uuid for node in found.chain()]

    assert len(chain) == len(set(chain))
    assert (found.leaf is None) == (not chain)
    assert all(isinstance(message, UserEntry | AssistantEntry) for message in found.messages())
    assert found.leaf is None or found.leaf.uuid in shown(found)
