"""A demo gateway to talk to and a client that is closed on the loop it was used on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from vnchat.demo.server import DemoGateway
from vnchat.gateway.client import GatewayClient
from vnchat.gateway.profile import Profile

Work = Callable[[GatewayClient], Awaitable[Any]]


@pytest.fixture(scope="session")
def _gateway() -> Iterator[DemoGateway]:
    with DemoGateway(pace=0) as gateway:
        yield gateway


@pytest.fixture
def gateway(_gateway: DemoGateway) -> DemoGateway:
    _gateway.requests.clear()
    return _gateway


@pytest.fixture
def profile(gateway: DemoGateway) -> Profile:
    return Profile(id="p", name="demo", base_url=gateway.base_url)


@pytest.fixture
def with_client() -> Callable[..., Any]:
    """Run one coroutine with a client of its own."""

    def run(work: Work, **options: Any) -> Any:
        async def inside() -> Any:
            client = GatewayClient(**options)
            try:
                return await work(client)
            finally:
                await client.aclose()

        return asyncio.run(inside())

    return run
