"""How to launch and speak to one CLI; no actors in here.

:mod:`~greenroom.backends.base` is the seam, :mod:`~greenroom.backends.events` what frames mean,
and each subpackage one CLI.
"""
