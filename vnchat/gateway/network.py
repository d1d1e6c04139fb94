"""The network under the HTTP client: connections of our own, some opened before they are needed.

While somebody writes, a connection is opened for what they will send (`Network.ready`): to set one
up takes several ways there and back.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import ipaddress
from collections.abc import Iterable
from typing import Any

import httpcore2

from vnchat.gateway.connection import AT_MOST, Secured, Stream
from vnchat.gateway.pace import Pace

FRESH = 4.0  # seconds that a connection waits for a request; many servers end it after five

Place = tuple[str, int]  # host and port


class Network(httpcore2.AsyncNetworkBackend):
    def __init__(self) -> None:
        self._pace = Pace()
        self._room = memoryview(bytearray(AT_MOST))
        self._spare: dict[Place, Stream] = {}
        self._secured: dict[Place, Secured] = {}  # as the client asked for it the last time

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        place = (host, port)
        stream = self._spare.pop(place, None)
        if stream is not None and (stream.over or local_address):
            stream.abort()
            stream = None
        if stream is None:
            stream = await self._open(place, timeout, local_address)
        for option in socket_options or ():
            stream.get_extra_info("socket").setsockopt(*option)
        return stream

    async def _open(
        self, place: Place, timeout: float | None, local_address: str | None = None
    ) -> Stream:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                _, stream = await loop.create_connection(
                    lambda: Stream(self._pace, loop, self._room),
                    *place,
                    local_addr=(local_address, 0) if local_address else None,
                    **_eager(loop, place[0]),
                )
        except TimeoutError:
            raise httpcore2.ConnectTimeout("no connection in time") from None
        except OSError as error:
            raise httpcore2.ConnectError(str(error)) from error
        stream.learned = functools.partial(self._secured.__setitem__, place)
        return stream

    async def ready(self, host: str, port: int, timeout: float) -> None:
        """Open a connection that a request in the next seconds finds; a vain attempt is silent.

        Nothing is said on it. One for each place, whoever writes.
        """
        place, loop = (host, port), asyncio.get_running_loop()
        before = self._spare.get(place)
        if before is not None and not before.over and loop.time() < before.opened + FRESH / 2:
            return
        with contextlib.suppress(httpcore2.NetworkError, httpcore2.TimeoutException):
            stream = await self._open(place, timeout)
            try:
                if secured := self._secured.get(place):
                    await stream.start_tls(*secured, timeout=timeout)
            except BaseException:
                stream.abort()
                raise
            if (older := self._spare.get(place)) is not None:
                older.abort()
            self._spare[place] = stream
            loop.call_later(FRESH, self._let_go, place, stream)

    def _let_go(self, place: Place, stream: Stream) -> None:
        if self._spare.get(place) is stream:
            del self._spare[place]
            stream.abort()

    def close(self) -> None:
        """Let go of what nobody asked for."""
        for place, stream in list(self._spare.items()):
            self._let_go(place, stream)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        raise httpcore2.ConnectError("a gateway is reached over TCP")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _eager(loop: asyncio.AbstractEventLoop, host: str) -> dict[str, Any]:
    """The second address of a name is tried soon after the first, where the loop knows how.

    An address has no second one, and the race takes seven more turns of the loop: on a busy one
    each of them is some 30 ms.
    """
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(host)
        return {}
    return {"happy_eyeballs_delay": 0.25} if isinstance(loop, asyncio.BaseEventLoop) else {}
