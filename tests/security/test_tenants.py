"""X20: what one tenant confides is nowhere in what another one gets to see (user pain 12).

Within one operating-system user this is a matter of not mixing things up, and that is what is held
here. It is no wall: processes of one user can read each other's memory and files.
"""

import logging
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from greenroom import System
from greenroom.testing import Scenario
from greenroom.testing.scenario import Gate, Grandchild, Raw, Stderr, Text

TENANTS = ("ann", "bob")


def canary(tenant):
    return f"canary-of-{tenant}-0123456789"


def other(tenant):
    return canary(next(name for name in TENANTS if name != tenant))


class Tenant:
    """A session with everything of its own, and each of it with the canary in it."""

    def __init__(self, name, system, simulator, top):
        self.name, secret = name, canary(name)
        self.home = top / name
        self.project = self.home / f"project-{secret}"
        self.project.mkdir(parents=True)
        (self.project / "CLAUDE.md").write_text(secret)
        said = [
            Stderr(secret),
            Text(f"I know {secret}"),
            Raw(f"{secret}\n"),
            Grandchild(),
            Gate("on"),
        ]
        self.simulator = simulator(Scenario(turns=[[*said, Grandchild(), Gate("on")]]))
        self.session = system.session(
            executable=self.simulator.path,
            cwd=self.project,
            config_dir=str(self.home / "config"),
            api_key=f"sk-{secret}",
            env={"HOME": str(self.home), "MINE": secret},
            system_prompt=secret,
            mcp_servers={"own": {"command": "true", "env": {"TOKEN": secret}}},
        )
        self.turn = self.session.ask(f"my secret is {secret}")
        self.record = self.simulator.wait_for(lambda record: record.grandchildren)

    def has(self):
        """Everything its processes can see or were told, as text."""
        for pid in (self.record.pid, *self.record.grandchildren):
            for name in ("cmdline", "environ"):
                yield Path(f"/proc/{pid}/{name}").read_bytes().decode()
            yield str([link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir()])
        yield "\n".join(self.record.lines)
        scratch = Path(_environment(self.record.pid)["TMPDIR"])
        yield from (path.read_text() for path in scratch.iterdir() if path.is_file())

    def heard(self):
        """Everything its caller gets to see."""
        self.simulator.open_gate("on")
        batches = list(self.turn.read())
        yield from (line.decode() for batch in batches for line in batch.lines())
        yield repr(self.turn.outcome(10))
        yield repr(self.session.info)
        yield repr(self.session.background)


def _environment(pid):
    data = Path(f"/proc/{pid}/environ").read_bytes().decode()
    return dict(text.split("=", 1) for text in data.split("\0") if text)


@pytest.fixture(name="two", params=["one system", "a system each"])
def _two(request, simulator, tmp_path):
    """Two tenants whose turns run at the same time."""
    first = System(configuration={})
    second = first if request.param == "one system" else System(configuration={})
    with first, second, ThreadPoolExecutor(2) as pool:
        started = [
            pool.submit(Tenant, name, system, simulator, tmp_path)
            for name, system in zip(TENANTS, (first, second), strict=True)
        ]
        yield [one.result(20) for one in started]


def test_nothing_of_one_is_in_the_processes_of_the_other(two):
    for tenant in two:
        seen = list(tenant.has())
        assert any(canary(tenant.name) in text for text in seen)
        assert not [text for text in seen if other(tenant.name) in text]


def test_nothing_of_one_is_among_what_the_other_hears(two, caplog):
    with caplog.at_level(logging.DEBUG):
        for tenant in two:
            heard = list(tenant.heard())
            assert any(f"I know {canary(tenant.name)}" in text for text in heard)
            assert not [text for text in heard if other(tenant.name) in text]
    assert not [name for name in TENANTS if canary(name) in caplog.text]


def test_their_private_directories_are_two_and_both_are_gone_afterwards(simulator, tmp_path):
    before = set(Path(tempfile.gettempdir()).glob("greenroom-*"))
    with System(configuration={}) as system:
        tenants = [Tenant(name, system, simulator, tmp_path) for name in TENANTS]
        places = {_environment(tenant.record.pid)["TMPDIR"] for tenant in tenants}
        for tenant in tenants:
            tenant.simulator.open_gate("on")
            tenant.turn.outcome(10)
    assert len(places) == 2
    assert not [place for place in places if Path(place).exists()]
    assert set(Path(tempfile.gettempdir()).glob("greenroom-*")) <= before


def test_ids_of_turns_and_conversations_cannot_be_guessed(play):
    with play(api_key="sk-not-real") as session:
        ids = {session.ask("hello").id for _ in range(3)}
    assert len(ids) == 3
    assert {uuid.UUID(one).version for one in ids} == {4}  # random


def test_a_conversation_is_fixed_for_the_life_of_its_process(play):
    """No option of a query can point a running process at the conversation of somebody else."""
    with play(api_key="sk-not-real") as session:
        session.ask("hello").result(10)
        for option in ("resume", "continue_conversation", "session_id", "config_dir", "env", "cwd"):
            with pytest.raises(Exception, match=option):
                session.ask("hello", **{option: "8f0e1d52-5a52-4f3e-9a57-111111111111"})
