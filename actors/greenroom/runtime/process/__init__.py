"""Operating-system processes, owned from the wish to start one to its last closed pipe.

A `Spawner` starts what a `SpawnSpec` describes and gives a `Child`; a `ChildHandler` hears what
happens to it. Promises: no call blocks the dispatcher, exactly one exit is reported, after the
process is reaped and its group killed; memory is bounded whatever the process writes or refuses to
read; and nothing is left behind: no zombie, no descriptor, no file.
"""

from __future__ import annotations

from greenroom.runtime.process.best_launcher import BestLauncher
from greenroom.runtime.process.child import Child
from greenroom.runtime.process.containment import Containment, ContainmentError, WardenLost
from greenroom.runtime.process.environment import ALWAYS_PASSED, child_environment
from greenroom.runtime.process.errors import ProcessError
from greenroom.runtime.process.executable import (
    PlantedBinary,
    Planting,
    administrators,
    check_executable,
)
from greenroom.runtime.process.exit_status import ExitStatus
from greenroom.runtime.process.handler import ChildHandler
from greenroom.runtime.process.ladder import BRUTAL_KILL, Rung, StopLadder, Unkillable
from greenroom.runtime.process.plain_text import plain_text
from greenroom.runtime.process.platform_check import UnsupportedPlatform, check_platform
from greenroom.runtime.process.scratch import Scratch
from greenroom.runtime.process.spawn_error import CommandSize, SpawnError, SpawnFault
from greenroom.runtime.process.spawner import LocalSpawner, Spawner
from greenroom.runtime.process.spec import SpawnSpec
from greenroom.runtime.process.stdin_writer import OutQueueFull
from greenroom.runtime.process.storage_error import StorageError, StorageFault

__all__ = [
    "ALWAYS_PASSED",
    "BRUTAL_KILL",
    "BestLauncher",
    "Child",
    "ChildHandler",
    "CommandSize",
    "Containment",
    "ContainmentError",
    "ExitStatus",
    "LocalSpawner",
    "OutQueueFull",
    "PlantedBinary",
    "Planting",
    "ProcessError",
    "Rung",
    "Scratch",
    "SpawnError",
    "SpawnFault",
    "SpawnSpec",
    "Spawner",
    "StopLadder",
    "StorageError",
    "StorageFault",
    "Unkillable",
    "UnsupportedPlatform",
    "WardenLost",
    "administrators",
    "check_executable",
    "check_platform",
    "child_environment",
    "plain_text",
]
