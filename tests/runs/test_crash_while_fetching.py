"""The server is killed in the middle of a large fetch: nothing half is visible, and the next start
ends it by itself. The shelf is a folder or an object store."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import http.server
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from uuid import uuid4

import av
import pytest
from PIL import Image

from tests.runs.test_delivery import OWNER, asked, keys
from tests.serving import ROOT
from vnchat.conversation import Media
from vnchat.engine import Engine
from vnchat.settings import Settings

FETCHES = """
import asyncio, sys
from pathlib import Path
from vnchat.engine import Engine
from vnchat.settings import Settings

async def main():
    data, media, address, message = sys.argv[1:]
    settings = Settings(data_dir=Path(data), media_url=media, base_url=address, api_key="k")
    engine = Engine.open(settings)
    await engine.delivery.deliver(message, "local", "settings")

asyncio.run(main())
"""


def film() -> bytes:
    """Playable, and padded to several parts of an upload."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as made:
        stream = made.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for n in range(20):
            picture = Image.new("RGB", (160, 90), (n * 10, 80, 160))
            made.mux(stream.encode(av.VideoFrame.from_image(picture)))
        made.mux(stream.encode())
    padding = 16_000_000
    return out.getvalue() + padding.to_bytes(4) + b"free" + bytes(padding - 8)


class Host:
    """Sends half, waits until it may go on, then the rest."""

    def __init__(self) -> None:
        self.film = film()
        self.half_sent, self.go_on = threading.Event(), threading.Event()
        told = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told.send(self)

            def log_message(self, *_: object) -> None:
                return

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def send(self, request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "video/mp4")
        request.send_header("Content-Length", str(len(self.film)))
        request.end_headers()
        with contextlib.suppress(OSError):
            request.wfile.write(self.film[:9_000_000])
            request.wfile.flush()
            self.half_sent.set()
            self.go_on.wait(30)
            request.wfile.write(self.film[9_000_000:])

    def stop(self) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def host() -> Iterator[Host]:
    started = Host()
    yield started
    started.stop()


@pytest.fixture(params=["folder", "s3"])
def media_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("bucket")) if request.param == "s3" else ""


def test_a_kill_in_the_middle_of_a_fetch(
    engine_with: Callable[..., Engine], settings: Settings, host: Host, media_url: str
) -> None:
    address = f"{host.address}/v1"
    first = Engine.open(dataclasses.replace(settings, media_url=media_url, base_url=address))
    turn = asked(first)
    row = Media(
        id=uuid4().hex,
        owner=OWNER,
        kind="video",
        origin="result",
        state="waiting",
        conversation=turn.conversation,
        message=turn.answer.id,
        run=turn.run,
        link=f"{host.address}/film.mp4",
    )
    first.store.media.add(row)
    asyncio.run(first.end())

    command = [sys.executable, "-c", FETCHES, str(settings.data_dir), media_url, address]
    fetching = subprocess.Popen([*command, turn.answer.id], cwd=ROOT)
    assert host.half_sent.wait(30)
    os.kill(fetching.pid, signal.SIGKILL)
    assert fetching.wait(10) == -signal.SIGKILL
    host.go_on.set()

    again = engine_with(media_url=media_url, base_url=address)
    kept = _when_ended(again, row.id)
    assert (kept.state, kept.size) == ("kept", len(host.film))
    poster = again.store.media.get(kept.poster, owner=OWNER)
    assert keys(again) == {kept.key, poster.key}
    left = [path for path in again.shelf.incoming.parent.rglob("*") if path.is_file()]
    assert all(path.suffix == ".lock" for path in left)  # the dead one's half file is gone


def _when_ended(engine: Engine, one: str) -> Media:
    """The start took it up by itself: wait for what it tells."""

    async def ended() -> Media:
        told: asyncio.Queue[object] = asyncio.Queue()
        leave = engine.hub.subscribe(OWNER, told.put_nowait)
        try:
            while True:
                row = await asyncio.to_thread(engine.store.media.get, one, owner=OWNER)
                if row.state not in ("waiting", "fetching"):
                    return row
                await told.get()
        finally:
            leave()

    return asyncio.run_coroutine_threadsafe(ended(), engine.runner.loop).result(30)
