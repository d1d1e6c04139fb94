"""Kept media over HTTP: signed addresses, byte ranges, nothing read whole into memory.

An address names a file and carries, signed, whose it is and until when. The signature is checked
first, then `lookup` asks the database whether the file is really this owner's. Unknown, foreign,
forged and ended addresses all get the same answer. Bytes come from `vnchat/library/media.py`.
"""

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from vnchat.errors import NotFound, StorageUnavailable
from vnchat.library.media import Shelf
from vnchat.library.signing import check, seconds_left, sign

PREFIX = "/app/static/kept"
_CACHED_SECONDS = 6 * 3600
_ELSEWHERE_SECONDS = 300
# What a browser may show; everything else is only offered as a download.
_SHOWN = frozenset(
    [
        *("video/mp4", "video/webm", "video/ogg", "video/quicktime"),
        *("audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/webm"),
        *("audio/wav", "audio/flac", "image/png", "image/jpeg", "image/webp", "image/gif"),
        "image/avif",
    ]
)
_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})", re.IGNORECASE | re.ASCII)
# Characters that end a name, make a path, or turn the reading direction of what follows.
_UNFIT = re.compile(
    r'[\x00-\x1f\x7f-\x9f/\\"<>:|?*%;\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f]'
)


@dataclass(frozen=True, slots=True)
class KeptRow:
    """What the database knows of one file."""

    key: str
    type: str
    size: int
    name: str


Lookup = Callable[[str, str], Awaitable[KeptRow | None]]


def address_of(base_path: str, media_id: str, owner: str, secret: bytes, now: float) -> str:
    """The address of a kept file for one owner; the same for hours. `&download=1` saves it."""
    query = sign(secret, media_id, owner, now)
    return f"{base_path.rstrip('/')}{PREFIX}/{quote(media_id, safe='')}?{query}"


def kept_routes(
    base_path: str,
    lookup: Lookup,
    shelf: Shelf,
    secret: bytes,
    *,
    clock: Callable[[], float] = time.time,
) -> list[Route]:
    """The route that serves kept files. `lookup(media_id, owner)` is the owner check."""

    async def serve(request: Request) -> Response:
        return await kept_response(request, lookup, shelf, secret, clock=clock)

    path = f"{base_path.rstrip('/')}{PREFIX}/{{media_id}}"
    return [Route(path, serve, methods=["GET", "HEAD"], name="kept")]


async def kept_response(
    request: Request,
    lookup: Lookup,
    shelf: Shelf,
    secret: bytes,
    *,
    clock: Callable[[], float] = time.time,
    elsewhere: str = "",
) -> Response:
    """The answer to one request for the `media_id` of the path.

    `elsewhere` is the origin of an object store that hands out files itself, for a short time.
    What is to be saved comes from here, under its name, and so does `here=1`, for a canvas.
    """
    media_id = request.path_params["media_id"]
    owner = check(secret, media_id, request.query_params, clock())
    row = await lookup(media_id, owner) if owner is not None else None
    if row is None:
        return _missing()
    asked = request.query_params
    try:
        if elsewhere and row.type in _SHOWN and not ({"download", "here"} & set(asked)):
            address = await shelf.direct(row.key, _ELSEWHERE_SECONDS)
            if address is not None and address.startswith(f"{elsewhere}/"):
                caching = f"private, max-age={_ELSEWHERE_SECONDS // 2}"
                return RedirectResponse(address, 302, {"Cache-Control": caching})
        size = await shelf.size(row.key)
    except NotFound:
        return _missing()
    except StorageUnavailable as error:
        return PlainTextResponse(str(error), 503, {"Cache-Control": "no-store"})
    cached = min(_CACHED_SECONDS, seconds_left(request.query_params, clock()))
    return _answer(request, row, size, shelf, cached)


async def row_response(request: Request, row: KeptRow, shelf: Shelf, cached: int) -> Response:
    """A file whose owner check was made by the caller; `cached` seconds a browser may keep it."""
    try:
        size = await shelf.size(row.key)
    except NotFound:
        return _missing()
    except StorageUnavailable as error:
        return PlainTextResponse(str(error), 503, {"Cache-Control": "no-store"})
    return _answer(request, row, size, shelf, cached)


def _answer(request: Request, row: KeptRow, size: int, shelf: Shelf, cached: int) -> Response:
    tag = f'"{row.key}"'
    headers = {
        "ETag": tag,
        "Cache-Control": f"private, max-age={cached}",
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
    }
    if names_tag(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    shown = row.type in _SHOWN
    inline = shown and request.query_params.get("download") != "1"
    headers["Content-Type"] = row.type if shown else "application/octet-stream"
    headers["Content-Disposition"] = disposition(row.name, inline=inline)
    status, start, end = 200, 0, size
    condition = request.headers.get("if-range", tag)
    if request.method == "GET" and condition == tag:
        asked = range_of(request.headers.get("range", ""), size)
        if asked == "none":
            refusal = {**headers, "Content-Range": f"bytes */{size}", "Cache-Control": "no-store"}
            del refusal["Content-Disposition"], refusal["Content-Type"], refusal["ETag"]
            return Response(status_code=416, headers=refusal)
        if isinstance(asked, tuple):
            status, (start, end) = 206, asked
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=200, headers=headers)
    return _Stream(shelf.read(row.key, start, end), status, headers)


def range_of(header: str, size: int) -> tuple[int, int] | Literal["none", ""]:
    """(start, end) of a single range; "none" if it lies outside; "" if there is none to honour.

    Several ranges and what is not understood mean the whole file, as RFC 9110 allows.
    """
    found = _RANGE.fullmatch(header.strip())
    if not found or not (found[1] or found[2]):
        return ""
    if not found[1]:
        length = int(found[2])
        return (max(0, size - length), size) if length and size else "none"
    start = int(found[1])
    last = int(found[2]) if found[2] else size - 1
    if found[2] and last < start:
        return ""
    return (start, min(last + 1, size)) if start < size else "none"


def names_tag(header: str, tag: str) -> bool:
    """Does If-None-Match name this file?"""
    names = (name.strip().removeprefix("W/") for name in header.split(","))
    return any(name in (tag, "*") for name in names)


def disposition(name: str, *, inline: bool) -> str:
    """Content-Disposition with a name that is safe on every system (RFC 6266, RFC 5987)."""
    clean = _UNFIT.sub("_", name.encode("utf-8", "replace").decode()).strip(" .")[-120:] or "file"
    plain = clean.encode("ascii", "replace").decode().replace("?", "_")
    kind = "inline" if inline else "attachment"
    full = quote(clean, safe="", encoding="utf-8")
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{full}"


def _missing() -> Response:
    return PlainTextResponse(
        "There is no such file, or its address has ended.", 404, {"Cache-Control": "no-store"}
    )


class _Stream(StreamingResponse):
    """Chunks as they are read; reading stops at once when the viewer goes."""

    def __init__(self, chunks: AsyncIterator[bytes], status: int, headers: dict[str, str]) -> None:
        super().__init__(chunks, status, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self.body_iterator):  # type: ignore[type-var]
            await super().__call__(scope, receive, send)
