"""Greenroom's shortest program."""

import sys

import cost

import greenroom

print(greenroom.ask("hello", executable=sys.argv[1]).result().text, flush=True)
cost.tell()
