"""Code of the caller's that the CLI has run: hooks, permission handlers, tools.

What a service makes of a question is either its answer or an :class:`Errand`: which code to run,
for how long, and what its result means. Errands are run beside the actors, never on them.
"""

from greenroom.callbacks.call import Call
from greenroom.callbacks.caller import Caller
from greenroom.callbacks.errand import Errand, Refusal, Service
from greenroom.callbacks.run import Run
from greenroom.callbacks.runner import Runner
from greenroom.callbacks.signal import CancelSignal
from greenroom.callbacks.signature import with_call
from greenroom.callbacks.trouble import Trouble
from greenroom.values.callback_failure import CallbackFailure, CallbackFault

__all__ = [
    "Call",
    "CallbackFailure",
    "CallbackFault",
    "Caller",
    "CancelSignal",
    "Errand",
    "Refusal",
    "Run",
    "Runner",
    "Service",
    "Trouble",
    "with_call",
]
