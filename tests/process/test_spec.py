"""What to spawn is checked where it is written down."""

from __future__ import annotations

import pytest

from greenroom.runtime.process import SpawnSpec


def test_the_repr_shows_names_of_variables_and_no_values():
    spec = SpawnSpec(("/bin/x",), {"TOKEN": "canary", "A": "b"}, "/tmp")
    assert repr(spec) == "SpawnSpec(argv=('/bin/x',), env=<A, TOKEN>, cwd='/tmp', umask=0o077)"


def test_a_later_change_of_the_mapping_does_not_reach_the_spec():
    env = {"A": "1"}
    spec = SpawnSpec(("/bin/x",), env, "/")
    env["A"] = "2"
    assert spec.env == {"A": "1"}
    with pytest.raises(TypeError):
        spec.env["A"] = "3"


@pytest.mark.parametrize(
    ("argv", "env", "cwd", "named"),
    [
        ((), {}, "/", "executable"),
        (("claude",), {}, "/", "'claude'"),
        (("./claude",), {}, "/", "'./claude'"),
        (("/bin/x", "a\0b"), {}, "/", "argument 1"),
        (("/bin/x",), {}, "work", "'work'"),
        (("/bin/x",), {"": "x"}, "/", "''"),
        (("/bin/x",), {"A=B": "x"}, "/", "'A=B'"),
        (("/bin/x",), {"A": "x\0y"}, "/", "'A'"),
    ],
)
def test_what_the_system_could_not_carry_is_refused_by_name(argv, env, cwd, named):
    with pytest.raises(ValueError, match=r"absolute|NUL") as caught:
        SpawnSpec(argv, env, cwd)
    assert named in str(caught.value)
