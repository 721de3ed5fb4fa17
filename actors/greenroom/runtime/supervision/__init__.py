"""Supervision: actors that keep other actors alive, by the rules of OTP."""

from greenroom.runtime.supervision.check import check_childspecs
from greenroom.runtime.supervision.child import ChildCounts, ChildInfo
from greenroom.runtime.supervision.child_spec import ChildSpec
from greenroom.runtime.supervision.dynamic_supervisor import DynamicSupervisor
from greenroom.runtime.supervision.errors import (
    AlreadyPresent,
    AlreadyStarted,
    BadChildSpec,
    BadFlag,
    BadStart,
    ChildNotFound,
    ChildRestarting,
    ChildRunning,
    DuplicateChild,
    FailedToStartChild,
    MaxChildren,
    PartitionDown,
    SupervisionError,
    SupervisorGone,
)
from greenroom.runtime.supervision.outcome import IGNORE, Started
from greenroom.runtime.supervision.partition_supervisor import PartitionSupervisor
from greenroom.runtime.supervision.policy import (
    BRUTAL_KILL,
    INFINITY,
    AutoShutdown,
    ChildType,
    Restart,
    Strategy,
)
from greenroom.runtime.supervision.reports import (
    ChildExited,
    ChildNotStarted,
    ChildNotStopped,
    ChildRestarted,
    SupervisionReport,
    SupervisorGaveUp,
)
from greenroom.runtime.supervision.supervisor import Supervisor

__all__ = [
    "BRUTAL_KILL",
    "IGNORE",
    "INFINITY",
    "AlreadyPresent",
    "AlreadyStarted",
    "AutoShutdown",
    "BadChildSpec",
    "BadFlag",
    "BadStart",
    "ChildCounts",
    "ChildExited",
    "ChildInfo",
    "ChildNotFound",
    "ChildNotStarted",
    "ChildNotStopped",
    "ChildRestarted",
    "ChildRestarting",
    "ChildRunning",
    "ChildSpec",
    "ChildType",
    "DuplicateChild",
    "DynamicSupervisor",
    "FailedToStartChild",
    "MaxChildren",
    "PartitionDown",
    "PartitionSupervisor",
    "Restart",
    "Started",
    "Strategy",
    "SupervisionError",
    "SupervisionReport",
    "Supervisor",
    "SupervisorGaveUp",
    "SupervisorGone",
    "check_childspecs",
]
