"""A file that grows while it is fetched: limits, hash, resuming.

Knows what is held already, what a response claims to add to it and whether the claim can be true.
Opens no connection; `fetcher.py` does.
"""

import asyncio
import hashlib
import os
import re
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO

from vnchat.errors import StorageUnavailable
from vnchat.library.faults import MediaFailed

_BATCH = 512 * 1024  # written and hashed at once, in a thread
_OVERLAP = 4096  # asked for again when no strong validator proves that the file is the same
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)")
_PACKINGS = {"": 0, "identity": 0, "gzip": 31, "x-gzip": 31, "deflate": 15}  # zlib's wbits


@dataclass(frozen=True, slots=True)
class Part:
    """What a response claims to be: the whole file (`start` None) or its rest from `start`."""

    start: int | None
    total: int | None
    type: str
    validator: str  # what If-Range may carry, or ""
    strong: bool
    packing: int


@asynccontextmanager
async def downloading(
    path: Path, max_bytes: int, on_progress: Callable[[int, int | None], None] | None
) -> AsyncIterator["Download"]:
    """A new file to download into, which disappears if anything goes wrong."""
    try:
        file = _new(path)  # at once: cancelled while a thread opens it, nobody would close it
        try:
            yield Download(file, max_bytes, on_progress)
            await asyncio.to_thread(file.close)
        except BaseException:
            path.unlink()  # noqa: ASYNC240 - at once, also when cancelled
            raise
        finally:
            file.close()
    except OSError as error:
        raise StorageUnavailable(
            "The media folder cannot be written, so the file was not kept. "
            "Free some space or check its permissions, then try again.",
            detail=str(error),
        ) from error


def _new(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b")


class Download:
    """The bytes held so far, in a file that is open for writing."""

    def __init__(
        self, file: BinaryIO, max_bytes: int, on_progress: Callable[[int, int | None], None] | None
    ) -> None:
        self._file = file
        self.total: int | None = None
        self.type = ""
        self.validator = ""
        self._strong = False
        self.packing = 0
        self._limit = max_bytes
        self._on_progress = on_progress
        self._batch = bytearray()
        self._written = 0
        self._compare = b""  # bytes held that the host sends once more
        self._hash = hashlib.sha256()
        self._distrusted = False

    @property
    def held(self) -> int:
        return self._written + len(self._batch)

    def resume_headers(self) -> dict[str, str]:
        """What to ask for next: everything, or the rest of what is held."""
        start = self._resume_from()
        if not start:
            return {}
        headers = {"Range": f"bytes={start}-"}
        if self.validator:
            headers["If-Range"] = self.validator
        return headers

    def _resume_from(self) -> int:
        if self.packing or self._distrusted:
            return 0
        return self.held if self._strong else max(0, self.held - _OVERLAP)

    async def restart(self) -> None:
        self._batch.clear()
        self._compare = b""
        self._written = 0
        self._hash = hashlib.sha256()
        self.total, self.validator, self._strong = None, "", False
        await asyncio.to_thread(_cut, self._file)

    async def begin(self, part: Part) -> None:
        """Take up what a response offers: the rest of what is held, or all from the start."""
        if part.start is None:
            await self.restart()
        if part.total is not None and not part.packing and part.total > self._limit:
            raise MediaFailed("too_large", detail=str(part.total))
        self.total = part.total if not part.packing else None
        self.packing = part.packing
        self.type = part.type or self.type
        if part.start is None:
            self.validator, self._strong = part.validator, part.strong
        elif part.start < self.held:
            await self._flush()
            self._compare = await asyncio.to_thread(_tail, self._file, part.start)

    async def write(self, chunk: bytes) -> None:
        if self._compare:
            again, chunk = chunk[: len(self._compare)], chunk[len(self._compare) :]
            if not self._compare.startswith(again):
                await self.restart()
                raise MediaFailed("incomplete", detail="the file changed between two tries")
            self._compare = self._compare[len(again) :]
        if self.held + len(chunk) > self._limit:
            raise MediaFailed("too_large")
        self._batch += chunk
        if len(self._batch) >= _BATCH:
            await self._flush()
        if chunk and self._on_progress:
            self._on_progress(self.held, self.total)

    async def _flush(self) -> None:
        batch, self._batch = bytes(self._batch), bytearray()
        self._written += len(batch)
        await asyncio.to_thread(self._store, batch)

    def _store(self, batch: bytes) -> None:
        self._file.write(batch)
        self._file.flush()
        self._hash.update(batch)

    def distrust(self) -> None:
        """The host told untruths about parts of this file: ask for the whole from now on."""
        self._distrusted = True

    def check_whole(self) -> None:
        if self._compare or (self.total is not None and self.held < self.total):
            raise MediaFailed("incomplete", detail=f"{self.held} of {self.total}")
        if self.total is not None and self.held > self.total:
            raise MediaFailed("dishonest", detail=f"{self.held} of {self.total}")

    async def finish(self) -> tuple[int, str]:
        if not self.held:
            raise MediaFailed("empty")
        await self._flush()
        return self._written, self._hash.hexdigest()


def part_of(status: int, headers: Mapping[str, str], download: Download) -> Part:
    """What a 200 or 206 offers; `MediaFailed` if it contradicts itself or what we hold."""
    packing = _PACKINGS.get(headers.get("content-encoding", "").strip().lower())
    if packing is None:
        raise MediaFailed("packed", detail=headers["content-encoding"][:80])
    validator, strong = _validator(headers)
    kind = headers.get("content-type", "").split(";")[0].strip().lower()[:100]
    length = headers.get("content-length", "")
    size = int(length) if length.isascii() and length.isdigit() and len(length) < 19 else None
    if status == 200:
        return Part(None, size, kind, validator, strong, packing)

    asked = download.resume_headers()
    found = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
    if not asked or not found or packing:
        raise _lie("an unasked or unreadable part", download)
    first, last = int(found[1]), int(found[2])
    total = int(found[3]) if found[3] != "*" else download.total
    honest = (
        asked["Range"] == f"bytes={first}-"
        and last >= first
        and (total is None or last < total)
        and (download.total is None or total == download.total)
        and (size is None or size == last - first + 1)
        and (not validator or not download.validator or validator == download.validator)
    )
    if not honest:
        raise _lie(headers["content-range"][:80], download)
    return Part(first, total, kind, download.validator, strong, 0)


def _lie(detail: str, download: Download) -> MediaFailed:
    download.distrust()
    return MediaFailed("dishonest", detail=detail)


def _validator(headers: Mapping[str, str]) -> tuple[str, bool]:
    """What proves that the rest belongs to the beginning, and whether it is proof alone."""
    tag = headers.get("etag", "").strip()
    if re.fullmatch(r'"[\x21\x23-\x7e]*"', tag):
        return tag, True
    changed = headers.get("last-modified", "").strip()
    try:
        parsedate_to_datetime(changed)
    except ValueError:
        return "", False
    return changed, False


async def unpacked(body: AsyncIterator[bytes], packing: int) -> AsyncIterator[bytes]:
    """The body, unpacked in small steps so that a bomb meets the limit, not the memory."""
    if not packing:
        async for chunk in body:
            yield chunk
        return
    unpacker = zlib.decompressobj(packing)
    try:
        async for chunk in body:
            packed = chunk
            while packed:
                yield unpacker.decompress(packed, _BATCH)
                packed = unpacker.unconsumed_tail
        if not unpacker.eof:
            raise MediaFailed("incomplete", detail="packed body ends early")
    except zlib.error as error:
        raise MediaFailed("packed", detail=str(error)) from error


def _cut(file: BinaryIO) -> None:
    file.seek(0)
    file.truncate()


def _tail(file: BinaryIO, start: int) -> bytes:
    file.seek(start)
    return file.read()
