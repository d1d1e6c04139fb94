"""Runs of other servers on the same database: followed here by reading their rows.

A shadow exists while a tab watches it and is read twice a second; its owner is the only one that
changes it.
"""

from __future__ import annotations

import asyncio
import contextlib

from vnchat.conversation import Run
from vnchat.errors import NotFound, StorageUnavailable
from vnchat.gateway.families import kind_hint
from vnchat.runs.live import LiveRun
from vnchat.store import Store

READ_SECONDS = 0.5


class Shadows:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._shadows: dict[str, LiveRun] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def follow(self, run: Run) -> LiveRun:
        found = self._shadows.get(run.id)
        if found is None:
            found = LiveRun(
                id=run.id,
                owner=run.owner,
                conversation=run.conversation,
                message=run.message,
                model=run.model,
                gateway=run.gateway,
                paid=run.paid,
                made_hint=kind_hint(run.model),
                state=run.state,
                created=run.created,
            )
            self._shadows[run.id] = found
            _update(found, run)
            task = asyncio.get_running_loop().create_task(self._read(found))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return found

    async def _read(self, shadow: LiveRun) -> None:
        try:
            while not shadow.final:
                await asyncio.sleep(READ_SECONDS)
                if not shadow.watchers:
                    return
                with contextlib.suppress(StorageUnavailable):
                    run = await asyncio.to_thread(
                        self._store.runs.get, shadow.id, owner=shadow.owner
                    )
                    _update(shadow, run)
        except NotFound:
            shadow.final = True
            shadow.wake()
        finally:
            self._shadows.pop(shadow.id, None)


def _update(shadow: LiveRun, run: Run) -> None:
    shadow.state = run.state
    shadow.started, shadow.first_byte = run.started, run.first_byte
    shadow.attempt, shadow.wait_until = run.attempt, run.wait_until
    for pieces, whole in ((shadow.text, run.reply.text), (shadow.reasoning, run.reply.reasoning)):
        have = sum(map(len, pieces))
        if len(whole) > have:
            pieces.append(whole[have:])
    shadow.bar.take(run.reply.progress)
    shadow.final = not shadow.going
    shadow.wake()
