"""Tells the open tabs that something of their owner has changed. Knows nothing of sockets.

Events are plain tuples: ("tree", conversation), ("item", conversation), ("media", message, id),
("ended", run, conversation, state).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

Event = tuple[str, ...]


class Hub:
    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tabs: dict[str, set[Callable[[Event], None]]] = {}
        self._listeners: list[Callable[[str, Event], None]] = []

    def use(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def listen(self, hear: Callable[[str, Event], None]) -> None:
        """`hear` is called on the loop with each owner and event, as long as the server lives."""
        self._listeners.append(hear)

    def subscribe(self, owner: str, tab: Callable[[Event], None]) -> Callable[[], None]:
        """`tab` is called on the loop for each event of the owner; call the result to end it."""
        self._tabs.setdefault(owner, set()).add(tab)

        def leave() -> None:
            tabs = self._tabs.get(owner, set())
            tabs.discard(tab)
            if not tabs:
                self._tabs.pop(owner, None)

        return leave

    def tell(self, owner: str, *event: str) -> None:
        """From any thread."""
        if self._loop is None or self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._deliver, owner, event)

    def pass_on(self, owner: str, *event: str) -> None:
        """Of another server, for the tabs alone; from any thread."""
        if self._loop is None or self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._show, owner, event)

    def _show(self, owner: str, event: Event) -> None:
        for tab in tuple(self._tabs.get(owner, ())):
            tab(event)

    def _deliver(self, owner: str, event: Event) -> None:
        self._show(owner, event)
        for hear in self._listeners:
            hear(owner, event)
