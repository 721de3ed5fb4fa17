"""Where processes cannot be owned, that is said in words."""

from __future__ import annotations

import pytest

from greenroom.runtime.process import UnsupportedPlatform, check_platform


@pytest.mark.parametrize("platform", ["linux", "darwin", "freebsd14"])
def test_posix_systems_pass(platform):
    check_platform(platform)


def test_windows_is_told_where_to_go():
    with pytest.raises(UnsupportedPlatform, match="WSL 2") as caught:
        check_platform("win32")
    assert caught.value.platform == "win32"


def test_the_package_can_be_imported_where_posix_modules_are_missing(run_host):
    code = (
        "import asyncio, os, random, signal, subprocess, sys, tempfile, threading\n"
        "import structlog, pykka\n"
        "sys.platform = 'win32'\n"
        "for name in ('fcntl', 'termios', 'pwd', 'grp', 'resource'): sys.modules[name] = None\n"
        "for name in ('SIGKILL', 'SIGCONT', 'SIGPIPE'): delattr(signal, name)\n"
        "for name in ('register_at_fork', 'killpg', 'pidfd_open'): delattr(os, name)\n"
        "import greenroom.runtime.process as process\n"
        "try: process.check_platform('win32')\n"
        "except process.UnsupportedPlatform as error: print(error)\n"
    )
    assert "WSL 2" in run_host(code)
