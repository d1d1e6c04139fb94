"""How far a run is, asked over HTTP: for a tab whose network lets no socket through.

The same is told unasked by live.py.
"""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vnchat.conversation import LOCAL_OWNER
from vnchat.engine import engine
from vnchat.errors import NotFound, VnchatError
from vnchat.web import views


async def run_route(request: Request) -> Response:
    """GET …/run/{id}?text=N&reasoning=N: what is new after so many characters, and the run."""
    here = engine()
    owner = LOCAL_OWNER
    text = _position(request, "text")
    reasoning = _position(request, "reasoning")
    run = request.path_params["run"]
    live = here.runner.live(run, owner=owner) if not here.broken else None
    try:
        if live is not None and not live.final:
            whole = "" if live.making else "".join(live.text)
            thought = "".join(live.reasoning)
            return _answer(
                {
                    "text": whole[text:],
                    "reasoning": thought[reasoning:],
                    "view": live.view(),
                    "message": None,
                }
            )
        told = await asyncio.to_thread(here.store.runs.get, run, owner=owner)
        message = await asyncio.to_thread(
            views.one_message, here.store, here.addresses, told.message, owner=owner
        )
    except VnchatError as error:
        status = 404 if isinstance(error, NotFound) else 503
        return JSONResponse({"problem": str(error)}, status)
    return _answer({"text": "", "reasoning": "", "view": message["run"], "message": message})


def _answer(told: dict[str, Any]) -> Response:
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


def _position(request: Request, name: str) -> int:
    try:
        return max(0, int(request.query_params.get(name, "0")))
    except ValueError:
        return 0
