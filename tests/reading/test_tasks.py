"""What gateways say of tasks, in every shape that is known; examples are made up."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnchat.gateway.records import shipped
from vnchat.reading.tasks import LEXICON, Hints, read_poll, read_submit

RECORDS = shipped()
V = "https://cdn.example/clip.mp4"
P = "https://cdn.example/picture.png"
S = "https://cdn.example/song.mp3"


def poll(record: str, body: Any, status: int = 200) -> Any:
    return read_poll(status, json.dumps(body).encode(), RECORDS[record].hints)


def wrapped(data: Any, **more: Any) -> dict[str, Any]:
    return {"code": "success", "message": "", "data": data, **more}


# record, reply, state, progress, links
POLLS: list[tuple[str, Any, str, float | None, list[str]]] = [
    ("openai_videos", {"id": "v", "status": "queued", "progress": 0}, "queued", 0, []),
    ("openai_videos", {"id": "v", "status": "in_progress", "progress": 40}, "running", 40, []),
    ("openai_videos", {"id": "v", "status": "unknown", "metadata": {"url": ""}}, "running", None, []),
    ("openai_videos", {"id": "v", "status": "processing", "progress": "12%"}, "running", 12, []),
    ("openai_videos", {"status": "completed", "progress": 100, "metadata": {"url": V}}, "succeeded", 100, [V]),
    ("openai_videos", {"status": "completed", "video_url": V}, "succeeded", None, [V]),
    ("openai_videos", {"status": "completed", "metadata": {"url": ""}}, "succeeded", None, []),
    ("openai_videos", {"status": "succeeded", "url": V}, "succeeded", None, [V]),
    ("openai_videos", {"status": "something new"}, "running", None, []),
    ("openai_videos", {"id": "v", "progress": 3}, "unknown", 3, []),
    ("openai_videos", {"video": {"url": V}}, "succeeded", None, [V]),
    ("openai_videos", {"status": "failed", "error": {"code": "x", "message": "no"}}, "failed", None, []),
    ("openai_videos", {"status": "failed", "video_url": V, "error": {"message": "no"}}, "failed", None, []),
    ("openai_videos", {"status": "cancelled"}, "failed", None, []),
    ("openai_videos", {"status": "expired", "metadata": {"url": V}}, "failed", None, []),
    ("newapi_video_generations", wrapped({"task_id": "t", "status": "NOT_START", "progress": "0%"}), "queued", 0, []),
    ("newapi_video_generations", wrapped({"task_id": "t", "status": "IN_PROGRESS", "progress": "30%"}), "running", 30, []),
    ("newapi_video_generations", wrapped({"task_id": "t", "status": "SUCCESS", "result_url": V}), "succeeded", None, [V]),
    ("newapi_video_generations", wrapped({"task_id": "t", "status": "SUCCESS", "fail_reason": V}), "succeeded", None, [V]),
    ("newapi_video_generations", wrapped({"task_id": "t", "status": "FAILURE", "fail_reason": "no"}), "failed", None, []),
    ("newapi_video_generations", wrapped({"task_id": "t", "status": "failed", "url": V}), "failed", None, []),
    ("newapi_video_generations", {"task_id": "t", "status": "completed", "url": V}, "succeeded", None, [V]),
    (
        "newapi_video_generations",
        wrapped({"task_id": "t", "status": "SUCCESS", "data": {"content": {"video_url": V}}}),
        "succeeded", None, [V],
    ),
    ("video_create", {"id": "a:1", "status": "pending", "video_url": None}, "queued", None, []),
    ("video_create", {"status": "processing", "detail": {"pending_info": {"progress_pct": 0.25}}}, "running", 25, []),
    ("video_create", {"status": "completed", "video_url": V}, "succeeded", None, [V]),
    ("video_create", {"status": "completed", "detail": {"video_url": V}}, "succeeded", None, [V]),
    ("video_create", {"status": "failed", "error": "no"}, "failed", None, []),
    ("kling_video", {"code": 0, "message": "SUCCEED", "data": {"task_id": "k", "task_status": "submitted"}}, "queued", None, []),
    (
        "kling_video",
        {"code": 0, "data": {"task_status": "succeed", "task_result": {"videos": [{"url": V}]}}},
        "succeeded", None, [V],
    ),
    (
        "kling_video",
        wrapped({"status": "SUCCESS", "progress": "100%", "data": {"code": 0, "data": {"task_result": {"videos": [{"url": V}]}}}}),
        "succeeded", 100, [V],
    ),
    ("kling_video", {"id": "k", "status": "succeed", "url": V}, "succeeded", None, [V]),
    ("kling_video", {"code": 0, "data": {"task_status": "failed", "task_status_msg": "risk control"}}, "failed", None, []),
    ("kling_image", {"code": 0, "data": {"task_status": "succeed", "task_result": {"images": [{"url": P}, {"url": P + "?2"}]}}}, "succeeded", None, [P, P + "?2"]),
    ("seedance", {"id": "s", "status": "running"}, "running", None, []),
    ("seedance", {"id": "s", "status": "succeeded", "content": {"video_url": V}}, "succeeded", None, [V]),
    ("seedance", {"id": "s", "status": "failed", "error": {"code": "OutputVideoSensitive", "message": "sensitive"}}, "failed", None, []),
    ("wan", {"output": {"task_id": "w", "task_status": "PENDING"}}, "queued", None, []),
    ("wan", {"output": {"task_status": "SUCCEEDED", "video_url": V}}, "succeeded", None, [V]),
    ("wan", {"output": {"task_status": "FAILED", "code": "DataInspectionFailed", "message": "inappropriate"}}, "failed", None, []),
    ("minimax", {"task_id": "m", "status": "Queueing", "base_resp": {"status_code": 0}}, "queued", None, []),
    ("minimax", {"status": "Success", "file_id": "f1", "base_resp": {"status_code": 0}}, "succeeded", None, []),
    ("minimax", {"status": "Success", "file": {"download_url": V}}, "succeeded", None, [V]),
    ("minimax", {"status": "Fail", "base_resp": {"status_code": 1026, "status_msg": "sensitive"}}, "failed", None, []),
    ("vidu", {"state": "queueing"}, "queued", None, []),
    ("vidu", {"state": "success", "creations": [{"url": V, "cover_url": P}]}, "succeeded", None, [V]),
    ("vidu", {"state": "failed", "err_code": "CreditInsufficient"}, "failed", None, []),
    ("luma", {"id": "l", "state": "processing", "video": None}, "running", None, []),
    ("luma", {"state": "completed", "video": {"url": V + "?w", "download_url": V}}, "succeeded", None, [V]),
    ("luma", {"state": "completed", "video": {"url": V, "download_url": None}}, "succeeded", None, [V]),
    ("runway", {"id": "r", "status": "THROTTLED"}, "queued", None, []),
    ("runway", {"status": "RUNNING", "progress": 0.5}, "running", 50, []),
    ("runway", {"status": "SUCCEEDED", "progress": 1, "output": [V]}, "succeeded", 1, [V]),
    ("runway", {"status": "FAILED", "failure": "no", "failureCode": "SAFETY.INPUT.TEXT"}, "failed", None, []),
    ("jimeng", {"code": 10000, "message": "Success", "data": {"status": "generating"}}, "running", None, []),
    ("jimeng", {"code": 10000, "data": {"status": "done", "video_url": V}}, "succeeded", None, [V]),
    ("jimeng", {"code": 50411, "message": "Pre Img Risk Not Pass", "data": None}, "unknown", None, []),
    ("xai_videos", {"status": "pending"}, "queued", None, []),
    ("xai_videos", {"status": "done", "video": {"url": V}}, "succeeded", None, [V]),
    ("xai_videos", {"status": "expired"}, "failed", None, []),
    ("tencent_aigc", {"Response": {"Status": "PROCESSING", "AigcVideoTask": {"Progress": 40}}}, "running", 40, []),
    (
        "tencent_aigc",
        {"Response": {"Status": "FINISH", "AigcVideoTask": {"Progress": 100, "Output": {"FileInfos": [{"FileUrl": V}]}}}},
        "succeeded", 100, [V],
    ),
    ("suno", wrapped({"status": "IN_PROGRESS", "progress": "30%", "data": [{"audio_url": S, "status": "streaming"}]}), "running", 30, []),
    ("suno", wrapped({"status": "SUCCESS", "data": [{"audio_url": S}, {"audio_url": S + "?2"}]}), "succeeded", None, [S, S + "?2"]),
    ("suno", wrapped({"status": "FAILURE", "fail_reason": "no", "data": []}), "failed", None, []),
    ("midjourney", {"status": "", "progress": "0%"}, "unknown", 0, []),
    ("midjourney", {"status": "IN_PROGRESS", "progress": "31%", "imageUrl": P}, "running", 31, []),
    ("midjourney", {"status": "SUCCESS", "imageUrl": P, "description": "Submit success"}, "succeeded", None, [P]),
    ("midjourney", {"status": "FAILURE", "failReason": "Banned prompt", "imageUrl": P}, "failed", None, []),
    ("midjourney", {"status": "MODAL"}, "asks", None, []),
    ("replicate", {"id": "r", "status": "starting"}, "queued", None, []),
    ("replicate", {"status": "succeeded", "output": P, "error": None}, "succeeded", None, [P]),
    ("replicate", {"status": "succeeded", "output": [P]}, "succeeded", None, [P]),
    ("replicate", {"status": "failed", "error": "NSFW", "output": [P]}, "failed", None, []),
    ("fal", {"status": "IN_QUEUE", "queue_position": 2}, "queued", None, []),
    ("fal", {"images": [{"url": P}], "seed": 1}, "succeeded", None, [P]),
    ("fal", {"status": "COMPLETED"}, "running", None, []),
    ("fal", {"detail": [{"msg": "content policy violation", "type": "content_policy_violation"}]}, "failed", None, []),
    ("ideogram", {"created": "now", "data": [{"url": P}]}, "succeeded", None, [P]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("record", "body", "state", "progress", "links"),
    POLLS,
    ids=[f"{n}-{one[0]}-{one[2]}" for n, one in enumerate(POLLS)],
)
def test_a_question_after_a_task(
    record: str, body: Any, state: str, progress: float | None, links: list[str]
) -> None:
    look = poll(record, body)

    assert (look.state, look.progress) == (state, progress)
    assert [one.url for one in look.results] == links
    assert (look.failure is not None) or state != "failed"
    assert look.failure is None or state in ("failed", "unknown")


def test_lyrics_and_descriptions_are_text() -> None:
    assert poll("suno_lyrics", wrapped({"status": "SUCCESS", "data": {"text": "La la"}})).text == (
        "La la"
    )
    told = {"status": "SUCCESS", "properties": {"finalPrompt": "1️⃣ a boat"}}
    assert poll("midjourney_describe", told).text == "1️⃣ a boat"


def test_buttons_are_choices() -> None:
    body = {
        "status": "SUCCESS",
        "imageUrl": P,
        "buttons": [{"customId": "MJ::U1", "label": "U1", "emoji": ""}, {"label": "no id"}],
    }

    assert poll("midjourney", body).choices == ({"id": "MJ::U1", "label": "U1"},)


def test_a_cover_belongs_to_its_song() -> None:
    songs = [{"audio_url": S, "image_url": P}, {"audio_url": S + "?2", "image_url": P + "?2"}]
    look = poll("suno", wrapped({"status": "SUCCESS", "data": songs}))

    assert [(one.kind, one.poster) for one in look.results] == [("audio", P), ("audio", P + "?2")]


@pytest.mark.parametrize(
    ("status", "body", "missing"),
    [
        (400, {"code": "task_not_exist", "message": "task_not_exist", "data": None}, True),
        (200, {"code": "task_not_exist", "message": "task_not_exist", "data": None}, True),
        (404, {"error": {"message": "no such video"}}, True),
        (502, {"error": {"message": "bad gateway"}}, False),
        (429, {"error": {"message": "too many requests"}}, False),
        (401, {"error": {"message": "invalid token"}}, False),
        (200, {"error": {"message": "rate limit reached", "code": "rate_limit_exceeded"}}, False),
    ],
)
def test_a_question_that_failed_is_no_failed_task(status: int, body: Any, missing: bool) -> None:
    look = poll("openai_videos", body, status)

    assert (look.state, look.missing) == ("unknown", missing)
    assert look.failure is not None


@pytest.mark.parametrize("body", [b"", b"<html><title>502</title>", b"[]", b"null", b"\xff\xfe{"])
def test_what_is_no_json_is_no_answer(body: bytes) -> None:
    assert read_poll(200, body, Hints()).state == "unknown"
    assert read_submit(200, body, Hints()).failure is not None


SUBMITS: list[tuple[str, Any, str]] = [
    ("openai_videos", {"id": "video_1", "task_id": "video_1", "status": "queued"}, "video_1"),
    ("openai_videos", {"id": 42, "status": "queued"}, "42"),
    ("newapi_video_generations", wrapped({"task_id": "task_1"}), "task_1"),
    ("newapi_video_generations", {"id": "task_1", "task_id": "task_1"}, "task_1"),
    ("video_create", {"id": "veo3:17-x", "status": "pending"}, "veo3:17-x"),
    ("kling_video", {"code": 0, "message": "SUCCEED", "data": {"task_id": "k1"}}, "k1"),
    ("jimeng", {"code": 10000, "message": "Success", "data": {"task_id": "j1"}}, "j1"),
    ("luma", {"id": "l1", "state": "pending"}, "l1"),
    ("runway", {"id": "r1"}, "r1"),
    ("wan", {"output": {"task_id": "w1", "task_status": "PENDING"}, "request_id": "q"}, "w1"),
    ("minimax", {"task_id": "m1", "base_resp": {"status_code": 0, "status_msg": "success"}}, "m1"),
    ("vidu", {"task_id": "v1", "state": "created"}, "v1"),
    ("seedance", {"id": "cgt-1"}, "cgt-1"),
    ("xai_videos", {"request_id": "x1"}, "x1"),
    ("suno", {"code": "success", "message": "", "data": "s1"}, "s1"),
    ("midjourney", {"code": 1, "description": "Submit success", "result": "m1"}, "m1"),
    ("midjourney", {"code": 22, "description": "In queue", "result": "m2"}, "m2"),
    ("replicate", {"id": "p1", "status": "starting", "error": None}, "p1"),
    ("fal", {"request_id": "f1", "status": "IN_QUEUE"}, "f1"),
    ("tencent_aigc", {"Response": {"TaskId": "t1", "RequestId": "q"}}, "t1"),
]


@pytest.mark.parametrize(
    ("record", "body", "task"), SUBMITS, ids=[f"{n}-{o[0]}" for n, o in enumerate(SUBMITS)]
)
def test_an_accepted_submit_names_its_task(record: str, body: Any, task: str) -> None:
    submitted = read_submit(200, json.dumps(body).encode(), RECORDS[record].hints)

    assert (submitted.task_id, submitted.failure) == (task, None)


@pytest.mark.parametrize(
    ("record", "status", "body", "kind"),
    [
        ("openai_videos", 400, {"error": {"message": "content policy", "code": "moderation_blocked"}}, "moderation_output"),
        ("openai_videos", 200, {"error": {"message": "insufficient quota", "code": "insufficient_quota"}}, "quota"),
        ("openai_videos", 200, {"id": "v", "status": "failed", "error": {"message": "overloaded"}}, "upstream"),
        ("newapi_video_generations", 400, {"code": "invalid_request", "message": "prompt is required", "data": None}, "bad_request"),
        ("newapi_video_generations", 200, {"code": "fail_to_fetch_task", "message": "upstream error", "data": None}, "upstream"),
        ("kling_video", 200, {"code": 1102, "message": "Account balance not enough", "data": None}, "quota"),
        ("minimax", 200, {"task_id": "", "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}, "quota"),
        ("midjourney", 200, {"code": 24, "description": "May contain sensitive words", "result": "x"}, "moderation_prompt"),
        ("midjourney", 400, {"description": "quota_not_enough", "type": "upstream_error", "code": 4}, "quota"),
        ("suno", 200, {"code": "error", "message": "no account", "data": None}, "upstream"),
        ("openai_videos", 200, {"object": "video"}, "bad_response"),
    ],
)  # fmt: skip
def test_a_refused_submit_says_why(record: str, status: int, body: Any, kind: str) -> None:
    submitted = read_submit(status, json.dumps(body).encode(), RECORDS[record].hints)

    assert submitted.failure is not None
    assert submitted.failure.kind == kind


def test_a_key_in_a_refusal_is_masked() -> None:
    body = json.dumps({"status": "failed", "error": {"message": "bad key sk-abcdefgh12345678"}})

    look = read_poll(200, body.encode(), Hints(), keys=["sk-abcdefgh12345678"])

    assert look.failure is not None
    assert "abcdefgh" not in look.failure.message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
    | st.sampled_from([*LEXICON, V, P, "data:image/png;base64,AAAA", "30%"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["status", "state", "data", "code", "message", "error", "output", "video", "url",
             "task_status", "task_id", "id", "progress", "video_url", "fail_reason", "result",
             "base_resp", "status_code", "images", "metadata", "detail", "success"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=15,
)  # fmt: skip


@given(st.sampled_from(sorted(RECORDS)), JSON, st.sampled_from([200, 201, 400, 404, 429, 500]))
def test_reading_never_raises(record: str, body: Any, status: int) -> None:
    data = json.dumps(body).encode()
    hints = RECORDS[record].hints

    look = read_poll(status, data, hints)
    submitted = read_submit(status, data, hints)

    assert look.failure is None or look.state in ("failed", "unknown")
    assert not look.results or look.state == "succeeded"
    assert submitted.failure is not None or submitted.task_id or submitted.look


@given(st.binary(max_size=200), st.sampled_from([200, 500]))
def test_bytes_never_raise(data: bytes, status: int) -> None:
    assert read_poll(status, data, Hints()).state in ("unknown", "succeeded", "failed", "running")


@given(
    st.sampled_from([word for word, state in LEXICON.items() if state == "failed"]),
    st.sampled_from(["{}", '{"code":"success","data":{}}', '{"code":0,"data":{}}']),
    JSON,
)
def test_a_failure_is_never_called_a_success(word: str, around: str, noise: Any) -> None:
    row = {"status": word.upper(), "video_url": V, "url": V, "output": noise}
    whole = json.loads(around)
    body = row if not whole else {**whole, "data": row}

    look = read_poll(200, json.dumps(body).encode(), Hints(status="status", result="video_url"))

    assert look.state == "failed"
    assert look.results == ()
