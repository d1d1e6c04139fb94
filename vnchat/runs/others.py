"""This server among others on the same database: its heartbeat, and what the others do.

A server that does not beat for the lease is dead: what it left gets an end here, and what it was
fetching is fetched on. What living ones begin and end is told to the tabs of this one; the text
of their runs is followed in shadows.py. A lone server on SQLite only beats.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection

from vnchat.conversation import Run
from vnchat.errors import NotFound, StorageUnavailable
from vnchat.runs.delivery import Delivery
from vnchat.runs.hub import Hub
from vnchat.store import Store

log = logging.getLogger(__name__)

BEAT_SECONDS = 2.0
LOOK_SECONDS = 0.5
LEASE_SECONDS = 15.0
# After the database was away, the others need a moment to beat before one takes them for dead.
STEADY_SECONDS = 5.0
WATCH_MEDIA_SECONDS = 600.0


class Others:
    def __init__(
        self,
        store: Store,
        hub: Hub,
        delivery: Delivery,
        *,
        instance: str,
        shared: bool,
        mine: Callable[[], Collection[str]],
        stop: Callable[[str], None],
        adopt: Callable[[Run], None],
    ) -> None:
        """`mine` are the runs in the memory of this server; `stop` ends one of them.

        `adopt` goes on with a task that a dead server followed.
        """
        self._store = store
        self._hub = hub
        self._delivery = delivery
        self._instance = instance
        self._shared = shared
        self._mine = mine
        self._stop = stop
        self._adopt = adopt
        self._steady_since: float | None = None
        self._seen_answers: set[int] = set()
        self._newest: int | None = None
        self._going: dict[str, tuple[str, str]] = {}  # run of another → owner, conversation
        self._media: dict[str, tuple[str, float]] = {}  # message → owner, watched until
        self._media_states: dict[str, str] = {}
        self._forgotten: set[str] = set()
        self._fetched_on = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self) -> None:
        """The first beat. Alone on SQLite (the data folder is locked to us) nobody else lives."""
        await asyncio.to_thread(self._store.runs.beat, self._instance)
        if not self._shared:
            await self._take_over(0.0)

    async def beat_forever(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            if not self._shared and not self._mine():
                continue  # alone and idle: nobody needs to know
            try:
                await asyncio.to_thread(self._store.runs.beat, self._instance)
                await self._end_forgotten()
                if self._shared and self._steady():
                    await self._take_over(LEASE_SECONDS)
                    await self._fetch_on()
            except StorageUnavailable as error:
                self._steady_since = None
                log.warning("no heartbeat: %s", error.detail)
            except Exception:  # the beat must go on
                log.exception("the look after other servers broke")

    async def look_forever(self) -> None:
        """Only where there may be others: what they did since the last look, and what they ask."""
        while self._shared:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                for run in await asyncio.to_thread(
                    self._store.runs.asked_to_stop, instance=self._instance
                ):
                    self._stop(run)
                await self._look()
            except StorageUnavailable as error:
                log.info("no look at other servers: %s", error.detail)
            except Exception:
                log.exception("the look at other servers broke")

    def _steady(self) -> bool:
        now = time.monotonic()
        if self._steady_since is None:
            self._steady_since = now
        return now - self._steady_since >= STEADY_SECONDS

    async def _take_over(self, lease: float) -> None:
        for run, owner, state in await asyncio.to_thread(
            self._store.runs.take_over, lease=lease, but=self._instance
        ):
            log.warning("run %s of a dead server is now %s", run, state)
            if state == "running":
                self._adopt(await asyncio.to_thread(self._store.runs.get, run, owner=owner))
                continue
            await self._tell_end(run, owner)

    async def _end_forgotten(self) -> None:
        """Rows of ours that nobody carries on: their writing failed after it had succeeded."""
        known = set(self._mine())
        rows = await asyncio.to_thread(self._store.runs.going_of, instance=self._instance)
        forgotten = {run: owner for run, owner in rows if run not in known}
        for run in self._forgotten & set(forgotten):  # twice in a row: it is not just beginning
            log.warning("run %s was never begun", run)
            await asyncio.to_thread(
                self._store.runs.change, run, "interrupted", owner=forgotten[run]
            )
            await self._tell_end(run, forgotten[run])
        self._forgotten = set(forgotten)

    async def _fetch_on(self) -> None:
        """What a dead server was fetching."""
        if time.monotonic() - self._fetched_on < LEASE_SECONDS:
            return
        self._fetched_on = time.monotonic()
        for one in await asyncio.to_thread(self._store.media.left_unfetched, lease=LEASE_SECONDS):
            task = asyncio.create_task(self._delivery.take_on(one))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _look(self) -> None:
        if self._newest is None:
            self._newest = await asyncio.to_thread(self._store.runs.newest_answer)
        answers = await asyncio.to_thread(
            self._store.runs.answers_of_others, instance=self._instance, after=self._newest
        )
        for seq, owner, conversation in answers:
            if seq not in self._seen_answers:
                self._hub.pass_on(owner, "tree", conversation)
                self._hub.pass_on(owner, "item", conversation)
        self._seen_answers = {seq for seq, _, _ in answers}
        self._newest = max([self._newest, *self._seen_answers])
        going = await asyncio.to_thread(self._store.runs.going_of_others, instance=self._instance)
        ended = self._going.keys() - going.keys()
        for run in ended:
            owner, _ = self._going[run]
            await self._tell_end(run, owner)
        self._going = going
        await self._look_at_media()

    async def _tell_end(self, run: str, owner: str) -> None:
        try:
            told = await asyncio.to_thread(self._store.runs.get, run, owner=owner)
        except NotFound:
            return
        self._hub.tell(owner, "ended", run, told.conversation, told.state)
        self._hub.pass_on(owner, "item", told.conversation)
        self._media[told.message] = (owner, time.monotonic() + WATCH_MEDIA_SECONDS)

    async def _look_at_media(self) -> None:
        """Results of ended runs of others: told until each is kept or refused."""
        now = time.monotonic()
        for message, (owner, until) in list(self._media.items()):
            found = await asyncio.to_thread(self._store.media.of_messages, [message], owner=owner)
            media = found.get(message, [])
            for one in media:
                if self._media_states.get(one.id) != one.state:
                    self._media_states[one.id] = one.state
                    self._hub.tell(owner, "media", message, one.id)
            if until < now or not any(one.state in ("waiting", "fetching") for one in media):
                del self._media[message]
                for one in media:
                    self._media_states.pop(one.id, None)
