"""The warden: a small program that starts agents for a host and outlives it to end them.

It runs as a process of its own, one per system, and is the parent of every agent. As a *subreaper*
(Linux) it inherits each process an agent leaves behind, however often that has forked or called
``setsid``; a mark that every process passes on to its children tells whose it is. So it can end
exactly one agent's processes when that agent ends, and all of them when the host is gone: even
after SIGKILL of the host, nobody else has to do anything.

It imports the standard library alone and nothing of this package but its own modules, takes up some
12 MiB and sleeps until something happens. The host's side of it is
:mod:`greenroom.runtime.process`; what they say to each other stands in
:mod:`greenroom.runtime.warden.wire`.
"""
