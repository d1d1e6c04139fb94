"""Which way a model is asked, and the records that say how tasks are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vnchat.errors import BadInput
from vnchat.gateway.prices import Price, read_prices
from vnchat.gateway.profile import Profile
from vnchat.gateway.records import load, shipped
from vnchat.gateway.routing import choices, route_for
from vnchat.gateway.tasks import (
    Wanted,
    base_of,
    content_of,
    kept,
    poll_of,
    submit_of,
    wants_key,
)

RECORDS = shipped()
PICTURE = "data:image/png;base64,iVBORw0KGgo="
HERE = Profile(id="g", name="g", base_url="https://gateway.example/v1")


@pytest.mark.parametrize(
    ("model", "types", "route"),
    [
        ("gpt-4o", ("openai",), "chat"),
        ("gpt-4o", (), "chat"),
        ("sora-2", ("openai-video",), "task:openai_videos"),
        ("sora-2", (), "chat"),
        ("sora-2", ("openai",), "chat"),
        ("gpt-image-2", ("image-generation", "openai"), "image"),
        ("gpt-image-2", (), "image"),
        ("nano-banana", ("openai", "image-generation"), "chat"),
        ("claude-opus", ("anthropic", "openai"), "chat"),
        ("claude-opus", ("anthropic",), "claude"),
        ("gemini-pro", ("gemini",), "gemini"),
        ("gemini-pro", ("gemini", "openai"), "chat"),
        ("gemini-image", ("gemini", "image-generation"), "gemini"),
        ("o3-pro", ("openai-response",), "responses"),
        ("gpt-5-codex", (), "responses"),
        ("tts-1", (), "speech"),
        ("gpt-4o-mini-tts", ("audio-speech",), "speech"),
        ("whisper-1", (), "transcription"),
        ("gpt-4o-transcribe", ("audio-transcription",), "transcription"),
        ("mj_imagine", ("openai",), "task:midjourney"),
        ("mj_describe", (), "task:midjourney_describe"),
        ("suno_music", ("openai",), "task:suno"),
        ("suno_lyrics", (), "task:suno_lyrics"),
        ("text-embedding-3-large", ("openai",), "none"),
        ("text-embedding-3-large", ("embeddings",), "none"),
        ("bge-reranker-v2", ("jina-rerank",), "none"),
        ("omni-moderation-latest", (), "none"),
        ("gpt-4o-realtime-preview", ("openai",), "none"),
        ("anything", ("no-such-type",), "chat"),
    ],
)
def test_a_route(model: str, types: tuple[str, ...], route: str) -> None:
    assert route_for(model, types, records=RECORDS).name == route


def test_what_a_person_chose_comes_first() -> None:
    told = route_for("sora-2", ("openai-video",), chosen="task:video_create", records=RECORDS)
    gone = route_for("sora-2", ("openai-video",), chosen="task:no_such", records=RECORDS)

    assert (told.name, gone.name) == ("task:video_create", "task:openai_videos")


def test_the_likeliest_choices_come_first() -> None:
    now = route_for("kling-v2", (), records=RECORDS)
    names = [one.name for one in choices("kling-v2", (), RECORDS, now)]

    assert names[0] == "chat"
    assert "task:kling_video" in names[:8]
    assert len(names) == len(set(names))


def body(record: str, wanted: Wanted) -> dict[str, object]:
    content = submit_of(RECORDS[record], wanted).content
    assert content is not None
    told = json.loads(content)
    assert isinstance(told, dict)
    return told


def test_only_what_was_set_is_sent() -> None:
    assert body("kling_video", Wanted("kling-v2", "a boat")) == {
        "model_name": "kling-v2",
        "prompt": "a boat",
    }
    assert body("kling_video", Wanted("kling-v2", "a boat", (), {"seconds": "5"})) == {
        "model_name": "kling-v2",
        "prompt": "a boat",
        "duration": "5",
    }


def test_a_picture_goes_to_the_video_format_by_the_way_its_channel_reads() -> None:
    sora = submit_of(RECORDS["openai_videos"], Wanted("sora-2", "a boat", (PICTURE,)))
    kling = body("openai_videos", Wanted("kling-v2", "a boat", (PICTURE,), {"seconds": "5"}))

    assert dict(sora.form)["input_reference"][2] == "image/png"
    assert (kling["image"], kling["images"]) == (PICTURE, [PICTURE])
    assert (kling["duration"], kling["seconds"]) == (5, "5")


def test_first_and_last_frame_and_references_go_to_their_places() -> None:
    other = PICTURE.replace("iVBOR", "iVBOX")
    ends = submit_of(
        RECORDS["vidu"], Wanted("viduq1", "a boat", (PICTURE, other), {"pictures": "first_last"})
    )
    several = submit_of(RECORDS["vidu"], Wanted("viduq1", "a boat", (PICTURE, other)))
    wan = body("wan", Wanted("wan2", "a boat", (PICTURE, other), {"size": "1280x720"}))

    assert ends.path == "/vidu/ent/v2/start-end2video"
    assert several.path == "/vidu/ent/v2/reference2video"
    assert wan["input"] == {
        "prompt": "a boat",
        "first_frame_url": PICTURE,
        "last_frame_url": other,
    }
    assert "parameters" not in wan


def test_sizes_are_written_as_the_provider_writes_them() -> None:
    size = {"size": "1280x720"}
    assert body("wan", Wanted("wan2", "a", (), size))["parameters"] == {"size": "1280*720"}
    assert body("runway", Wanted("gen4", "a", (PICTURE,), size))["ratio"] == "1280:720"
    told = body("video_create", Wanted("veo", "a", (), {"resolution": "720p"}))
    assert told["size"] == "720P"


@pytest.mark.parametrize("record", sorted(RECORDS))
def test_every_record_sends_and_asks_at_the_gateway_only(record: str) -> None:
    one = RECORDS[record]
    wanted = Wanted("model-1", "a boat", (PICTURE,) * max(1, one.least), {})
    asking = submit_of(one, wanted)
    task = kept(one, asking, wanted, "../../x?y#z", {"response_url": "https://evil.example/q/1"})
    polls = poll_of(one, task)

    assert asking.path.startswith("/")
    assert one.seen in ("code", "docs", "inferred")
    assert one.sources
    for poll in polls:
        assert poll.path.startswith("/")
        assert "evil" not in poll.path
        assert "/../" not in poll.path
    assert base_of(HERE, one).base_url.startswith("https://gateway.example")


def test_the_key_goes_with_bytes_of_the_gateway_only() -> None:
    link = content_of(RECORDS["openai_videos"], HERE, "video_1")

    assert link == "https://gateway.example/v1/videos/video_1/content"
    assert wants_key(HERE, link)
    for other in (
        "https://evil.example/v1/videos/video_1/content",
        "https://gateway.example.evil/v1/videos/video_1/content",
        "https://gateway.example/v1/videos/../x/content",
        "https://gateway.example/v1/videos/a/b/content",
        "https://gateway.example/v1/videos/a/content?x",
        "http://gateway.example/v1/videos/a/content",
    ):
        assert not wants_key(HERE, other), other


def test_a_model_name_cannot_leave_its_path() -> None:
    with pytest.raises(BadInput):
        submit_of(RECORDS["fal"], Wanted("fal-ai/../../v1/other", "a boat"))


OWN = """
[[task]]
id = "own"
kind = "video"
submit = { path = "/own/submit", body = { model = "{model}", prompt = "{prompt}" } }
poll = { path = "/own/{task_id}" }
result = "out.link"
controls.seconds = [3, 6]
"""


def test_a_file_of_ones_own_adds_a_record(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")

    records = load(path)

    assert set(records) == {*RECORDS, "own"}
    assert submit_of(records["own"], Wanted("m", "p")).path == "/own/submit"
    assert records["own"].offered("m")[0][1] == ("3", "6")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('id = "own"', 'id = "a b"'), "“id”"),
        (('kind = "video"', 'kind = "film"'), "“kind” must be one of"),
        (('kind = "video"', ""), "“kind” is missing"),
        (('"/own/submit"', '"https://evil.example/x"'), "must begin with a slash"),
        (('"/own/submit"', '"//evil.example/x"'), "may not name a host"),
        (('"/own/submit"', '"/a/../b"'), "may not name a host or leave"),
        (('"out.link"', '"out..link"'), "is no path"),
        (('result = "out.link"', 'results = "out.link"'), "no field of a record"),
        (("[3, 6]", '"3"'), "must be a list"),
        (("[[task]]", "[task"), "not valid TOML"),
        (("[[task]]", "[other]"), "no [[task]] records"),
    ],
)
def test_a_wrong_record_is_named_in_one_sentence(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace(*change), encoding="utf-8")

    with pytest.raises(BadInput) as refused:
        load(path)

    assert says in str(refused.value)
    assert "own.toml" in str(refused.value)


def test_published_prices_are_read() -> None:
    rows = [
        {"model_name": "sora-2", "quota_type": 1, "model_price": 0.3},
        {"model_name": "gpt", "quota_type": 0, "model_ratio": 1.25, "completion_ratio": 4},
        {"model_name": "odd", "quota_type": 1, "model_price": "much"},
        "nonsense",
    ]

    assert read_prices(json.dumps({"success": True, "data": rows}).encode()) == {
        "sora-2": Price(call=0.3),
        "gpt": Price(given=2.5, got=10.0),
    }
    assert read_prices(b"<html>") == {}
