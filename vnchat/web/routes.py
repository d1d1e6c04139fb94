"""The server's own routes beside the framework's, under the path the product lives at."""

from __future__ import annotations

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from vnchat import __version__
from vnchat.engine import engine
from vnchat.errors import NotFound, StorageUnavailable
from vnchat.web.diagrams import diagram_routes
from vnchat.web.exchange import exchange_routes
from vnchat.web.given import given_routes
from vnchat.web.kept import PREFIX, KeptRow, kept_response
from vnchat.web.library import library_routes
from vnchat.web.live import live_socket
from vnchat.web.polled import run_route
from vnchat.web.voice import voice_routes
from vnchat.words import LANGUAGES, path_of

# The page's own head names favicon.png. `st.set_page_config(page_icon=…)` would load NumPy for it
# (20 MB, and later), and a symbol by name would be fetched from another host.
ICON = Path(__file__).parents[1] / "ui" / "assets" / "icon.png"


def routes(base: str) -> list[BaseRoute]:
    return [
        Route(f"{base}/healthz", health),
        Route(f"{base}/favicon.png", icon),
        WebSocketRoute(f"{base}/vnchat/live", live_socket),
        Route(f"{base}/vnchat/run/{{run}}", run_route),
        Route(f"{base}/vnchat/words/{{language}}.json", words),
        Route(f"{base}{PREFIX}/{{media_id}}", kept, methods=["GET", "HEAD"]),
        *diagram_routes(base),
        *exchange_routes(base),
        *given_routes(base),
        *library_routes(base),
        *voice_routes(base),
    ]


async def health(request: Request) -> Response:
    """200 when the database answers and the runner is alive."""
    here = engine()
    database = False
    if not here.broken:
        try:
            database = await asyncio.to_thread(here.store.answers)
        except StorageUnavailable:
            database = False
    runner = not here.broken and here.runner.alive
    well = database and runner
    told = {
        "status": "ok" if well else "unwell",
        "version": __version__,
        "database": database,
        "runner": runner,
    }
    if here.broken:
        told["problem"] = here.broken
    return JSONResponse(told, 200 if well else 503, headers={"Cache-Control": "no-store"})


async def icon(request: Request) -> Response:
    return FileResponse(ICON, headers={"Cache-Control": "max-age=86400"})


async def words(request: Request) -> Response:
    language = request.path_params["language"]
    if language not in LANGUAGES:
        return JSONResponse({"problem": "There is no such language."}, 404)
    return FileResponse(
        path_of(language), media_type="application/json", headers={"Cache-Control": "no-cache"}
    )


async def kept(request: Request) -> Response:
    """A kept file: the address is signed for its owner, and the row must be that owner's."""
    here = engine()
    if here.broken:
        return JSONResponse({"problem": here.broken}, 503)

    async def lookup(media: str, owner: str) -> KeptRow | None:
        try:
            row = await asyncio.to_thread(here.store.media.get, media, owner=owner)
        except NotFound:
            return None
        if not row.key:
            return None
        return KeptRow(key=row.key, type=row.type, size=row.size, name=row.name)

    elsewhere = here.settings.media_redirect.rstrip("/")
    return await kept_response(
        request, lookup, here.shelf, here.addresses.secret, elsewhere=elsewhere
    )
