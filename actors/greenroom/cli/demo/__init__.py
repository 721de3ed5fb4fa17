"""``greenroom demo``: everything at work, without an account and without a network."""
