"""``greenroom ask``: one question, one answer."""
