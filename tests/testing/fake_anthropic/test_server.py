"""The fake API as its clients and its owner see it."""

import json
import stat
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from greenroom.testing.fake_anthropic import SCRIPTS, Error, FakeAnthropic, Message, Text


def kinds(body):
    lines = (line for line in body.splitlines() if line.startswith("data: "))
    return [json.loads(line[6:])["type"] for line in lines]


def test_an_answer_is_streamed_as_server_sent_events(api, client):
    api.on("hi", Text(("hel", "lo")))
    response, body = client.ask()
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert kinds(body)[:3] == ["message_start", "ping", "content_block_start"]
    assert client.answer() == "hello"


def test_without_stream_the_answer_is_one_object(api, client):
    api.on("hi", Text("hello"))
    response, body = client.ask(stream=False)
    assert response.headers["content-type"] == "application/json"
    assert json.loads(body)["content"] == [{"type": "text", "text": "hello"}]


def test_a_connection_serves_many_requests(client):
    assert [client.answer(f"n{n}") for n in range(2)] == ["You said: n0", "You said: n1"]


def test_tokens_are_counted_roughly(client):
    _, body = client.ask("x" * 4000, path="/v1/messages/count_tokens")
    assert 1000 <= json.loads(body)["input_tokens"] <= 1100


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_root_is_there_for_whoever_looks_whether_the_server_is(client, method):
    client.http.request(method, "/")
    assert client.http.getresponse().status == 200


def test_everything_else_is_not_found(client):
    client.http.request("GET", "/v1/models", headers={"x-api-key": "k"})
    response = client.http.getresponse()
    assert (response.status, json.load(response)["error"]["type"]) == (404, "not_found_error")


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"headers": {}}, 401),
        ({"headers": {"Authorization": "Bearer x"}}, 200),
        ({"messages": None}, 200),
        ({"model": "nonsense"}, 404),
        ({"path": "/v1/messages/count_tokens", "headers": {}}, 401),
    ],
)
def test_requests_are_validated_lightly(connect, options, status):
    with FakeAnthropic(models=["m"]) as api:
        assert connect(api).ask(**options)[0].status == status


def test_a_body_that_is_not_json_is_a_bad_request(client):
    client.http.request("POST", "/v1/messages", b"{", {"x-api-key": "k"})
    assert client.http.getresponse().status == 400


def test_a_server_may_do_without_keys_and_have_a_default_reply(connect):
    with FakeAnthropic(require_key=False, default=Error(529)) as api:
        assert connect(api).ask(headers={})[0].status == 529


def test_an_error_carries_its_headers(api, client):
    api.on("hi", Error(429, retry_after=120, headers={"anthropic-ratelimit-unified-status": "no"}))
    response, body = client.ask()
    assert (response.status, json.loads(body)["error"]["type"]) == (429, "rate_limit_error")
    assert response.headers["retry-after"] == "120"
    assert response.headers["anthropic-ratelimit-unified-status"] == "no"


def test_a_predicate_that_raises_is_told_to_the_client(api, client):
    api.on(lambda prompt: prompt[99], Text("x"))
    response, body = client.ask()
    assert (response.status, "IndexError" in body) == (400, True)


def test_pacing_lets_time_pass_between_events(api, client):
    api.on("hi", Message((Text(("a", "b")),), delay_seconds=0.01))
    began = time.monotonic()
    client.ask()
    assert time.monotonic() - began >= 0.06


def test_a_title_is_what_its_schema_asks_for(client):
    properties = {"title": {"type": "string"}, "n": {"type": "integer"}, "k": {"enum": ["a", "b"]}}
    asked = {"type": "json_schema", "schema": {"type": "object", "properties": properties}}
    _, body = client.ask(stream=False, output_config={"format": asked})
    title = json.loads(json.loads(body)["content"][0]["text"])
    assert title == {"title": "Scripted conversation", "n": 0, "k": "a"}


def test_requests_are_recorded_with_masked_credentials(api, client):
    client.ask("hi", path="/v1/messages?beta=true")
    request = api.wait_for_request(lambda r: r.prompt == "hi")
    assert (request.method, request.path, request.query) == ("POST", "/v1/messages", "beta=true")
    assert (request.headers["x-api-key"], request.model, request.side) == ("***", "m", None)
    assert "secret" not in repr(api.requests)


def test_only_the_newest_requests_are_kept(connect):
    with FakeAnthropic(keep=2) as api:
        client = connect(api)
        for n in range(4):
            client.ask(f"n{n}")
        assert [r.prompt for r in api.requests] == ["n2", "n3"]


def test_waiting_for_a_request_ends_with_what_did_come(api, client):
    client.ask("something else")
    with pytest.raises(TimeoutError, match="something else"):
        api.wait_for_request(lambda r: r.prompt == "hi", timeout=0.01)


def test_waiting_for_a_request_wakes_up_when_it_comes(api, client):
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(api.wait_for_request, lambda r: r.prompt == "hi")
        client.ask()
        assert waiting.result(10).prompt == "hi"


def test_a_script_is_played_until_its_rules_are_forgotten(api, client):
    api.play(SCRIPTS["hello"]).on("bye", Text("bye"))
    assert "Hello!" in client.answer(SCRIPTS["hello"].prompt)
    api.forget_rules()
    assert client.answer("bye") == "You said: bye"


def test_start_and_close_may_be_repeated():
    api = FakeAnthropic()
    for _ in range(2):
        api.start()
        api.start()
        assert api.url.startswith("http://127.0.0.1:")
        api.close()
        api.close()
    api.release()


def test_without_a_running_server_there_is_no_url():
    with pytest.raises(RuntimeError, match="with statement"):
        FakeAnthropic().url  # noqa: B018 - the property raises


@pytest.mark.parametrize("oauth", [True, False])
def test_the_environment_is_hermetic_and_its_directories_private(api, tmp_path, monkeypatch, oauth):
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "real")
    environment = api.environment(tmp_path / "home", oauth=oauth)
    assert environment["ANTHROPIC_BASE_URL"] == api.url
    assert ("CLAUDE_CODE_OAUTH_TOKEN" in environment) is oauth
    assert "real" not in environment.values()
    for directory in (tmp_path / "home", tmp_path / "home" / "tmp"):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
