"""What every tab of an owner hears of the list of conversations, made once for all of them.

A change is told at once after a pause; when much changes or many tabs listen it is gathered, so
that a hundred runs in a hundred tabs do not cost ten thousand queries. `live.py` is the way out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from weakref import WeakKeyDictionary

from vnchat.errors import VnchatError
from vnchat.runs.hub import Event, Hub
from vnchat.store import Listed, Store
from vnchat.web import views
from vnchat.web.wire import frame

REST_SECONDS = 0.1  # between two tellings, and so much more for each tab
REST_FOR_EACH = 0.01

Tell = Callable[[list[str]], None]


class News:
    """The tabs of one owner that show the list."""

    def __init__(self, store: Store, owner: str) -> None:
        self._store = store
        self._owner = owner
        self._tabs: set[Tell] = set()
        self._changed: dict[str, None] = {}  # conversations, in the order of their change
        self._ended: list[tuple[str, str, str]] = []
        self._told: dict[str, str] = {}  # the last item of each conversation, as it was sent
        self._last = 0.0
        self._telling: asyncio.Task[None] | None = None

    def join(self, tell: Tell) -> None:
        self._tabs.add(tell)

    def leave(self, tell: Tell) -> bool:
        """True once nobody is left."""
        self._tabs.discard(tell)
        return not self._tabs

    def hear(self, event: Event) -> None:
        match event:
            case ("item", conversation):
                self._changed[conversation] = None
            case ("ended", run, conversation, state):
                self._ended.append((run, conversation, state))
            case _:
                return
        if self._telling is None:
            self._telling = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        try:
            while self._changed or self._ended:
                rest = REST_SECONDS + REST_FOR_EACH * len(self._tabs)
                if (pause := self._last + rest - time.monotonic()) > 0:
                    await asyncio.sleep(pause)
                changed, self._changed = list(self._changed), {}
                ended, self._ended = self._ended, []
                try:
                    frames = await asyncio.to_thread(self._frames, changed, ended)
                except VnchatError:
                    frames = []  # the database is away: the list is read anew by the next tab
                self._last = time.monotonic()
                for tab in tuple(self._tabs):
                    tab(frames)
        finally:
            self._telling = None

    def _frames(self, changed: list[str], ended: list[tuple[str, str, str]]) -> list[str]:
        frames = []
        titles: dict[str, str] = {}
        for conversation in {**dict.fromkeys(changed), **dict.fromkeys(c for _, c, _ in ended)}:
            listed = self._store.listing.one(conversation, owner=self._owner)
            titles[conversation] = listed.title if listed else ""
            if conversation in changed:
                said = frame("gone", conversation) if listed is None else item(listed)
                if self._told.get(conversation) != said:
                    self._told[conversation] = said
                    frames.append(said)
        while len(self._told) > 500:
            del self._told[next(iter(self._told))]
        for run, conversation, state in ended:
            told = {"run": run, "conversation": conversation, "title": titles[conversation]}
            frames.append(frame("ended", told | {"state": state}))
        return frames


def item(listed: Listed) -> str:
    return frame("item", views.item(listed))


_news: WeakKeyDictionary[Hub, dict[str, tuple[News, Callable[[], None]]]] = WeakKeyDictionary()


def subscribe(hub: Hub, store: Store, owner: str, tell: Tell) -> Callable[[], None]:
    """`tell` gets the frames of each telling; call the result to end it. On the loop only."""
    owners = _news.setdefault(hub, {})
    if owner not in owners:
        made = News(store, owner)
        owners[owner] = made, hub.subscribe(owner, made.hear)
    news, unsubscribe = owners[owner]
    news.join(tell)

    def leave() -> None:
        if news.leave(tell) and owners.get(owner, (None,))[0] is news:
            del owners[owner]
            unsubscribe()

    return leave
