"""``greenroom up``, ``status``, ``stop``, ``restart`` and ``tell``: agents that stay up."""
