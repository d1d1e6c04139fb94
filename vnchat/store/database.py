"""Opening the database: the engine, one upgrader, a backup before an upgrade.

Raises StorageUnavailable with one sentence for a folder that cannot be written, a database that
does not answer and data of a newer version.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy import event, exc

from vnchat.errors import StorageUnavailable
from vnchat.settings import Settings

REVISION = "0001"  # the newest step in migrations/versions; a test holds the two together
KNOWN = ("0001",)
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 5.0

BUSY = "The database is busy. Nothing was sent; try again in a moment."

# SQLite lets one write at a time and makes the others sleep, up to 100 ms at a stretch. Writers
# of this process wait for each other here instead, and go on the moment it is their turn.
_turns: dict[str, threading.Lock] = {}
_shared = threading.local()  # .connections: what `together` has opened in this thread


class DataLock:
    """The data folder belongs to one server: SQLite's writers and the key file have one owner."""

    def __init__(self, folder: Path) -> None:
        self._file: IO[str] | None = None
        make_folder(folder)
        file = (folder / "server.lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise StorageUnavailable(
                f"Another server already uses the data folder {folder}. "
                "Stop it, or give this one its own folder by VNCHAT_DATA_DIR."
            ) from error
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def make_folder(folder: Path) -> None:
    """The folder exists and takes a file, else StorageUnavailable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / f".trial-{os.getpid()}"
        trial.write_bytes(b"x")
        trial.unlink()
    except OSError as error:
        raise StorageUnavailable(
            f"The data folder {folder} cannot be written ({error.strerror or error}). "
            "Make it writable or name another by VNCHAT_DATA_DIR.",
            detail=repr(error),
        ) from error


def open_engine(settings: Settings) -> sa.Engine:
    """An engine whose schema is up to date."""
    if settings.database_url:
        engine = _engine(settings.database_url)
    else:
        make_folder(settings.data_dir)
        engine = _engine(f"sqlite:///{settings.sqlite_path}")
    try:
        with said_plainly():
            _upgrade(engine, settings)
    except BaseException:
        engine.dispose()  # no connection outlives a refusal
        raise
    return engine


def _engine(url: str) -> sa.Engine:
    try:
        address = sa.make_url(url)
        if address.get_backend_name() != "sqlite":
            return sa.create_engine(address, pool_size=10, max_overflow=10, pool_pre_ping=True)
    except (exc.ArgumentError, ModuleNotFoundError) as error:
        raise StorageUnavailable(
            "The setting VNCHAT_DATABASE_URL is no usable database address: it looks like "
            "postgresql+psycopg://user:password@host/name.",
            detail=repr(error),
        ) from error
    engine = sa.create_engine(
        address,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        pool_size=10,
        max_overflow=20,
    )

    _turns.setdefault(str(engine.url), threading.Lock())

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: Any) -> None:
        # Python's driver would begin a transaction late, at the first write: two readers that
        # become writers then fail at once instead of waiting. BEGIN is ours (below).
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("writes", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # takes no lock yet and cannot fail: the driver is asked without a detour
            connection.connection.cursor().execute("BEGIN").close()

    return engine


def writing(engine: sa.Engine) -> contextlib.AbstractContextManager[sa.Connection]:
    """A transaction that will write: it waits for its turn before it reads anything."""
    return _transaction(engine, writes=True)


def reading(engine: sa.Engine) -> contextlib.AbstractContextManager[sa.Connection]:
    shared: sa.Connection | None = getattr(_shared, "connections", {}).get(engine)
    return contextlib.nullcontext(shared) if shared else _transaction(engine, writes=False)


@contextlib.contextmanager
def together(engine: sa.Engine) -> Iterator[None]:
    """What this thread reads within is of one moment, and one transaction instead of many.

    What is written within does not show in what is read after it.
    """
    connections: dict[sa.Engine, sa.Connection] = _shared.__dict__.setdefault("connections", {})
    if engine in connections:
        yield
        return
    with _transaction(engine, writes=False) as connection:
        connections[engine] = connection
        try:
            yield
        finally:
            del connections[engine]


@contextlib.contextmanager
def _transaction(engine: sa.Engine, *, writes: bool) -> Iterator[sa.Connection]:
    with said_plainly(), _turn(engine, writes), engine.connect() as connection:
        if writes:
            connection.execution_options(writes=True)
        with connection.begin():
            yield connection


@contextlib.contextmanager
def _turn(engine: sa.Engine, writes: bool) -> Iterator[None]:
    turn = _turns.get(str(engine.url)) if writes else None
    if turn is None:
        yield
        return
    if not turn.acquire(timeout=BUSY_SECONDS):
        raise StorageUnavailable(BUSY)
    try:
        yield
    finally:
        turn.release()


@contextlib.contextmanager
def said_plainly() -> Iterator[None]:
    """Errors of the database become one sentence."""
    try:
        yield
    except (exc.OperationalError, exc.InternalError, exc.TimeoutError, exc.DatabaseError) as error:
        if isinstance(error, exc.IntegrityError | exc.ProgrammingError | exc.DataError):
            raise
        words = str(getattr(error, "orig", error)).lower()
        if "locked" in words:
            sentence = BUSY
        elif "full" in words:
            sentence = "The disk is full. Nothing was sent; free some space and try again."
        elif "readonly" in words or "read-only" in words:
            sentence = "The data folder is read-only. Nothing was sent; make it writable."
        else:
            sentence = "The database does not answer. Nothing was sent; try again in a moment."
        raise StorageUnavailable(sentence, detail=repr(error)) from error


def now_in(connection: sa.Connection) -> sa.ColumnElement[float]:
    """The database's own clock, in seconds of the epoch: leases compare nothing else."""
    if connection.dialect.name == "sqlite":
        return sa.literal_column("((julianday('now') - 2440587.5) * 86400.0)", sa.Double)
    return sa.literal_column("extract(epoch from clock_timestamp())::double precision", sa.Double)


def _upgrade(engine: sa.Engine, settings: Settings) -> None:
    with engine.connect() as connection:
        found = _revision(connection)
    if found == REVISION:
        return
    if found is not None and found not in KNOWN:
        raise StorageUnavailable(
            "The data was written by a newer version of vnchat. Update this installation; "
            "nothing was changed."
        )
    if found is not None and not settings.database_url:
        _back_up(settings.sqlite_path, found)
    with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":  # one upgrader; the second finds it done
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7664247)")
        if _is_empty(connection):
            make_schema(connection)
        else:
            take_steps(connection)


def make_schema(connection: sa.Connection) -> None:
    """All tables of an empty database at once, as the steps would leave them (a test compares).

    Alembic's modules would stay in memory with the server: 12 MB for what is done once.
    """
    from vnchat.store import search  # it reads through this module
    from vnchat.store.tables import metadata

    metadata.create_all(connection)
    search.create(connection)
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
        "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    connection.execute(
        sa.text("INSERT INTO alembic_version (version_num) VALUES (:n)"), {"n": REVISION}
    )


def take_steps(connection: sa.Connection) -> None:
    """The steps of migrations/ that the database has not taken."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_empty(connection: sa.Connection) -> bool:
    return not sa.inspect(connection).get_table_names()


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return None if row is None else str(row[0])


def _back_up(path: Path, revision: str) -> None:
    target = path.with_suffix(f".before-{REVISION}.from-{revision}.sqlite3")
    if target.exists():
        return
    with (
        contextlib.closing(sqlite3.connect(path)) as source,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
