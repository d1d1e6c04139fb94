"""Over TLS: the checked address is connected to, the name is what the certificate must prove."""

import asyncio
import shutil
import ssl
import subprocess
from dataclasses import replace

import pytest

from vnchat.library.faults import MediaFailed
from vnchat.library.fetcher import FetchPolicy, fetch

from .hostile import PUBLIC, MediaHost, Wire, file_of, network

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl to make a certificate"),
]
CLIP = b"clip" * 1000


class TlsHost(MediaHost):
    """Speaks TLS with a certificate for cdn.example and notes the names it was asked for."""

    def __init__(self, certificate: str, key: str) -> None:
        super().__init__()
        self.names: list[str | None] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._context.sni_callback = lambda _s, name, _c: self.names.append(name)

    async def __aenter__(self) -> "TlsHost":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("tls")
    paths = str(folder / "cert.pem"), str(folder / "key.pem")
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        "-subj /CN=cdn.example -addext subjectAltName=DNS:cdn.example"
    )
    command_line = [*command.split(), "-out", paths[0], "-keyout", paths[1]]
    subprocess.run(command_line, check=True, capture_output=True)
    return paths


@pytest.fixture
async def tls(certificate):
    async with TlsHost(*certificate) as running:
        running.on("/v", file_of(CLIP))
        yield running


def policy(host: MediaHost, wire: Wire, certificate: tuple[str, str] | None) -> FetchPolicy:
    trust = ssl.create_default_context(cafile=certificate[0] if certificate else None)
    return FetchPolicy(waits=(), network=replace(network(wire), trust=lambda: trust))


async def test_the_name_is_proved_and_the_address_is_the_checked_one(tls, certificate, tmp_path):
    wire = Wire(tls)

    fetched = await fetch(
        "https://CDN.example./v?s=1", policy=policy(tls, wire, certificate), into=tmp_path
    )

    assert fetched.size == len(CLIP)
    assert wire.meant == [(PUBLIC, 443)]
    assert tls.names == ["cdn.example"]
    assert tls.asked[0].headers["host"] == "cdn.example"


@pytest.mark.parametrize("url", ["https://other.example/v", f"https://{PUBLIC}/v"])
async def test_a_certificate_for_another_name_is_refused(tls, certificate, tmp_path, url):
    with pytest.raises(MediaFailed) as failed:
        await fetch(url, policy=policy(tls, Wire(tls), certificate), into=tmp_path)

    assert (failed.value.reason, failed.value.again) == ("tls", False)
    assert tls.asked == []


async def test_a_certificate_from_nobody_is_refused(tls, tmp_path):
    with pytest.raises(MediaFailed) as failed:
        await fetch("https://cdn.example/v", policy=policy(tls, Wire(tls), None), into=tmp_path)

    assert failed.value.reason == "tls"


async def test_a_host_that_speaks_no_tls_is_said(host, tmp_path):
    host.on("/v", file_of(CLIP))

    plain = replace(policy(host, Wire(host), None), idle_seconds=0.2)

    with pytest.raises(MediaFailed) as failed:
        await fetch("https://cdn.example/v", policy=plain, into=tmp_path)

    assert failed.value.reason in ("tls", "network")
