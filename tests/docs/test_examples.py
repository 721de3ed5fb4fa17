"""Every example of the documentation runs, against the simulated CLI."""

from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

import greenroom
from greenroom.testing import Scenario

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.fixture(name="_hosted")
def _simulated_agent(simulator, tmp_path, monkeypatch):
    """The environment of a user: a `claude` that is found, one credential, a directory."""
    monkeypatch.setenv("GREENROOM_CLAUDE_PATH", str(simulator(Scenario()).path))
    monkeypatch.setenv("ANTHROPIC_API_KEY", "not-a-real-key")
    monkeypatch.chdir(tmp_path)
    yield
    greenroom.default_system().close()


@pytest.mark.usefixtures("_hosted")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_run(page, capsys):
    sybil = Sybil([PythonCodeBlockParser(), SkipParser()], path=str(page.parent))
    for example in sybil.parse(page).examples():
        example.evaluate()
    capsys.readouterr()
