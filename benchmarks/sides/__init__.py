"""Who is compared. Each side imports its own libraries only and is run in fresh processes.

A side that decodes has `reader(kind)`: it returns a function that takes the next chunk of bytes and
returns how many messages it completed. A side that streams has `stream(cli)`: it starts the CLI,
lets it answer an empty turn, measures the flood and returns a `Tally`.
"""
