"""A server for the browser's files: they, a page to mount them, the words, a scripted socket."""

from __future__ import annotations

import asyncio
import functools
import io
import json
import queue
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import av
import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

ROOT = Path(__file__).parents[3]
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; "
    "font-src 'self' data:; frame-src 'none'"
)
PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360">'
    b'<rect width="640" height="360" fill="#c97"/></svg>'
)
PAGE = (Path(__file__).parent / "harness.html").read_text(encoding="utf-8")


class FakeServer:
    """In a thread of its own. The test says what the socket says and sees what it hears."""

    def __init__(self) -> None:
        self.heard: queue.Queue[list[Any]] = queue.Queue()
        self.runs: dict[str, dict[str, Any]] = {}  # what GET …/run/{id} answers
        self.asked: queue.Queue[str] = queue.Queue()
        self.closed = False  # refuse sockets
        self._sockets: list[WebSocket] = []
        app = Starlette(
            routes=[
                Route("/", lambda request: self._page(request)),
                Route("/{script}.js", _script),
                Route("/media/{name}", _media),
                Route("/vnchat/words/{language}.json", _words),
                Route("/vnchat/run/{run}", self._run),
                WebSocketRoute("/vnchat/live", self._live),
                Mount("/assets", StaticFiles(directory=ROOT / "vnchat/ui/assets")),
            ]
        )
        config = uvicorn.Config(app, port=0, log_level="error", ws="websockets-sansio")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._started = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def _serve(self) -> None:
        async def main() -> None:
            self._loop = asyncio.get_running_loop()
            serving = asyncio.create_task(self._server.serve())
            while not self._server.started:
                await asyncio.sleep(0.01)
            port = self._server.servers[0].sockets[0].getsockname()[1]
            self.url = f"http://127.0.0.1:{port}"
            self._started.set()
            await serving

        asyncio.run(main())

    def forget(self) -> None:
        self.heard = queue.Queue()
        self.asked = queue.Queue()
        self.runs.clear()
        self.closed = False

    # -- what a test does -----------------------------------------------------------------------

    def say(self, *frames: Iterable[Any]) -> None:
        """Send frames to the newest socket, in order."""

        async def send() -> None:
            for frame in frames:
                await self._sockets[-1].send_text(json.dumps(frame, ensure_ascii=False))

        asyncio.run_coroutine_threadsafe(send(), self._loop).result(5)

    def hear(self, word: str) -> list[Any]:
        """The next frame that begins with this word."""
        while True:
            frame = self.heard.get(timeout=8)
            if frame[0] == word:
                return frame

    def drop(self) -> None:
        """Cut the newest socket, as a lost network does."""
        socket = self._sockets.pop()
        asyncio.run_coroutine_threadsafe(socket.close(1012), self._loop).result(5)

    # -- routes ---------------------------------------------------------------------------------

    def _page(self, request: Request) -> Response:
        theme = request.query_params.get("theme", "light")
        return HTMLResponse(
            PAGE.replace("{theme}", theme), headers={"Content-Security-Policy": POLICY}
        )

    async def _run(self, request: Request) -> Response:
        self.asked.put(str(request.url))
        told = self.runs.get(request.path_params["run"])
        return JSONResponse(told or {}, 200 if told else 404)

    async def _live(self, socket: WebSocket) -> None:
        if self.closed:
            await socket.close(1013)
            return
        await socket.accept()
        self._sockets.append(socket)
        try:
            while True:
                self.heard.put(json.loads(await socket.receive_text()))
        except (WebSocketDisconnect, RuntimeError):
            if socket in self._sockets:
                self._sockets.remove(socket)


async def _script(request: Request) -> Response:
    path = Path(__file__).parent / f"{request.path_params['script']}.js"
    return Response(path.read_bytes(), media_type="text/javascript")


async def _media(request: Request) -> Response:
    if request.path_params["name"].endswith(".svg"):
        return Response(PICTURE, media_type="image/svg+xml")
    return Response(_clip(), media_type="video/mp4")


@functools.cache
def _clip() -> bytes:
    """Half a second of one colour, 1280 by 720."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        picture = av.VideoFrame.from_image(Image.new("RGB", (1280, 720), "#c97"))
        for _ in range(5):
            film.mux(stream.encode(picture))
        film.mux(stream.encode(None))
    return out.getvalue()


async def _words(request: Request) -> Response:
    path = ROOT / "vnchat/words" / f"{Path(request.path_params['language']).name}.json"
    return Response(path.read_bytes(), media_type="application/json")
