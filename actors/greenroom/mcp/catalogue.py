"""The lists of what a server offers, kept fresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from greenroom.mcp.errors import McpBadAnswer
from greenroom.mcp.listings import McpPrompt, McpResource, McpTool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from greenroom.mcp.call import McpCall

    Then: TypeAlias = Callable[[Any, BaseException | None], object]
    AskPage: TypeAlias = Callable[[str, dict[str, Any], Then], None]

__all__ = ["KINDS", "Catalogue"]

KINDS: Final[Mapping[str, type[msgspec.Struct]]] = {
    "tools": McpTool,
    "resources": McpResource,
    "prompts": McpPrompt,
}
"""What can be listed: the name is that of the capability, of the method and of the member."""

_MOST_PAGES: Final = 1_000
_MOST_ENTRIES: Final = 100_000


class _Listing:
    """One list: it is loaded page by page, and again whenever it is said to have changed."""

    def __init__(self, kind: str, ask: AskPage, note_bad: Callable[[], object]) -> None:
        self._kind = kind
        self._ask = ask
        self._note_bad = note_bad
        self._waiting: dict[int, McpCall[Any]] = {}
        self._entries: tuple[Any, ...] | None = None
        self._loading = False
        self._changed = False
        self._partial: list[Any] = []
        self._cursors: set[str] = set()

    def serve(self, call: McpCall[Any], *, can_load: bool) -> None:
        """Answer `call` as soon as the list is there."""
        if self._entries is not None:
            call.settle(self._entries)
            return
        self._waiting[call.id] = call
        if can_load and not self._loading:
            self.load()

    def forget(self, number: int) -> McpCall[Any] | None:
        """Return the call with this number, which is served no more."""
        return self._waiting.pop(number, None)

    def load(self) -> None:
        """Load the list; what is being loaded is loaded once more after that."""
        self._entries = None
        if self._loading:
            self._changed = True
            return
        self._loading = True
        self._changed = False
        self._partial = []
        self._cursors = set()
        self._ask(f"{self._kind}/list", {}, self._take_page)

    def be_empty(self) -> None:
        """Be the list of a server that has none."""
        self._end(())

    def close(self) -> None:
        """Have none for now; who waits goes on waiting."""
        self._entries = None

    def fail(self, error: BaseException) -> None:
        """Have none, and say why to all who wait."""
        self._loading = self._changed = False
        self._entries = None
        waiting, self._waiting = self._waiting, {}
        for call in waiting.values():
            call.fail(error)

    def _take_page(self, result: Any, error: BaseException | None) -> None:
        if error is not None:
            self.fail(error)
            return
        try:
            cursor = self._read_page(result)
        except McpBadAnswer as bad:
            self.fail(bad)
            return
        if cursor is not None:
            self._ask(f"{self._kind}/list", {"cursor": cursor}, self._take_page)
        else:
            self._end(tuple(self._partial))

    def _read_page(self, result: Any) -> str | None:
        """Take the entries of a page; return where the next one begins."""
        page = result.get(self._kind) if isinstance(result, dict) else None
        if not isinstance(page, list):
            raise McpBadAnswer(f"its answer to {self._kind}/list has no list {self._kind!r}")
        for raw in page:
            try:
                self._partial.append(msgspec.convert(raw, KINDS[self._kind]))
            except msgspec.ValidationError:
                self._note_bad()
        cursor = result.get("nextCursor")
        if not isinstance(cursor, str):
            return None
        if cursor in self._cursors or len(self._cursors) >= _MOST_PAGES:
            raise McpBadAnswer(f"its {self._kind} have no end: page {cursor[:40]!r} comes again")
        if len(self._partial) > _MOST_ENTRIES:
            raise McpBadAnswer(f"its {self._kind} are more than {_MOST_ENTRIES}")
        self._cursors.add(cursor)
        return cursor

    def _end(self, entries: tuple[Any, ...]) -> None:
        self._loading = False
        self._partial = []
        if self._changed:
            self.load()
            return
        self._entries = entries
        waiting, self._waiting = self._waiting, {}
        for call in waiting.values():
            call.settle(entries)


class Catalogue:
    """All lists of a server. Used on the dispatcher alone.

    Args:
        ask: sends a request and calls back with its result or its error.
        note_bad: is called for each entry of a wrong form, which is left out.
    """

    def __init__(self, ask: AskPage, note_bad: Callable[[], object]) -> None:
        self._listings = {kind: _Listing(kind, ask, note_bad) for kind in KINDS}
        self._offered: frozenset[str] = frozenset()
        self._open = False

    def begin(self, capabilities: Iterable[str]) -> None:
        """Load what the server, which is ready now, has."""
        self._open = True
        self._offered = frozenset(capabilities).intersection(KINDS)
        for kind, listing in self._listings.items():
            if kind in self._offered:
                listing.load()
            else:
                listing.be_empty()

    def serve(self, kind: str, call: McpCall[Any]) -> None:
        """Answer `call` with a list; before `begin` it waits for that."""
        self._listings[kind].serve(call, can_load=self._open)

    def changed(self, kind: str) -> None:
        """Load a list again, if the server is ready and said that it has such a list."""
        if self._open and kind in self._offered:
            self._listings[kind].load()

    def forget(self, number: int) -> McpCall[Any] | None:
        """Return the call with this number, which is served no more."""
        found = (listing.forget(number) for listing in self._listings.values())
        return next((call for call in found if call is not None), None)

    def close(self) -> None:
        """Forget the lists of a server that went down; who asks waits for the next `begin`."""
        self._open = False
        for listing in self._listings.values():
            listing.close()

    def fail(self, error: BaseException) -> None:
        """Fail all who wait, and open no more."""
        self._open = False
        for listing in self._listings.values():
            listing.fail(error)
