"""What becomes of a task that a person stops: the provider is asked to cancel it where it can be.

A submit that is stopped before its answer came is read to the end for a while, so that the task
can be found again. Nothing here sends a task.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import replace

from vnchat.errors import StorageUnavailable, VnchatError
from vnchat.reading.reply import Reply
from vnchat.runs.dispatch import Dispatch
from vnchat.runs.hub import Hub
from vnchat.runs.live import LiveRun
from vnchat.runs.tasks import Late
from vnchat.store import Store

log = logging.getLogger(__name__)

TRIES = 100
BETWEEN = 0.1


class Stopping:
    def __init__(self, store: Store, hub: Hub, dispatch: Dispatch) -> None:
        self._store = store
        self._hub = hub
        self._dispatch = dispatch

    def marked(self, live: LiveRun, reply: Reply) -> Reply:
        """The reply of a stopped run; it says that the provider is being asked."""
        if not live.task or not self._dispatch.can_cancel(live):
            return reply
        return replace(reply, extra={**reply.extra, "cancel": "asked"})

    async def cancel(self, live: LiveRun) -> None:
        """Ask the provider, and keep what it said."""
        if not live.task or not self._dispatch.can_cancel(live):
            return
        try:
            said = await self._dispatch.cancel(live)
        except VnchatError as error:
            log.info("run %s cannot be cancelled: %s", live.id, error)
            said = "refused"
        await self._note(live, said)

    async def late(self, live: LiveRun, coming: Awaitable[Late]) -> None:
        """The submit was stopped on its way: keep the id that its answer names after all."""
        told = await coming
        if told.refused:
            await self._note(live, "unmade")
        if not told.task:
            return
        for _ in range(TRIES):  # until the end of the run is written
            try:
                stored = await asyncio.to_thread(
                    self._store.runs.remember_late, live.id, told.task, owner=live.owner
                )
            except StorageUnavailable:
                stored = False
            if stored:
                break
            await asyncio.sleep(BETWEEN)
        else:
            log.warning("run %s: its task %s could not be kept", live.id, told.task.get("id"))
            return
        live.task = told.task
        self._hub.tell(live.owner, "tree", live.conversation)
        if live.state == "stopped":
            await self.cancel(live)

    async def _note(self, live: LiveRun, said: str) -> None:
        for _ in range(TRIES):
            try:
                noted = await asyncio.to_thread(
                    self._store.runs.note, live.id, owner=live.owner, cancel=said
                )
            except StorageUnavailable:
                noted = False
            if noted:
                break
            await asyncio.sleep(BETWEEN)
        self._hub.tell(live.owner, "tree", live.conversation)
