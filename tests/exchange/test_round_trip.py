"""What goes out as JSON comes back in: every branch, every fact, every byte."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.conftest import OWNER, as_json, imported, keep, on_loop, picture, turn
from vnchat.conversation import path_to
from vnchat.engine import Engine


def shape(here: Engine, conversation: str, owner: str = OWNER) -> Any:
    """A conversation without its ids: two of the same shape tell the same."""
    every = here.store.conversations.messages(conversation, owner=owner)
    told = here.store.conversations.get(conversation, owner=owner)
    runs = here.store.runs.of_conversation(conversation, owner=owner)
    media = here.store.media.of_messages([one.id for one in every], owner=owner)
    place = {one.id: n for n, one in enumerate(every)} | {"": -1}
    return (
        told.title,
        place[told.head],
        dict(told.options),
        [
            (
                one.role,
                one.text,
                place[one.parent],
                one.created,
                (runs[one.run].reply, runs[one.run].model, dict(runs[one.run].parameters))
                if one.run
                else None,
                [
                    (m.kind, m.origin, m.key, m.name, m.size, m.width, m.type)
                    for m in media.get(one.id, ())
                ],
            )
            for one in every
        ],
    )


def test_a_conversation_with_branches_and_files_comes_back_as_it_was(here: Engine) -> None:
    first = turn(here, "A harbour at dawn 港口的清晨", "Here it is 在这里")
    assert first.question is not None
    keep(here, picture(), message=first.question.id, conversation=first.conversation)
    keep(
        here,
        picture("blue", (700, 500)),
        message=first.answer.id,
        conversation=first.conversation,
        origin="result",
        width=700,
        height=500,
    )
    again = turn(here, None, "Another", conversation=first.conversation, parent=first.question.id)
    turn(here, "And 再来一个?", "Yes", conversation=first.conversation, parent=again.answer.id)
    here.store.conversations.turn_to(first.answer.id, owner=OWNER)

    report = imported(here, as_json(here, first.conversation))

    assert (report["conversations"], report["messages"], report["media"]) == (1, 5, 2)
    assert report["left_out"] == {}
    assert shape(here, report["first"]) == shape(here, first.conversation)
    ids = {m.id for m in here.store.conversations.messages(report["first"], owner=OWNER)}
    assert ids.isdisjoint(
        m.id for m in here.store.conversations.messages(first.conversation, owner=OWNER)
    )


def test_what_was_imported_can_be_searched_and_exported_again(here: Engine) -> None:
    first = turn(here, "The old harbour 老港口", "It is cold")
    data = as_json(here, first.conversation)

    report = imported(here, data, owner="ann")

    again = json.loads(as_json(here, report["first"], owner="ann"))["conversations"][0]
    before = json.loads(data)["conversations"][0]
    assert [m["text"] for m in again["messages"]] == [m["text"] for m in before["messages"]]
    assert [m["run"] for m in again["messages"]] == [m["run"] for m in before["messages"]]
    assert here.store.conversations.search("港口", owner="ann")[0].conversation == report["first"]


def test_an_import_belongs_to_whoever_imports(here: Engine) -> None:
    first = turn(here, "Mine", "Yes")
    data = as_json(here, first.conversation)

    report = imported(here, data, owner="ann")

    assert here.store.trees.conversations(owner="ann") == [report["first"]]
    assert here.store.trees.conversations(owner=OWNER) == [first.conversation]
    assert as_json(here, first.conversation, owner="ann").count(b"Mine") == 0


def test_runs_of_a_file_teach_this_server_nothing_about_its_gateways(here: Engine) -> None:
    data = as_json(here, turn(here, "Film it", "Text", owner="ann").conversation, owner="ann")
    here.store.conversations.delete(here.store.trees.conversations(owner="ann")[0], owner="ann")
    changed = json.loads(data)
    run = changed["conversations"][0]["messages"][1]["run"]
    run |= {"model": "sora-2", "made": "text", "state": "running"}

    report = imported(here, changed)

    assert not here.store.runs.answered_with_text("settings", "sora-2")
    assert report["left_out"] == {"running": 1}
    runs = here.store.runs.of_conversation(report["first"], owner=OWNER)
    assert [one.state for one in runs.values()] == ["interrupted"]


def test_a_long_file_inside_never_is_in_memory_as_text(here: Engine) -> None:
    import random

    noise = random.Random(7)
    large = picture("red")
    from PIL import Image

    image = Image.frombytes("RGB", (400, 400), noise.randbytes(400 * 400 * 3))
    import io

    out = io.BytesIO()
    image.save(out, "PNG")
    large = out.getvalue()
    first = turn(here, "Noise", "Here")
    keep(
        here,
        large,
        message=first.answer.id,
        conversation=first.conversation,
        origin="result",
    )
    data = as_json(here, first.conversation)
    assert len(data) > len(large) * 4 / 3

    report = imported(here, data)

    media = here.store.media.of_messages(
        [m.id for m in here.store.conversations.messages(report["first"], owner=OWNER)],
        owner=OWNER,
    )
    [one] = [m for several in media.values() for m in several]

    async def read() -> bytes:
        return b"".join([piece async for piece in here.shelf.read(one.key)])

    assert on_loop(here, read()) == large


WORDS = st.text(max_size=40)


@st.composite
def trees(draw: Any) -> list[tuple[int, str, str]]:
    """(parent's number or -1, role, text) of each message, parents first."""
    count = draw(st.integers(1, 12))
    return [
        (
            draw(st.integers(-1, n - 1)),
            draw(st.sampled_from(["user", "assistant"])),
            draw(WORDS),
        )
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from vnchat.engine import EngineThread
    from vnchat.settings import Settings

    made = Settings(data_dir=tmp_path_factory.mktemp("trees"), demo_pace=0)
    with EngineThread(Engine.open(made)) as engine:
        yield engine


@given(tree=trees(), at=st.integers(0, 11))
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_tree_survives_export_and_import(shared: Engine, tree: Any, at: int) -> None:
    told = {
        "format": "vnchat",
        "version": 1,
        "conversations": [
            {
                "title": "t",
                "head": f"m{at}",
                "options": {},
                "messages": [
                    {
                        "id": f"m{n}",
                        "parent": f"m{parent}" if parent >= 0 else "",
                        "role": role,
                        "text": text,
                        "created": n,
                        "run": None,
                        "media": [],
                    }
                    for n, (parent, role, text) in enumerate(tree)
                ],
            }
        ],
    }

    first = imported(shared, told)["first"]
    second = imported(shared, as_json(shared, first))["first"]

    every = shared.store.conversations.messages(first, owner=OWNER)
    assert [(m.role) for m in every] == [role for _, role, _ in tree]
    assert shape(shared, first) == shape(shared, second)
    head = shared.store.conversations.get(first, owner=OWNER).head
    walked = shared.store.trees.path(head, owner=OWNER, conversation=first)
    assert walked == path_to(head, every)
    assert shared.store.trees.path(head, owner=OWNER, conversation=first, most=3) == walked[-3:]
