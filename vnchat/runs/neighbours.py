"""What a person changes in the list, told between the servers on one PostgreSQL as it happens.

Renames, pins, folders, deletes and turns of a tree leave no trace that could be asked for cheaply,
so the database's own LISTEN and NOTIFY carry their conversation's id; whoever hears it reads the
rows anew. Lost notices cost nothing but a later look. Runs of other servers are others.py.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from typing import Any

import sqlalchemy as sa

from vnchat.errors import StorageUnavailable
from vnchat.runs.hub import Event, Hub
from vnchat.store import Store
from vnchat.store.database import writing

log = logging.getLogger(__name__)

CHANNEL = "vnchat_changed"
REST_SECONDS = 0.1  # what changes together is told together
AT_ONCE = 50  # a notice holds at most 8,000 bytes
LOOK_SECONDS = 0.5  # so long the end may take
AGAIN_SECONDS = 5.0


class Neighbours:
    """Does nothing on SQLite: its folder has one server."""

    def __init__(self, store: Store, hub: Hub, *, instance: str) -> None:
        self._store = store
        self._hub = hub
        self._instance = instance
        self._changed: dict[tuple[str, str], None] = {}
        self._telling: asyncio.Task[None] | None = None
        self._over = threading.Event()
        self._ear: threading.Thread | None = None
        self.listening = threading.Event()

    def begin(self) -> None:
        if self._store.engine.dialect.name != "postgresql":
            return
        self._hub.listen(self._hear)
        self._ear = threading.Thread(target=self._listen_forever, daemon=True)
        self._ear.start()

    async def end(self) -> None:
        self._over.set()
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
        if self._ear is not None:
            await asyncio.to_thread(self._ear.join, LOOK_SECONDS * 4)

    def _hear(self, owner: str, event: Event) -> None:
        if event[0] != "item" or self._over.is_set():
            return
        self._changed[owner, event[1]] = None
        if self._telling is None:
            self._telling = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        try:
            while self._changed:
                await asyncio.sleep(REST_SECONDS)
                some = list(self._changed)[:AT_ONCE]
                for one in some:
                    del self._changed[one]
                try:
                    await asyncio.to_thread(self._notify, some)
                except StorageUnavailable as error:
                    log.info("other servers were not told: %s", error.detail)
        finally:
            self._telling = None

    def _notify(self, changed: list[tuple[str, str]]) -> None:
        told = json.dumps([self._instance, changed])
        with writing(self._store.engine) as connection:
            connection.execute(sa.select(sa.func.pg_notify(CHANNEL, told)))

    def _listen_forever(self) -> None:
        broken = (sa.exc.SQLAlchemyError, self._store.engine.dialect.loaded_dbapi.Error)
        while not self._over.is_set():
            try:
                with self._store.engine.connect() as connection:
                    connection.execution_options(isolation_level="AUTOCOMMIT")
                    self._listen(connection)
            except broken as error:
                log.info("not listening to other servers for a moment: %s", error)
                self._over.wait(AGAIN_SECONDS)
            finally:
                self.listening.clear()

    def _listen(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        self.listening.set()
        driver: Any = connection.connection.driver_connection  # psycopg's
        while not self._over.is_set():
            for notice in driver.notifies(timeout=LOOK_SECONDS):
                self._take(notice.payload)
        connection.exec_driver_sql(f"UNLISTEN {CHANNEL}")

    def _take(self, payload: str) -> None:
        try:
            sender, changed = json.loads(payload)
            pairs = [(str(owner), str(conversation)) for owner, conversation in changed]
        except (ValueError, TypeError):
            return  # not ours
        if sender == self._instance:
            return
        for owner, conversation in pairs:
            self._hub.pass_on(owner, "item", conversation)
            self._hub.pass_on(owner, "tree", conversation)
