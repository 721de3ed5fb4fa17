"""What a dying host was told about last is removed by the warden."""

import os

import pytest

from greenroom.runtime.warden.estates import Estates


@pytest.fixture(name="make")
def _make(tmp_path):
    def make(name):
        (tmp_path / name).mkdir()
        (tmp_path / name / "secret").write_text("x")
        return os.fsencode(tmp_path / name)

    return make


def test_what_the_host_did_not_remove_is_removed(make, tmp_path):
    estates = Estates()
    for name in ("one", "two"):
        estates.leave(make(name))
    estates.leave(b"")
    estates.remove()
    assert list(tmp_path.iterdir()) == []


def test_what_the_host_removed_is_forgotten_in_time(make):
    estates = Estates()
    kept = make("kept")
    estates.leave(kept)
    for number in range(10_000):
        estates.leave(b"/nowhere/%d" % number)
    assert len(estates._directories) < 200
    assert kept in estates._directories
