"""The store: SQL behind a few small faces that share one engine."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

import sqlalchemy as sa

from vnchat.settings import Settings
from vnchat.store.conversations import Conversations, Plan, Turn
from vnchat.store.database import DataLock, open_engine, reading, together
from vnchat.store.drafts import Drafts
from vnchat.store.imports import Imports
from vnchat.store.library import Library
from vnchat.store.listing import Listed, Listing
from vnchat.store.media import MediaRows
from vnchat.store.presets import Presets
from vnchat.store.routes import Routes
from vnchat.store.runs import Runs
from vnchat.store.shares import Shares
from vnchat.store.trees import Trees
from vnchat.store.turns import Removed, Turns

__all__ = ["DataLock", "Listed", "Plan", "Removed", "Store", "Turn"]


@dataclass(frozen=True, slots=True)
class Store:
    engine: sa.Engine
    conversations: Conversations
    runs: Runs
    media: MediaRows
    drafts: Drafts
    library: Library
    trees: Trees
    shares: Shares
    imports: Imports
    routes: Routes
    listing: Listing
    presets: Presets
    turns: Turns

    @classmethod
    def open(cls, settings: Settings) -> Store:
        """Raises StorageUnavailable with one sentence."""
        engine = open_engine(settings)
        return cls(
            engine,
            Conversations(engine),
            Runs(engine),
            MediaRows(engine),
            Drafts(engine),
            Library(engine),
            Trees(engine),
            Shares(engine),
            Imports(engine),
            Routes(engine),
            Listing(engine),
            Presets(engine),
            Turns(engine),
        )

    def together(self) -> AbstractContextManager[None]:
        """What this thread reads within is of one moment, and costs one transaction."""
        return together(self.engine)

    def answers(self) -> bool:
        """Does the database answer? For the health route."""
        with reading(self.engine) as connection:
            return connection.exec_driver_sql("SELECT 1").scalar() == 1

    def close(self) -> None:
        self.engine.dispose()
