"""The parts of a running server, made once a process and held by this module.

A plain module, because `st.cache_resource` can be emptied by any browser. `install` is called by
the server at start (or by a test); scripts ask `engine()`.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vnchat import prices
from vnchat.conversation import Media
from vnchat.errors import StorageUnavailable, VnchatError
from vnchat.gateway import records
from vnchat.gateway.configured import Gateways
from vnchat.gateway.records import Record
from vnchat.library.media import Shelf
from vnchat.library.signing import secret_of
from vnchat.library.transport import Network
from vnchat.runs.delivery import Delivery
from vnchat.runs.hub import Hub
from vnchat.runs.keeping import shelf_of
from vnchat.runs.neighbours import Neighbours
from vnchat.runs.runner import Runner
from vnchat.runs.shadows import Shadows
from vnchat.runs.titles import Titles
from vnchat.runs.trash import Trash
from vnchat.runs.voice import Voices
from vnchat.settings import Settings
from vnchat.store import DataLock, Store
from vnchat.web.addresses import Addresses

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Engine:
    settings: Settings
    broken: str = ""  # the sentence that says why nothing works, "" when all is well
    hub: Hub = field(default_factory=Hub)
    _demo: object = None

    # Set by `open`; with `broken` none of them may be touched.
    store: Store = field(init=False)
    shelf: Shelf = field(init=False)
    gateways: Gateways = field(init=False)
    delivery: Delivery = field(init=False)
    runner: Runner = field(init=False)
    records: Mapping[str, Record] = field(init=False)
    shadows: Shadows = field(init=False)
    trash: Trash = field(init=False)
    neighbours: Neighbours = field(init=False)
    titles: Titles = field(init=False)
    voices: Voices = field(init=False)
    addresses: Addresses = field(init=False)
    lock: DataLock | None = field(init=False, default=None)

    @classmethod
    def open(cls, settings: Settings, *, base: str = "", network: Network | None = None) -> Engine:
        """Everything opened, nothing begun. Never raises: `broken` says what is wrong."""
        made = cls(settings)
        try:
            made._open(base, network)
        except VnchatError as error:
            log.error("%s %s", error, error.detail)
            made.broken = str(error)
        except OSError as error:
            log.exception("the data folder cannot be used")
            made.broken = f"The data folder {settings.data_dir} cannot be used: {error.strerror}."
        return made

    def _open(self, base: str, network: Network | None) -> None:
        settings = self.settings
        own = Path(settings.tasks_file).expanduser() if settings.tasks_file else None
        self.records = records.load(own)  # a person's own mistake is said before anything is open
        prices.install(prices.load(settings.prices_file))
        self.lock = DataLock(settings.data_dir) if not settings.database_url else None
        self.store = Store.open(settings)
        self.shelf = shelf_of(settings)
        self.gateways = Gateways(settings, self._start_demo)
        self.delivery = Delivery(settings, self.store, self.shelf, self.hub, self.gateways, network)
        self.addresses = Addresses(base, secret_of(settings.data_dir))
        self.runner = Runner(
            settings,
            self.store,
            self.gateways,
            self.delivery,
            self.hub,
            self.records,
            link_of=self._link_of if settings.public_url else None,
        )
        self.shadows = Shadows(self.store)
        self.trash = Trash(self.store, self.delivery)
        self.neighbours = Neighbours(self.store, self.hub, instance=self.runner.instance)
        self.titles = Titles(
            settings.title_model, self.store, self.gateways, self.runner.client, self.hub
        )

        self.voices = Voices(self.store, self.gateways, self.delivery, self.runner.client)

    def _link_of(self, media: Media) -> str:
        """Where a gateway fetches a kept file: signed, and of use for hours."""
        path = self.addresses.kept(media.id, owner=media.owner)
        return f"{self.settings.public_url.rstrip('/')}{path}"

    async def begin(self) -> None:
        if self.broken:
            return
        try:
            await self.runner.begin()
            self.trash.begin()
            self.neighbours.begin()
        except StorageUnavailable as error:
            log.error("%s %s", error, error.detail)
            self.broken = str(error)

    async def end(self) -> None:
        """Save what goes on, let go of everything. Safe to call twice."""
        if not self.broken:
            await self.trash.end()
            await self.neighbours.end()
            await self.titles.end()
            await self.voices.end()
            await self.runner.end()
            self.store.close()
            await asyncio.to_thread(self.shelf.close)
        if self._demo is not None:
            self._demo.stop()  # type: ignore[attr-defined]
            self._demo = None
        if self.lock is not None:
            self.lock.release()

    def _start_demo(self) -> str:
        from vnchat.demo.server import DemoGateway

        demo = DemoGateway(pace=self.settings.demo_pace, work_dir=self.settings.data_dir / "demo")
        demo.start()
        self._demo = demo
        return str(demo.base_url)


_installed: Engine | None = None


def install(made: Engine | None) -> None:
    global _installed
    _installed = made


def engine() -> Engine:
    """The engine of this process. Raises StorageUnavailable when the server has none."""
    if _installed is None:
        raise StorageUnavailable(
            "vnchat was not started as a server. Start it with: streamlit run streamlit_app.py"
        )
    return _installed


class EngineThread:
    """An engine on a loop in a thread of its own: for tests of pages, which have no server."""

    def __init__(self, made: Engine) -> None:
        self.engine = made
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Engine:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.engine.begin(), self._loop).result(20)
        install(self.engine)
        return self.engine

    def __exit__(self, *_: object) -> None:
        install(None)
        asyncio.run_coroutine_threadsafe(self.engine.end(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
