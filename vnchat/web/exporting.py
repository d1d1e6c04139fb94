"""Streams an export: rows page by page, files piece by piece, never a whole conversation in memory.

What is written is decided in vnchat/exchange; the route is in exchange.py, the shared page in
shared.py.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from vnchat.conversation import Media
from vnchat.engine import Engine
from vnchat.errors import NotFound, VnchatError
from vnchat.exchange.pieces import Inside, Piece, Writer

PAGE = 40  # messages read at once
_ENCODED = 3 * 64 * 1024  # bytes that become base64 at once: a multiple of three


class Stream(StreamingResponse):
    """Chunks as they are made; reading stops at once when the other side goes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self.body_iterator):  # type: ignore[type-var]
            await super().__call__(scope, receive, send)


def proof_of(secret: bytes, sha256: str) -> str:
    """This installation's word that it kept these bytes itself."""
    return hmac.new(secret, f"kept:{sha256}".encode(), hashlib.sha256).hexdigest()


async def stream(
    here: Engine,
    writer: Writer,
    conversations: Iterable[str],
    *,
    owner: str,
    title: str,
    end: str = "",
    with_media: bool = True,
) -> AsyncIterator[bytes]:
    """The whole export. `end` closes the path elsewhere than at the conversation's head.

    A conversation that was deleted meanwhile is passed over.
    """
    async for data in _bytes(here, writer.opening(title)):
        yield data
    for one in conversations:
        try:
            told = await asyncio.to_thread(here.store.conversations.get, one, owner=owner)
        except NotFound:
            continue
        async for data in _bytes(here, writer.begin(told)):
            yield data
        ids = await asyncio.to_thread(ids_of, here, one, owner, end or told.head, writer.whole)
        for at in range(0, len(ids), PAGE):
            async for data in _page(here, writer, ids[at : at + PAGE], owner, with_media):
                yield data
        async for data in _bytes(here, writer.end()):
            yield data
    async for data in _bytes(here, writer.closing()):
        yield data


async def _page(
    here: Engine, writer: Writer, ids: Sequence[str], owner: str, with_media: bool
) -> AsyncIterator[bytes]:
    store = here.store
    found = {m.id: m for m in await asyncio.to_thread(store.trees.some, ids, owner=owner)}
    messages = [found[one] for one in ids if one in found]
    runs = await asyncio.to_thread(
        store.runs.some, [one.run for one in messages if one.run], owner=owner
    )
    media = await asyncio.to_thread(store.media.of_messages, ids, owner=owner)
    for one in messages:
        files = [await _there(here, each) for each in media.get(one.id, ())] if with_media else []
        async for data in _bytes(here, writer.message(one, runs.get(one.run), files)):
            yield data


def ids_of(here: Engine, conversation: str, owner: str, end: str, whole: bool) -> list[str]:
    """The messages to write: every one, or the path up to `end`."""
    nodes = here.store.trees.nodes(conversation, owner=owner)
    if whole:
        return [one.id for one in nodes]
    by_id = {one.id: one for one in nodes}
    path: list[str] = []
    at = by_id.get(end)
    while at is not None and len(path) <= len(nodes):
        path.append(at.id)
        at = by_id.get(at.parent)
    return path[::-1]


async def _there(here: Engine, media: Media) -> Media:
    """The row; without its key when the bytes are gone, so that nothing is promised."""
    if media.key:
        try:
            await here.shelf.size(media.key)
        except VnchatError:
            return replace(media, key="")
    return media


async def _bytes(here: Engine, pieces: Iterable[Piece]) -> AsyncIterator[bytes]:
    for piece in pieces:
        if isinstance(piece, Inside):
            async for data in _base64(here, piece.media.key):
                yield data
        elif piece:
            yield piece.encode("utf-8", "replace")


async def _base64(here: Engine, key: str) -> AsyncIterator[bytes]:
    left = b""
    async for data in here.shelf.read(key):
        held = left + data
        whole = len(held) // 3 * 3
        for at in range(0, whole, _ENCODED):
            yield base64.b64encode(held[at : min(whole, at + _ENCODED)])
        left = held[whole:]
    if left:
        yield base64.b64encode(left)
