"""`import greenroom` is light, and every public name can be had."""

import json
import subprocess
import sys

import pytest

import greenroom

HEAVY = ("asyncio", "click", "msgspec", "platformdirs", "pykka", "structlog", "subprocess")


def modules_after(code):
    program = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, timeout=30
    )
    return json.loads(done.stdout)


def test_importing_the_package_loads_nothing_heavy():
    loaded = modules_after("import greenroom")
    assert not [name for name in loaded if name.split(".")[0] in HEAVY]


def test_running_a_system_loads_no_logging_and_no_command_line():
    loaded = modules_after("import greenroom.system")
    assert not [name for name in loaded if name.split(".")[0] in {"click", "rich", "structlog"}]


def test_importing_the_protocol_starts_nothing():
    loaded = modules_after("import greenroom_protocol.claude")
    assert not [name for name in loaded if name.split(".")[0] in {"asyncio", "pykka", "threading_"}]


@pytest.mark.parametrize("name", greenroom.__all__)
def test_every_public_name_can_be_imported(name):
    assert getattr(greenroom, name) is not None


def test_a_name_that_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'sessoin'"):
        _ = greenroom.sessoin
