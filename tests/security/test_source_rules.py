"""X6, X15: what is dangerous by its mere use does not occur, in no file of this repository.

The linter holds the same (its S rules); this holds where the linter is told to look away.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = ("actors", "protocol", "benchmarks")
MODULES = {"dill", "jsonpickle", "marshal", "pickle", "shelve", "yaml"}
"""What makes objects, and with them code, of data."""

CALLS = {
    "__import__",
    "asyncio.create_subprocess_shell",
    "commands.getoutput",
    "compile",
    "eval",
    "exec",
    "os.popen",
    "os.spawnl",
    "os.spawnlp",
    "os.spawnvp",
    "os.system",
    "pty.spawn",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "tempfile.mktemp",
}
KEYWORDS = {"preexec_fn"}
BARE_COMMANDS = {"subprocess.Popen", "subprocess.run", "subprocess.check_output", "os.execvp"}


def files():
    return sorted(path for name in SHIPPED for path in (ROOT / name).rglob("*.py"))


def dotted(node):
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def sins(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.split(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in MODULES:
            yield node.module
        elif isinstance(node, ast.Call):
            if dotted(node.func) in CALLS:
                yield dotted(node.func)
            for keyword in node.keywords:
                shell = keyword.arg == "shell" and not _is_false(keyword.value)
                if keyword.arg in KEYWORDS or shell:
                    yield f"{dotted(node.func)}({keyword.arg}=…)"


def _is_false(node):
    return isinstance(node, ast.Constant) and node.value is False


def test_no_shell_no_pickle_no_eval_and_nothing_runs_between_fork_and_exec():
    found = {
        str(path.relative_to(ROOT)): sorted(found)
        for path in files()
        if (found := set(sins(ast.parse(path.read_text()))))
    }
    assert found == {}


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from yaml import load",
        "import subprocess; subprocess.run('ls', shell=True)",
        "import subprocess; subprocess.Popen(x, preexec_fn=f)",
        "import os; os.system('ls')",
        "eval(x)",
        "import tempfile; tempfile.mktemp()",
    ],
)
def test_the_rule_itself_finds_what_it_is_for(code):
    assert list(sins(ast.parse(code)))


def test_the_whole_tree_is_looked_at():
    names = {path.relative_to(ROOT).parts[0] for path in files()}
    assert names == set(SHIPPED)
    assert len(files()) > 200


def test_where_frames_are_read_no_module_is_imported_by_a_name_that_came_from_elsewhere():
    users = {
        path.relative_to(ROOT).parts
        for path in files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and dotted(node.func).endswith("import_module")
    }
    lazy = {  # tables of our own exports
        ("actors", "greenroom", "__init__.py"),
        ("actors", "greenroom", "runtime", "__init__.py"),
    }
    apart = {parts for parts in users if parts[0] == "benchmarks" or parts[2] == "testing"}
    assert users - apart <= lazy


def test_the_security_rules_of_the_linter_are_on_and_nothing_shipped_is_exempt():
    """But S101: an assert here states what cannot happen, and checks no input."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--no-cache",
            "--select=S",
            "--ignore=S101",
            "--quiet",
            *SHIPPED,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
