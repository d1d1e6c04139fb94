"""From an uploaded file to conversations: read, look at every picture and video, write once.

Nothing of the file is trusted: what a file inside is, is found by probing it; a person's picture
is drawn anew unless this installation wrote the bytes itself. Until the one transaction at the end
nothing is visible, and what was kept for it is freed again if it fails.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import shutil
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from vnchat.conversation import Media
from vnchat.engine import Engine
from vnchat.errors import BadInput
from vnchat.exchange.lifting import Blobs
from vnchat.exchange.reading import read_file
from vnchat.exchange.shapes import BadFile, Told, ToldMedia
from vnchat.library.faults import MediaFailed
from vnchat.library.pictures import MOST_BYTES, rebuild
from vnchat.library.probe import Probe, probe
from vnchat.web.exporting import proof_of

_one_at_once = asyncio.Semaphore(1)  # a large file needs much memory while it is read


@dataclass(slots=True)
class _Ready:
    """Rows that wait for the transaction, and the files that their keys name."""

    rows: dict[tuple[int, str], list[Media]] = field(default_factory=dict)
    files: dict[str, tuple[Path, str]] = field(default_factory=dict)  # sha256 → (path, type)


async def take(here: Engine, file: Path, *, owner: str) -> dict[str, Any]:
    """Import a file; gives the report. Raises VnchatError, and nothing was imported then."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, dir=here.shelf.incoming))
    blobs = Blobs(folder)
    try:
        async with _one_at_once:
            told = await asyncio.to_thread(
                read_file, file, blobs, longest=here.settings.import_max_text
            )
            return await _write(here, told, blobs, owner)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _write(here: Engine, told: Told, blobs: Blobs, owner: str) -> dict[str, Any]:
    ready = _Ready()
    size = 0
    for n, conversation in enumerate(told.conversations):
        for message in conversation.messages:
            for place, one in enumerate(message.media):
                rows = await asyncio.to_thread(_look, here, one, place, ready, told.left_out, blobs)
                ready.rows.setdefault((n, message.id), []).extend(rows)
                size += sum(row.size for row in rows)
    keeping = here.delivery.keeping
    if size:
        try:
            await keeping.room_for(owner, size)
        except MediaFailed as error:
            raise BadFile(f"{error}", detail=error.detail) from error
    try:
        for sha256, (path, type) in ready.files.items():
            await keeping.send_ahead(path, type=type, sha256=sha256)
        async with AsyncExitStack() as stack:
            for sha256, (path, type) in ready.files.items():
                await stack.enter_async_context(keeping.file(path, type=type, sha256=sha256))
            ids = await asyncio.to_thread(
                here.store.imports.write, told.conversations, ready.rows, owner=owner
            )
    except BaseException:
        await keeping.free(ready.files)
        raise
    for id in ids[:200]:
        here.hub.tell(owner, "item", id)
    return _report(told, ids, ready)


def _look(
    here: Engine,
    one: ToldMedia,
    place: int,
    ready: _Ready,
    left_out: Counter[str],
    blobs: Blobs,
) -> list[Media]:
    """The rows of one file, and its poster's. What is no picture or video becomes a card."""
    row = Media(
        id=uuid4().hex,
        owner="",
        kind=one.kind,
        origin=cast(Any, one.origin),
        state="refused",
        place=place,
        name=one.name,
        link=one.link if one.link.startswith(("https://", "http://")) else "",
        reason="imported",
        created=time.time(),
    )
    if not one.data:
        left_out["media"] += 1
        return [row]
    path = blobs.file_of(one.data)
    try:
        path, facts = _checked(here, one, path)
    except MediaFailed as error:
        left_out["broken"] += 1
        return [replace(row, reason=error.reason)]
    except BadFile:
        raise
    except BadInput:
        left_out["broken"] += 1
        return [replace(row, reason="broken")]
    sha256 = _file(ready, path, facts.type)
    poster = []
    if facts.poster:
        beside = path.with_name(f"{path.name}.poster")
        beside.write_bytes(facts.poster)
        size = len(facts.poster)
        key = _file(ready, beside, facts.poster_type)
        poster = [
            Media(
                id=uuid4().hex,
                owner="",
                kind="image",
                origin="poster",
                state="kept",
                type=facts.poster_type,
                key=key,
                size=size,
                created=time.time(),
            )
        ]
    return [
        replace(
            row,
            state="kept",
            kind=facts.kind,
            type=facts.type,
            key=sha256,
            size=ready.files[sha256][0].stat().st_size,
            width=facts.width or 0,
            height=facts.height or 0,
            seconds=facts.seconds or 0.0,
            codec=facts.codec,
            playable=facts.playable,
            poster=poster[0].id if poster else "",
            reason="" if facts.playable else "codec",
        ),
        *poster,
    ]


def _checked(here: Engine, one: ToldMedia, path: Path) -> tuple[Path, Probe]:
    """The bytes that may be kept, and what they are."""
    if path.stat().st_size > here.settings.media_max_bytes:
        raise MediaFailed("too_large")
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if one.sha256 and one.sha256 != sha256:
        raise BadFile(f"A file inside is damaged: “{one.name[:60]}” has other bytes than it says.")
    ours = hmac.compare_digest(one.proof.encode(), proof_of(here.addresses.secret, sha256).encode())
    if one.origin == "given" and not ours:
        if one.kind != "image" or path.stat().st_size > MOST_BYTES:
            raise MediaFailed("wrong_type")
        picture = rebuild(
            path.read_bytes(),
            longest=here.settings.picture_longest,
            max_bytes=here.settings.picture_max_bytes,
        )
        path = path.with_name(f"{path.name}.drawn")
        path.write_bytes(picture.data)
    return path, probe(path)


def _file(ready: _Ready, path: Path, type: str) -> str:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    ready.files.setdefault(sha256, (path, type))
    return sha256


def _report(told: Told, ids: list[str], ready: _Ready) -> dict[str, Any]:
    kept = sum(one.key != "" and one.origin != "poster" for r in ready.rows.values() for one in r)
    return {
        "source": told.source,
        "conversations": len(ids),
        "messages": sum(len(one.messages) for one in told.conversations),
        "media": kept,
        "left_out": dict(told.left_out),
        "first": ids[0] if ids else "",
    }
