"""An engine on a folder of its own, and what the tests of exports and imports share."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PIL import Image

from vnchat.conversation import Media
from vnchat.engine import Engine, EngineThread
from vnchat.exchange.export_json import JsonWriter
from vnchat.exchange.lifting import Blobs
from vnchat.exchange.pieces import Writer
from vnchat.exchange.reading import read_file
from vnchat.exchange.shapes import Told
from vnchat.reading.reply import Reply
from vnchat.settings import Settings
from vnchat.store import Plan, Turn
from vnchat.web import exporting, importing

T = TypeVar("T")
OWNER = "local"
MOST_TEXT = 1_000_000


@pytest.fixture
def here(settings: Settings) -> Iterator[Engine]:
    with EngineThread(Engine.open(settings)) as engine:
        yield engine


def on_loop(here: Engine, work: Awaitable[T]) -> T:
    async def run() -> T:
        return await work

    return asyncio.run_coroutine_threadsafe(run(), here.runner.loop).result(30)


def picture(color: str = "red", size: tuple[int, int] = (64, 32), form: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, form)
    return file.getvalue()


def data_url(data: bytes, type: str = "image/png") -> str:
    return f"data:{type};base64,{base64.b64encode(data).decode()}"


def turn(
    here: Engine,
    question: str | None,
    answer: str,
    *,
    conversation: str = "",
    parent: str = "",
    attached: tuple[str, ...] = (),
    owner: str = OWNER,
) -> Turn:
    """A finished turn in the store, with facts."""
    made = here.store.conversations.add_turn(
        owner=owner,
        conversation=conversation,
        parent=parent,
        question=question,
        attached=attached,
        plan=Plan(
            model="gpt-4o",
            gateway="settings",
            paid=False,
            stream=True,
            parameters={"system": "Be brief", "fields": {"temperature": 0.5}},
            state="sending",
        ),
        options={"model": "gpt-4o", "system": "Be brief"},
    )
    reply = Reply(
        text=answer,
        raw=answer,
        finish="stop",
        usage={"prompt_tokens": 5, "completion_tokens": 7, "cost": 0.25},
        model="gpt-4o-2024",
    )
    here.store.runs.finish(made.run, "done", reply, "text", owner=owner)
    return made


def keep(here: Engine, data: bytes, **values: Any) -> Media:
    """A kept file of a message."""

    async def work() -> Media:
        type = values.pop("type", "image/png")
        async with here.delivery.keeping.data(data, type=type) as key:
            one = Media(
                **(
                    {
                        "id": f"m{len(data)}{values.get('message', '')[:8]}",
                        "owner": OWNER,
                        "kind": "image",
                        "origin": "given",
                        "state": "kept",
                        "name": "harbour.png",
                        "type": type,
                        "key": key,
                        "size": len(data),
                        "width": 64,
                        "height": 32,
                    }
                    | values
                )
            )
            here.store.media.add(one)
            return one

    return on_loop(here, work())


def exported(here: Engine, writer: Writer, *ids: str, owner: str = OWNER, **more: Any) -> bytes:
    async def work() -> bytes:
        found = exporting.stream(here, writer, ids, owner=owner, title="t", **more)
        return b"".join([one async for one in found])

    return on_loop(here, work())


def as_json(here: Engine, *ids: str, owner: str = OWNER) -> bytes:
    secret = here.addresses.secret
    writer = JsonWriter(written=1.0, proof=lambda sha: exporting.proof_of(secret, sha))
    return exported(here, writer, *ids, owner=owner)


def imported(here: Engine, data: bytes | str | object, owner: str = OWNER) -> dict[str, Any]:
    file = here.shelf.incoming / "import-test"
    if isinstance(data, bytes):
        file.write_bytes(data)
    else:
        file.write_text(data if isinstance(data, str) else json.dumps(data))
    return on_loop(here, importing.take(here, file, owner=owner))


@pytest.fixture
def told(tmp_path: Path) -> Callable[[object], Told]:
    """What a file of this JSON value (or text) tells."""

    def read(data: object) -> Told:
        file = tmp_path / "file.json"
        if isinstance(data, bytes):
            file.write_bytes(data)
        else:
            file.write_text(data if isinstance(data, str) else json.dumps(data))
        return read_file(file, Blobs(tmp_path), longest=MOST_TEXT)

    return read
