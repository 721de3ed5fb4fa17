"""``greenroom ask`` prints the answer, as it is written, on stdout and nothing else there."""

from greenroom.testing import Scenario
from greenroom.testing.scenario import Deltas, Frame, Gate, Result, Text, ToolResult, ToolUse


def test_the_answer_goes_to_stdout_and_ends_its_line(run_greenroom, simulator):
    done = run_greenroom("ask", "--executable", simulator().path, "hello", "world")
    assert (done.code, done.out, done.err) == (0, "You said: hello world\n", "")


def test_the_answer_is_written_while_the_model_writes(start, simulator):
    installed = simulator(Scenario(turns=[[Deltas(["begun "]), Gate("on"), Deltas(["ended"])]]))
    running = start("ask", "--executable", installed.path, "hello")
    assert "ended" not in running.wait_for("begun")
    installed.open_gate("on")
    assert running.end()[0] == 0


def test_a_version_out_of_range_is_said_on_stderr(run_here, simulator):
    new = simulator(Scenario(cli_version="3.0.1")).path
    done = run_here("ask", "--executable", new, "hello")
    assert done.out == "You said: hello\n"
    assert done.err.startswith("warning: version 3.0.1 is newer than")
    assert run_here("ask", "--quiet", "--executable", new, "hello").err == ""


def test_a_version_that_is_too_old_is_not_run(run_here, simulator):
    done = run_here("ask", "--executable", simulator(Scenario(cli_version="2.0.1")).path, "hello")
    assert (done.code, done.out) == (69, "")
    assert "2.0.1" in done.err


def test_text_blocks_are_paragraphs_of_their_own(run_here, simulator):
    steps = [Text("I look."), ToolUse("Bash"), ToolResult("x"), Text("I saw."), Text("It was x.\n")]
    installed = simulator(Scenario(turns=[steps]))
    done = run_here("ask", "--executable", installed.path, "look")
    assert done.out == "I look.\n\nI saw.\n\nIt was x.\n"


def test_a_block_that_was_not_streamed_is_printed_once_it_is_whole(run_here, simulator):
    whole = {
        "type": "assistant",
        "message": {
            "id": "m",
            "type": "message",
            "role": "assistant",
            "model": "$model",
            "content": [{"type": "text", "text": "all at once"}],
        },
        "session_id": "$session_id",
        "uuid": "$uuid",
    }
    installed = simulator(Scenario(turns=[[Frame(whole)]]))
    assert run_here("ask", "--executable", installed.path, "x").out == "all at once\n"


def test_an_answer_that_comes_with_the_result_alone_is_printed(run_here, simulator):
    installed = simulator(Scenario(turns=[[Result(text="only here")]]))
    assert run_here("ask", "--executable", installed.path, "x").out == "only here\n"


def test_what_goes_into_a_pipe_is_left_as_it_is(run_here, simulator):
    installed = simulator(Scenario(turns=[[Text("\x1b[31mred\x1b[0m \u202e")]]))
    done = run_here("ask", "--executable", installed.path, "x")
    assert done.out == "\x1b[31mred\x1b[0m \u202e\n"


def test_structured_output_is_printed_as_json(run_here, simulator):
    result = Result(fields={"structured_output": {"colour": "green"}})
    installed = simulator(Scenario(turns=[[Text("Let me see."), result]]))
    schema = '--option=json_schema={"type": "object"}'
    done = run_here("ask", "--executable", installed.path, schema, "which?")
    assert (done.code, done.out) == (0, '{\n  "colour": "green"\n}\n')
