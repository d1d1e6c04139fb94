"""A connection opened while somebody writes: the next request finds it, and it harms nothing."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from vnchat.demo.script import text_chunks
from vnchat.demo.server import Script
from vnchat.gateway import network
from vnchat.gateway.connection import Stream
from vnchat.gateway.network import Network


class Peer:
    """Counts who comes and who goes."""

    def __init__(self, secure: ssl.SSLContext | None = None) -> None:
        self.came = self.gone = self.port = 0
        self.ends = False  # whoever comes is sent away
        self._secure = secure

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Peer]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._secure)
        async with server:
            self.port = server.sockets[0].getsockname()[1]
            yield self
            await asyncio.sleep(0.02)  # whoever was let go is seen off

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.came += 1
        with contextlib.suppress(ConnectionError):
            if not self.ends:
                await reader.read()
        self.gone += 1
        writer.close()


async def until(true: Any) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.005)


def test_the_next_request_finds_it_and_the_one_after_opens_its_own() -> None:
    async def run() -> int:
        async with Peer().open() as peer:
            here = Network()
            await here.ready("127.0.0.1", peer.port, 5)
            await here.ready("127.0.0.1", peer.port, 5)  # there is one
            streams = [await here.connect_tcp("127.0.0.1", peer.port, 5)]
            found = peer.came
            streams.append(await here.connect_tcp("127.0.0.1", peer.port, 5))
            await until(lambda: peer.came == 2)
            for one in streams:
                await one.aclose()
            return found

    assert asyncio.run(run()) == 1


def test_one_that_the_gateway_has_ended_is_not_used() -> None:
    async def run() -> bool:
        peer = Peer()
        peer.ends = True
        async with peer.open():
            here = Network()
            await here.ready("127.0.0.1", peer.port, 5)
            await until(lambda: peer.gone == 1)
            await asyncio.sleep(0.02)
            peer.ends = False
            stream = await here.connect_tcp("127.0.0.1", peer.port, 5)
            await until(lambda: peer.came == 2)
            over = bool(stream.get_extra_info("is_readable"))
            await stream.aclose()
            return over

    assert asyncio.run(run()) is False


def test_nobody_comes_and_it_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "FRESH", 0.05)

    async def run() -> None:
        async with Peer().open() as peer:
            here = Network()
            await here.ready("127.0.0.1", peer.port, 5)
            await until(lambda: peer.gone == 1)
            assert not here._spare

    asyncio.run(run())


def test_the_end_lets_it_go_at_once() -> None:
    async def run() -> None:
        async with Peer().open() as peer:
            here = Network()
            await here.ready("127.0.0.1", peer.port, 5)
            here.close()
            await until(lambda: peer.gone == 1)

    asyncio.run(run())


def test_a_vain_attempt_is_silent() -> None:
    async def run() -> None:
        async with Peer().open() as peer:
            port = peer.port
        here = Network()
        await here.ready("127.0.0.1", port, 5)
        await here.ready("no-such-host.invalid", port, 5)
        assert not here._spare

    asyncio.run(run())


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl to make a certificate")
def test_it_is_secure_already_when_the_request_asks_for_that(tmp_path: Path) -> None:
    certificate, key = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    about = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(
        [*command.split(), *about, "-out", certificate, "-keyout", key],
        check=True,
        capture_output=True,
    )
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate, key)
    trusted = ssl.create_default_context(cafile=certificate)
    greetings: list[str | None] = []
    served.sni_callback = lambda _socket, name, _context: greetings.append(name)

    async def run() -> None:
        async with Peer(served).open() as peer:
            here = Network()
            first = await here.connect_tcp("127.0.0.1", peer.port, 5)
            await first.start_tls(trusted, "localhost", 5)
            await here.ready("127.0.0.1", peer.port, 5)
            assert greetings == ["localhost"] * 2

            second = await here.connect_tcp("127.0.0.1", peer.port, 5)
            assert await second.start_tls(trusted, "localhost", 5) is second
            assert greetings == ["localhost"] * 2  # nothing was said anew
            assert second.get_extra_info("ssl_object") is not None
            for one in (first, second):
                await one.aclose()

    asyncio.run(run())


def test_a_request_goes_over_the_connection_that_waits(gateway, profile, with_client, monkeypatch):
    gateway.script("scripted", Script(text_chunks("hi")))
    opened: list[Stream] = []
    plain = Network._open

    async def counted(self: Network, *about: Any) -> Stream:
        opened.append(await plain(self, *about))
        return opened[-1]

    monkeypatch.setattr(Network, "_open", counted)
    body = {"model": "scripted", "messages": [{"role": "user", "content": "x"}], "stream": True}

    async def work(client: Any) -> int:
        await client.ready(profile)
        before = len(gateway.requests)
        async with client.completion(profile, "sk-1", body, run_id="r", stream=True) as answer:
            assert b"".join([chunk async for chunk in answer.bytes()])
        return before

    assert with_client(work) == 0  # nothing was asked by then
    assert len(opened) == 1


def test_where_a_proxy_stands_between_nothing_is_opened(with_client, profile, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    opened: list[object] = []

    async def seen(self: Network, *about: Any) -> None:
        opened.append(about)

    monkeypatch.setattr(Network, "ready", seen)
    away = type(profile)(id="a", name="away", base_url="https://gateway.example/v1")

    async def work(client: Any) -> None:
        await client.ready(away)
        await client.ready(profile)  # this machine is reached without the proxy

    with_client(work)

    assert [host for host, *_ in opened] == ["127.0.0.1"]


@pytest.mark.parametrize(("host", "raced"), [("127.0.0.1", False), ("localhost", True)])
def test_only_a_name_is_tried_at_several_addresses(monkeypatch, host, raced):
    """The race is a task for each address, and turns of a loop that may be busy."""
    told: dict[str, Any] = {}

    async def noted(make: Any, *place: Any, **options: Any) -> tuple[Any, Any]:
        told.update(options)
        return None, make()

    async def run() -> None:
        monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", noted)
        await Network().connect_tcp(host, 80, 5)

    asyncio.run(run())

    assert ("happy_eyeballs_delay" in told) is raced
