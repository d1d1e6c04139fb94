"""Export, import and sharing over HTTP. Drawn by ui/assets/exchange.js.

A download's address is signed for its owner, as those of kept files are. What changes something is
a POST that only our own page may send. Uploads go to a file, whatever their size, up to the limit.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from vnchat import prices
from vnchat.conversation import LOCAL_OWNER
from vnchat.engine import Engine, engine
from vnchat.errors import BadInput, NotFound, VnchatError
from vnchat.exchange.export_json import IMPORTED, JsonWriter
from vnchat.exchange.html import HtmlWriter
from vnchat.exchange.markdown import MarkdownWriter
from vnchat.exchange.pieces import Writer
from vnchat.library.names import safe
from vnchat.library.signing import check, sign
from vnchat.store.shares import Share
from vnchat.web import exporting, importing
from vnchat.web.asked import problem
from vnchat.web.guard import origin_allowed
from vnchat.web.kept import disposition
from vnchat.web.shared import address_of, shared_routes
from vnchat.words import LANGUAGES, say

FORMS = ("json", "md", "html")
ALL = "all"
_BODY = 10_000  # bytes of a small request


def exchange_routes(base: str) -> list[BaseRoute]:
    return [
        Route(f"{base}/vnchat/exchange", offer, methods=["GET"]),
        Route(f"{base}/vnchat/export/{{which}}.{{form}}", export, methods=["GET"]),
        Route(f"{base}/vnchat/import", take, methods=["POST"]),
        Route(f"{base}/vnchat/share", share, methods=["POST"]),
        *shared_routes(base),
    ]


async def offer(request: Request) -> Response:
    """What can be done with a conversation: its exports, its share; and what it cost so far."""
    here, owner = engine(), LOCAL_OWNER
    if here.broken:
        return problem(here.broken, 503)
    one = request.query_params.get("conversation", "")[:64]
    try:
        if one:
            await asyncio.to_thread(here.store.conversations.get, one, owner=owner)
    except NotFound:
        one = ""  # not written yet: nothing of it can be exported
    found = await asyncio.to_thread(here.store.shares.of, one, owner=owner) if one else None
    runs = await asyncio.to_thread(here.store.runs.of_conversation, one, owner=owner) if one else {}
    own = [run for run in runs.values() if not run.gateway.startswith(IMPORTED)]
    return _told(
        {
            "one": {form: _address(here, one, form, owner) for form in FORMS} if one else None,
            "all": {form: _address(here, ALL, form, owner) for form in FORMS},
            "share": _share(here, found),
            "most": here.settings.import_max_bytes,
            "costs": [asdict(one) for one in prices.prices().of_all(own)],
        }
    )


async def export(request: Request) -> Response:
    """The download itself: one conversation, or all of them."""
    here = engine()
    if here.broken:
        return problem(here.broken, 503)
    which, form = request.path_params["which"], request.path_params["form"]
    owner = check(here.addresses.secret, _signed(which, form), request.query_params, time.time())
    if owner is None or form not in FORMS:
        return _missing()
    lang = request.query_params.get("lang", "")
    writer = _writer(here, form, lang if lang in LANGUAGES else "en")
    try:
        if which == ALL:
            title = say(lang if lang in LANGUAGES else "en", "export.all")
            ids = await asyncio.to_thread(_every, here, owner)
        else:
            told = await asyncio.to_thread(here.store.conversations.get, which, owner=owner)
            title, ids = told.title or told.id, [told.id]
    except NotFound:
        return _missing()
    except VnchatError as error:
        return problem(str(error), 503)
    headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Referrer-Policy": "no-referrer",
        "Content-Disposition": disposition(f"{safe(title)[:80]}.{writer.ending}", inline=False),
    }
    chunks = exporting.stream(here, writer, ids, owner=owner, title=title)
    return exporting.Stream(chunks, media_type=writer.type, headers=headers)


async def take(request: Request) -> Response:
    """A file comes in. The answer is the report, or one sentence."""
    here, owner = engine(), LOCAL_OWNER
    if here.broken:
        return problem(here.broken, 503)
    if not origin_allowed(request.headers):
        return problem("This page may not do that.", 403)
    file = here.shelf.incoming / f"import-{secrets.token_hex(16)}"
    try:
        await _receive(request, file, here.settings.import_max_bytes)
        return _told(await importing.take(here, file, owner=owner))
    except ClientDisconnect:
        return problem("The upload was not finished.", 400)
    except BadInput as error:
        return problem(str(error), 400)
    except VnchatError as error:
        return problem(str(error), 503)
    finally:
        await asyncio.to_thread(file.unlink, missing_ok=True)


async def share(request: Request) -> Response:
    """{conversation, media}: share it; {conversation, withdraw: true}: not any more."""
    here, owner = engine(), LOCAL_OWNER
    if here.broken:
        return problem(here.broken, 503)
    if not origin_allowed(request.headers):
        return problem("This page may not do that.", 403)
    try:
        asked = json.loads(await _small(request))
        one = str(asked.get("conversation", ""))[:64]
        if asked.get("withdraw") is True:
            await asyncio.to_thread(here.store.shares.withdraw, one, owner=owner)
            return _told({"share": None})
        made = await asyncio.to_thread(
            here.store.shares.make, one, owner=owner, with_media=asked.get("media") is True
        )
    except NotFound as error:
        return problem(str(error), 404)
    except VnchatError as error:
        return problem(str(error), 503)
    except (ValueError, AttributeError):
        return problem("The request cannot be read.", 400)
    return _told({"share": _share(here, made)})


def _writer(here: Engine, form: str, lang: str) -> Writer:
    match form:
        case "json":
            secret = here.addresses.secret
            return JsonWriter(
                written=time.time(), proof=lambda sha256: exporting.proof_of(secret, sha256)
            )
        case "md":
            return MarkdownWriter(lang)
        case _:
            return HtmlWriter(lang)


def _every(here: Engine, owner: str) -> list[str]:
    """The ids of all conversations; oldest first, so that an import gives the same order."""
    return here.store.trees.conversations(owner=owner)


def _signed(which: str, form: str) -> str:
    return f"export:{which}.{form}"


def _address(here: Engine, which: str, form: str, owner: str) -> str:
    query = sign(here.addresses.secret, _signed(which, form), owner, time.time())
    return f"{here.addresses.base}/vnchat/export/{which}.{form}?{query}"


def _share(here: Engine, found: Share | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "address": address_of(here.addresses.base, found.token),
        "media": found.with_media,
        "created": found.created,
    }


async def _receive(request: Request, file: Path, most: int) -> None:
    got = 0
    with await asyncio.to_thread(file.open, "wb") as out:
        async for data in request.stream():
            got += len(data)
            if got > most:
                raise BadInput(
                    f"The file is larger than {most // 1_000_000} MB. Export fewer conversations "
                    "at once, or ask the administrator to raise VNCHAT_IMPORT_MAX_BYTES. "
                    "Nothing was imported."
                )
            await asyncio.to_thread(out.write, data)


async def _small(request: Request) -> bytes:
    body = b""
    async for data in request.stream():
        body += data
        if len(body) > _BODY:
            raise ValueError("too long")
    return body


def _told(value: dict[str, Any]) -> Response:
    return JSONResponse(value, headers={"Cache-Control": "no-store"})


def _missing() -> Response:
    return PlainTextResponse(
        "There is no such export, or its address has ended.", 404, {"Cache-Control": "no-store"}
    )
