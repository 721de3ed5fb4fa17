"""Questions that wait for people who answer from elsewhere."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from greenroom.permissions import (
    Allow,
    BadAnswerError,
    Deny,
    Dialog,
    Elicitation,
    ElicitationReply,
    PermissionRequest,
    PermissionService,
    PromptGoneError,
    PromptQueue,
    UserQuestions,
)
from tests.permissions.conftest import new_call, run_errand

REQUEST = PermissionRequest(tool_name="Bash", input={"command": "ls"}, tool_use_id="t-1")


@pytest.fixture(name="queue")
def _queue():
    return PromptQueue(now=lambda: 1_700_000_000.0)


def test_a_question_waits_until_somebody_answers(queue, call):
    future = queue.ask(REQUEST, call)
    [prompt] = queue.pending()
    assert not future.done
    assert (prompt.inquiry, prompt.asked_at) == (REQUEST, 1_700_000_000.0)
    assert (prompt.session_id, prompt.turn_id) == ("s-1", "t-1")
    assert isinstance(prompt.id, str)
    queue.answer(prompt.id, Deny("no"))
    assert future.get(timeout=0) == Deny("no")
    assert queue.pending() == ()


def test_pending_prompts_are_listed_oldest_first(queue, call):
    for number in range(3):
        queue.ask(Dialog(dialog_kind=str(number)), call)
    assert [prompt.inquiry.dialog_kind for prompt in queue.pending()] == ["0", "1", "2"]
    assert len({prompt.id for prompt in queue.pending()}) == 3


def test_the_service_waits_for_the_answer(queue):
    service = PermissionService(None, queue)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(run_errand, service.answer(REQUEST))
        queue.answer(queue.wait(10).id, Allow(input={"command": "pwd"}))
        assert answer.result(10) == Allow(input={"command": "pwd"})


def test_each_prompt_is_taken_once(queue, call):
    queue.ask(REQUEST, call)
    queue.ask(Elicitation(server="el"), call)
    assert queue.wait(0).inquiry == REQUEST
    assert queue.wait(0).inquiry == Elicitation(server="el")
    assert queue.wait(0) is None
    assert len(queue.pending()) == 2


def test_who_waits_in_vain_leaves_no_trace(queue, call):
    assert queue.wait(0) is None
    queue.ask(REQUEST, call)
    assert queue.wait(0).inquiry == REQUEST


def test_a_prompt_wakes_the_thread_that_waits(queue, call):
    with ThreadPoolExecutor(1) as pool:
        taken = pool.submit(queue.wait, 10)
        queue.ask(REQUEST, call)
        assert taken.result(10).inquiry == REQUEST


def test_many_threads_share_the_prompts(queue, call):
    with ThreadPoolExecutor(4) as pool:
        taken = [pool.submit(queue.wait, 10) for _ in range(20)]
        futures = [queue.ask(REQUEST, call) for _ in range(20)]
        prompts = [one.result(10) for one in taken]
    assert len({prompt.id for prompt in prompts}) == 20
    for prompt in prompts:
        queue.answer(prompt.id, Allow())
    assert [future.get(timeout=10) for future in futures] == [Allow()] * 20


def test_tasks_take_prompts_too(queue, call):
    async def answer_two():
        loop = asyncio.get_running_loop()
        asking = loop.run_in_executor(None, lambda: [queue.ask(REQUEST, call) for _ in range(2)])
        seen = 0
        async for prompt in queue:
            queue.answer(prompt.id, Allow())
            seen += 1
            if seen == 2:
                break
        return [await future for future in await asking]

    assert asyncio.run(answer_two()) == [Allow(), Allow()]


def test_a_cancelled_task_takes_no_prompt_away(queue, call):
    async def wait_and_give_up():
        task = asyncio.create_task(anext(aiter(queue)))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def get_one_while_cancelled():
        task = asyncio.create_task(anext(aiter(queue)))
        await asyncio.sleep(0)
        queue.ask(REQUEST, call)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(wait_and_give_up())
    asyncio.run(get_one_while_cancelled())
    assert queue.wait(0).inquiry == REQUEST


def test_watchers_are_told_of_each_prompt_until_they_are_forgotten(queue, call):
    seen = []
    forget = queue.on_prompt(seen.append)
    queue.ask(REQUEST, call)
    forget()
    forget()
    queue.ask(REQUEST, call)
    assert seen == [queue.pending()[0]]


def test_a_watcher_that_fails_harms_nobody(queue, call, capsys):
    seen = []

    def fail(prompt):
        raise RuntimeError("of the watcher")

    queue.on_prompt(fail)
    queue.on_prompt(seen.append)
    assert not queue.ask(REQUEST, call).done
    assert len(seen) == 1


def test_a_watcher_may_answer_at_once(queue, call):
    queue.on_prompt(lambda prompt: queue.answer(prompt.id, Allow()))
    assert queue.ask(REQUEST, call).get(timeout=0) == Allow()


def test_a_cancelled_question_is_withdrawn(queue, call):
    future = queue.ask(REQUEST, call)
    [prompt] = queue.pending()
    call.signal.cancel("the turn ended")
    assert queue.pending() == ()
    assert queue.wait(0) is None
    with pytest.raises(PromptGoneError, match="the turn ended"):
        queue.answer(prompt.id, Allow())
    with pytest.raises(PromptGoneError):
        future.get(timeout=0)


def test_a_question_that_was_cancelled_before_is_never_shown(queue, call):
    seen = []
    queue.on_prompt(seen.append)
    call.signal.cancel("too late")
    future = queue.ask(REQUEST, call)
    assert future.done
    assert seen == []
    assert queue.wait(0) is None


def test_the_first_answer_counts(queue, call):
    future = queue.ask(REQUEST, call)
    [prompt] = queue.pending()
    queue.answer(prompt.id, Deny("first"))
    with pytest.raises(PromptGoneError, match="answered already") as caught:
        queue.answer(prompt.id, Allow())
    assert caught.value.prompt_id == prompt.id
    assert caught.value.code == "prompt_gone"
    assert future.get(timeout=0) == Deny("first")


@pytest.mark.parametrize("prompt_id", ["nonsense", "", "x" * 10_000])
def test_an_unknown_id_is_an_error(queue, prompt_id):
    for act in (
        lambda: queue.answer(prompt_id, Allow()),
        lambda: queue.answer_json(prompt_id, b'{"kind":"allow"}'),
        lambda: queue.refuse(prompt_id, "no"),
    ):
        with pytest.raises(PromptGoneError, match="not known") as caught:
            act()
        assert len(str(caught.value)) < 200


def test_of_many_who_answer_one_wins(queue, call):
    future = queue.ask(REQUEST, call)
    [prompt] = queue.pending()
    start = threading.Barrier(8)

    def answer(number):
        start.wait()
        try:
            queue.answer(prompt.id, Deny(str(number)))
        except PromptGoneError:
            return None
        return Deny(str(number))

    with ThreadPoolExecutor(8) as pool:
        won = [one for one in pool.map(answer, range(8)) if one is not None]
    assert won == [future.get(timeout=0)]


@pytest.mark.parametrize(
    "answer", [True, None, "yes", Allow, ElicitationReply("accept"), {}], ids=str
)
def test_an_answer_that_does_not_fit_leaves_the_prompt_open(queue, call, answer):
    future = queue.ask(REQUEST, call)
    [prompt] = queue.pending()
    with pytest.raises(BadAnswerError, match="PermissionRequest is answered by"):
        queue.answer(prompt.id, answer)
    assert not future.done
    queue.answer(prompt.id, Allow())
    assert future.get(timeout=0) == Allow()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"true",
        b"{}",
        b'{"kind":"ask"}',
        b'{"kind":"deny"}',
        b"\xff",
        b'{"kind":"allow","x":1}',
    ],
)
def test_json_that_is_no_answer_leaves_the_prompt_open(queue, call, data):
    queue.ask(REQUEST, call)
    [prompt] = queue.pending()
    with pytest.raises(BadAnswerError):
        queue.answer_json(prompt.id, data)
    assert queue.pending() == (prompt,)


def test_refusing_allows_nothing_whatever_is_asked(queue, call):
    inquiries = [
        REQUEST,
        UserQuestions(questions=()),
        Elicitation(server="el"),
        Dialog(dialog_kind="k"),
    ]
    futures = [queue.ask(inquiry, call) for inquiry in inquiries]
    for prompt in queue.pending():
        queue.refuse(prompt.id, "nobody is here")
    answers = [future.get(timeout=0) for future in futures]
    assert answers[:3] == [Deny("nobody is here")] * 2 + [ElicitationReply("decline")]
    assert answers[3].text == "nobody is here"


def test_what_happened_to_old_prompts_is_forgotten_in_the_end(queue):
    for _ in range(1_100):
        queue.ask(REQUEST, new_call())
        queue.answer(queue.pending()[0].id, Allow())
    assert len(queue._gone) == 1_000
    assert not queue._untaken
