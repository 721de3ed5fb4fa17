"""Configuration files set defaults; a project's may set only what is harmless."""

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
    "text", ["[optoins]\n", "options = 3\n", "not toml"], ids=["table", "type", "syntax"]
)
def test_a_file_that_makes_no_sense_is_named(load, text):
    with pytest.raises(ConfigurationError, match=r"greenroom\.toml"):
        load(project=text)


def test_one_variable_moves_the_users_file():
    assert str(user_configuration_path({"GREENROOM_HOME": "/h"})) == "/h/config.toml"
    assert user_configuration_path({}).name == "config.toml"
