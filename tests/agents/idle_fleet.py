"""A fleet of agents that do nothing."""

from greenroom.runtime import Future


class IdleFleet:
    """Tells its status, keeps what it was asked, and is done with nothing before the test is."""

    def __init__(self, *agents):
        self.agents = agents
        self.asked = []
        self.wait = Future()

    def status(self):
        return self.agents

    def tell(self, name, prompt):
        raise LookupError("sk-canary-0123456789")

    def restart(self, name):
        self.asked.append(("restart", name))
        return self.wait

    def stop(self, name):
        self.asked.append(("stop", name))
        return self.wait
