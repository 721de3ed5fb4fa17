"""Whether a binary on disk is still the one that was started."""

import os

import pytest

from greenroom.agents.fingerprint import Fingerprint


@pytest.fixture(name="binary")
def _binary(tmp_path):
    binary = tmp_path / "claude-1"
    binary.write_text("one")
    return binary


def test_a_file_that_nobody_touched_is_the_same(binary):
    assert not Fingerprint.of(binary).replaced()


def test_a_file_that_was_read_run_or_given_another_mode_is_the_same(binary):
    before = Fingerprint.of(binary)
    binary.chmod(0o755)
    binary.read_text()
    assert not before.replaced()


def test_a_file_that_is_gone_was_replaced_and_may_come_back(binary, tmp_path):
    before = Fingerprint.of(binary)
    binary.rename(tmp_path / "aside")
    assert before.replaced()
    (tmp_path / "aside").rename(binary)
    assert not before.replaced()


def test_another_file_of_the_same_size_and_time_is_another(binary, tmp_path):
    before = Fingerprint.of(binary)
    other = tmp_path / "other"
    other.write_text("two")
    os.utime(other, ns=(before.modified, before.modified))
    other.replace(binary)
    assert before.replaced()


def test_a_file_that_was_written_over_is_another(binary):
    before = Fingerprint.of(binary)
    binary.write_text("longer")
    assert before.replaced()


def test_a_link_that_leads_elsewhere_now_leads_to_another(binary, tmp_path):
    link, newer = tmp_path / "claude", tmp_path / "claude-2"
    newer.write_text("one")
    link.symlink_to(binary)
    by_link, by_file = Fingerprint.of(link), Fingerprint.of(binary)
    link.unlink()
    link.symlink_to(newer)
    assert by_link.replaced()
    assert not by_file.replaced()


def test_a_place_that_cannot_be_looked_at_counts_as_replaced(binary, tmp_path):
    directory = tmp_path / "bin"
    directory.mkdir()
    moved = binary.rename(directory / "claude")
    before = Fingerprint.of(moved)
    directory.rename(tmp_path / "elsewhere")
    directory.write_text("a file now")
    assert before.replaced()


def test_there_is_none_of_what_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        Fingerprint.of(tmp_path / "nowhere")
