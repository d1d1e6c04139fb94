"""Asynchronous tests run on asyncio; a media host and a fetch that meets it."""

import logging
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from vnchat.library.fetcher import Fetched, FetchPolicy, fetch

from .hostile import MediaHost, Wire, network


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def host() -> AsyncIterator[MediaHost]:
    async with MediaHost() as running:
        yield running


@pytest.fixture
def wire(host: MediaHost) -> Wire:
    return Wire(host)


@pytest.fixture
def policy(wire: Wire) -> FetchPolicy:
    return FetchPolicy(
        own_origin="http://gateway.example:8000/v1",
        allow_http=True,
        max_bytes=1_000_000,
        total_seconds=20,
        idle_seconds=10,
        waits=(0, 0),
        network=network(wire),
    )


@pytest.fixture
def get(policy: FetchPolicy, tmp_path: Path) -> Callable[..., Awaitable[Fetched]]:
    """Fetch from the hostile host; keyword arguments change the policy."""

    async def fetched(url: str, *, key: str | None = None, on_progress=None, **changed):  # type: ignore[no-untyped-def]
        return await fetch(
            url,
            policy=replace(policy, **changed),
            into=tmp_path,
            key=key,
            on_progress=on_progress,
        )

    return fetched


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of an S3 server in this process."""
    server_of = pytest.importorskip("moto.server", reason="moto[server] is not installed")
    logging.getLogger("werkzeug").setLevel("ERROR")
    running = server_of.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """VNCHAT_MEDIA_URL of a fresh bucket."""
    for name, value in {
        "AWS_ENDPOINT_URL": s3,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    name = f"kept-{uuid4().hex}"
    urllib.request.urlopen(urllib.request.Request(f"{s3}/{name}", method="PUT")).close()
    return f"s3://{name}/media"
