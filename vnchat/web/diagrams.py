"""The frame in which diagrams are drawn: a page of its own without an origin.

What a model wrote is drawn by a large library (Mermaid), so it runs where it can reach nothing:
the `sandbox` policy takes the origin away, and with it cookies, storage and the page around. Only
the scripts of the library may be loaded. ui/assets/diagrams.js opens the frame, for the first
diagram.
"""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from vnchat.errors import NotFound

ASSETS = Path(__file__).parents[1] / "ui" / "assets"
MERMAID = ASSETS / "vendor" / "mermaid"
POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Diagram</title>'
    '<script type="module" crossorigin src="frame.js"></script><body></body></html>'
)


def diagram_routes(base: str) -> list[BaseRoute]:
    return [
        Route(f"{base}/vnchat/diagram/", page),
        Route(f"{base}/vnchat/diagram/frame.js", frame),
        Route(f"{base}/vnchat/diagram/mermaid/{{path:path}}", script),
    ]


async def page(request: Request) -> Response:
    return HTMLResponse(
        PAGE, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    )


async def frame(request: Request) -> Response:
    return _file(ASSETS / "diagram" / "frame.js", "no-cache")


async def script(request: Request) -> Response:
    try:
        return _file(piece(request.path_params["path"]), "max-age=604800")
    except NotFound:
        return Response(status_code=404)


def piece(path: str) -> Path:
    """The script of that name in the library's folder, and nothing outside it."""
    found = (MERMAID / path).resolve() if "\0" not in path else MERMAID
    if found.suffix != ".mjs" or not found.is_relative_to(MERMAID) or not found.is_file():
        raise NotFound("There is no such script.")
    return found


def _file(path: Path, cache: str) -> Response:
    # A page without an origin asks as a stranger; these are public files of a release.
    headers = {"Cache-Control": cache, "Access-Control-Allow-Origin": "*"}
    return FileResponse(path, media_type="text/javascript", headers=headers)
