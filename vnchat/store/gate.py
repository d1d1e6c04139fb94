"""Who keeps files and who frees them, one kind at a time, over all servers of one database.

Between storing a file's bytes and writing its row nobody may free them. Keepers hold the gate
together, whoever frees holds it alone: a lock of PostgreSQL, or of a file in the data folder. Both
end with the process or connection that holds them. Used by runs/keeping.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa

from vnchat.errors import StorageUnavailable
from vnchat.store.database import said_plainly

_NUMBER = 7_664_248  # of the lock in PostgreSQL
_PATIENCE = 60.0
_PAUSE = 0.05

Release = Callable[[], None]


class GateShut(StorageUnavailable):
    """Others held it for longer than one waits."""


class Gate:
    def __init__(self, engine: sa.Engine, folder: Path) -> None:
        self._engine = engine
        self._file = folder / "media.lock"
        self._keepers = 0
        self._opening = asyncio.Lock()
        self._release: Release | None = None

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        """Bytes are stored and their row is written inside; many at a time."""
        async with self._opening:
            if not self._keepers:
                self._release = await self._held(shared=True)
            self._keepers += 1
        try:
            yield
        finally:
            self._keepers -= 1
            if not self._keepers and self._release is not None:
                release, self._release = self._release, None
                await asyncio.shield(asyncio.to_thread(release))

    @asynccontextmanager
    async def freeing(self) -> AsyncIterator[None]:
        """What no row names is deleted inside; nobody else keeps or frees anything meanwhile."""
        release = await self._held(shared=False)
        try:
            yield
        finally:
            await asyncio.shield(asyncio.to_thread(release))

    async def _held(self, *, shared: bool) -> Release:
        take = self._of_database if self._engine.dialect.name == "postgresql" else self._of_file
        until = time.monotonic() + _PATIENCE
        while True:
            if (release := await _taken(take, shared)) is not None:
                return release
            if time.monotonic() > until:
                raise GateShut("The media folder is busy. Try again in a moment.")
            await asyncio.sleep(_PAUSE)

    def _of_file(self, shared: bool) -> Release | None:
        file = self._file.open("ab")
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return None
        return file.close

    def _of_database(self, shared: bool) -> Release | None:
        kind = "_shared" if shared else ""
        with said_plainly():
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            try:
                taken = connection.exec_driver_sql(
                    f"SELECT pg_try_advisory_lock{kind}({_NUMBER})"
                ).scalar()
            except BaseException:
                connection.close()
                raise

        def release() -> None:
            with contextlib.suppress(sa.exc.DBAPIError), connection:
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock{kind}({_NUMBER})")

        if not taken:
            connection.close()
            return None
        return release


async def _taken(take: Callable[[bool], Release | None], shared: bool) -> Release | None:
    """Whoever is cancelled meanwhile holds nothing: what the thread still takes is let go."""
    taking = asyncio.ensure_future(asyncio.to_thread(take, shared))
    try:
        return await asyncio.shield(taking)
    except asyncio.CancelledError:
        with contextlib.suppress(StorageUnavailable):
            if (release := await taking) is not None:
                await asyncio.to_thread(release)
        raise
