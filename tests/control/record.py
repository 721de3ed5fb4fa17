"""What a simulated process was sent, by the record that it keeps."""


def requests(session, subtype, launch=None):
    """The control requests of that kind that a process was sent."""
    record = session.simulator.record(launch)
    return [request for request in record.requests if request["subtype"] == subtype]


def models(session, launch=None):
    return [request.get("model") for request in requests(session, "set_model", launch)]


def handshake_of(session, launch=None):
    [hello] = requests(session, "initialize", launch)
    return hello


def contents(session, launch=None):
    """The prompts that a process was sent."""
    return [prompt["message"]["content"] for prompt in session.simulator.record(launch).prompts]
