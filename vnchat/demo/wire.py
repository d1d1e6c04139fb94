"""An ASGI app served on loopback from a thread of its own: start, stop, and dropping a connection.

Uses uvicorn's HTTP protocol without uvicorn's `Server`, which would set up process-wide logging,
wait for open streams when it stops and look at signals. Knows nothing of models: `server.py` does.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
import threading
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from vnchat.errors import VnchatError

Address = tuple[str, int]


class PortInUse(VnchatError):
    """Something else listens on the port that was asked for."""


class _Protocol(H11Protocol):
    """uvicorn's protocol that writes no access log, whatever the process it lives in has set up."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.access_log = False


class Loopback:
    """Serves one app on 127.0.0.1. `start` returns when it answers, `stop` when all is closed."""

    def __init__(self, app: Any, port: int) -> None:
        self._app = app
        self._wanted_port = port
        self._state = ServerState()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread: threading.Thread | None = None
        self.port = port

    def start(self) -> None:
        listener = _listen(self._wanted_port)
        self.port = listener.getsockname()[1]
        ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listener, ready)),
            name=f"demo gateway {self.port}",
            daemon=True,
        )
        self._thread.start()
        ready.wait()

    def stop(self) -> None:
        """Open streams are cut, not waited for."""
        if self._loop is None or self._stopping is None or self._thread is None:
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._loop = self._stopping = self._thread = None

    def reset(self, client: Address) -> None:
        """Drops this client's connection with a TCP reset. Call it on the server's own loop."""
        for connection in list(self._state.connections):
            if isinstance(connection, H11Protocol) and connection.client == client:
                raw = connection.transport.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.transport.abort()

    async def _serve(self, listener: socket.socket, ready: threading.Event) -> None:
        config = uvicorn.Config(
            self._app,
            log_config=None,
            http=_Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            proxy_headers=False,
            server_header=False,
            date_header=False,
        )
        config.load()
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        server = await self._loop.create_server(
            lambda: _Protocol(config, self._state, {}, _loop=self._loop), sock=listener
        )
        ready.set()
        await self._stopping.wait()

        server.close()
        while self._state.connections or self._state.tasks:
            for connection in list(self._state.connections):
                if isinstance(connection, H11Protocol):
                    connection.transport.abort()
            if self._state.tasks:
                await asyncio.wait(list(self._state.tasks), timeout=0.1)
            else:
                await asyncio.sleep(0)


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
        listener.setblocking(False)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            sentence = f"Port {port} is in use. Stop what uses it, or choose another port."
        else:
            sentence = f"The demo gateway cannot listen on port {port}. Choose another port."
        raise PortInUse(sentence, detail=str(error)) from error
    return listener
