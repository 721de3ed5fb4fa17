"""Servers as options of a session: typed or raw, and nothing the CLI would skip in silence."""

import json
from pathlib import Path

import pytest

from greenroom_protocol import Secret
from greenroom_protocol.claude.options import (
    HttpServer,
    OptionError,
    SseServer,
    StdioServer,
    check_options,
)

TOKEN = "shh-canary-token"


def written(**servers):
    [file] = check_options({"mcp_servers": servers}).files()
    return json.loads(file.content)["mcpServers"]


def test_a_process_is_written_in_the_words_of_the_cli():
    server = StdioServer(
        command=Path("/usr/bin/files"),
        args=["--root", Path("/srv")],
        env={"TOKEN": Secret(TOKEN), "MODE": "read"},
        timeout_seconds=2.5,
        always_load=True,
    )
    assert written(files=server)["files"] == {
        "type": "stdio",
        "command": "/usr/bin/files",
        "args": ["--root", "/srv"],
        "env": {"TOKEN": TOKEN, "MODE": "read"},
        "timeout": 2500,
        "alwaysLoad": True,
    }


@pytest.mark.parametrize(("config", "kind"), [(HttpServer, "http"), (SseServer, "sse")])
def test_an_address_is_written_in_the_words_of_the_cli(config, kind):
    server = config(url="https://example.org/mcp", headers={"X-Key": Secret(TOKEN)})
    assert written(web=server)["web"] == {
        "type": kind,
        "url": "https://example.org/mcp",
        "headers": {"X-Key": TOKEN},
    }


def test_typed_and_raw_servers_stand_side_by_side():
    servers = written(
        typed=StdioServer(command="x"),
        raw={"command": "y", "env": {"KEY": Secret(TOKEN)}},
        mine={"type": "sdk", "name": "mine"},
    )
    assert list(servers) == ["typed", "raw", "mine"]
    assert servers["raw"] == {"command": "y", "args": [], "env": {"KEY": TOKEN}}


def test_no_other_servers_of_the_machine_are_used_unless_asked_for():
    server = StdioServer(command="x")
    assert "--strict-mcp-config" in check_options({"mcp_servers": {"x": server}}).argv()
    lax = check_options({"mcp_servers": {"x": server}, "strict_mcp_config": False})
    assert "--strict-mcp-config" not in lax.argv()


@pytest.mark.parametrize(
    "server",
    [
        StdioServer(command="x", args=[TOKEN], env={"PLAIN": TOKEN, "KEY": Secret(TOKEN)}),
        HttpServer(url=f"http://a/b?key={TOKEN}", headers={"K": TOKEN, "L": Secret(TOKEN)}),
        SseServer(url=f"http://a/b?key={TOKEN}", headers={"K": TOKEN, "L": Secret(TOKEN)}),
    ],
)
def test_nothing_secret_is_shown(server):
    options = check_options({"mcp_servers": {"x": server}})
    shown = f"{server!r} {server} {options!r} {options.argv()} {options.files()!r}"
    assert TOKEN not in shown


def test_the_repr_tells_what_it_may():
    assert (
        repr(StdioServer(command="x", args=["a"], env={"B": "1", "A": "2"}))
        == "StdioServer(command='x', args=<1>, env=<A, B>)"
    )
    assert (
        repr(HttpServer(url="http://a/b?c=d", headers={"E": "f"}))
        == "HttpServer(url='http://a/b', headers=<E>)"
    )


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: StdioServer(command=""), "command must not be empty"),
        (lambda: StdioServer(command="a\0b"), "command must not hold control characters"),
        (lambda: StdioServer(command="x", args="-v"), "args must be a list"),
        (lambda: StdioServer(command="x", args=["a\0"]), "args must not hold NUL"),
        (lambda: StdioServer(command="x", env={"A=B": "c"}), "env must name variables"),
        (lambda: StdioServer(command="x", env={"A": 5}), "env must map names to texts"),
        (lambda: StdioServer(command="x", timeout_seconds=0.5), "the CLI ignores less"),
        (lambda: StdioServer(command="x", timeout_seconds=float("nan")), "must be 1 second"),
        (lambda: StdioServer(command="x", timeout_seconds=1e12), "must be seconds from 0"),
        (lambda: StdioServer(command="x", always_load="yes"), "always_load must be a bool"),
        (lambda: HttpServer(url="ftp://x"), "url must be an http"),
        (lambda: HttpServer(url=f"http://user:{TOKEN}@x"), "without a user in it"),
        (lambda: HttpServer(url=b"http://x"), "url must be a text"),
        (lambda: SseServer(url="http://x", headers={"A": f"{TOKEN}\n"}), "header A must be"),
        (lambda: SseServer(url="http://x", headers={"": "x"}), "headers must be"),
    ],
)
def test_a_configuration_that_cannot_work_is_refused_when_it_is_made(make, error):
    with pytest.raises((TypeError, ValueError), match=error) as caught:
        make()
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("server", "it is a str"),
        (object(), "it is a object"),
        ({}, "needs 'command'"),
        ({"type": "htpp", "url": "http://x"}, "'type' must be one of 'stdio', 'http'"),
        pytest.param({"type": 5}, "'type' must be one of", id="number"),
        pytest.param({"type": ["stdio"]}, "'type' must be one of", id="list"),
        ({"url": "http://x"}, "an address needs 'type': 'http' or 'sse'"),
        ({"type": "http"}, "needs 'url'"),
        ({"type": "sse", "url": ""}, "'url' must not be empty"),
        ({"command": ""}, "'command' must not be empty"),
        pytest.param({"command": "x", "args": "-v"}, "'args' must be a list of", id="text"),
        pytest.param({"command": "x", "args": [1]}, "'args' must be a list of", id="numbers"),
        ({"command": "x", "arg": []}, "no member 'arg', did you mean 'args'"),
        (
            {"command": "x", "always_load": True},
            "no member 'always_load', did you mean 'alwaysLoad",
        ),
        ({"command": "x", "headers": {}}, "no member 'headers'"),
        ({"command": "x", 5: {}}, "no member '5'"),
        ({"command": "x", "env": {"A": 1}}, "'env' must map names to texts"),
        ({"command": "x", "timeout": 2.5}, "'timeout' must be a whole number"),
        ({"command": "x", "timeout": 999}, "'timeout' must be 1000 or more"),
        ({"command": "x", "alwaysLoad": "yes"}, "'alwaysLoad' must be True or False"),
        ({"type": "sdk"}, "needs 'name'"),
    ],
)
def test_an_entry_that_the_cli_would_skip_is_refused(entry, problem):
    with pytest.raises(OptionError) as caught:
        check_options({"mcp_servers": {"mine": entry}})
    assert problem in str(caught.value)
    assert "server 'mine'" in str(caught.value)
    assert (caught.value.option, caught.value.value) == ("mcp_servers", "***")


def test_a_configuration_is_not_changed_afterwards():
    env = {"A": "1"}
    server = StdioServer(command="x", env=env)
    env["B"] = "2"
    assert dict(server.env) == {"A": "1"}
    with pytest.raises(AttributeError):
        server.command = "y"
    with pytest.raises(TypeError):
        server.env["C"] = "3"
