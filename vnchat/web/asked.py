"""What every route of ours that takes something from the page asks first, and how it says no.

A POST may come from our own page only (Origin against Host), a body ends at its limit. Used by
library.py and given.py; who may speak to the server at all is guard.py's.
"""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from vnchat.engine import Engine
from vnchat.errors import BadInput
from vnchat.web.guard import origin_allowed


def refused(request: Request, here: Engine) -> Response | None:
    if here.broken:
        return problem(here.broken, 503)
    if not origin_allowed(request.headers) or request.headers.get("sec-fetch-site") == "cross-site":
        return problem("Only the page of this server may ask for that.", 403)
    return None


async def body_of(request: Request, most: int) -> bytes:
    """The body, as long as it is not too long. Raises BadInput."""
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > most:
                raise BadInput("That is more than can be taken at once.")
    except ClientDisconnect as error:
        raise BadInput("The upload broke off.") from error
    return bytes(body)


def problem(sentence: str, status: int) -> Response:
    return JSONResponse({"problem": sentence}, status, headers={"Cache-Control": "no-store"})
