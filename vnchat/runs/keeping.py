"""Between the shelf and the rows: nothing is freed that a row needs, nothing is kept over a quota.

A file is kept in two steps, bytes and row. Both happen inside a gate that whoever frees must have
alone (store/gate.py), in this and any other server on the same database; it then asks the rows
once more. What a crash leaves between the two steps is found by `orphans` (`python -m vnchat
clean`). Rows are store/media.py, bytes library/media.py.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from vnchat.errors import NotFound
from vnchat.library.faults import MediaFailed
from vnchat.library.media import Kept, Shelf, age_of
from vnchat.settings import Settings
from vnchat.store import Store
from vnchat.store.gate import Gate, GateShut

log = logging.getLogger(__name__)

_AT_ONCE = 20  # keys that are freed together
YOUNG_SECONDS = 3600.0  # an orphan younger than this may be on its way to a row


def shelf_of(settings: Settings) -> Shelf:
    """The folder or object store of the settings; what is on its way is in the data folder."""
    folder = settings.data_dir / "media"
    return Shelf(settings.media_url or str(folder), incoming=folder / "incoming")


class Keeping:
    def __init__(self, settings: Settings, store: Store, shelf: Shelf) -> None:
        self._settings = settings
        self._rows = store.media
        self._shelf = shelf
        self._gate = Gate(store.engine, settings.data_dir)

    @asynccontextmanager
    async def file(self, path: Path, *, type: str, sha256: str) -> AsyncIterator[str]:
        """Keep a finished file; its row is to be written inside the block."""
        await self.send_ahead(path, type=type, sha256=sha256)
        async with self._gate.keeping():
            yield await self._shelf.put_file(path, type=type, sha256=sha256)

    async def send_ahead(self, path: Path, *, type: str, sha256: str) -> None:
        """The slow part of `file`: before many are kept together, while nobody waits for it."""
        await self._shelf.send_ahead(path, type=type, sha256=sha256)

    @asynccontextmanager
    async def data(self, data: bytes, *, type: str) -> AsyncIterator[str]:
        """The same for bytes."""
        async with self._gate.keeping():
            yield await self._shelf.put_bytes(data, type=type)

    async def free(self, keys: Iterable[str]) -> int:
        """Delete of these what no row names any more; gives the bytes freed.

        While others store without a pause nothing is freed: the clean-up finds it later.
        """
        left = sorted(set(keys) - {""})
        freed = 0
        for at in range(0, len(left), _AT_ONCE):  # keepers come in between
            try:
                async with self._gate.freeing():
                    for key in left[at : at + _AT_ONCE]:
                        freed += await self._free(key)
            except GateShut:
                log.warning("%s files are left for the clean-up", len(left) - at)
                break
        return freed

    async def _free(self, key: str) -> int:
        if await asyncio.to_thread(self._rows.names_key, key):
            return 0
        try:
            size = await self._shelf.size(key)
        except NotFound:
            return 0
        await self._shelf.delete(key)
        return size

    async def room_for(self, owner: str, size: int = 0, key: str = "") -> None:
        """Raises MediaFailed("quota") when `size` bytes more are too many for this owner or in all.

        Bytes that are kept already cost nothing more.
        """
        each, in_all = self._settings.media_quota, self._settings.media_quota_in_all
        if not each and not in_all:
            return
        if key:
            here = await asyncio.to_thread(self._rows.names_key, key, owner=owner)
            if here:
                return
        more = max(1, size)
        if each and await asyncio.to_thread(self._rows.bytes_kept, owner=owner) + more > each:
            raise MediaFailed("quota", detail=f"owner {owner}")
        if in_all and await asyncio.to_thread(self._rows.bytes_kept) + more > in_all:
            raise MediaFailed("quota", detail="in all")


async def orphans(store: Store, shelf: Shelf, *, loose_before: float = 0.0) -> list[Kept]:
    """What the shelf holds and no row names, but for what is young; with it what only drafts older
    than a time name."""
    kept = [one async for one in shelf.kept()]
    named = await asyncio.to_thread(store.media.keys, loose_before=loose_before)  # after the list
    return [one for one in kept if one.key not in named and age_of(one) > YOUNG_SECONDS]
