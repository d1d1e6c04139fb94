"""The trash: what was deleted stays for thirty days, then it is gone for good, files and all."""

from __future__ import annotations

import asyncio
import logging
import time

from vnchat.errors import NotFound, VnchatError
from vnchat.runs.delivery import Delivery
from vnchat.store import Store

log = logging.getLogger(__name__)

STAYS_SECONDS = 30 * 86_400.0
LOOK_SECONDS = 86_400.0


class Trash:
    def __init__(self, store: Store, delivery: Delivery) -> None:
        self._store = store
        self._delivery = delivery
        self._looking: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Empty it of what is old, now and every day."""
        self._looking = asyncio.get_running_loop().create_task(self._forever())

    async def end(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    async def forget(self, conversation: str, *, owner: str) -> None:
        """For good; nothing happens to a conversation that is not in the trash.

        Its files first: what a crash leaves is found again the next day.
        """
        listing = self._store.listing
        if await asyncio.to_thread(listing.is_trashed, conversation, owner=owner):
            await self._delivery.forget(conversation, owner=owner)
            await asyncio.to_thread(listing.forget, conversation, owner=owner)

    async def forget_turn(self, message: str, *, owner: str) -> None:
        """The same for a turn that was deleted from its conversation."""
        try:
            keys = await asyncio.to_thread(self._store.turns.forget, message, owner=owner)
        except NotFound:
            return  # brought back in between
        await self._delivery.keeping.free(keys)

    async def empty(self, *, before: float) -> int:
        """What was deleted before a time; gives how many."""
        turns = await asyncio.to_thread(self._store.turns.trashed_before, before)
        for owner, message in turns:
            await self.forget_turn(message, owner=owner)
        old = await asyncio.to_thread(self._store.listing.trashed_before, before)
        for owner, conversation in old:
            await self.forget(conversation, owner=owner)
        return len(old) + len(turns)

    async def _forever(self) -> None:
        while True:
            try:
                if count := await self.empty(before=time.time() - STAYS_SECONDS):
                    log.info("%d conversations and turns left the trash for good", count)
            except VnchatError as error:
                log.warning("the trash waits: %s", error)
            await asyncio.sleep(LOOK_SECONDS)
