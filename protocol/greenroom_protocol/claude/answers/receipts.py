"""Short answers to requests that change something."""

from greenroom_protocol.wire import Wire

__all__ = [
    "CancelReceipt",
    "InterruptReceipt",
    "RewindResult",
    "SetCwdResult",
    "SetModelResult",
    "SetPermissionModeResult",
]


class InterruptReceipt(Wire, frozen=True, kw_only=True):
    """Answers `interrupt`.

    `still_queued` are uuids of prompts that outlive it and will run, `cancelled` those that were
    taken out of the queue; None unless `cancel_queued` was asked for. `turn` is `spared` when the
    interrupt named prompts of another turn than the running one.
    """

    still_queued: tuple[str, ...] = ()
    cancelled: tuple[str, ...] | None = None
    turn: str | None = None


class CancelReceipt(Wire, frozen=True, kw_only=True):
    """Answers `cancel_async_message`; too late if it is not `cancelled`."""

    cancelled: bool
    message_uuid: str | None = None


class SetModelResult(Wire, frozen=True, kw_only=True):
    """Answers `set_model` with the model that is used from now on."""

    model: str | None = None


class SetPermissionModeResult(Wire, frozen=True, kw_only=True):
    """Answers `set_permission_mode` with the mode in force."""

    mode: str | None = None


class SetCwdResult(Wire, frozen=True, kw_only=True):
    """Answers `set_cwd`; `needs_trust`: nothing has changed until `directory` is trusted."""

    status: str
    cwd: str | None = None
    changed: bool | None = None
    directory: str | None = None
    trust_root: str | None = None


class RewindResult(Wire, frozen=True, kw_only=True, rename="camel"):
    """Answers `rewind_files`.

    A dry run tells `files_changed`, `insertions` and `deletions`, the rewind itself
    `skipped_links`, the files that were left as they are because a link is in the way. `error` says
    why it cannot be done.
    """

    can_rewind: bool
    files_changed: tuple[str, ...] | None = None
    insertions: int | None = None
    deletions: int | None = None
    skipped_links: int | None = None
    error: str | None = None
