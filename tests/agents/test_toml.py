"""Agents that are declared in a file."""

import os
import re
from pathlib import Path

import pytest

from greenroom.agents.declaration import AgentSpec
from greenroom.agents.status import AgentPhase
from greenroom.agents.toml import PATHS, load_agents
from greenroom.agents.upkeep import Upkeep
from greenroom.permissions import Policy
from greenroom.values.deadlines import Deadlines
from greenroom.values.errors import ConfigurationError
from greenroom_protocol.claude.options.kinds import HINTS

DOCS = Path(__file__).parents[2] / "docs" / "agents.md"
ONE = "[agents.a]\n"


@pytest.fixture(name="load")
def _load(tmp_path):
    """A function that writes a file of agents and loads it."""

    def load(text, mode=0o600):
        file = tmp_path / "agents.toml"
        file.write_text(text)
        file.chmod(mode)
        return load_agents(file)

    return load


@pytest.fixture(name="refuse")
def _refuse(load, tmp_path):
    """A function that loads a wrong file and returns the complaint, without the path."""

    def refuse(text, mode=0o600):
        with pytest.raises(ConfigurationError) as caught:
            load(text, mode)
        assert str(caught.value).startswith(str(tmp_path / "agents.toml"))
        return str(caught.value).removeprefix(str(tmp_path / "agents.toml")).lstrip(": ")

    return refuse


def test_an_empty_table_declares_an_agent_that_works_where_the_file_is(load, tmp_path):
    [agent] = load(ONE)
    assert (agent.name, agent.options) == ("a", {"cwd": str(tmp_path)})
    assert (agent.upkeep, agent.deadlines) == (Upkeep(), Deadlines())
    assert agent.idempotent is False
    assert agent.permissions is None


def test_agents_come_in_the_order_of_the_file(load):
    assert [agent.name for agent in load("[agents.b]\n[agents.c]\n[agents.a]\n")] == ["b", "c", "a"]


def test_an_agent_says_more_than_the_defaults_and_wins_over_them(load):
    text = """
[defaults]
idempotent = true
options = { model = "sonnet", effort = "low" }
upkeep = { idle_seconds = "30m", intensity = 3 }
deadlines = { total = "1h" }
[agents.plain]
[agents.own]
idempotent = false
options = { model = "haiku" }
upkeep = { idle_seconds = "never" }
deadlines = { silence = 90 }
"""
    plain, own = load(text)
    assert (plain.options["model"], plain.options["effort"]) == ("sonnet", "low")
    assert plain.upkeep == Upkeep(idle_seconds=1800, intensity=3)
    assert (plain.deadlines.total, plain.idempotent) == (3600, True)
    assert (own.options["model"], own.options["effort"]) == ("haiku", "low")
    assert own.upkeep == Upkeep(intensity=3)
    assert own.deadlines == Deadlines(total=3600, silence=90)
    assert own.idempotent is False


def test_an_option_of_an_agent_hides_what_it_excludes_among_the_defaults(load):
    text = (
        '[defaults.options]\nsystem_prompt_file = "x.md"\n'
        '[agents.a.options]\nsystem_prompt = "You review."'
    )
    assert "system_prompt_file" not in load(text)[0].options


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("90", 90),
        ("1.5", 1.5),
        ('"30s"', 30),
        ('"10m"', 600),
        ('"12h"', 43200),
        ('"7d"', 604800),
        ('"1h30m"', 5400),
        ('"1h 30m"', 5400),
        ('"250ms"', 0.25),
        ('"1.5h"', 5400),
        ('" 30 s "', 30),
    ],
)
def test_a_time_is_a_number_of_seconds_or_says_its_unit(load, written, seconds):
    [agent] = load(f"[agents.a.upkeep]\nperiod = {written}")
    assert agent.upkeep.period == seconds


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("1000", 1000),
        ('"512MiB"', 512 * 1024**2),
        ('"2 GiB"', 2 * 1024**3),
        ('"1.5GiB"', 3 * 1024**3 // 2),
        ('"2GB"', 2 * 10**9),
        ('"100kB"', 100_000),
    ],
)
def test_a_size_is_a_number_of_bytes_or_says_its_unit(load, written, size):
    [agent] = load(f"[agents.a.upkeep]\nmemory_limit = {written}")
    assert agent.upkeep.memory_limit == size


@pytest.mark.parametrize(
    "name",
    ["health_interval", "idle_seconds", "memory_limit", "recycle_memory", "recycle_seconds"],
)
def test_never_is_written_where_python_has_none(load, name):
    [agent] = load(f'[agents.a.upkeep]\n{name} = "never"')
    assert getattr(agent.upkeep, name) is None


def test_relative_paths_start_from_the_file(load, tmp_path):
    text = """
[agents.a.options]
cwd = "../project"
add_dirs = ["lib", "/opt/lib"]
executable = "bin/claude"
system_prompt_file = "~/prompt.md"
settings = "settings.json"
"""
    options = load(text)[0].options
    assert options["cwd"] == str(tmp_path.parent / "project")
    assert options["add_dirs"] == [str(tmp_path / "lib"), "/opt/lib"]
    assert options["executable"] == str(tmp_path / "bin" / "claude")
    assert options["system_prompt_file"] == f"{os.environ['HOME']}/prompt.md"
    assert options["settings"] == str(tmp_path / "settings.json")


def test_the_paths_are_the_options_that_take_paths():
    assert {name for name, hint in HINTS.items() if "PathLike" in repr(hint)} == PATHS


def test_a_policy_is_read_from_its_file(load, tmp_path):
    (tmp_path / "policy.toml").write_text('[[rules]]\nallow = "Read"\n')
    [agent] = load('[agents.a]\npolicy = "policy.toml"')
    assert isinstance(agent.permissions, Policy)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "declares no agents"),
        ("[agents]\n", "declares no agents"),
        ("[agent.a]\n", "'agent', which is unknown; did you mean 'agents'?"),
        ("[agents.a]\nupkeeep = {}", "agents.a has 'upkeeep', which is unknown; did you mean 'upk"),
        ("[agents.a]\nhooks = {}", "agents.a has 'hooks', which is unknown"),
        ("[agents.a.upkeep]\nidle = 3", "agents.a.upkeep has 'idle', which is unknown; did you"),
        ("[defaults.deadlines]\nsilnce = 3", "defaults.deadlines has 'silnce'"),
        ('[agents.a.options]\nmodle = "x"', "agents.a: option modle: there is no such option; did"),
        ("[agents.a.options]\nmodel = 3", "agents.a: option model: must be str, not int"),
        ('[agents.a.options]\nresume = "x"', "agents.a: agent 'a' sets option 'resume', which an"),
        (
            '[agents.a.options]\nsystem_prompt = "a"\nsystem_prompt_file = "b"',
            "agents.a: option system_prompt_file: cannot go with system_prompt",
        ),
        (
            '[agents.a.options]\npermission_mode = "bypassPermissions"',
            "needs an object that can be searched for",
        ),
        ("[agents.A]\n", "agents.A: 'A' cannot be the name of an agent: it takes 1 to 64 small"),
        ("[agents.a.upkeep]\nperiod = 0", "agents.a: upkeep 'period' must be a positive number"),
        ('[agents.a.upkeep]\nperiod = "soon"', "agents.a.upkeep.period must be a time such as 30"),
        ('[agents.a.upkeep]\nperiod = "never"', "agents.a.upkeep.period must be a time such as"),
        ('[agents.a.upkeep]\nperiod = "-1s"', "agents.a.upkeep.period must be a time such as 30"),
        ("[agents.a.upkeep]\nperiod = true", "agents.a.upkeep.period must be a time such as 30"),
        ("[agents.a.upkeep]\nperiod = inf", "agents.a: upkeep 'period' must be a positive number"),
        ('[agents.a.upkeep]\nmemory_limit = "2"', "memory_limit must be a size such as '512MiB'"),
        ("[agents.a.upkeep]\nmemory_limit = 2.5", "memory_limit must be a size such as '512MiB'"),
        ('[agents.a.upkeep]\nwarm = "yes"', "agents.a: upkeep 'warm' must be True or False"),
        ("[agents.a.upkeep]\nrecycle_turns = true", "'recycle_turns' must be a number of turns"),
        (
            '[agents.a.upkeep]\nrecycle_memory = "2GiB"\nmemory_limit = "1GiB"',
            "upkeep 'recycle_memory' must be below 'memory_limit'",
        ),
        ("[agents.a]\nidempotent = 1", "agents.a: idempotent must be a bool"),
        ("[agents.a]\npolicy = 3", "agents.a: policy must be the path of a file"),
        ('[agents.a]\npolicy = "nowhere.toml"', "nowhere.toml cannot be read"),
        ("agents = 3", "'agents' must be a table, not 3"),
        ("[agents]\na = 3", "agents: 'a' must be a table, not 3"),
        ("[agents.a]\noptions = []", "agents.a: 'options' must be a table, not []"),
        ("[agents.a\n", "cannot be read: "),
    ],
    ids=lambda value: re.sub(r"\W+", "-", value)[:40],
)
def test_what_is_wrong_is_refused_with_its_place_and_what_was_meant(refuse, text, complaint):
    assert complaint in refuse(text)


@pytest.mark.parametrize("name", ["a.b", "a b", "-a", "_a", "ä", "a" * 65, "", "../a"])
def test_a_name_is_small_letters_digits_and_two_signs(name):
    with pytest.raises(ValueError, match="cannot be the name of an agent"):
        AgentSpec(name=name)


def test_a_name_is_a_text():
    with pytest.raises(TypeError, match="must be a text, not 3"):
        AgentSpec(name=3)


def test_a_file_that_everybody_may_write_to_is_refused(refuse):
    assert "can be changed by every user" in refuse(ONE, 0o602)


def test_a_file_in_a_directory_that_everybody_may_write_to_is_refused(refuse, tmp_path):
    tmp_path.chmod(0o777)
    assert "can be replaced by every user" in refuse(ONE)


def test_a_directory_in_which_nobody_can_take_anothers_files_is_none_of_these(load, tmp_path):
    tmp_path.chmod(0o1777)
    assert load(ONE)


@pytest.mark.parametrize("table", ["agents.a", "defaults"])
def test_a_credential_that_everybody_may_read_is_refused_and_not_shown(refuse, table):
    text = f'[agents.a]\n[{table}.options]\napi_key = "sk-canary-0123456789"'
    complaint = refuse(text, 0o644)
    assert "holds 'api_key' and can be read by every user" in complaint
    assert "canary" not in complaint


def test_a_credential_in_a_private_file_is_taken_and_no_repr_shows_it(load):
    [agent] = load('[agents.a.options]\napi_key = "sk-canary-0123456789"')
    assert "api_key" in repr(agent)
    assert "canary" not in repr(agent)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"nowhere.toml cannot be read: .*No such file"):
        load_agents(tmp_path / "nowhere.toml")


def test_the_examples_of_the_page_can_be_loaded(load, tmp_path):
    (tmp_path / "reviewer-policy.toml").write_text('[[rules]]\nallow = "Read"\n')
    blocks = re.findall(r"^```toml\n(.*?)^```", DOCS.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        assert load(block)


def test_the_page_tells_of_every_field_and_phase():
    page = DOCS.read_text("utf-8")
    names = [*Upkeep.__struct_fields__, *Deadlines.__struct_fields__]
    phases = [phase.value for phase in AgentPhase if phase is not AgentPhase.UNKNOWN]
    assert [name for name in (*names, *phases) if f"`{name}`" not in page] == []
