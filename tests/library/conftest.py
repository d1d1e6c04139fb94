"""Asynchronous tests run on asyncio; a media host and a fetch that meets it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

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
