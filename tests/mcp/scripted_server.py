"""An MCP server that does what it is told, for tests: ``python scripted_server.py NAME=VALUE ...``.

It needs nothing but the standard library, and starts fast.
"""

import json
import os
import sys
import time
from pathlib import Path

SETTINGS = dict(argument.partition("=")[::2] for argument in sys.argv[1:])
PAGE = 3
TOOLS = [f"tool{number}" for number in range(int(SETTINGS.get("tools", "2")))]
CAPABILITIES = {"tools": {"listChanged": True}, "resources": {}, "prompts": {}}
seen = []


def send(message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def answer(request, result):
    send({"id": request["id"], "result": result})


def refuse(request, code, message, **more):
    send({"id": request["id"], "error": {"code": code, "message": message, **more}})


def text(content, **more):
    return {"content": [{"type": "text", "text": content}], **more}


def initialize(request):
    """Answer the handshake, in the ways that settings ask for."""
    if "hang" in SETTINGS:
        return
    if "die" in SETTINGS:
        sys.stderr.write(f"{SETTINGS['die']}\n")
        sys.exit(3)
    if "refuse" in SETTINGS:
        refuse(request, -32000, "not today")
        return
    version = SETTINGS.get("version", request["params"]["protocolVersion"])
    about = {"name": "scripted", "version": "1"}
    capabilities = {} if "bare" in SETTINGS else CAPABILITIES
    answer(
        request,
        {
            "protocolVersion": version,
            "capabilities": capabilities,
            "serverInfo": about,
            "instructions": "Ask nicely.",
        },
    )


def list_tools(request):
    """Answer with a page of tools, or with pages that have no end."""
    start = int((request.get("params") or {}).get("cursor", 0))
    if "endless" in SETTINGS:
        answer(request, {"tools": [], "nextCursor": "0"})
        return
    page = [{"name": name, "inputSchema": {"type": "object"}} for name in TOOLS]
    more = {"nextCursor": str(start + PAGE)} if start + PAGE < len(TOOLS) else {}
    answer(request, {"tools": page[start : start + PAGE], **more})


def call_tool(request):
    """Do what the tool's name says."""
    name, arguments = request["params"]["name"], request["params"].get("arguments", {})
    tool = CALLS.get(name)
    if tool is None:
        refuse(request, -32602, f"unknown tool {name}", data={"known": sorted(CALLS)})
    else:
        tool(request, arguments)


def die(_request, arguments):
    sys.stderr.write(arguments.get("words", "") + "\n")
    sys.stderr.flush()
    os._exit(arguments.get("code", 1))


def grow(request, _arguments):
    TOOLS.append(f"tool{len(TOOLS)}")
    send({"method": "notifications/tools/list_changed"})
    answer(request, text("grown"))


def progress(_request, _arguments):
    token = _request["params"]["_meta"]["progressToken"]
    told = {"progressToken": token, "progress": 1, "total": 2, "message": "half"}
    send({"method": "notifications/progress", "params": told})


def ask_back(request, arguments):
    """Ask the client something; its answer is read by `main` and comes with `seen`."""
    send({"id": "mine", "method": arguments["method"], "params": {}})
    answer(request, text("asked"))


def garbage(request, arguments):
    for _ in range(arguments.get("lines", 3)):
        sys.stdout.write("DEBUG: not json\n")
    sys.stdout.write('{"half": \n')
    answer(request, text("after garbage"))


def flood(request, arguments):
    for number in range(arguments["lines"]):
        params = {"level": "info", "data": {"number": number, "token": "of the day"}}
        line = {"jsonrpc": "2.0", "method": "notifications/message", "params": params}
        sys.stdout.write(json.dumps(line) + "\n")
    answer(request, text("flooded"))


def stutter(request, _arguments):
    """Write an answer in single bytes."""
    message = {"jsonrpc": "2.0", "id": request["id"], "result": text("slowly \u00e9")}
    for byte in json.dumps(message, ensure_ascii=False).encode() + b"\n":
        os.write(1, bytes([byte]))


def close_stdout(_request, _arguments):
    os.close(1)
    time.sleep(60)


def sleep(request, _arguments):
    """Read no more."""
    answer(request, text("good night"))
    time.sleep(60)


def change(request, _arguments):
    """Say that lists changed, of which there are none."""
    for kind in ("tools", "resources", "prompts", "dreams"):
        send({"method": f"notifications/{kind}/list_changed"})
    answer(request, text("changed"))


def twice(request, _arguments):
    answer(request, text("once"))
    answer(request, text("twice"))


CALLS = {
    "echo": lambda request, arguments: answer(request, text(arguments.get("text", ""))),
    "fail": lambda request, _arguments: answer(request, text("no", isError=True)),
    "data": lambda request, arguments: answer(
        request, text(json.dumps(arguments), structuredContent=arguments)
    ),
    "odd": lambda request, _arguments: answer(request, {"content": "not a list"}),
    "strange": lambda request, _arguments: answer(
        request,
        {"content": [{"type": "hologram"}, {"type": "text"}, {"type": "text", "text": "x"}]},
    ),
    "never": lambda _request, _arguments: None,
    "seen": lambda request, _arguments: answer(request, text(json.dumps(seen))),
    "environment": lambda request, _arguments: answer(request, text(json.dumps(dict(os.environ)))),
    "where": lambda request, _arguments: answer(request, text(str(Path.cwd()))),
    "big": lambda request, arguments: answer(request, text("x" * arguments["size"])),
    "die": die,
    "grow": grow,
    "progress": progress,
    "ask_back": ask_back,
    "garbage": garbage,
    "flood": flood,
    "stutter": stutter,
    "close_stdout": close_stdout,
    "twice": twice,
    "sleep": sleep,
    "change": change,
}

RESOURCES = [{"uri": "memo://one", "name": "one", "mimeType": "text/plain"}, {"name": "no uri"}]
PROMPTS = [{"name": "greet", "arguments": [{"name": "who", "required": True}]}]
CONTENTS = [{"uri": "memo://one", "text": "first"}, {"uri": "memo://one", "blob": "AAE="}]

METHODS = {
    "initialize": initialize,
    "ping": lambda request: answer(request, {}),
    "tools/list": list_tools,
    "tools/call": call_tool,
    "resources/list": lambda request: answer(request, {"resources": RESOURCES}),
    "resources/read": lambda request: answer(request, {"contents": CONTENTS}),
    "prompts/list": lambda request: answer(request, {"prompts": PROMPTS}),
    "prompts/get": lambda request: answer(
        request,
        {
            "description": "A greeting",
            "messages": [
                {
                    "role": "user",
                    "content": {
                        "type": "text",
                        "text": f"Hello {request['params']['arguments']['who']}",
                    },
                }
            ],
        },
    ),
}


def main():
    """Read and answer until stdin ends."""
    if "lives" in SETTINGS:  # a file with a letter for each start
        with Path(SETTINGS["lives"]).open("a+", encoding="ascii") as lives:
            lives.write("x")
            lives.flush()
            lives.seek(0)
            if len(lives.read()) <= int(SETTINGS.get("stillborn", "0")):
                sys.exit(7)
    for line in sys.stdin:
        message = json.loads(line)
        seen.append(message)
        if "method" in message and "id" in message:
            METHODS[message["method"]](message)
    if "deaf" in SETTINGS:
        time.sleep(60)


main()
