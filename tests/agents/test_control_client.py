"""The client of the control socket, where the host is gone, talks nonsense or says nothing."""

import threading

import pytest

from greenroom.agents.control_client import ControlClient
from greenroom.agents.control_socket import ControlSocket
from greenroom.agents.errors import AgentsNotRunningError, DoorAnswerError


def test_a_client_without_a_host_is_told_how_to_start_one(state):
    with pytest.raises(AgentsNotRunningError, match=r"no host of agents listens .*greenroom up"):
        ControlClient(state / "control.sock")


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (b"", "closed the connection before its last answer"),
        (b"\n", "gave an answer that is none"),
        (b'{"answer":"dance"}\n', "gave an answer that is none"),
        (b'{"answer":"done"}\n', "answered Done where Listing was due"),
    ],
    ids=range(4),
)
def test_a_host_that_answers_nonsense_is_named(state, answer, complaint):
    control = ControlSocket(state / "control.sock")

    def serve():
        control.listener.setblocking(True)
        wire, _ = control.listener.accept()
        wire.recv(4096)
        wire.sendall(answer)
        wire.close()

    thread = threading.Thread(target=serve)
    thread.start()
    with ControlClient(control.path) as client, pytest.raises(DoorAnswerError, match=complaint):
        client.status()
    thread.join()
    control.close()


def test_a_host_that_does_not_answer_is_not_waited_for_for_ever(state):
    control = ControlSocket(state / "control.sock")
    with (
        ControlClient(control.path, answer_seconds=0.05) as client,
        pytest.raises(DoorAnswerError, match=r"did not answer in 0.05 s"),
    ):
        client.status()
    control.close()
