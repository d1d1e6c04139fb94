"""The library over HTTP: pages of what is kept as JSON, delete, download many, preview, convert.

What changes something is a POST that only our own page may send (Origin against Host). Every id is
looked up for its owner. Drawn by ui/assets/library.js; single files are served by kept.py.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from vnchat.conversation import LOCAL_OWNER
from vnchat.engine import Engine, engine
from vnchat.errors import BadInput, NotFound, VnchatError
from vnchat.library.animate import TYPES, animated
from vnchat.library.archive import Entry, zipped
from vnchat.library.names import file_name, safe
from vnchat.library.signing import check, sign
from vnchat.store.library import Found, Place, Wanted
from vnchat.web.asked import body_of, problem, refused
from vnchat.web.kept import disposition
from vnchat.web.views import media_view

PAGE = 60
MOST_AT_ONCE = 500  # files in one download or one deletion
_BODY = 200_000  # bytes of a list of ids
_ZIP = "library.zip"  # what the signature of a download names
_animating = asyncio.Semaphore(1)  # one at a time: it is work for a whole core
_KINDS = ("video", "image", "audio", "file")


def library_routes(base: str) -> list[BaseRoute]:
    return [
        Route(f"{base}/vnchat/library", library, methods=["GET"]),
        Route(f"{base}/vnchat/library/delete", delete, methods=["POST"]),
        Route(f"{base}/vnchat/library.zip", download, methods=["POST"]),
        Route(f"{base}/vnchat/preview/{{media_id}}", preview, methods=["GET"]),
        Route(f"{base}/vnchat/convert/{{media_id}}", convert, methods=["POST"]),
    ]


async def library(request: Request) -> Response:
    """One page of what is kept; the first one also says how much there is and what to filter by."""
    here, owner = engine(), LOCAL_OWNER
    if here.broken:
        return problem(here.broken, 503)
    asked = request.query_params
    wanted = Wanted(
        kind=asked.get("kind", "") if asked.get("kind") in _KINDS else "",
        origin=asked.get("origin", "") if asked.get("origin") in ("result", "given") else "",
        model=asked.get("model", "")[:500],
        conversation=asked.get("conversation", "")[:64],
        since=_number(asked.get("since")),
        until=_number(asked.get("until")),
        smallest=int(_number(asked.get("smallest"))),
        largest=int(_number(asked.get("largest"))),
        words=asked.get("q", "")[:500].replace("\0", ""),
    )
    after = _after(asked.get("after", ""))

    def look() -> dict[str, Any]:
        store = here.store.library
        found = store.page(wanted, owner=owner, after=after, limit=PAGE + 1)
        more = len(found) > PAGE
        places = store.places([one.media.key for one in found[:PAGE]], owner=owner)
        items = [_item(one, here, places[one.media.key]) for one in found[:PAGE]]
        told: dict[str, Any] = {"items": items, "more": _mark(found[PAGE - 1]) if more else ""}
        if after is None:
            told["count"], told["size"] = store.count(wanted, owner=owner)
            choices = store.choices(owner=owner)
            told["models"], told["conversations"] = choices.models, choices.conversations
            told["kept"] = here.store.media.bytes_kept(owner=owner)
            told["quota"] = here.settings.media_quota
            query = sign(here.addresses.secret, _ZIP, owner, time.time())
            told["zip"] = f"{here.addresses.base}/vnchat/library.zip?{query}"
        return told

    try:
        return JSONResponse(await asyncio.to_thread(look), headers={"Cache-Control": "no-store"})
    except VnchatError as error:
        return problem(str(error), 503)


async def delete(request: Request) -> Response:
    here = engine()
    if refusal := refused(request, here):
        return refusal
    try:
        ids = _ids(json.loads(await body_of(request, _BODY)))
        gone = await here.delivery.empty(ids, owner=LOCAL_OWNER)
    except ValueError:
        return problem("This is no list of files.", 400)
    except VnchatError as error:
        return problem(str(error), 400 if isinstance(error, BadInput) else 503)
    return JSONResponse({"deleted": gone})


async def download(request: Request) -> Response:
    """Many files as one ZIP. A form, so that the browser itself saves what streams in."""
    here = engine()
    if refusal := refused(request, here):
        return refusal
    owner = check(here.addresses.secret, _ZIP, request.query_params, time.time())
    if owner is None:
        return problem("The address has ended. Open the library anew.", 404)
    try:
        form = (await body_of(request, _BODY)).decode("ascii").partition("ids=")[2]
        ids = _ids(form.replace("%2C", ",").split(","))
    except ValueError:
        return problem("This is no list of files.", 400)
    except BadInput as error:
        return problem(str(error), 400)

    def look() -> list[Entry]:
        found = (here.store.library.one(one, owner=owner) for one in ids)
        return [Entry(one.media.key, _name(one), one.media.created) for one in found if one]

    entries = await asyncio.to_thread(look)
    if not entries:
        return PlainTextResponse("There are no such files.", 404)

    async def body() -> AsyncIterator[bytes]:
        async for piece in zipped(entries, here.shelf.read):
            if piece:
                yield piece

    name = f"vnchat {date.today().isoformat()}.zip"
    headers = {
        "Content-Disposition": disposition(name, inline=False),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(body(), media_type="application/zip", headers=headers)


async def preview(request: Request) -> Response:
    """A small moving picture of a video to save and share; signed like the video itself."""
    here = engine()
    if here.broken:
        return problem(here.broken, 503)
    form = request.query_params.get("form", "webp")
    media_id = request.path_params["media_id"]
    owner = check(here.addresses.secret, media_id, request.query_params, time.time())
    try:
        if owner is None or form not in TYPES:
            raise NotFound("file")
        media = await asyncio.to_thread(here.store.media.get, media_id, owner=owner)
        if not media.key or media.kind != "video":
            raise NotFound("file")
        async with _animating, here.shelf.on_disk(media.key) as path:
            data = await asyncio.to_thread(animated, path, form)
    except NotFound as error:
        return problem(str(error), 404)
    except VnchatError as error:
        return problem(str(error), 503)
    name = media.name.rpartition(".")[0] or "video"
    headers = {
        "Content-Disposition": disposition(f"{name}.{form}", inline=False),
        "Cache-Control": "private, max-age=3600",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type=TYPES[form], headers=headers)


async def convert(request: Request) -> Response:
    """Make a playable copy: lines of JSON, {"done": part} until {"media"} or {"problem"}.

    It goes on when nobody listens any more; its end is told over the live socket too.
    """
    here = engine()
    if refusal := refused(request, here):
        return refusal
    going = here.delivery.conversions.start(request.path_params["media_id"], owner=LOCAL_OWNER)

    async def lines() -> AsyncIterator[str]:
        async for done in going.progress():
            yield json.dumps({"done": done}) + "\n"
        told: dict[str, Any]
        try:
            told = {"media": media_view(going.task.result(), here.addresses)}
        except VnchatError as error:
            told = {"problem": str(error)}
        yield json.dumps(told) + "\n"

    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(lines(), media_type="application/x-ndjson", headers=headers)


def _item(found: Found, here: Engine, places: Sequence[Place]) -> dict[str, Any]:
    media = found.media
    return media_view(media, here.addresses) | {
        "message": media.message,
        "conversation": media.conversation,
        "title": found.title,
        "model": found.model if media.origin == "result" else "",
        "prompt": found.prompt,
        "created": media.created,
        "origin": media.origin,
        "places": [asdict(one) for one in places if one.message != media.message],
    }


def _name(found: Found) -> str:
    media = found.media
    if media.origin == "given" and media.name:
        return safe(media.name)
    return file_name(found.prompt, media.type, media.id)


def _ids(said: object) -> list[str]:
    """A list of ids. Raises ValueError for anything else, BadInput for too many."""
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        raise ValueError
    if len(said) > MOST_AT_ONCE:
        raise BadInput(f"At most {MOST_AT_ONCE} files at once. Choose fewer.")
    return list(dict.fromkeys(one[:64] for one in said if one))


def _mark(found: Found) -> str:
    return f"{found.media.created!r}_{found.media.id}"


def _after(mark: str) -> tuple[float, str] | None:
    created, _, one = mark.partition("_")
    return (_number(created), one[:64]) if one else None


def _number(said: str | None) -> float:
    try:
        number = float(said or 0)
    except ValueError:
        return 0.0
    return min(number, 1e15) if math.isfinite(number) and number > 0 else 0.0
