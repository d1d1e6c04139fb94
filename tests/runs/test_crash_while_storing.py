"""The server is killed while it stores a result: nothing half is seen; the next start ends it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runs.test_delivery import asked, link_to, picture
from tests.serving import ROOT
from vnchat.__main__ import main
from vnchat.engine import Engine, EngineThread
from vnchat.library.pictures import rebuild
from vnchat.settings import Settings
from vnchat.store import Store

OWNER = "local"

# Opens the data folder as a server does and dies at one place of keeping a result.
DIES = """
import asyncio, os, sys
from pathlib import Path
from vnchat.engine import Engine
from vnchat.library import media
from vnchat.settings import Settings
from vnchat.store.media import MediaRows

def die(*args, **more):
    os._exit(9)

change = MediaRows.change
def at_the_row(self, one, *, owner, **values):
    if values.get("state") == "kept":
        die()
    return change(self, one, owner=owner, **values)

where = sys.argv[1]
if where == "row":
    MediaRows.change = at_the_row
elif where == "rename":
    media.os.replace = die
else:
    media._sync = die

async def main():
    settings = Settings(data_dir=Path(sys.argv[2]), base_url="http://127.0.0.1:9/v1", api_key="k")
    engine = Engine.open(settings)
    await engine.delivery.deliver(sys.argv[3], "local", "settings")

asyncio.run(main())
"""


@pytest.mark.parametrize("where", ["row", "rename", "sync"])
def test_what_was_on_its_way_is_kept_after_the_next_start(
    engine_with: Callable[..., Engine], settings: Settings, where: str, monkeypatch
) -> None:
    first = Engine.open(settings)
    turn = asked(first)
    data = picture((400, 300))
    monkeypatch.setattr(first.delivery, "deliver", _not_now)
    with EngineThread(first):
        row = link_to(first, turn, data)
    assert row.state == "waiting"

    died = subprocess.run(
        [sys.executable, "-c", DIES, where, str(settings.data_dir), turn.answer.id],
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert died.returncode == 9
    store = Store.open(settings)
    assert store.media.get(row.id, owner=OWNER).key == ""
    store.close()

    again = engine_with()
    asyncio.run_coroutine_threadsafe(
        again.delivery.deliver(turn.answer.id, OWNER, "settings"), again.runner.loop
    ).result(30)
    kept = again.store.media.get(row.id, owner=OWNER)
    assert kept.state in ("kept", "fetching")  # the start itself may be at it already
    files = [path for path in (settings.data_dir / "media").rglob("*") if path.is_file()]
    whole = [path for path in files if len(path.name) == 64 and path.stat().st_size == len(data)]
    assert all(path.read_bytes() == data for path in whole)


async def _not_now(*_: object) -> None:
    return None


def test_clean_says_and_frees_what_a_crash_left(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VNCHAT_DATA_DIR", str(settings.data_dir))
    made = Engine.open(settings)
    key = asyncio.run(made.shelf.put_bytes(b"left by a crash" * 100_000))
    asyncio.run(made.end())
    path = settings.data_dir / "media" / key[:2] / key
    _age(path)

    assert main(["clean"]) == 0
    assert "1 file is named by nothing: 1.5 MB. Nothing was deleted" in capsys.readouterr().out
    assert path.exists()

    assert main(["clean", "--delete"]) == 0
    assert "Freed 1.5 MB" in capsys.readouterr().out
    assert not path.exists()


def test_clean_counts_what_was_attached_long_ago_and_never_sent(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VNCHAT_DATA_DIR", str(settings.data_dir))
    made = Engine.open(settings)
    shown = rebuild(picture((900, 700)))
    given = asyncio.run(made.delivery.keep_given(shown, "a.png", owner=OWNER))
    poster = made.store.media.get(given.poster, owner=OWNER)
    made.store.media.change(given.id, owner=OWNER, created=time.time() - 8 * 24 * 3600)
    folder = settings.data_dir / "media"
    for key in (given.key, poster.key):
        _age(folder / key[:2] / key)
    size = f"{(given.size + poster.size) / 1e6:.1f} MB"
    asyncio.run(made.end())

    assert main(["clean"]) == 0
    said = capsys.readouterr().out
    assert f"1 attached file was never sent. 2 files are named by nothing: {size}." in said
    assert main(["clean", "--delete"]) == 0
    assert f"Freed {size}" in capsys.readouterr().out
    assert [path for path in folder.rglob("*") if len(path.name) == 64] == []


def _age(path: Path) -> None:
    os.utime(path, (time.time() - 7200,) * 2)
