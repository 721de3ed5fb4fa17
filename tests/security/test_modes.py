"""X8, X9: whatever the host's umask, what we make is ours alone from its first moment on."""

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from greenroom.backends.claude import ClaudeBackend
from greenroom.cli.demo.stage import stage_with
from greenroom.runtime.process import Scratch
from greenroom.testing import FakeAnthropic, Scenario
from greenroom.testing.scenario import Gate
from greenroom.turn.spill_file import SpillFile

UMASKS = (0o000, 0o022, 0o077)
OPTIONS = {
    "api_key": "sk-not-real",
    "settings": {"env": {"API_KEY": "secret"}},
    "mcp_servers": {"calc": {"command": "true"}},
}


@pytest.fixture(params=UMASKS, ids=oct, autouse=True)
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def open_to_others(*tops):
    """The files and directories that anybody but their owner may do anything with."""
    every = [path for top in tops for path in (Path(top), *Path(top).rglob("*"))]
    return [str(path) for path in every if path.lstat().st_mode & 0o077 and not path.is_symlink()]


def test_the_private_directory_and_what_is_written_into_it(umask, tmp_path, simulator):
    backend = ClaudeBackend()
    options = backend.check({}, {**OPTIONS, "executable": simulator().path})
    with Scratch.create(tmp_path) as scratch:
        backend.prepare(options, scratch.path)
        assert {"settings.json", "mcp.json"} <= {path.name for path in scratch.path.iterdir()}
        assert open_to_others(scratch.path) == []


def test_what_a_process_of_ours_makes(umask, play):
    session = play(Scenario(turns=[[Gate("on")]]), **OPTIONS)
    with session:
        turn = session.ask("hello")
        record = session.simulator.wait_for(lambda record: record.is_running)
        assert record.start["umask"] == 0o077
        assert open_to_others(*Path(tempfile.gettempdir()).glob("greenroom-*")) == []
        session.simulator.open_gate("on")
        turn.result(10)


WATCHED = """
import os, sys
from pathlib import Path
from greenroom.backends.claude import ClaudeBackend
from greenroom.runtime.process import Scratch
from greenroom.testing import Scenario, Simulator

top = Path(sys.argv[1])
cli = Simulator.install(top / "cli", Scenario()).path
backend = ClaudeBackend()
options = backend.check({}, {**OPTIONS, "executable": cli})
told = []
sys.addaudithook(lambda event, details: told.append((event, details)))
scratch = Scratch.create(top)
backend.prepare(options, scratch.path)
ours = [one for one in told if one[1] and str(one[1][0]).startswith(str(scratch.path))]
opened = [details for event, details in ours if event == "open"]
assert [os.path.basename(path) for path, *_ in opened] == ["settings.json", "mcp.json"], ours
exclusive = os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
assert all(flags & exclusive == exclusive for *_, flags in opened), opened
assert "os.chmod" not in [event for event, _ in ours], ours
assert scratch.remove()
"""


def test_files_are_private_when_they_begin_to_exist_and_not_made_so_later(tmp_path):
    program = WATCHED.replace("OPTIONS", repr(OPTIONS))
    subprocess.run([sys.executable, "-c", program, tmp_path], check=True, timeout=30)


def test_the_home_that_the_fake_api_gives_to_a_cli(umask, tmp_path):
    with FakeAnthropic() as api:
        api.environment(tmp_path / "home")
    assert open_to_others(tmp_path / "home") == []


def test_the_stage_of_the_demo(umask):
    with stage_with(None) as stage:
        assert open_to_others(stage.options["cwd"]) == []
        assert stage.home.stat().st_mode & 0o077 == 0


def test_what_is_spilled_to_disk_has_no_name_and_no_other_reader(umask):
    file = SpillFile(1024)
    file.write(0, b"secret")
    status = os.fstat(file._fd)
    assert (status.st_nlink, stat.S_IMODE(status.st_mode)) == (0, 0o600)
