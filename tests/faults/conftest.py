"""The fault gateway, and the real server in front of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.faults.gateway import FaultGateway
from tests.faults.sessions import Session, query_of
from tests.serving import Server

T = TypeVar("T")


@pytest.fixture(scope="module")
def gateway() -> Iterator[FaultGateway]:
    with FaultGateway() as started:
        yield started


@pytest.fixture(scope="module")
def serve(
    gateway: FaultGateway, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Server]]:
    """Starts servers that talk to the gateway; they end with the module."""
    servers: list[Server] = []

    def started(data_dir: Path | None = None, **environment: str) -> Server:
        made = Server(
            data_dir or tmp_path_factory.mktemp("server") / "data",
            {
                "OPENAI_BASE_URL": gateway.base_url,
                "OPENAI_API_KEY": "sk-test-0123456789",
                "VNCHAT_LOG_LEVEL": "warning",
                **environment,
            },
        )
        servers.append(made)
        return made.start()

    yield started
    for one in servers:
        one.stop()


def run(work: Coroutine[Any, Any, T]) -> T:
    async def bounded() -> T:
        async with asyncio.timeout(90):
            return await work

    return asyncio.run(bounded())


async def learn_text(server: Server) -> None:
    """One finished answer: from then on the text model is known to be no paid create."""
    async with Session(server.url, query_of(model="chat-asked")) as person:
        await (await person.say("learn [count-5-0]")).wait_end()
