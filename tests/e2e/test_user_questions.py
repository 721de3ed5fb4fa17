"""What people answer, from here and from elsewhere, as the real CLI takes it."""

from greenroom.permissions import (
    Allow,
    Answers,
    Policy,
    PromptQueue,
    UserQuestions,
    answer_to_json,
)
from greenroom.testing.fake_anthropic import Text, ToolUse

ASKING = {
    "questions": [
        {
            "question": "Which sides?",
            "header": "Sides",
            "multiSelect": True,
            "options": [
                {"label": "Left", "description": "l"},
                {"label": "Right", "description": "r"},
            ],
        },
    ]
}


class Chooser:
    def ask(self, inquiry, call):
        assert isinstance(inquiry, UserQuestions)
        return Answers({"Which sides?": ["Left", "Right"]})


def test_several_choices_reach_the_model(api, open_session):
    api.on("work", ToolUse("AskUserQuestion", ASKING), Text("Thanks."))
    session = open_session(tools=["AskUserQuestion"], prompter=Chooser())
    (call,) = session.ask("work").collect(20).tool_calls
    assert '"Which sides?"="Left, Right"' in call.result.content


def test_a_policy_decides_where_files_are_written(api, open_session, project):
    policy = Policy.of([{"allow": "Write", "path": "made/**"}], cwd=project)
    writes = [
        ToolUse("Write", {"file_path": str(project / name), "content": "x"})
        for name in ("made/a.txt", "b.txt", "made/../c.txt")
    ]
    api.on("work", *writes, Text("Done."))
    session = open_session(tools=["Write"], permissions=policy)
    assert len(session.ask("work").collect(20).tool_calls) == 3
    assert [path.name for path in project.rglob("*.txt")] == ["a.txt"]


def test_an_answer_by_json_changes_what_runs(api, open_session, project):
    queue = PromptQueue()
    command = {"command": "echo one > made.txt", "description": "a test"}
    api.on("work", ToolUse("Bash", command), Text("Done."))
    turn = open_session(tools=["Bash"], prompter=queue).ask("work")
    prompt = queue.wait(20)
    changed = {**prompt.inquiry.input, "command": "echo two > made.txt"}
    queue.answer_json(prompt.id, answer_to_json(Allow(input=changed)))
    turn.result(20)
    assert (project / "made.txt").read_text() == "two\n"
