"""A mask that the page drew over a picture: checked against it and kept beside it.

It waits with the picture for the next prompt like any other attachment (kind "mask"). How it goes
to a gateway is gateway/images.py and the records; the drawing is ui/assets/mask.js.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from vnchat.conversation import LOCAL_OWNER, Media
from vnchat.engine import Engine, engine
from vnchat.errors import BadInput, NotFound, VnchatError
from vnchat.gateway.masks import checked
from vnchat.web.asked import body_of, problem, refused
from vnchat.web.views import media_view

MOST_BYTES = 16_000_000
TYPE = "image/png"


def mask_routes(base: str) -> list[BaseRoute]:
    return [Route(f"{base}/vnchat/mask/{{media_id}}", take, methods=["POST"])]


async def take(request: Request) -> Response:
    here = engine()
    if refusal := refused(request, here):
        return refusal
    try:
        picture = await asyncio.to_thread(
            here.store.media.get, request.path_params["media_id"], owner=LOCAL_OWNER
        )
        if picture.kind != "image" or not picture.key:
            raise NotFound("file")
        data = await body_of(request, MOST_BYTES)
        mask = await asyncio.to_thread(checked, data, (picture.width, picture.height))
        kept = await _keep(here, mask, picture)
    except NotFound as error:
        return problem(str(error), 404)
    except BadInput as error:
        return problem(str(error), 400)
    except VnchatError as error:
        return problem(str(error), 503)
    return JSONResponse(media_view(kept, here.addresses))


async def _keep(here: Engine, data: bytes, picture: Media) -> Media:
    await here.delivery.keeping.room_for(LOCAL_OWNER, len(data))
    row = Media(
        id=uuid4().hex,
        owner=LOCAL_OWNER,
        kind="mask",
        origin="given",
        state="kept",
        place=picture.place,
        name="mask.png",
        type=TYPE,
        size=len(data),
        width=picture.width,
        height=picture.height,
        created=time.time(),
    )
    async with here.delivery.keeping.data(data, type=TYPE) as key:
        row = replace(row, key=key)
        await asyncio.to_thread(here.store.media.add, row)
    return row
