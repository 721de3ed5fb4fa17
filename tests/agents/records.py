"""A record that says all a record can say."""

from greenroom.agents.record import AgentRecord

FULL = AgentRecord(
    name="a",
    session_id="s-1",
    last_entry="e-1",
    cli_version="2.1.329",
    losses=(1.5, 2.5),
    parked_until=99.0,
    parked_code="rate_limited",
    parked_reason="the limit is used up",
    given_up=True,
    given_up_reason="5 losses",
    turns=7,
    updated_at=3.0,
)
