"""Voice over HTTP: a recording comes in and its words go out, an answer becomes sound.

Both cost money, so both are a POST that only our own page may send. What is asked of the gateway
and what is kept is runs/voice.py's; drawn by ui/assets/microphone.js and aloud.js.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from vnchat.conversation import LOCAL_OWNER
from vnchat.engine import engine
from vnchat.errors import BadInput, NotFound, StorageUnavailable, VnchatError
from vnchat.library.faults import MediaFault
from vnchat.library.names import file_name, safe
from vnchat.library.probe import probe
from vnchat.library.signing import check, sign
from vnchat.runs.voice import MOST_HEARD, Voice
from vnchat.web.asked import body_of, problem, refused
from vnchat.web.kept import disposition
from vnchat.web.views import media_view

_BODY = 10_000


def voice_routes(base: str) -> list[BaseRoute]:
    return [
        Route(f"{base}/vnchat/hear", hear, methods=["POST"]),
        Route(f"{base}/vnchat/recording", recording, methods=["POST"]),
        Route(f"{base}/vnchat/speak", speak, methods=["POST"]),
        Route(f"{base}/vnchat/spoken/{{message}}", spoken, methods=["GET"]),
    ]


async def hear(request: Request) -> Response:
    """The body is a recording; ?gateway, model and language say who listens."""
    here = engine()
    if refusal := refused(request, here):
        return refusal
    asked = request.query_params
    try:
        data = await body_of(request, MOST_HEARD)
        text = await here.voices.hear(_voice(asked), data, language=asked.get("language", "")[:20])
    except VnchatError as error:
        return _said(error)
    return _told({"text": text})


async def recording(request: Request) -> Response:
    """A recording that goes along as it is: kept like any file that a person attached."""
    here = engine()
    if refusal := refused(request, here):
        return refusal
    name = safe(request.query_params.get("name", "")[:100])
    try:
        data = await body_of(request, MOST_HEARD)
        facts = await asyncio.to_thread(probe, data)
        if facts.kind != "audio":
            raise BadInput("This is no recording.")
        media = await here.delivery.keep_film(data, facts, name, owner=LOCAL_OWNER)
    except MediaFault:
        return problem("This is no recording.", 400)
    except VnchatError as error:
        return _said(error)
    return _told(media_view(media, here.addresses))


async def speak(request: Request) -> Response:
    """{message, at, gateway, model, voice}: one piece of an answer, made now or kept before."""
    here = engine()
    if refusal := refused(request, here):
        return refusal
    try:
        asked = json.loads(await body_of(request, _BODY))
        message, at, by = str(asked["message"])[:64], int(asked["at"]), _voice(asked)
    except (ValueError, KeyError, TypeError, AttributeError):
        return problem("This is no request to read aloud.", 400)
    except VnchatError as error:
        return _said(error)
    try:
        piece = await here.voices.speak(message, at, by, owner=LOCAL_OWNER)
    except VnchatError as error:
        return _said(error)
    query = sign(here.addresses.secret, message, LOCAL_OWNER, time.time())
    about = urlencode({"gateway": by.gateway, "model": by.model, "voice": by.voice})
    whole = f"{here.addresses.base}/vnchat/spoken/{message}?{query}&{about}"
    view = media_view(piece.media, here.addresses)
    return _told(view | {"at": piece.at, "of": piece.of, "whole": whole})


async def spoken(request: Request) -> Response:
    """An answer that was read aloud, as one file to save; signed like a kept file."""
    here = engine()
    if here.broken:
        return problem(here.broken, 503)
    message, asked = request.path_params["message"], request.query_params
    owner = check(here.addresses.secret, message, asked, time.time())
    try:
        if owner is None:
            raise NotFound("sound")
        data, kind = await here.voices.whole(message, _voice(asked), owner=owner)
    except VnchatError as error:
        return _said(error)
    headers = {
        "Content-Disposition": disposition(file_name("", kind, message), inline=False),
        "Cache-Control": "private, max-age=300",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type=kind, headers=headers)


def _voice(asked: Mapping[str, object]) -> Voice:
    """Raises BadInput when no model is named."""
    gateway, model, voice = (str(asked.get(name) or "").strip() for name in Voice.__slots__)
    if not model:
        raise BadInput("No model is chosen for this.")
    return Voice(gateway[:200], model[:200], voice[:200])


def _told(value: Mapping[str, object]) -> Response:
    return JSONResponse(dict(value), headers={"Cache-Control": "no-store"})


def _said(error: VnchatError) -> Response:
    status = 502
    for kind, code in ((NotFound, 404), (BadInput, 400), (StorageUnavailable, 503)):
        if isinstance(error, kind):
            status = code
    return problem(str(error), status)
