import pytest

from greenroom_protocol.claude.blocks import Text, ToolResult
from greenroom_protocol.claude.message import UserFrameMessage
from greenroom_protocol.claude.transcript import (
    AiTitle,
    CustomTitle,
    LastPrompt,
    SessionSummary,
    SummaryEntry,
    Tag,
    Transcript,
    UserEntry,
    project_key,
    summarize,
)


def user(content, **members):
    return UserEntry(uuid="u", message=UserFrameMessage(content=content), **members)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/srv/project", "-srv-project"),
        ("/srv/my_project.v2", "-srv-my-project-v2"),
        ("/ünïcodé dir", "--n-cod--dir"),
        ("/e\u0301 nfd", "-e--nfd"),
        ("/😀.x_y", "----x-y"),
        ("/" + "a" * 199, "-" + "a" * 199),
    ],
)
def test_a_project_has_the_key_that_the_cli_gives_it(path, key):
    assert project_key(path) == key


def test_a_long_path_is_cut_and_hashed_as_the_cli_does_it():
    parts = [f"long{number:03}_{'x' * 40}" for number in range(5)]
    key = project_key(f"/tmp/project/{'/'.join(parts)}/é😀")

    assert len(key) == 206
    assert key.endswith("xxxx-vympv")


def test_paths_that_are_not_unicode_have_a_key_too():
    assert project_key("/bad\udcff") == "-bad-"


def test_nothing_gives_an_empty_summary():
    assert summarize([]) == SessionSummary()


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        ([user("first")], "first"),
        ([user("first"), SummaryEntry(summary="stored")], "stored"),
        ([user("first"), LastPrompt(last_prompt="last"), SummaryEntry(summary="stored")], "last"),
        ([user("first"), AiTitle(ai_title="ai"), LastPrompt(last_prompt="last")], "ai"),
        ([CustomTitle(custom_title="mine"), AiTitle(ai_title="ai")], "mine"),
        ([CustomTitle(custom_title="old"), CustomTitle(custom_title="new")], "new"),
        ([CustomTitle(custom_title="old"), CustomTitle(custom_title="")], "old"),
    ],
)
def test_the_best_line_is_shown(entries, text):
    assert summarize(entries).text == text


@pytest.mark.parametrize(
    "note",
    [
        user("meta", is_meta=True),
        user("summary", is_compact_summary=True),
        user((ToolResult(tool_use_id="t", content="x"),)),
        user("<local-command-stdout>ok</local-command-stdout>"),
        user("[Request interrupted by user for tool use]"),
        user(" \n "),
        user("<command-name>/clear</command-name>"),
    ],
)
def test_what_nobody_typed_is_not_the_first_prompt(note):
    assert summarize([note, user((Text(text="typed\nby hand"),))]).first_prompt == "typed by hand"


def test_a_command_is_the_first_prompt_if_there_is_no_other():
    command = user("<command-name>/init</command-name> <command-args></command-args>")

    assert summarize([command]).first_prompt == "/init"


def test_a_long_first_prompt_is_cut():
    assert summarize([user("x" * 300)]).first_prompt == "x" * 200 + "…"


def test_the_last_tag_counts_and_an_empty_one_is_none():
    assert summarize([Tag(tag="a"), Tag(tag="b")]).tag == "b"
    assert summarize([Tag(tag="a"), Tag(tag="")]).tag is None


def test_the_directory_is_the_first_and_the_branch_the_last():
    summary = summarize(
        [
            user("a", cwd="/one", git_branch="main", timestamp="t1", is_sidechain=True),
            user("b", cwd="/two", git_branch="topic", timestamp="t2"),
        ]
    )

    assert (summary.cwd, summary.git_branch, summary.created_at) == ("/one", "topic", "t1")
    assert summary.is_sidechain


def test_a_recorded_session_is_summarised(projects):
    (path,) = projects.rglob("9feb*.jsonl")

    summary = summarize(Transcript.parse(path.read_bytes()).entries)

    assert summary.title == summary.text == "My own title"
    assert summary.first_prompt == "Say hello please"
    assert summary.last_prompt == "again"
    assert summary.cwd == "/srv/project"
