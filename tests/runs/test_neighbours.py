"""Two servers on one PostgreSQL: what is changed on one is told to the tabs of the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import database
from vnchat.runs.hub import Event, Hub
from vnchat.runs.neighbours import Neighbours
from vnchat.settings import Settings
from vnchat.store import Store


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[list[Store]]:
    url = database()
    both = [Store.open(Settings(data_dir=tmp_path / n, database_url=url)) for n in ("a", "b")]
    yield both
    for one in both:
        one.close()


@pytest.mark.postgres
def test_a_change_on_one_server_is_told_to_the_tabs_of_the_other(stores: list[Store]) -> None:
    async def act() -> tuple[list[Event], list[Event]]:
        told: list[list[Event]] = [[], []]
        came = asyncio.Event()
        servers = []
        hubs = [Hub(), Hub()]
        for n, store in enumerate(stores):
            hubs[n].use(asyncio.get_running_loop())
            one = Neighbours(store, hubs[n], instance=f"server-{n}")
            one.begin()
            servers.append(one)
            assert await asyncio.to_thread(one.listening.wait, 20)
        hubs[0].subscribe("ann", told[0].append)

        def there(event: Event) -> None:
            told[1].append(event)
            if event[0] == "tree":
                came.set()

        hubs[1].subscribe("ann", there)
        hubs[0].tell("ann", "item", "c1")
        hubs[0].tell("ann", "item", "c1")
        hubs[0].tell("bob", "item", "c2")
        await asyncio.wait_for(came.wait(), 20)
        for one in servers:
            await one.end()
        return told[0], told[1]

    here, there = asyncio.run(act())

    assert here == [("item", "c1"), ("item", "c1")]  # and no echo
    assert there == [("item", "c1"), ("tree", "c1")]


def test_a_lone_server_listens_to_nobody(store: Store) -> None:
    one = Neighbours(store, Hub(), instance="a")

    one.begin()
    asyncio.run(one.end())

    assert not one.listening.is_set()


def test_a_notice_that_is_not_ours_is_left(store: Store) -> None:
    told: list[Event] = []

    async def act() -> None:
        hub = Hub()
        hub.use(asyncio.get_running_loop())
        hub.subscribe("ann", told.append)
        one = Neighbours(store, hub, instance="a")
        for payload in ("", "[]", "3", '["b", [["ann"]]]', '["b", 3]', '["a", [["ann", "c"]]]'):
            one._take(payload)
        one._take('["b", [["ann", "c"]]]')
        await asyncio.sleep(0)

    asyncio.run(act())

    assert told == [("item", "c"), ("tree", "c")]
