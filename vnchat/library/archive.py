"""Many kept files as one ZIP that is written while it is sent; never whole in memory or on disk.

Stored, not packed: pictures and videos are packed already. Names are made safe and unlike.
"""

from __future__ import annotations

import time
import zipfile
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from io import RawIOBase
from typing import Any

from vnchat.errors import NotFound

_OLDEST = (1980, 1, 1, 0, 0, 0)  # the format knows no earlier time


@dataclass(frozen=True, slots=True)
class Entry:
    key: str
    name: str  # safe already
    created: float


class _Pipe(RawIOBase):
    """What ZipFile writes, until it is sent on."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        taken, self._held = bytes(self._held), bytearray()
        return taken


async def zipped(
    entries: Iterable[Entry], read: Callable[[str], AsyncIterator[bytes]]
) -> AsyncIterator[bytes]:
    """The bytes of the archive. A file that has gone meanwhile is left out."""
    pipe = _Pipe()
    used: set[str] = set()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for entry in entries:
            info = zipfile.ZipInfo(_unlike(entry.name, used), _time_of(entry.created))
            pieces = read(entry.key)
            try:
                first = await anext(pieces, b"")
            except NotFound:
                continue
            with archive.open(info, "w", force_zip64=True) as file:
                file.write(first)
                yield pipe.taken()
                async for piece in pieces:
                    file.write(piece)
                    yield pipe.taken()
    yield pipe.taken()


def _unlike(name: str, used: set[str]) -> str:
    """film.mp4, film (2).mp4, film (3).mp4: systems that fold case see different names too."""
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    tried, n = name, 1
    while tried.casefold() in used:
        n += 1
        tried = f"{stem} ({n}){dot}{ending}"
    used.add(tried.casefold())
    return tried


def _time_of(created: float) -> tuple[int, int, int, int, int, int]:
    told = time.localtime(created)[:6]
    return max(told, _OLDEST)
