"""What the page gives before a message is sent: a picture that it made itself, and a document
whose tokens are to be shown. Files that are sent come with the message (ui/sending.py).
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from vnchat.conversation import LOCAL_OWNER
from vnchat.engine import engine
from vnchat.errors import BadInput, VnchatError
from vnchat.library import extract
from vnchat.library.names import safe
from vnchat.library.pictures import MOST_BYTES, rebuild
from vnchat.library.sniff import HEAD, container_of
from vnchat.web.asked import body_of, problem, refused
from vnchat.web.masks import mask_routes
from vnchat.web.views import media_view

_reading = asyncio.Semaphore(2)  # documents at a time: each is read by a process


def given_routes(base: str) -> list[BaseRoute]:
    return [
        Route(f"{base}/vnchat/upload", upload, methods=["POST"]),
        Route(f"{base}/vnchat/estimate", estimate, methods=["POST"]),
        *mask_routes(base),
    ]


async def upload(request: Request) -> Response:
    """A picture that the page made itself (a frame of a video): rebuilt, kept, its id told."""
    here = engine()
    if refusal := refused(request, here):
        return refusal
    name = safe(request.query_params.get("name", "")[:200])
    try:
        data = await body_of(request, MOST_BYTES)
        picture = await asyncio.to_thread(
            rebuild,
            data,
            longest=here.settings.picture_longest,
            max_bytes=here.settings.picture_max_bytes,
        )
        media = await here.delivery.keep_given(picture, name, owner=LOCAL_OWNER)
    except BadInput as error:
        return problem(str(error), 400)
    except VnchatError as error:
        return problem(str(error), 503)
    return JSONResponse(media_view(media, here.addresses))


async def estimate(request: Request) -> Response:
    """About how many tokens a document's words take; nothing of it is kept."""
    here = engine()
    if refusal := refused(request, here):
        return refusal
    name = safe(request.query_params.get("name", "")[:200])
    try:
        async with _reading:
            data = await body_of(request, extract.MOST_BYTES)
            if container_of(data[:HEAD]) is not None:  # no words: a picture, film or sound
                return _tokens(0)
            told = await asyncio.to_thread(extract.extract, data, name)
    except BadInput as error:
        return problem(str(error), 400)
    return _tokens(told.tokens, told.cut)


def _tokens(count: int, cut: bool = False) -> Response:
    return JSONResponse({"tokens": count, "cut": cut}, headers={"Cache-Control": "no-store"})
