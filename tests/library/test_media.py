"""The shelf: kept files in a folder, whole or not at all."""

import hashlib
import os
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vnchat.errors import NotFound, StorageUnavailable
from vnchat.library.media import CHUNK, Kept, Shelf, age_of

pytestmark = pytest.mark.anyio
DATA = b"clip " * 200_000
KEY = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(params=["folder", "memory", "s3"])
def shelf(request, tmp_path):
    if request.param == "s3":
        where = request.getfixturevalue("bucket")
    else:
        where = tmp_path / "kept" if request.param == "folder" else "memory:///"
    opened = Shelf(where)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path):
    opened = Shelf(tmp_path / "kept")
    yield opened
    opened.close()


def finished(shelf: Shelf, data: bytes = DATA) -> Path:
    path = shelf.incoming / "arrived"
    path.write_bytes(data)
    return path


async def everything(shelf: Shelf, key: str, *span: int) -> bytes:
    return b"".join([chunk async for chunk in shelf.read(key, *span)])


async def test_a_file_is_kept_under_its_hash(shelf):
    path = finished(shelf)

    key = await shelf.put_file(path, type="video/mp4")

    assert key == KEY
    assert await shelf.size(key) == len(DATA)
    assert await everything(shelf, key) == DATA
    assert not path.exists()


async def test_bytes_are_kept_the_same_way(shelf):
    assert await shelf.put_bytes(DATA) == KEY
    assert list(shelf.incoming.iterdir()) == []


async def test_the_same_bytes_are_one_object(shelf):
    await shelf.put_file(finished(shelf))
    await shelf.put_file(finished(shelf), sha256=KEY)

    assert [kept.key async for kept in shelf.kept()] == [KEY]
    assert list(shelf.incoming.iterdir()) == []


SPANS = [(0, 10), (5, 6), (len(DATA) - 3, len(DATA)), (1, 700_001), (7, 7), (300_000, None)]


@pytest.mark.parametrize(("start", "end"), SPANS)
async def test_a_part_is_read(shelf, start, end):
    await shelf.put_bytes(DATA)

    assert await everything(shelf, KEY, start, end) == DATA[start:end]


async def test_never_much_is_read_at_once(shelf):
    await shelf.put_bytes(DATA)

    assert max([len(chunk) async for chunk in shelf.read(KEY)]) <= CHUNK


async def test_what_is_deleted_is_gone(shelf):
    await shelf.put_bytes(DATA)

    await shelf.delete(KEY)
    await shelf.delete(KEY)

    assert [kept async for kept in shelf.kept()] == []
    with pytest.raises(NotFound):
        await shelf.size(KEY)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a" * 63, "A" * 64, "f" * 64])
async def test_unknown_and_impossible_keys_are_not_found(shelf, key):
    with pytest.raises(NotFound):
        await shelf.size(key)
    with pytest.raises(NotFound):
        await everything(shelf, key)


async def test_strange_files_are_not_listed(folder, tmp_path):
    await folder.put_bytes(DATA)
    (tmp_path / "kept" / "notes.txt").write_text("mine")
    (tmp_path / "kept" / "ab").mkdir()
    (tmp_path / "kept" / "ab" / KEY).write_text("wrong folder")
    finished(folder)

    assert [kept.key async for kept in folder.kept()] == [KEY]


async def test_a_file_kept_again_is_young_again(folder, tmp_path):
    """So that a clean-up which has just found it without owner leaves it alone."""
    await folder.put_bytes(DATA)
    os.utime(tmp_path / "kept" / KEY[:2] / KEY, (0, 0))
    assert age_of(await anext(folder.kept())) > 1e6

    await folder.put_bytes(DATA)

    assert age_of(await anext(folder.kept())) < 3600


def test_age() -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)

    assert age_of(Kept(KEY, 1, now - timedelta(hours=2)), now) == 7200


CRASH = """
import asyncio, os, sys
from vnchat.library import media
shelf = media.Shelf(sys.argv[1])
def die(*args):
    os._exit(9)
setattr(media.os if sys.argv[2] != "_sync" else media, sys.argv[2], die)
asyncio.run(shelf.put_bytes(b"half" * 100_000))
"""


@pytest.mark.parametrize("where", ["fsync", "replace", "_sync"])
async def test_a_crash_while_storing_leaves_no_half_file(tmp_path, where):
    kept = tmp_path / "kept"
    crashed = subprocess.run([sys.executable, "-c", CRASH, kept, where], check=False)
    assert crashed.returncode == 9
    left = [path for path in kept.rglob("*") if path.is_file() and path.stat().st_size]
    assert left

    shelf = Shelf(kept)

    assert [found async for found in shelf.kept()] == []
    assert not any(path.exists() for path in left)
    shelf.close()


async def test_another_living_server_keeps_its_half_files(tmp_path):
    first = Shelf(tmp_path / "kept")
    half = finished(first)

    second = Shelf(tmp_path / "kept")

    assert half.exists()
    assert first.incoming != second.incoming
    first.close()
    second.close()


async def test_a_file_from_another_disk_is_kept_too(folder, monkeypatch):
    path = finished(folder)
    real = Path.stat

    def elsewhere(self, **options):
        found = real(self, **options)
        return os.stat_result((*found[:2], found[2] + (self == path), *found[3:]))

    monkeypatch.setattr(Path, "stat", elsewhere)

    assert await folder.put_file(path) == KEY
    assert await everything(folder, KEY) == DATA


@pytest.mark.parametrize("fault", [OSError(28, "No space left"), OSError(30, "Read-only")])
async def test_a_full_or_read_only_disk_is_said(folder, monkeypatch, fault):
    def fails(*_):
        raise fault

    monkeypatch.setattr("vnchat.library.media.os.replace", fails)

    with pytest.raises(StorageUnavailable) as refused:
        await folder.put_bytes(DATA)

    assert str(refused.value).endswith("try again.")
    assert [kept async for kept in folder.kept()] == []
    assert list(folder.incoming.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StorageUnavailable):
        Shelf(tmp_path / "file" / "kept")


def test_a_store_that_does_not_exist_is_said():
    with pytest.raises(StorageUnavailable):
        Shelf("what://ever")


async def test_a_store_hands_out_a_file_by_an_address_that_dies(bucket):
    shelf = Shelf(bucket)
    key = await shelf.put_bytes(DATA, type="video/mp4")

    address = await shelf.direct(key, 300)

    with urllib.request.urlopen(address) as answer:
        assert answer.headers["Content-Type"] == "video/mp4"
        assert answer.read() == DATA
    assert "Expires=300" in address
    shelf.close()


async def test_a_folder_hands_out_no_address(folder):
    assert await folder.direct(KEY, 300) is None


async def test_a_tool_reads_a_real_file_from_every_shelf(shelf):
    key = await shelf.put_bytes(DATA)

    async with shelf.on_disk(key) as path:
        assert path.read_bytes() == DATA

    assert list(shelf.incoming.iterdir()) == []
