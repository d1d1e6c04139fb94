"""Two servers on one shelf: what one of them is storing the other does not free."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.postgres import database
from vnchat.conversation import Media
from vnchat.errors import NotFound, StorageUnavailable
from vnchat.library.media import Shelf
from vnchat.runs.keeping import Keeping
from vnchat.settings import Settings
from vnchat.store import Store, gate

DATA = b"the same bytes"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def stores(request: pytest.FixtureRequest, settings: Settings) -> Iterator[tuple[Store, Store]]:
    """Two engines on one database, as two servers have them."""
    if request.param == "postgres":
        settings = dataclasses.replace(settings, database_url=database())
    two = Store.open(settings), Store.open(settings)
    yield two
    for one in two:
        one.close()


@pytest.fixture(params=["folder", "s3"])
def shelves(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Shelf, Shelf]]:
    where = request.getfixturevalue("bucket") if request.param == "s3" else tmp_path / "media"
    two = Shelf(where), Shelf(where)
    yield two
    for one in two:
        one.close()


@pytest.fixture
def two(
    settings: Settings, stores: tuple[Store, Store], shelves: tuple[Shelf, Shelf]
) -> tuple[Keeping, Keeping]:
    return tuple(map(Keeping, [settings] * 2, stores, shelves))  # type: ignore[return-value]


def row(key: str) -> Media:
    one = Media(uuid4().hex, "ann", "video", "given", "kept", message="m", created=1.0)
    return dataclasses.replace(one, key=key, size=len(DATA))


def test_a_file_that_is_just_stored_again_is_not_freed(
    two: tuple[Keeping, Keeping], stores: tuple[Store, Store], shelves: tuple[Shelf, Shelf]
) -> None:
    """The last row of a file goes at one server while another stores the same bytes."""

    async def both() -> str:
        first = row(await shelves[0].put_bytes(DATA))
        stores[0].media.add(first)
        stores[0].media.empty([first.id], owner="ann")
        assert not stores[1].media.names_key(first.key)
        async with two[0].data(DATA, type="video/mp4") as key:
            freeing = asyncio.create_task(two[1].free([key]))
            await asyncio.wait({freeing}, timeout=0.3)
            assert not freeing.done()  # it waits for the row
            await asyncio.to_thread(stores[0].media.add, row(key))
        assert await freeing == 0
        assert await shelves[1].size(key) == len(DATA)
        return key

    key = asyncio.run(both())
    assert stores[1].media.names_key(key)


def test_a_file_that_is_freed_just_before_is_stored_anew(
    two: tuple[Keeping, Keeping], shelves: tuple[Shelf, Shelf]
) -> None:
    async def both() -> None:
        key = await shelves[0].put_bytes(DATA)
        assert await two[1].free([key]) == len(DATA)
        async with two[0].data(DATA, type="video/mp4") as again:
            assert again == key
        assert await shelves[1].size(key) == len(DATA)

    asyncio.run(both())


def test_many_keep_at_once_and_one_frees_in_the_end(
    two: tuple[Keeping, Keeping], stores: tuple[Store, Store]
) -> None:
    async def one(n: int) -> str:
        async with two[n % 2].data(b"%d" % (n // 2), type="text/plain") as key:
            await asyncio.to_thread(stores[n % 2].media.add, row(key))
        return key

    async def all_of_them() -> None:
        keys = await asyncio.gather(*(one(n) for n in range(8)))
        assert len(set(keys)) == 4
        assert await two[0].free(keys) == 0
        await asyncio.gather(*(two[n].free(keys) for n in (0, 1)))

    asyncio.run(all_of_them())
    assert len(stores[0].media.keys()) == 4


def test_while_the_gate_stays_shut_nothing_is_freed(
    two: tuple[Keeping, Keeping], shelves: tuple[Shelf, Shelf], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def waits() -> None:
        left = await shelves[0].put_bytes(b"named by nothing")
        async with two[0].data(DATA, type="video/mp4"):
            monkeypatch.setattr(gate, "_PATIENCE", 0)
            assert await two[1].free([left]) == 0
        assert await two[1].free([left]) == 16

    asyncio.run(waits())


def test_who_cannot_keep_in_time_hears_it(
    two: tuple[Keeping, Keeping], stores: tuple[Store, Store], tmp_path: Path, monkeypatch
) -> None:
    async def waits() -> None:
        folder = tmp_path / "data"
        async with gate.Gate(stores[1].engine, folder).freeing():
            monkeypatch.setattr(gate, "_PATIENCE", 0)
            with pytest.raises(StorageUnavailable, match="busy"):
                async with two[0].data(DATA, type="video/mp4"):
                    pass

    asyncio.run(waits())


def test_a_copy_of_what_was_let_go_of_is_refused(stores: tuple[Store, Store]) -> None:
    kept = row("k" * 64)
    stores[0].media.add(kept)
    stores[0].media.copy(kept)
    stores[1].media.empty([kept.id], owner="ann")

    with pytest.raises(NotFound):
        stores[0].media.copy(kept)


def test_who_is_stopped_while_the_gate_opens_holds_nothing(
    stores: tuple[Store, Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends, or a fetch is stopped, while a thread asks for the lock."""
    asked, go_on = threading.Event(), threading.Event()

    async def stopped() -> None:
        one, other = (gate.Gate(store.engine, tmp_path) for store in stores)
        take = one._of_database if stores[0].engine.dialect.name == "postgresql" else one._of_file

        def slowly(shared: bool) -> Callable[[], None] | None:
            asked.set()
            go_on.wait(10)
            return take(shared)

        monkeypatch.setattr(one, take.__name__, slowly)
        keeping = asyncio.create_task(one.keeping().__aenter__())
        await asyncio.to_thread(asked.wait, 10)
        keeping.cancel()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await keeping

        monkeypatch.setattr(gate, "_PATIENCE", 0)
        async with other.freeing():
            pass  # it would be refused as busy

    asyncio.run(stopped())
