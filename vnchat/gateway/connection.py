"""One connection to a gateway, on plain asyncio: reads that gather when much comes.

Every byte that is handed up costs a walk through the whole HTTP client. So a slow stream is
handed up at once, a fast one is gathered for some milliseconds (a crowd longer: pace.py).
The beginning and the end of an answer are never gathered. What gathers much does so in the kernel,
which wakes this process when as much has come as will come in that time: to be woken costs more
than to read (some 0.2 ms on a busy machine). Half way it wakes too: an end is larger than a word.
Passing on is all that happens here; of what the bytes are only HTTP's chunks are looked at, so that
those that gathered are handed up as one, and a stream's past the client (lumps.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import socket
import ssl
from collections.abc import Callable
from typing import Any, cast

import httpcore2

from vnchat.gateway.lumps import Lumps
from vnchat.gateway.pace import Pace

SLOW_GAP = 0.012  # arrivals further apart than this are handed up at once
FAST_GAP = 0.0225  # a fast stream's words wait no longer
ENDS = (b"0\r\n\r\n", b"[DONE]\n\n", b"[DONE]\r\n\r\n", b"[DONE]\n\n\r\n")
MANY = 3  # so many arrivals to come: the socket rests meanwhile
A_LITTLE_MORE = 1.03
SLOWER = 0.025  # so late it may be seen that a stream became slower
FREE_READS = 4  # after a request: head, first chunk, first words
AT_MOST = 65_536  # bytes of a body handed up in one step
HIGH_WATER = 1 << 20  # unread bytes of one stream, then the sender has to wait

Secured = tuple[ssl.SSLContext, str | None]  # by whose rules, and as whom the server was accepted


class Stream(httpcore2.AsyncNetworkStream, asyncio.BufferedProtocol):
    """One connection. Its socket rests between two hand-overs while much is to gather.

    `room` is where its bytes are received, and may be every connection's of the loop: for a plain
    protocol the loop asks for 256 kB of fresh memory at each arrival, which costs more than to read
    the few bytes that come (50 µs of 80 after a pause, measured).
    """

    def __init__(self, pace: Pace, loop: asyncio.AbstractEventLoop, room: memoryview) -> None:
        self._pace = pace
        self._loop = loop
        self._room = room
        self.opened = loop.time()
        self.secured: Secured | None = None
        self.learned: Callable[[Secured], None] | None = None  # told how it was made secure
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._lumps = Lumps()
        self._ended = False
        self._error: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._silent_at = 0.0  # when whoever waits for a byte has waited too long
        self._silence: asyncio.TimerHandle | None = None  # one timer for many reads
        self._due: asyncio.TimerHandle | None = None
        self._due_at = 0.0  # from then on what has come is handed up
        self._came = 0.0
        self._between = 1.0  # seconds between arrivals, smoothed
        self._size = 0.0  # bytes of one arrival, smoothed
        self._low = 1  # bytes that have to come before this process is woken
        self._resting: asyncio.TimerHandle | None = None
        self._rested = False  # the next arrival is several
        self._wanted = 0  # bytes that end the rest
        self._free = FREE_READS
        self._writable = asyncio.Event()
        self._writable.set()
        self._counted = False

    # -- called by the transport --------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if not self._counted:
            self._counted = True
            self._pace.opened(self._loop)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        data = bytes(self._room[:nbytes])
        now = self._loop.time()
        several, weight = 1.0, 0.25
        if self._rested or self._low > 1:
            several, weight = max(1.0, len(data) / self._size), 0.1
        elif not self._free:  # the first ones bring the head with them
            self._size += (0.25 if self._size else 1.0) * (len(data) - self._size)
        self._between += weight * (min(now - self._came, 1.0) / several - self._between)
        self._came = now
        self._buffer += data
        if len(self._buffer) > HIGH_WATER and self._transport is not None:
            self._transport.pause_reading()
        if data.endswith(ENDS):
            self._due_at = 0.0
        elif self._rested:
            if (left := self._wanted - len(self._buffer)) > 0:
                self._wake_at(left)
                return
            self._due_at = 0.0
        self._wake_when_due(now)

    def eof_received(self) -> bool:
        self._ended = True
        self._wake()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self._ended = True
        self._error = error
        self._writable.set()
        self._wake()
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None
        if self._counted:
            self._counted = False
            self._pace.closed()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    # -- called by the HTTP client ------------------------------------------------------------

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes, or b"" at the end. Raises ReadTimeout and ReadError."""
        data = b""
        while not data:
            await self._something(timeout)
            if self._error is not None and not self._buffer:
                raise httpcore2.ReadError(str(self._error)) from self._error
            data, back = self._lumps.take(bytes(self._buffer[:max_bytes]))
            self._buffer[:max_bytes] = back
            if self._ended and not self._buffer:
                data += self._lumps.end()
                break
        self._handed_up()
        return data

    async def body(self, timeout: float | None) -> bytes:
        """What comes next of a chunked body, past the HTTP client: each of its layers costs.

        b"" where the client has to go on: at the end of the body, at what is no chunk, in any
        other answer. Raises ReadTimeout.
        """
        while self._lumps.in_body:
            await self._something(timeout)
            if not self._buffer:  # ended, or broken
                break
            data, back = self._lumps.payload(bytes(self._buffer[:AT_MOST]))
            self._buffer[:AT_MOST] = back
            if data:
                self._handed_up()
                return data
        return b""

    def _handed_up(self) -> None:
        self._free = max(0, self._free - 1)
        gap = self._gap()
        now = self._loop.time()
        self._due_at = now + gap
        self._rested, self._wanted = False, 0
        if not self._buffer and not self._ended and gap > MANY * self._between:
            self._rest(gap, now)
        else:
            self._wake_at(1)
        if len(self._buffer) < HIGH_WATER // 2 and self._transport is not None:
            with contextlib.suppress(RuntimeError):
                self._transport.resume_reading()

    async def _something(self, timeout: float | None) -> None:
        """Until there are bytes to hand up, or nothing more comes."""
        while not (self._buffer and self._loop.time() >= self._due_at) and not self._ended:
            self._reader = self._loop.create_future()
            if self._buffer:
                self._wake_when_due(self._loop.time())
            self._silent_at = math.inf if timeout is None else self._loop.time() + timeout
            if self._silence is None or self._silence.when() > self._silent_at:
                self._listen()
            try:
                await self._reader
            finally:
                self._reader = None
                self._silent_at = math.inf

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        if self._transport is None or self._transport.is_closing():
            raise httpcore2.WriteError("the connection is closed")
        self._free, self._due_at = FREE_READS, 0.0
        self._rested = False  # the answer before may have ended in a rest
        self._wake_at(1)
        self._lumps.asked()
        self._transport.write(buffer)
        try:
            async with asyncio.timeout(timeout):
                await self._writable.wait()
        except TimeoutError:
            raise httpcore2.WriteTimeout("the gateway takes no bytes") from None
        if self._error is not None:
            raise httpcore2.WriteError(str(self._error)) from self._error

    async def aclose(self) -> None:
        self.abort()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()  # at once: what is still unread is not wanted

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        if self._transport is None:
            raise httpcore2.ConnectError("the connection is closed")
        if self.secured == (ssl_context, server_hostname):
            return self  # done before it was asked for
        try:
            async with asyncio.timeout(timeout):
                self._transport = await self._loop.start_tls(
                    self._transport, self, ssl_context, server_hostname=server_hostname
                )
        except TimeoutError:
            self.abort()
            raise httpcore2.ConnectTimeout("the secure connection took too long") from None
        except (OSError, ssl.SSLError) as error:
            self.abort()
            raise httpcore2.ConnectError(str(error)) from error
        self._lumps = Lumps()  # what came before was a proxy's
        self.secured = ssl_context, server_hostname
        if self.learned is not None:
            self.learned(self.secured)
        return self

    def get_extra_info(self, info: str) -> Any:
        if self._transport is None:
            return None
        if info == "is_readable":
            return self.over
        names = {"client_addr": "sockname", "server_addr": "peername"}
        return self._transport.get_extra_info(names.get(info, info))

    @property
    def over(self) -> bool:
        """A connection at rest that has something to say has ended."""
        closed = self._transport is None or self._transport.is_closing()
        return self._ended or bool(self._buffer) or closed

    # -- the pace -----------------------------------------------------------------------------

    def _gap(self) -> float:
        if self._free:
            return 0.0
        own = FAST_GAP if self._between < SLOW_GAP else 0.0
        return max(own, self._pace.gap)

    def _rest(self, gap: float, now: float) -> None:
        """Sleep until as many arrivals have come as begin in that time, or until it has passed."""
        between = max(self._between, 1e-4)
        arrivals = math.ceil(gap / between)
        self._wanted = min(AT_MOST, self._bytes_before(arrivals))
        half = self._bytes_before(math.ceil(arrivals / 2))
        self._wake_at(min(half, self._wanted) if gap <= FAST_GAP else self._wanted)
        self._rested = self._low > 1
        if self._rested:
            self._due_at = now + arrivals * between
            if self._resting is None:
                self._resting = self._loop.call_at(self._due_at + SLOWER, self._rest_over)

    def _bytes_before(self, arrival: int) -> int:
        """Somewhat more than what comes before that arrival."""
        return max(1, int(self._size * (arrival - 1) * A_LITTLE_MORE))

    def _rest_over(self) -> None:
        self._resting = None
        if not self._rested:
            return
        if self._loop.time() < self._due_at:  # something was handed up meanwhile
            self._resting = self._loop.call_at(self._due_at + SLOWER, self._rest_over)
            return
        self._wanted = 0
        self._wake_at(1)
        if self._buffer:
            self._wake()

    def _wake_at(self, low: int) -> None:
        """Where the system can do that; elsewhere each arrival wakes, and gathers in the buffer."""
        if low == self._low or (low > 1 and abs(low - self._low) < self._low // 4):
            return
        transport = self._transport
        connection = None if transport is None else transport.get_extra_info("socket")
        if transport is None or connection is None:
            return
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, low)
            self._low = low
        if low == 1 and transport.is_reading():
            # Not every system looks anew at what has come already (Linux does since 4.18).
            transport.pause_reading()
            transport.resume_reading()

    def _wake_when_due(self, now: float) -> None:
        if now >= self._due_at:
            self._wake()
        elif self._due is None:
            self._due = self._loop.call_at(self._due_at, self._wake)

    def _wake(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def _listen(self) -> None:
        """Set the timer to the end of the patience of whoever reads, if somebody does."""
        if self._silence is not None:
            self._silence.cancel()
        waits = self._silent_at < math.inf
        self._silence = self._loop.call_at(self._silent_at, self._silent) if waits else None

    def _silent(self) -> None:
        if self._loop.time() < self._silent_at:  # a later read has begun meanwhile
            self._listen()
            return
        self._silence = None
        if self._reader is not None and not self._reader.done():
            self._reader.set_exception(httpcore2.ReadTimeout("no byte came"))
