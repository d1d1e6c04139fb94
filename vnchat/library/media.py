"""Kept files: a folder, or an S3-compatible store, by the same calls.

A file's key is the SHA-256 of its bytes, so the same bytes are one object and no name from outside
ever makes a path. Whose file it is and what it is called stands in the database, not here.
In a folder a file appears whole or not at all: temporary file, sync, rename.
"""

import asyncio
import hashlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from vnchat.errors import NotFound, StorageUnavailable

try:
    import fcntl
except ImportError:  # not on Windows: there only old leavings are cleaned away
    fcntl = None  # type: ignore[assignment]

CHUNK = 256 * 1024
_STREAMED = 64 * 1024  # asked of the store at once; more costs memory for each viewer
_INCOMING = "incoming"
_KEY = re.compile(r"[0-9a-f]{64}")
_PATH = re.compile(r"([0-9a-f]{2})/(\1[0-9a-f]{62})")
_YOUNG_SECONDS = 1200.0
_LEFT_BEHIND_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Kept:
    """One object of the shelf, as the clean-up sees it."""

    key: str
    size: int
    changed: datetime


class Shelf:
    """Puts, reads, lists and deletes kept files. `where` is a folder or an object store's URL."""

    def __init__(self, where: str | Path, *, incoming: Path | None = None) -> None:
        self._root: Path | None = None
        # Any: the store classes of obstore share no base that its own functions accept.
        self._store: Any
        with _in_our_words():
            if isinstance(where, str) and "://" in where and not where.startswith("file://"):
                self._store = from_url(where)
                scratch = incoming or Path(tempfile.gettempdir()) / "vnchat-incoming"
            else:
                self._root = Path(str(where).removeprefix("file://")).resolve()
                self._root.mkdir(parents=True, exist_ok=True)
                self._store = LocalStore(self._root)
                scratch = incoming or self._root / _INCOMING
            self._scratch, self._lock = _own_scratch(scratch)

    @property
    def incoming(self) -> Path:
        """The folder for files that are not yet kept; a crash's leavings go at the next start."""
        return self._scratch

    async def put_file(
        self, path: Path, *, type: str = "application/octet-stream", sha256: str | None = None
    ) -> str:
        """Keep a finished file, which is gone afterwards; `sha256` if it is known already."""
        with _in_our_words():
            key = sha256 if sha256 else await asyncio.to_thread(_hash_of, path)
            if self._root is not None:
                await asyncio.to_thread(_move_in, path, self._root / _path_of(key), self._scratch)
                return key
            await self._send(path, type, key)
            await asyncio.to_thread(path.unlink)
            return key

    async def send_ahead(self, path: Path, *, type: str, sha256: str) -> None:
        """The slow part of `put_file`, where it is slow; the file stays."""
        if self._root is None:
            with _in_our_words():
                await self._send(path, type, sha256)

    async def _send(self, path: Path, type: str, key: str) -> None:
        size = await asyncio.to_thread(lambda: path.stat().st_size)
        if await self._has(key, size):
            return
        await obstore.put_async(
            self._store,
            _path_of(key),
            path,
            attributes={"Content-Type": type},
            max_concurrency=3,  # parts of 5 MB in memory at once
        )

    async def put_bytes(self, data: bytes, *, type: str = "application/octet-stream") -> str:
        path = self._scratch / f"bytes-{secrets.token_hex(16)}"
        with _in_our_words():
            await asyncio.to_thread(path.write_bytes, data)
        try:
            return await self.put_file(path, type=type)
        finally:
            path.unlink(missing_ok=True)

    async def size(self, key: str) -> int:
        """The size in bytes; `NotFound` if nothing is kept under this key."""
        with _in_our_words():
            meta = await obstore.head_async(self._store, _path_of(key))
        return int(meta["size"])

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to but not including `end`, never much at once."""
        path = _path_of(key)
        with _in_our_words():
            if end is None:
                end = await self.size(key)
            if start >= end:
                return
            result = await obstore.get_async(self._store, path, options={"range": (start, end)})
            async for piece in result.stream(min_chunk_size=_STREAMED):
                view = memoryview(piece)
                for at in range(0, len(view), CHUNK):
                    yield bytes(view[at : at + CHUNK])

    async def delete(self, key: str) -> None:
        """Free a file; nothing happens if it is gone already."""
        with _in_our_words():
            try:
                await obstore.delete_async(self._store, _path_of(key))
            except FileNotFoundError:
                return

    async def kept(self) -> AsyncIterator[Kept]:
        """Everything that is kept, for the clean-up. Strange files are not ours and not named."""
        with _in_our_words():
            async for batch in obstore.list(self._store):
                for found in batch:
                    if match := _PATH.fullmatch(str(found["path"])):
                        yield Kept(match[2], int(found["size"]), found["last_modified"])

    async def local_path(self, key: str) -> Path | None:
        """Where a tool that needs a real file finds it; None in an object store."""
        return self._root / _path_of(key) if self._root is not None else None

    @asynccontextmanager
    async def on_disk(self, key: str) -> AsyncIterator[Path]:
        """The file as a path to read from: in its folder, or fetched from the store for a while."""
        if self._root is not None:
            await self.size(key)
            yield self._root / _path_of(key)
            return
        copy = self._scratch / f"read-{secrets.token_hex(16)}"
        try:
            with _in_our_words():
                file = await asyncio.to_thread(copy.open, "wb")
                with file:
                    async for piece in self.read(key):
                        await asyncio.to_thread(file.write, piece)
            yield copy
        finally:
            await asyncio.to_thread(copy.unlink, missing_ok=True)

    async def direct(self, key: str, seconds: int) -> str | None:
        """An address at which the store itself hands out the file for so long; None if it cannot.

        The store sends the type that the file was kept with; a name for saving it cannot say.
        """
        if self._root is not None:
            return None
        with _in_our_words():
            try:
                address = await obstore.sign_async(
                    self._store, "GET", _path_of(key), timedelta(seconds=seconds)
                )
            except (NotImplementedError, TypeError):
                return None
        return str(address)

    def close(self) -> None:
        """Give up the scratch folder; what is in it is not kept."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.with_suffix(".lock").unlink(missing_ok=True)
        self._lock.close()

    async def _has(self, key: str, size: int) -> bool:
        """Is it there, and young enough that no clean-up takes it before its row is written?"""
        try:
            meta = await obstore.head_async(self._store, _path_of(key))
        except FileNotFoundError:
            return False
        young = age_of(Kept(key, size, meta["last_modified"])) < _YOUNG_SECONDS
        return int(meta["size"]) == size and young


def age_of(kept: Kept, now: datetime | None = None) -> float:
    """Seconds since it was last kept; an orphan younger than an hour may be on its way to a row."""
    return ((now or datetime.now(UTC)) - kept.changed).total_seconds()


def _path_of(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise NotFound("file")
    return f"{key[:2]}/{key}"


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _move_in(path: Path, target: Path, scratch: Path) -> None:
    """Make a file appear under its key, whole and on disk, even if the power goes now."""
    try:
        same = target.stat().st_size == path.stat().st_size
    except FileNotFoundError:
        same = False
    if same:
        os.utime(target)  # young again: a clean-up going on now leaves it alone
        path.unlink()
        return
    if not target.parent.exists():
        target.parent.mkdir(exist_ok=True)
        _sync(target.parent.parent)
    if path.stat().st_dev != target.parent.stat().st_dev:
        beside = scratch / f"copy-{secrets.token_hex(16)}"
        shutil.copyfile(path, beside)
        path.unlink()
        path = beside
    _sync(path)
    os.replace(path, target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _own_scratch(parent: Path) -> tuple[Path, IO[bytes]]:
    """A folder of this process for half files, after removing those of dead processes.

    Each process holds a lock beside its folder: another server on the same folder keeps its own.
    """
    parent.mkdir(parents=True, exist_ok=True)
    for lock_path in parent.glob("*.lock"):
        with lock_path.open("ab") as lock:
            if _locked(lock):
                shutil.rmtree(lock_path.with_suffix(""), ignore_errors=True)
                lock_path.unlink(missing_ok=True)
    name = secrets.token_hex(8)
    draft = parent / f"{name}.new"  # no other process may take the lock before this one has it
    mine = draft.open("ab")
    _locked(mine)
    draft.rename(parent / f"{name}.lock")
    folder = parent / name
    folder.mkdir()
    return folder, mine


def _locked(lock: IO[bytes]) -> bool:
    if fcntl is None:
        age = datetime.now(UTC).timestamp() - os.fstat(lock.fileno()).st_mtime
        return age > _LEFT_BEHIND_SECONDS
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound("file") from error
    except OSError as error:
        raise StorageUnavailable(
            "The media folder cannot be read or written. "
            "Free some space or check its permissions, then try again.",
            detail=str(error),
        ) from error
    except (BaseError, ValueError, NotImplementedError) as error:
        raise StorageUnavailable(
            "The media store does not answer as it should. "
            "Check VNCHAT_MEDIA_URL and the store, then try again.",
            detail=str(error),
        ) from error
