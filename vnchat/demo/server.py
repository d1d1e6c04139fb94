"""The demo gateway: a real HTTP server on loopback that speaks the OpenAI-compatible protocol.

    with DemoGateway(pace=0) as gateway:
        client = OpenAI(base_url=gateway.base_url, api_key="any")

It is what the page talks to without a key, and what tests talk to instead of patched clients: every
request is recorded, and any answer can be scripted byte for byte. `wire.py` is the server itself,
`models.py` lists what answers. Run alone by `python -m vnchat demo --port N`.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from starlette.requests import Request as Incoming
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from vnchat.errors import StorageUnavailable, VnchatError

from .models import MODELS
from .protocol import Refused
from .records import Records, Request
from .routes import Routes
from .script import Gate, Script
from .studio import Studio
from .uploads import parsed
from .wire import Loopback, PortInUse

__all__ = ["DemoGateway", "Gate", "PortInUse", "Request", "Script", "main"]

log = logging.getLogger("vnchat.demo")
MOST_BODY = 64_000_000
# A reset flushes what its receiver has not read yet (RFC 9293, 3.10.7.4), and the bytes of a
# script are meant to arrive.
READING_SECONDS = 0.1


class DemoGateway:
    """Starts, serves, records and stops. Its methods may be called from any thread."""

    def __init__(
        self,
        port: int = 0,
        *,
        pace: float = 1.0,  # 0: as fast as possible
        key: str | None = None,  # None: any key or none is let in
        work_dir: Path | None = None,  # None: a folder that goes when the gateway stops
        clip_seconds: float | None = None,  # None: as long as the model's name says
    ) -> None:
        self.requests = Records()
        self._key = key
        self._pace = pace
        self._clip_seconds = clip_seconds
        self._work_dir = work_dir
        self._folder: Path | None = None
        self._studio: Studio | None = None
        self._routes: Routes | None = None
        self._scripts: dict[str, list[Script | None]] = {}
        self._scripts_lock = threading.Lock()
        self._stopping = False
        self._wire = Loopback(self._app, port)

    @property
    def port(self) -> int:
        return self._wire.port

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{self.origin}/v1"

    def start(self) -> DemoGateway:
        try:
            if self._work_dir:
                self._work_dir.mkdir(parents=True, exist_ok=True)
            self._folder = self._work_dir or Path(tempfile.mkdtemp(prefix="vnchat-demo-"))
            self._studio = Studio(self._folder, pace=self._pace, clip_seconds=self._clip_seconds)
        except OSError as error:
            sentence = f"The demo gateway cannot write to {self._work_dir}. Choose another folder."
            raise StorageUnavailable(sentence, detail=str(error)) from error
        self._routes = Routes(self._studio)
        try:
            self._wire.start()
        except VnchatError:
            self.stop()
            raise
        self._studio.origin = self.origin
        return self

    def stop(self) -> None:
        self._stopping = True
        self._wire.stop()
        if self._studio:
            self._studio.close()
        if self._folder and not self._work_dir:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._studio = self._folder = self._routes = None

    def __enter__(self) -> DemoGateway:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def script(self, model: str, scripts: Script | Sequence[Script | None]) -> None:
        """Answers requests for this model, or for a path ("/v1/models"), with these scripts.

        Several answer one request after the other, the last one all that follow. None stands for
        the demo's own answer. A model that is scripted need not exist.
        """
        with self._scripts_lock:
            self._scripts[model] = [scripts] if isinstance(scripts, Script) else list(scripts)

    def _next_script(self, request: Request) -> Script | None:
        with self._scripts_lock:
            for name in (request.model, request.path):
                if waiting := self._scripts.get(name):
                    return waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return None

    # One request

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reads the body, records, answers; ends the answer when the client leaves."""
        raw = await _body(receive)
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        body = await parsed(scope, headers, raw or b"")
        request = Request(scope["path"], scope["method"], headers, body, raw or b"")
        self.requests.add(request)
        complete = False

        async def record(message: Message) -> None:
            nonlocal complete
            # Noted before it goes out: who has read it finds it recorded.
            if message.get("body"):
                self.requests.note_sent(request, len(message["body"]))
            if message["type"] == "http.response.start":
                self.requests.note(request, status=message["status"])
            if message["type"] == "http.response.body" and not message.get("more_body"):
                complete = True
                self.requests.note(request, outcome="answered", ended=time.monotonic())
            await send(message)

        given = False

        async def replay() -> Message:
            nonlocal given
            if not given:
                given = True
                return {"type": "http.request", "body": raw or b"", "more_body": False}
            return await receive()

        async def left() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        if raw is None:
            self.requests.note(request, outcome="client left", ended=time.monotonic())
            return
        answering = asyncio.create_task(self._answer(scope, replay, record, request))
        leaving = asyncio.create_task(left())
        try:
            await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            answering.cancel()
            leaving.cancel()
            await asyncio.gather(answering, leaving, return_exceptions=True)
        if not complete and request.outcome == "open":
            outcome = "gateway stopped" if self._stopping else "client left"
            self.requests.note(request, outcome=outcome, ended=time.monotonic())

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request: Request) -> None:
        script = self._next_script(request)
        if script is not None:
            await self._play(script, scope, send, request)
            return
        try:
            response = await self._route(Incoming(scope, receive), request)
        except Refused as refused:
            response = JSONResponse(refused.body, refused.status, refused.headers)
        except Exception:
            log.exception("The demo gateway failed on %s %s", request.method, request.path)
            failed = Refused(500, "The demo gateway failed.", code="internal", kind="server_error")
            response = JSONResponse(failed.body, failed.status)
        await response(scope, receive, send)

    async def _route(self, incoming: Incoming, request: Request) -> Response:
        routes, path = self._routes, request.path
        if routes is None:
            raise Refused(503, "The demo gateway is not running.")
        if path.startswith("/media/") and request.method in ("GET", "HEAD"):
            return routes.file(path.removeprefix("/media/"))
        if path == "/":
            return PlainTextResponse(f"vnchat demo gateway: {self.base_url}\n")
        self._check_key(incoming)
        return await routes.answer(request, incoming.query_params.get("id", ""))

    def _check_key(self, incoming: Incoming) -> None:
        names = ("authorization", "x-api-key", "x-goog-api-key")
        said = (incoming.headers.get(name, "") for name in names)
        sent = next(filter(None, said), "").removeprefix("Bearer ").strip()
        if self._key is not None and sent != self._key:
            raise Refused(
                401,
                "Incorrect API key provided. Use the key that the demo gateway was started with.",
                code="invalid_api_key",
                kind="authentication_error",
            )

    async def _play(self, script: Script, scope: Scope, send: Send, request: Request) -> None:
        """Sends a script as it is written."""
        if script.status:
            headers = [
                (name.encode(), text.encode()) for name, text in script.all_headers().items()
            ]
            await send({"type": "http.response.start", "status": script.status, "headers": headers})
            for at, piece in enumerate(script.body()):
                await asyncio.sleep(script.delays[at] if at < len(script.delays) else 0)
                if script.gate:
                    await script.gate.passed()
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        elif script.gate:
            await script.gate.passed()
        if script.end == "hang" and script.status:
            await asyncio.Event().wait()
        if script.end == "reset" or not script.status:
            if script.status:
                await asyncio.sleep(READING_SECONDS)
            self.requests.note(request, outcome="dropped", ended=time.monotonic())
            self._wire.reset(tuple(scope["client"]))
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None if the client left before it was sent."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        size += len(message.get("body", b""))
        if size <= MOST_BODY:
            parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def main(port: int = 8188) -> None:
    """Runs the gateway alone until Ctrl-C."""
    with DemoGateway(port) as gateway:
        print(f"The demo gateway answers at {gateway.base_url} (any key). Stop it with Ctrl-C.")  # noqa: T201
        print("Models: " + ", ".join(name for name, model in MODELS.items() if model.listed))  # noqa: T201
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()  # noqa: T201
