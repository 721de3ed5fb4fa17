"""``greenroom doctor`` says what a session would run with, and what stands in the way."""

import hashlib
import json

import pytest

from greenroom.testing import Scenario


def test_a_usable_setup_ends_with_0(run_here, simulator):
    path = simulator().path
    done = run_here("doctor", "-o", "json", "--executable", path)
    told = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert (told["usable"], told["problems"], told["warnings"]) == (True, [], [])
    assert told["claude"] == {
        "binary": str(path),
        "version": "2.1.329",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "searched": [f"{path} (asked for): used"],
    }
    assert told["account"]["pays"] == "variable ANTHROPIC_API_KEY"
    assert told["account"]["variables"] == ["ANTHROPIC_API_KEY"]
    assert told["platform"]["containment"] in {"warden", "cgroup"}
    assert {"greenroom", "python", "pykka", "msgspec"} <= set(told["versions"])


def test_people_read_the_same(run_here, simulator):
    done = run_here("doctor", "--executable", simulator().path)
    assert done.code == 0
    assert "2.1.329 (supported: from " in done.out
    assert done.out.endswith("\nA session can be started.\n")


def test_values_of_credentials_are_never_shown(run_here, simulator):
    for form in ("text", "json"):
        done = run_here("doctor", "-vv", "-o", form, "--executable", simulator().path)
        assert "canary" not in done.out + done.err


def test_a_missing_binary_ends_with_69_and_names_every_place(run_here, tmp_path):
    done = run_here("doctor", "--executable", tmp_path / "none")
    assert done.code == 69
    assert "problem: no usable `claude` binary was found" in done.out
    assert f"{tmp_path / 'none'} (asked for): not there" in done.out
    assert "hint: install it with" in done.out


def test_two_accounts_end_with_78(run_here, simulator):
    done = run_here("doctor", "--executable", simulator().path, CLAUDE_CODE_OAUTH_TOKEN="canary")
    assert done.code == 78
    assert "problem: auth must say which account pays" in done.out
    assert "canary" not in done.out


def test_nobody_being_logged_in_ends_with_69(run_here, simulator):
    done = run_here("doctor", "--executable", simulator().path, ANTHROPIC_API_KEY="")
    assert done.code == 69
    assert "nobody is logged in" in done.out


def test_a_login_of_the_cli_is_found(run_here, simulator, tmp_path):
    (tmp_path / ".credentials.json").write_text("{}")
    env = {"ANTHROPIC_API_KEY": "", "CLAUDE_CONFIG_DIR": str(tmp_path)}
    done = run_here("doctor", "--executable", simulator().path, **env)
    assert done.code == 0
    assert "the CLI's own login" in done.out


@pytest.mark.parametrize("content", ["nonsense", "[options]\nmodle = 'x'\n", "[option]\n"])
def test_a_wrong_configuration_ends_with_78(run_here, simulator, tmp_path, content):
    (tmp_path / "here" / "greenroom.toml").write_text(content)
    done = run_here("doctor", "-o", "json", "--executable", simulator().path)
    told = json.loads(done.out)
    assert (done.code, told["exit_code"], told["usable"]) == (78, 78, False)
    assert told["problems"][0]["section"] == "configuration"
    assert told["configuration"]["project_file"]["exists"] is True


def test_a_version_that_is_newer_than_tested_is_a_warning(run_here, simulator):
    new = simulator(Scenario(cli_version="3.0.1"))
    done = run_here("doctor", "-o", "json", "--executable", new.path)
    told = json.loads(done.out)
    assert (done.code, done.err, told["usable"]) == (0, "", True)
    assert "newer than" in told["warnings"][0]["text"]


def test_a_version_that_is_too_old_is_a_problem(run_here, simulator):
    old = simulator(Scenario(cli_version="2.0.1"))
    done = run_here("doctor", "-o", "json", "--executable", old.path)
    told = json.loads(done.out)
    assert (done.code, told["usable"]) == (69, False)
    assert "2.0.1" in told["problems"][0]["text"]
