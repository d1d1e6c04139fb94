"""A shared conversation as a page to read: no script, no form, no request to anybody else.

Whoever has the address may read the path that was shared and, if it was shared with them, its
files; nothing else can be reached from here. The share is looked up for each request, so a
withdrawn one ends at once, and reads like one that never was.
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from vnchat.conversation import Media
from vnchat.engine import Engine, engine
from vnchat.errors import NotFound, VnchatError
from vnchat.exchange.html import HtmlWriter, policy
from vnchat.store.shares import Share
from vnchat.web import exporting
from vnchat.web.kept import KeptRow, row_response
from vnchat.words import LANGUAGES, say

_PRIVATE = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def shared_routes(base: str) -> list[BaseRoute]:
    return [
        Route(f"{base}/vnchat/shared/{{token}}", page, methods=["GET"]),
        Route(f"{base}/vnchat/shared/{{token}}/{{media}}", file, methods=["GET", "HEAD"]),
    ]


def address_of(base: str, token: str, media: str = "") -> str:
    return f"{base}/vnchat/shared/{token}{'/' if media else ''}{media}"


async def page(request: Request) -> Response:
    here = engine()
    found = await _found(here, request)
    if found is None:
        return _missing()
    share, _ = found
    lang = _language(request)
    base = here.addresses.base

    def source(media: Media) -> str | None:
        return address_of(base, share.token, media.id) if media.key and share.with_media else None

    told = await asyncio.to_thread(
        here.store.conversations.get, share.conversation, owner=share.owner
    )
    writer = HtmlWriter(lang, notice=say(lang, "shared.notice"), source=source)
    chunks = exporting.stream(
        here,
        writer,
        [share.conversation],
        owner=share.owner,
        title=told.title or "vnchat",
        end=share.head,
    )
    media = "'self'" if share.with_media else "'none'"
    headers = {"Content-Security-Policy": f"{policy(media)}; frame-ancestors 'none'"} | _PRIVATE
    return exporting.Stream(chunks, media_type=writer.type, headers=headers)


async def file(request: Request) -> Response:
    """A file of the shared path. It is asked again each time whether it still is."""
    here = engine()
    found = await _found(here, request)
    if found is None or not found[0].with_media:
        return _missing()
    share, messages = found
    row = await asyncio.to_thread(_row, here, share, messages, request.path_params["media"])
    if row is None:
        return _missing()
    return await row_response(request, row, here.shelf, 0)


async def _found(here: Engine, request: Request) -> tuple[Share, list[str]] | None:
    """The share and the messages that it shows."""
    if here.broken:
        return None
    try:
        return await asyncio.to_thread(_look, here, request.path_params["token"])
    except VnchatError:
        return None


def _look(here: Engine, token: str) -> tuple[Share, list[str]] | None:
    share = here.store.shares.opened(token)
    if share is None:
        return None
    path = exporting.ids_of(here, share.conversation, share.owner, share.head, False)
    return (share, path) if path else None


def _row(here: Engine, share: Share, messages: list[str], media: str) -> KeptRow | None:
    try:
        one = here.store.media.get(media, owner=share.owner)
    except NotFound:
        return None
    if not one.key or one.message not in messages or one.conversation != share.conversation:
        return None
    return KeptRow(key=one.key, type=one.type, size=one.size, name=one.name)


def _language(request: Request) -> str:
    chosen = request.query_params.get("lang", "")
    if chosen in LANGUAGES:
        return chosen
    first = request.headers.get("accept-language", "").strip().lower()
    return "zh" if first.startswith("zh") else "en"


def _missing() -> Response:
    return PlainTextResponse(
        "There is nothing here. It may have been withdrawn.", 404, dict(_PRIVATE)
    )
