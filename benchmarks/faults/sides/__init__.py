"""Who is compared. Each side has the same functions and is run in fresh processes.

`ask` sends one prompt and waits for the end of it; `ask_within` gives up after some seconds, in
the way the library has for that; `interrupt_unread` reads no message and interrupts; `ask_many`
asks at once; `stay_busy` calls back when the agent is at work, and waits. Each side uses its
library's public API as its documentation shows it. Every agent gets `env`. The answer goes to
`then` while the program lives on, as a service does.
"""
