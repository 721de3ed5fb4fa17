"""Configuration files set defaults; a project's may set only what is harmless."""

import json

import pytest

from greenroom.values.configuration import load_configuration, user_configuration_path
from greenroom.values.errors import ConfigurationError


@pytest.fixture(name="load")
def _load(tmp_path):
    def load(*, user=None, project=None, pyproject=None):
        home, directory = tmp_path / "home", tmp_path / "project"
        for parent, name, text in (
            (home, "config.toml", user),
            (directory, "greenroom.toml", project),
            (directory, "pyproject.toml", pyproject),
        ):
            parent.mkdir(exist_ok=True)
            if text is not None:
                (parent / name).write_text(text)
        return load_configuration(directory=directory, env={"GREENROOM_HOME": str(home)})

    return load


def test_no_files_set_nothing(load):
    assert load() == {}


def test_the_project_wins_over_the_user(load):
    got = load(
        user='[options]\nmodel = "a"\nallowed_tools = ["Bash"]', project='[options]\nmodel = "b"'
    )
    assert got == {"model": "b", "allowed_tools": ["Bash"]}


def test_a_pyproject_file_is_a_project_file(load):
    assert load(pyproject='[tool.greenroom.options]\nmodel = "c"') == {"model": "c"}


@pytest.mark.parametrize("name", ["executable", "env", "allowed_tools", "settings", "extra_args"])
def test_a_project_may_not_set_what_runs_code_or_widens_a_permission(load, name):
    with pytest.raises(ConfigurationError, match=name):
        load(project=f'[options]\n{name} = "x"')


@pytest.mark.parametrize(
    ("name", "user", "project", "applies"),
    [
        ("disallowed_tools", ["Bash", "Write"], [], ["Bash", "Write"]),
        ("disallowed_tools", ["Bash"], ["Read", "Bash"], ["Bash", "Read"]),
        ("max_budget_usd", 1.0, 9999.0, 1.0),
        ("max_budget_usd", 2.0, 0.5, 0.5),
        ("max_turns", 5, 0, 5),
        ("max_turns", 0, 5, 5),
        ("max_turns", 0, 0, 0),
        ("max_turns", 5, 50, 5),
        ("max_thinking_tokens", 0, 9000, 0),
        ("no_session_persistence", True, False, True),
    ],
)
def test_a_project_can_make_a_limit_of_the_user_only_stricter(load, name, user, project, applies):
    texts = [f"[options]\n{name} = {json.dumps(value)}" for value in (user, project)]
    assert load(user=texts[0], project=texts[1]) == {name: applies}


@pytest.mark.parametrize("name", ["disallowed_tools", "max_budget_usd", "max_turns"])
def test_a_limit_that_one_of_both_sets_is_the_limit(load, name):
    value = ["Bash"] if name == "disallowed_tools" else 3
    text = f"[options]\n{name} = {json.dumps(value)}"
    assert load(user=text) == load(user="", project=text) == {name: value}


@pytest.mark.parametrize(("file", "path"), [("user", "config.toml"), ("project", "greenroom.toml")])
def test_a_misspelt_option_is_answered_with_the_file_and_the_right_name(load, file, path):
    with pytest.raises(ConfigurationError, match=rf"{path}.*modle.*did you mean 'model'"):
        load(**{file: '[options]\nmodle = "x"'})


@pytest.mark.parametrize(("file", "path"), [("user", "config.toml"), ("project", "greenroom.toml")])
def test_a_wrong_value_names_the_file(load, file, path):
    with pytest.raises(ConfigurationError, match=rf"{path}.*max_turns.*'many'"):
        load(**{file: '[options]\nmax_turns = "many"'})


@pytest.mark.parametrize(
    ("text", "name"),
    [("tool = 3", "tool"), ("[tool]\ngreenroom = 3", "greenroom"), ("tool = [1]", "tool")],
)
def test_what_is_no_table_in_a_pyproject_file_is_said_so(load, text, name):
    with pytest.raises(ConfigurationError, match=rf"pyproject\.toml: '{name}' must be a table"):
        load(pyproject=text)


@pytest.mark.parametrize(
    "text", ["[optoins]\n", "options = 3\n", "not toml"], ids=["table", "type", "syntax"]
)
def test_a_file_that_makes_no_sense_is_named(load, text):
    with pytest.raises(ConfigurationError, match=r"greenroom\.toml"):
        load(project=text)


def test_one_variable_moves_the_users_file():
    assert str(user_configuration_path({"GREENROOM_HOME": "/h"})) == "/h/config.toml"
    assert user_configuration_path({}).name == "config.toml"
