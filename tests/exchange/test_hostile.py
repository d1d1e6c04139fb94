"""A file may hold anything: it is taken whole, or refused in one sentence and nothing is written."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.conftest import OWNER, data_url, imported, picture
from vnchat.engine import Engine
from vnchat.exchange import lifting
from vnchat.exchange.lifting import Blobs, read_json
from vnchat.exchange.shapes import BadFile


def own(*messages: Any, **more: Any) -> dict[str, Any]:
    conversation = {"title": "t", "head": "", "options": {}, "messages": list(messages)} | more
    return {"format": "vnchat", "version": 1, "conversations": [conversation]}


def message(id: Any = "a", parent: Any = "", **more: Any) -> dict[str, Any]:
    return {"id": id, "parent": parent, "role": "user", "text": "hi"} | more


def gpt(mapping: Any) -> list[Any]:
    return [{"title": "t", "mapping": mapping, "current_node": "a"}]


def gpt_node(parent: str, text: str = "x") -> dict[str, Any]:
    content = {"content_type": "text", "parts": [text]}
    return {"parent": parent, "message": {"author": {"role": "user"}, "content": content}}


REFUSED = {
    "no JSON": ("{", "no JSON"),
    "nothing": ("", "empty"),
    "a ZIP": (b"PK\x03\x04rest", "unpack it"),
    "not UTF-8": (b'"\xff\xfe"', "UTF-8"),
    "a number alone": ("7", "none that can be imported"),
    "another program's": ({"chats": []}, "none that can be imported"),
    "endless number": ('{"format": "vnchat", "version": NaN}', "no JSON"),
    "a number of 5000 digits": ('{"a": ' + "9" * 5000 + "}", "no JSON"),
    "a string without an end": ('{"a": "' + '\\"' * 200_000, "no JSON"),
    "too deep": ("[" * 5000, "nested more than"),
    "a later version": (own() | {"version": 2}, "version '2'|version 2"),
    "conversations of the wrong type": (own() | {"conversations": 3}, "must be a list"),
    "a conversation of the wrong type": (own() | {"conversations": [3]}, "conversation 1"),
    "messages missing": (own(messages=None), "“messages” must be a list"),
    "a text of the wrong type": (own(message(text=["x"])), "message 1.*“text” must be text"),
    "a strange role": (own(message(role="system")), "“role” must be"),
    "no id": (own(message(id=None)), "“id” is missing"),
    "an id of the wrong type": (own(message(id={})), "“id” must be text"),
    "a very long id": (own(message(id="x" * 500)), "more than 200 letters"),
    "doubles": (own(message(), message()), "the same id"),
    "a circle": (own(message("a", "b"), message("b", "a")), "circle"),
    "its own parent": (own(message("a", "a")), "circle"),
    "an unknown parent": (own(message("a", "elsewhere")), "not in the file"),
    "a time of the wrong type": (own(message(created=[])), "“created” must be a time"),
    "a strange state": (own(message(run={"state": "charged"})), "“state”"),
    "deep parameters": (
        own(
            message(run={"state": "done", "parameters": json.loads('{"a":' * 20 + "1" + "}" * 20)})
        ),
        "nested too deeply",
    ),
    "a mapping of the wrong type": (gpt([]), "“mapping” must be an object"),
    "a node of the wrong type": (gpt({"a": 3}), "message “a”"),
    "parts of the wrong type": (
        gpt({"a": {"message": {"author": {"role": "user"}, "content": {"parts": [3]}}}}),
        "neither text nor an object",
    ),
    "a circle of hidden nodes": (
        gpt({"a": {"parent": "b"}, "b": {"parent": "a"}, "c": gpt_node("a")}),
        "circle",
    ),
    "a circle of shown nodes": (gpt({"a": gpt_node("b"), "b": gpt_node("a")}), "circle"),
}


@pytest.mark.parametrize(("data", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_file_is_one_sentence(told, data: Any, said: str) -> None:
    with pytest.raises(BadFile, match=said) as caught:
        told(data)

    assert str(caught.value).endswith("Nothing was imported.")


@pytest.mark.parametrize(
    ("media", "said"),
    [
        ({"data": "%%%"}, "no base64"),
        ({"data": base64.b64encode(picture()).decode(), "sha256": "0" * 64}, "other bytes"),
    ],
)
def test_a_damaged_file_inside_refuses_the_whole(here: Engine, media: Any, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        imported(here, own(message(media=[{"kind": "image", "origin": "given"} | media])))

    assert here.store.trees.conversations(owner=OWNER) == []


def test_one_bad_conversation_among_good_ones_leaves_nothing(here: Engine) -> None:
    data = own(message())
    data["conversations"].append({"messages": [message("a", "a")], "title": "bad"})

    with pytest.raises(BadFile, match="conversation 2"):
        imported(here, data)

    assert here.store.trees.conversations(owner=OWNER) == []


def test_a_fault_of_the_database_leaves_neither_rows_nor_files(
    here: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vnchat.store import imports

    def broken(*_: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(imports.search, "put", broken)
    data = own(message(media=[{"kind": "image", "origin": "given", "data": data_url(picture())}]))

    with pytest.raises(OSError, match="gone"):
        imported(here, data)

    assert here.store.trees.conversations(owner=OWNER) == []
    assert here.store.media.keys() == set()
    shelf = here.settings.data_dir / "media"
    assert [p for p in shelf.rglob("*") if p.is_file() and len(p.name) == 64] == []


def test_paths_and_links_of_a_file_are_only_words(here: Engine) -> None:
    media = {
        "kind": "video",
        "origin": "result",
        "name": "../../etc/passwd",
        "link": "http://169.254.169.254/latest/meta-data",
        "state": "waiting",
        "key": "0" * 64,
        "path": "/etc/passwd",
    }
    data = own(message(role="assistant", media=[media], run={"state": "done"}))

    report = imported(here, data)

    assert here.store.media.unfetched() == []
    every = here.store.conversations.messages(report["first"], owner=OWNER)
    [one] = here.store.media.of_messages([every[0].id], owner=OWNER)[every[0].id]
    assert (one.state, one.reason, one.again, one.key) == ("refused", "imported", False, "")
    assert report["left_out"] == {"media": 1}


def test_what_is_no_picture_becomes_a_card_and_the_rest_comes_in(here: Engine) -> None:
    bad = base64.b64encode(b"<svg onload=alert(1)>" * 9).decode()
    data = own(message(media=[{"kind": "image", "origin": "result", "data": bad}]))

    report = imported(here, data)

    assert (report["messages"], report["media"], report["left_out"]) == (1, 0, {"broken": 1})


def test_a_foreign_picture_is_drawn_anew_and_carries_nothing_hidden(here: Engine) -> None:
    import io

    from PIL import Image

    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (64, 32), "red").save(file, "JPEG", exif=exif)
    assert b"secret place" in file.getvalue()
    media = {"kind": "image", "origin": "given", "data": data_url(file.getvalue(), "image/jpeg")}

    imported(here, own(message(media=[media | {"proof": "forged"}])))

    [key] = here.store.media.keys()
    kept = (here.settings.data_dir / "media" / key[:2] / key).read_bytes()
    assert kept
    assert b"secret place" not in kept


def test_a_reply_of_wrong_types_is_read_as_far_as_it_goes(here: Engine) -> None:
    reply = {
        "text": "ok",
        "usage": [1],
        "failure": {"kind": "made up", "message": {}},
        "results": [{"kind": "video", "url": 3}, 7],
        "progress": ["x", 5],
        "choices": [{"index": "no", "text": 1}],
    }
    run = {"state": "done", "model": "m", "reply": reply}

    report = imported(here, own(message(role="assistant", run=run)))

    [kept] = here.store.runs.of_conversation(report["first"], owner=OWNER).values()
    assert (kept.reply.text, kept.reply.usage, kept.reply.failure) == ("ok", None, None)
    assert (kept.reply.results, kept.reply.progress) == ((), (5.0,))


def test_long_base64_is_lifted_out_and_words_that_look_like_it_come_back(tmp_path: Path) -> None:
    long = base64.b64encode(bytes(range(256)) * 1000).decode()
    file = tmp_path / "f.json"
    file.write_text(
        json.dumps({"a": long, "b": data_url(b"x" * 90_000), "c": "z" * 90_000 + " end"})
        .replace("/", "\\/")
    )  # fmt: skip
    blobs = Blobs(tmp_path)

    read = read_json(file, blobs, longest=200_000)

    assert len(read["a"]) < 100
    assert blobs.file_of(read["a"]).read_bytes() == bytes(range(256)) * 1000
    assert blobs.file_of(read["b"]).read_bytes() == b"x" * 90_000
    assert blobs.restored(read["a"]) == long
    assert read["c"].endswith(" end")


def test_too_much_text_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    file.write_text(json.dumps(["words and words " * 100] * 100))

    with pytest.raises(BadFile, match="MB of text"):
        read_json(file, Blobs(tmp_path), longest=100_000)


def test_a_piece_boundary_in_the_middle_of_an_escape_is_no_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifting, "_PIECE", 8)
    monkeypatch.setattr(lifting, "LIFTED_FROM", 1000)
    data = b"\xff\xef\xbe" * 1001
    for shift in range(4):
        file = tmp_path / "f.json"
        text = base64.b64encode(b"A" * 3 * shift + data).decode().replace("/", "\\/")
        file.write_text(f'["{text}"]')
        blobs = Blobs(tmp_path)

        [read] = read_json(file, blobs, longest=500)

        assert blobs.file_of(read).read_bytes() == b"A" * 3 * shift + data
