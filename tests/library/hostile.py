"""A media host for the tests that does exactly what a test scripts, down to the bytes.

The rules of the fetcher stay as they are: names resolve, through a stub, to public addresses, and
only the last step, opening the socket, is led to loopback (`Wire`). What was connected to is kept.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable, Sequence

import httpcore2

from vnchat.library.transport import Network

PUBLIC = "93.184.216.34"
OTHER_PUBLIC = "2606:2800:220:1:248:1893:25c8:1946"


class Asked:
    """One request as it came over the wire."""

    def __init__(self, head: bytes) -> None:
        lines = head.decode("latin-1").split("\r\n")
        self.target = lines[0].split(" ")[1]
        pairs = (line.split(": ", 1) for line in lines[1:] if ": " in line)
        self.headers = {name.lower(): value for name, value in pairs}

    @property
    def start(self) -> int | None:
        wanted = self.headers.get("range")
        return int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else None


Reply = Callable[["Asked", asyncio.StreamWriter], Awaitable[None]]


class MediaHost:
    """`host.on("/path", reply, reply…)`: one reply after the other, the last one for ever."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.port = 0
        self._replies: dict[str, list[Reply]] = {}

    def on(self, path: str, *replies: Reply) -> None:
        self._replies[path] = list(replies)

    async def __aenter__(self) -> "MediaHost":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = Asked(await reader.readuntil(b"\r\n\r\n"))
            self.asked.append(asked)
            replies = self._replies[asked.target.split("?")[0]]
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
            await reply(asked, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def says(
    status: int,
    body: bytes = b"",
    headers: Iterable[tuple[str, str]] = (),
    *,
    length: int | None = None,
    cut: bool = False,
) -> Reply:
    """A fixed answer; `length` may lie, `cut` resets the connection after the body."""

    async def reply(_: Asked, writer: asyncio.StreamWriter) -> None:
        head = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers)]
        if length != -1:
            head.append(f"Content-Length: {len(body) if length is None else length}")
        writer.write("\r\n".join([*head, "", ""]).encode() + body)
        await writer.drain()
        if cut:
            writer.transport.abort()

    return reply


def goes(location: str, status: int = 302) -> Reply:
    return says(status, headers=[("Location", location)])


def file_of(
    data: bytes, *, tag: str = '"v1"', breaks_after: int | None = None, kind: str = "video/mp4"
) -> Reply:
    """A well-behaved file host with ranges; may break off after so many bytes of each answer."""

    async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
        start = asked.start or 0
        if asked.headers.get("if-range", tag) != tag:
            start = 0
        headers = [("Content-Type", kind), *([("ETag", tag)] if tag else [])]
        if start:
            headers.append(("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}"))
        body = data[start:]
        cut = breaks_after is not None and len(body) > breaks_after
        sent = body[:breaks_after] if cut else body
        answer = says(206 if start else 200, sent, headers, length=len(body))
        await answer(asked, writer)

    return reply


def endless(chunk: bytes = b"x" * 65536, *, gap: asyncio.Event | None = None) -> Reply:
    """A body that never ends; with a gap that never opens it stops after the first chunk."""

    async def reply(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n")
        for _number in itertools.count():
            writer.write(chunk)
            await writer.drain()
            if gap:
                await gap.wait()

    return reply


def dripping(seconds: float = 0.01) -> Reply:
    """One byte now and then, for ever: never idle, never done."""

    async def reply(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(seconds)

    return reply


class Wire(httpcore2.AnyIOBackend):
    """Leads every socket to the test's host, and writes down where it was meant to go."""

    def __init__(self, host: MediaHost, dead: Sequence[str] = ()) -> None:
        self.meant: list[tuple[str, int]] = []
        self._host = host
        self._dead = dead

    async def connect_tcp(self, host, port, *args, **kwargs):  # type: ignore[no-untyped-def]
        self.meant.append((host, port))
        if host in self._dead:
            raise httpcore2.ConnectError(f"{host} is dead")
        return await super().connect_tcp("127.0.0.1", self._host.port, *args, **kwargs)


def network(
    wire: Wire, names: dict[str, Sequence[str]] | None = None, asked: list[str] | None = None
) -> Network:
    """Every name is public unless the table says otherwise."""

    async def resolver(host: str, _port: int) -> Sequence[str]:
        if asked is not None:
            asked.append(host)
        return (names or {}).get(host, [PUBLIC])

    return Network(resolver=resolver, backend=wire)
