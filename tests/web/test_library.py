"""The library's routes: only the owner's files, only for our own page, many as one ZIP."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Iterator
from uuid import uuid4

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from vnchat import engine as engines
from vnchat.conversation import Media, RunState
from vnchat.engine import Engine
from vnchat.library.pictures import rebuild
from vnchat.settings import Settings
from vnchat.store import Plan, Turn
from vnchat.web.given import given_routes
from vnchat.web.library import library_routes

OWNER = "local"


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    made = Engine.open(settings)
    assert made.broken == ""
    engines.install(made)
    yield made
    engines.install(None)
    asyncio.run(made.end())


@pytest.fixture
def client(engine: Engine) -> TestClient:
    return TestClient(
        Starlette(routes=[*given_routes(""), *library_routes("")]), base_url="http://localhost"
    )


def turn(
    engine: Engine,
    prompt: str,
    model: str = "sora",
    owner: str = OWNER,
    state: RunState = "sending",
) -> Turn:
    return engine.store.conversations.add_turn(
        owner=owner,
        conversation="",
        parent="",
        question=prompt,
        plan=Plan(model, "demo", True, True, state=state),
    )


def keep(engine: Engine, turn: Turn, data: bytes, owner: str = OWNER, **more: object) -> Media:
    key = asyncio.run(engine.shelf.put_bytes(data))
    values = {"kind": "video", "type": "video/mp4", "created": 1000.0} | more
    one = Media(
        id=uuid4().hex,
        owner=owner,
        origin="result",
        state="kept",
        conversation=turn.conversation,
        message=turn.answer.id,
        run=turn.run,
        key=key,
        size=len(data),
        **values,  # type: ignore[arg-type]
    )
    engine.store.media.add(one)
    return one


def shelf_holds(engine: Engine, key: str) -> bool:
    async def look() -> bool:
        return key in [one.key async for one in engine.shelf.kept()]

    return asyncio.run(look())


def test_a_page_names_prompt_model_and_conversation(engine: Engine, client: TestClient) -> None:
    asked = turn(engine, "A fishing harbour at dawn")
    kept = keep(engine, asked, b"film", poster="p")

    told = client.get("/vnchat/library").json()

    (item,) = told["items"]
    assert item["id"] == kept.id
    assert item["prompt"] == "A fishing harbour at dawn"
    assert item["model"] == "sora"
    assert item["conversation"] == asked.conversation
    assert item["message"] == asked.answer.id
    assert item["src"].startswith("/app/static/kept/")
    assert told["count"] == 1
    assert told["size"] == 4
    assert told["models"] == ["sora"]
    assert told["more"] == ""


def test_pages_follow_each_other_without_gap_or_double(engine: Engine, client: TestClient) -> None:
    asked = turn(engine, "Many")
    every = {keep(engine, asked, b"%d" % n, created=float(n // 3)).id for n in range(150)}

    seen: list[str] = []
    after = ""
    while True:
        told = client.get("/vnchat/library", params={"after": after}).json()
        seen += [one["id"] for one in told["items"]]
        after = told["more"]
        if not after:
            break

    assert len(seen) == 150
    assert set(seen) == every


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"kind": "image"}, {"pear"}),
        ({"model": "grok"}, {"boat"}),
        ({"q": "boat RED"}, {"boat"}),
        ({"q": "100%"}, {"pear"}),
        ({"q": "_"}, set()),
        ({"since": "1500"}, {"pear"}),
        ({"until": "1500"}, {"boat"}),
        ({"smallest": "5"}, {"boat"}),
        ({"largest": "5"}, {"pear"}),
        ({"kind": "nonsense", "since": "nan", "after": "x"}, {"boat", "pear"}),
    ],
)
def test_filters(
    engine: Engine, client: TestClient, asked: dict[str, str], found: set[str]
) -> None:
    boat = keep(engine, turn(engine, "A red boat", "grok"), b"a longer film")
    pear = keep(engine, turn(engine, "Pear, 100% ripe"), b"pic", kind="image", created=2000.0)
    names = {boat.id: "boat", pear.id: "pear"}

    told = client.get("/vnchat/library", params=asked).json()

    assert {names[one["id"]] for one in told["items"]} == found


def test_foreign_and_deleted_files_are_not_named(engine: Engine, client: TestClient) -> None:
    keep(engine, turn(engine, "Mine", owner="bob"), b"theirs", owner="bob")
    asked = turn(engine, "Gone")
    keep(engine, asked, b"gone")
    engine.store.conversations.delete(asked.conversation, owner=OWNER)

    assert client.get("/vnchat/library").json()["items"] == []


def test_delete_frees_what_nothing_else_uses_and_leaves_a_card(
    engine: Engine, client: TestClient
) -> None:
    asked = turn(engine, "Two of the same")
    first = keep(engine, asked, b"same bytes", link="https://cdn.example/a.mp4")
    second = keep(engine, asked, b"same bytes")

    theirs = keep(engine, turn(engine, "x", owner="bob"), b"same bytes", owner="bob")

    client.post("/vnchat/library/delete", json=[first.id])
    assert shelf_holds(engine, first.key)  # bob's
    assert engine.store.media.get(theirs.id, owner="bob").key == first.key
    card = engine.store.media.get(first.id, owner=OWNER)
    assert (card.state, card.reason, card.again, card.key) == ("refused", "deleted", True, "")

    again = engine.store.media.get(second.id, owner=OWNER)
    assert (again.reason, again.again, again.key) == ("deleted", False, "")

    asyncio.run(engine.delivery.empty([theirs.id], owner="bob"))
    assert not shelf_holds(engine, first.key)


def test_a_file_that_is_on_a_draft_stays_there(engine: Engine, client: TestClient) -> None:
    shown = keep(engine, turn(engine, "x"), b"used again")
    waiting = engine.store.media.copy(shown)

    client.post("/vnchat/library/delete", json=[shown.id])

    assert engine.store.media.get(waiting.id, owner=OWNER).key == shown.key
    assert shelf_holds(engine, shown.key)


def test_a_fork_is_another_place_of_the_same_item(engine: Engine, client: TestClient) -> None:
    asked = turn(engine, "A boat", state="done")
    kept = keep(engine, asked, b"film")
    forked = engine.store.conversations.fork(asked.answer.id, owner=OWNER)
    other = keep(engine, turn(engine, "Two"), b"another", created=5.0)

    told = client.get("/vnchat/library").json()
    assert [one["id"] for one in told["items"]] == [kept.id, other.id]
    assert (told["count"], told["size"]) == (2, 11)
    assert [one["conversation"] for one in told["items"][0]["places"]] == [forked]
    assert told["items"][1]["places"] == []

    (there,) = client.get("/vnchat/library", params={"conversation": forked}).json()["items"]
    assert there["conversation"] == forked
    assert [one["message"] for one in there["places"]] == [asked.answer.id]


def test_a_foreign_file_cannot_be_deleted(engine: Engine, client: TestClient) -> None:
    theirs = keep(engine, turn(engine, "x", owner="bob"), b"theirs", owner="bob")

    told = client.post("/vnchat/library/delete", json=[theirs.id]).json()

    assert told == {"deleted": 0}
    assert shelf_holds(engine, theirs.key)


@pytest.mark.parametrize("path", ["library/delete", "library.zip", "upload"])
def test_another_site_may_not_ask(engine: Engine, client: TestClient, path: str) -> None:
    kept = keep(engine, turn(engine, "x"), b"mine")

    answer = client.post(
        f"/vnchat/{path}", json=[kept.id], headers={"Origin": "https://evil.example"}
    )

    assert answer.status_code == 403
    assert shelf_holds(engine, kept.key)


@pytest.mark.parametrize("body", [b"{}", b"nonsense", b"[1]", b'["x"', b"\xff"])
def test_nonsense_is_refused(client: TestClient, body: bytes) -> None:
    assert client.post("/vnchat/library/delete", content=body).status_code == 400


def test_many_come_as_one_zip_with_unlike_safe_names(engine: Engine, client: TestClient) -> None:
    asked = turn(engine, "../A boat: red?")
    big = bytes(range(256)) * 4000
    first = keep(engine, asked, big)
    second = keep(engine, asked, b"two")
    theirs = keep(engine, turn(engine, "x", owner="bob"), b"theirs", owner="bob")
    address = client.get("/vnchat/library").json()["zip"]

    answer = client.post(address, data={"ids": ",".join([first.id, second.id, theirs.id, "no"])})

    assert answer.headers["content-disposition"].startswith("attachment")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    contents = {name: archive.read(name) for name in archive.namelist()}
    assert sorted(contents.values(), key=len) == [b"two", big]
    assert all("/" not in name and name.endswith(".mp4") for name in contents)
    assert all(name.startswith("A boat red") for name in contents)


def test_a_zip_address_of_nobody_is_worth_nothing(engine: Engine, client: TestClient) -> None:
    kept = keep(engine, turn(engine, "x"), b"mine")

    answer = client.post("/vnchat/library.zip?o=bG9jYWw&e=99999999999&s=x", data={"ids": kept.id})

    assert answer.status_code == 404


def test_a_frame_is_rebuilt_and_kept(engine: Engine, client: TestClient) -> None:
    file = io.BytesIO()
    Image.new("RGB", (320, 180), "navy").save(file, "PNG")

    told = client.post("/vnchat/upload?name=frame.png", content=file.getvalue()).json()

    row = engine.store.media.get(told["id"], owner=OWNER)
    assert (row.origin, row.message, row.width, row.height) == ("given", "", 320, 180)
    assert row.type == rebuild(file.getvalue()).type
    assert row.key
    assert shelf_holds(engine, row.key)


def test_what_is_no_picture_is_refused(client: TestClient) -> None:
    answer = client.post("/vnchat/upload?name=x", content=b"<svg onload=alert(1)>")

    assert answer.status_code == 400
    assert "not a picture" in answer.json()["problem"]


def test_a_preview_is_for_whoever_may_see_the_video(engine: Engine, client: TestClient) -> None:
    kept = keep(engine, turn(engine, "x"), b"no video at all")
    address = engine.addresses.kept(kept.id, owner=OWNER)
    path = address.replace("/app/static/kept/", "/vnchat/preview/")

    assert client.get(path).status_code == 503  # allowed, but this is no video
    assert client.get(path.replace("s=", "s=A")).status_code == 404
    assert client.get(f"{path}&form=html").status_code == 404
