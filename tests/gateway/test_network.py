"""The network under the HTTP client: nothing is lost, and the gathering follows the load."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import httpcore2
import pytest

from vnchat.gateway import connection
from vnchat.gateway.network import Network
from vnchat.gateway.pace import CROWD, LONGEST_GAP, TICK, Pace, next_gap

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def peer(handler: Handler):  # type: ignore[no-untyped-def]
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def read_all(port: int) -> bytes:
    stream = await Network().connect_tcp("127.0.0.1", port, timeout=5)
    got = b""
    while data := await stream.read(65536, timeout=5):
        got += data
    await stream.aclose()
    return got


def test_every_byte_arrives_in_order_however_it_comes() -> None:
    pieces = [bytes([n % 251]) * (1 + n * 37 % 4000) for n in range(400)]

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for n, piece in enumerate(pieces):
            writer.write(piece)
            if n % 7 == 0:
                await writer.drain()
        writer.close()

    async def run() -> bytes:
        async with peer(talk) as port:
            return await read_all(port)

    assert asyncio.run(run()) == b"".join(pieces)


def test_silence_is_told_apart_from_an_end() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    async def run() -> None:
        async with peer(silent) as port:
            stream = await Network().connect_tcp("127.0.0.1", port, timeout=5)
            with pytest.raises(httpcore2.ReadTimeout):
                await stream.read(100, timeout=0.05)
            await stream.aclose()
            await asyncio.sleep(0.05)  # the peer closes its side too

    asyncio.run(run())


def test_each_read_has_its_own_patience() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(3):
            await asyncio.sleep(0.2)
            writer.write(b"x")
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    async def run() -> float:
        async with peer(slow) as port:
            stream = await Network().connect_tcp("127.0.0.1", port, timeout=5)
            assert await stream.read(100, timeout=60) == b"x"
            for _ in range(2):  # each in time, together longer than one may take
                assert await stream.read(100, timeout=0.35) == b"x"
            began = asyncio.get_running_loop().time()
            with pytest.raises(httpcore2.ReadTimeout):
                await stream.read(100, timeout=0.1)
            await stream.aclose()
            await asyncio.sleep(0.05)
            return asyncio.get_running_loop().time() - began

    assert asyncio.run(run()) < 20  # not when the longest patience of them all would have ended


def test_a_dropped_connection_is_an_error_after_its_bytes() -> None:
    async def drop(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"so far")
        await writer.drain()
        sock = writer.get_extra_info("socket")
        import socket
        import struct

        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def run() -> bytes:
        async with peer(drop) as port:
            stream = await Network().connect_tcp("127.0.0.1", port, timeout=5)
            got = b""
            with contextlib.suppress(httpcore2.ReadError):
                while data := await stream.read(100, timeout=5):
                    got += data
            await stream.aclose()
            return got

    assert asyncio.run(run()) == b"so far"


def test_nobody_there_is_a_connect_error() -> None:
    async def run() -> None:
        async with peer(lambda r, w: asyncio.sleep(0)) as port:
            pass
        with pytest.raises(httpcore2.ConnectError):
            await Network().connect_tcp("127.0.0.1", port, timeout=5)

    asyncio.run(run())


def test_the_gap_grows_while_the_loop_is_late_and_goes_when_it_is_not() -> None:
    gap = 0.0
    for _ in range(40):
        gap = next_gap(gap, late=0.05)
    assert gap == LONGEST_GAP

    for _ in range(80):
        gap = next_gap(gap, late=0.0)
    assert gap == 0.0


def test_a_process_that_keeps_up_or_waits_for_others_gathers_nothing() -> None:
    assert next_gap(0.0, late=0.0, busy=0.99) == 0.0
    assert next_gap(0.1, late=0.0, busy=0.99) < 0.1
    assert next_gap(0.0, late=0.05, busy=0.1) == 0.0
    assert next_gap(0.1, late=0.05, busy=0.1) < 0.1


def test_one_late_look_is_no_reason_to_gather() -> None:
    async def run() -> list[float]:
        loop = asyncio.get_running_loop()
        pace = Pace()
        gaps = []
        for late in (0.05, 0.0, 0.05, 0.05, 0.05, 0.0):
            pace._open = 50
            pace._used -= 0.9 * (TICK + late)  # the process was busy meanwhile
            pace._look(loop, loop.time() - late)
            gaps.append(pace.gap)
        return gaps

    once, on_time, again, twice, more, over = asyncio.run(run())
    assert (once, on_time, again) == (0.0, 0.0, 0.0)
    assert 0.0 < twice < more
    assert over < more


def test_a_few_streams_never_wait_for_what_else_the_process_does() -> None:
    assert next_gap(0.05, late=0.05, busy=0.9, streams=2) == 0.0


def test_few_streams_set_no_clock_going() -> None:
    async def run() -> list[bool]:
        pace, ticking = Pace(), []
        for _ in range(CROWD):
            ticking.append(pace._tick is not None)
            pace.opened(asyncio.get_running_loop())
        return [*ticking, pace._tick is not None]

    assert asyncio.run(run()) == [False] * CROWD + [True]


@pytest.mark.parametrize("can_wait", [True, False], ids=["in the kernel", "in the buffer"])
@pytest.mark.parametrize("end", [b"more,", b"", b"data: [DONE]\n\n"])
def test_a_fast_stream_that_falls_silent_keeps_nothing_back(
    can_wait: bool, end: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not can_wait:
        monkeypatch.setattr(connection.socket, "SO_RCVLOWAT", 9999)  # no system knows it
    whole = b"".join(b"%04d," % n for n in range(150)) + end

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for at in range(0, len(whole), 5):
            writer.write(whole[at : at + 5])
            await asyncio.sleep(0.002)
        with contextlib.suppress(ConnectionError):
            await reader.read()  # silent, and there
        writer.close()

    async def run() -> tuple[bytes, int]:
        async with peer(talk) as port:
            stream = await Network().connect_tcp("127.0.0.1", port, timeout=5)
            got, reads = b"", 0
            while len(got) < len(whole):
                got += await stream.read(65536, timeout=5)
                reads += 1
            await stream.aclose()
            await asyncio.sleep(0.01)
            return got, reads

    got, reads = asyncio.run(run())
    assert got == whole
    assert reads < 100


def test_a_slow_stream_after_a_fast_one_is_handed_up_word_by_word() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(100):
            writer.write(b"fast,")
            await asyncio.sleep(0.002)
        for _ in range(4):  # each only after the one before has arrived
            await reader.readexactly(1)
            writer.write(b"slow,")
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    async def run() -> bytes:
        async with peer(talk) as port:
            stream = await Network().connect_tcp("127.0.0.1", port, timeout=5)
            got = b""
            while len(got) < 500:
                got += await stream.read(65536, timeout=5)
            for n in range(1, 5):
                await stream.write(b"?", timeout=5)
                while len(got) < 500 + 5 * n:
                    got += await stream.read(65536, timeout=5)
            await stream.aclose()
            await asyncio.sleep(0.01)
            return got

    assert asyncio.run(run()) == b"fast," * 100 + b"slow," * 4


def test_the_last_bytes_of_a_fast_stream_are_not_gathered() -> None:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for n in range(200):
            writer.write(b"%d," % n)
            await asyncio.sleep(0.001)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        writer.close()

    async def run() -> tuple[bytes, int]:
        async with peer(talk) as port:
            stream = await Network().connect_tcp("127.0.0.1", port, timeout=5)
            got, reads = b"", 0
            while not got.endswith(b"0\r\n\r\n"):
                got += await stream.read(65536, timeout=5)
                reads += 1
            await stream.aclose()
            await asyncio.sleep(0.01)  # the peer closes its side too
            return got, reads

    got, reads = asyncio.run(run())
    assert got == b"".join(b"%d," % n for n in range(200)) + b"0\r\n\r\n"
    assert reads < 100  # what comes fast was gathered
