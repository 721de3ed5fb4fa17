"""Where the state of a fleet is kept."""

from greenroom.agents.state_directory import fleet_directory, socket_path, state_root


def test_the_state_of_a_fleet_has_a_directory_for_its_file(tmp_path):
    env = {"GREENROOM_STATE_DIR": str(tmp_path / "state")}
    assert state_root(env) == tmp_path / "state"
    first, second = (tmp_path / name / "my agents.toml" for name in ("x", "y"))
    assert fleet_directory(first, env).parent == tmp_path / "state"
    assert fleet_directory(first, env).name.startswith("my-agents-")
    assert fleet_directory(first, env) != fleet_directory(second, env)
    assert fleet_directory(tmp_path / "x" / ".." / "x" / "my agents.toml", env) == fleet_directory(
        first, env
    )
    assert socket_path(tmp_path).parent == tmp_path


def test_without_the_variable_it_is_the_platforms_place():
    assert state_root({}).parts[-2:] == ("greenroom", "agents")
