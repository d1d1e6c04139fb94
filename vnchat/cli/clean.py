"""`vnchat clean`: what the shelf holds that no row names, and files attached but never sent.

Says what it would free and frees it with `--delete`. What is younger than an hour (attached: than
a week) is left alone: it may be on its way. Safe beside a running server.
"""

from __future__ import annotations

import argparse
import asyncio
import time

from vnchat import settings
from vnchat.library.media import Shelf
from vnchat.runs.keeping import Keeping, orphans, shelf_of
from vnchat.settings import Settings
from vnchat.store import Store

LOOSE_SECONDS = 7 * 24 * 3600.0


def clean(options: argparse.Namespace) -> int:
    chosen = settings.load()
    store = Store.open(chosen)
    shelf = shelf_of(chosen)
    try:
        print(asyncio.run(_clean(chosen, store, shelf, delete=options.delete)))  # noqa: T201
    finally:
        shelf.close()
        store.close()
    return 0


async def _clean(chosen: Settings, store: Store, shelf: Shelf, *, delete: bool) -> str:
    before = time.time() - LOOSE_SECONDS
    loose = store.media.loose(before)
    found = await orphans(store, shelf, loose_before=before)
    if delete:
        store.media.forget_loose(before)
    size = sum(one.size for one in found)
    told = [
        f"{loose} attached {'file was' if loose == 1 else 'files were'} never sent.",
        f"{len(found)} {'file is' if len(found) == 1 else 'files are'} named by nothing: "
        f"{size / 1e6:.1f} MB.",
    ]
    if not delete:
        return " ".join([*told, "Nothing was deleted; --delete frees it."])
    freed = await Keeping(chosen, store, shelf).free(one.key for one in found)
    return " ".join([*told, f"Freed {freed / 1e6:.1f} MB."])
