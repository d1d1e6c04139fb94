"""Task replies as a family: every wrapper × every way to write a state × every place of a result."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vnchat.gateway.records import shipped
from vnchat.reading.tasks import Look, read_poll, read_submit

RECORDS = shipped()
V = "https://cdn.example/clip.mp4"

WRAPPERS: dict[str, Callable[[Any], Any]] = {
    "bare": lambda x: x,
    "code success": lambda x: {"code": "success", "message": "", "data": x},
    "code 0": lambda x: {"code": 0, "msg": "ok", "data": x},
    "code 200 as text": lambda x: {"code": "200", "message": "SUCCESS", "data": x},
    "success true": lambda x: {"success": True, "data": x},
    "status success": lambda x: {"status": "success", "data": x},
    "twice": lambda x: {"code": 0, "data": {"code": 0, "data": x}},
    "JSON in a text": lambda x: {"code": "success", "data": json.dumps(x)},
    "a list of one": lambda x: {"code": 0, "data": [{"task_id": "t-1", **x}]},
    "result": lambda x: {"code": 0, "message": "ok", "result": x},
    "task": lambda x: {"task": x, "request_id": "r"},
    "response": lambda x: {"response": x},
}
DONE = ["SUCCESS", "Succeeded", " completed ", "COMPLETE", "done", "Finished", "FINISH", "succeed",
        "TASK_STATUS_SUCCEED", "STATUS_COMPLETED", "generation_completed", "Successful"]  # fmt: skip
BAD = ["FAILURE", "failed", "Fail", "ERROR", "Cancelled", "CANCELED", "expired", "rejected",
       "TASK_STATUS_FAILED", "generation_failed", "GENERATE_FAILED", "render-error", "Timed Failure",
       "moderation_rejected", "content_moderated", "Aborted"]  # fmt: skip
GOING = ["In-Progress", "IN PROGRESS", "inProgress", "Processing", "RUNNING", "queued", "IN_QUEUE",
         "TASK_STATUS_PROCESSING", "warming_up", "post-processing", "uploading", "NOT_START", "preparing",
         "Pending", "审核中", "not_completed"]  # fmt: skip
PLACES: dict[str, Any] = {
    "video_url": {"video_url": V},
    "url": {"url": V},
    "a list of texts": {"output": [V]},
    "a list of objects": {"videos": [{"url": V}]},
    "an object": {"video": {"url": V}},
    "a text": {"video": V},
    "result_urls": {"result_urls": [V]},
    "resultUrls": {"resultUrls": [V]},
    "metadata": {"metadata": {"url": V}},
    "JSON in a text": {"output": json.dumps([V])},
    "JSON of objects in a text": {"resultJson": json.dumps({"resultUrls": [V]})},
    "a new place": {"works": [{"resource": {"resource": V}}]},
    "fail_reason": {"fail_reason": V},
}
RECORD = (
    "openai_videos",
    "newapi_video_generations",
    "video_create",
    "kling_video",
    "vidu",
    "luma",
)


def look(body: Any, record: str = "newapi_video_generations", status: int = 200) -> Look:
    return read_poll(status, json.dumps(body).encode(), RECORDS[record].hints)


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("key", ["status", "task_status", "state", "taskStatus"])
def test_a_state_is_read_in_every_wrapper(wrapper: str, key: str) -> None:
    wrap = WRAPPERS[wrapper]
    for record in RECORD:
        for word in DONE:
            told = look(wrap({key: word, "video_url": V}), record)
            assert (told.state, [r.url for r in told.results]) == ("succeeded", [V]), (record, word)
        for word in BAD:
            told = look(wrap({key: word, "video_url": V}), record)
            assert (told.state, told.results) == ("failed", ()), (record, word)
            assert told.failure is not None
        for word in GOING:
            told = look(wrap({key: word, "video_url": V}), record)
            assert told.state in ("queued", "running"), (record, word, told.state)
            assert told.results == ()


@pytest.mark.parametrize(("wrapper", "place"), list(itertools.product(WRAPPERS, PLACES)))
def test_a_result_is_found_in_every_wrapper(wrapper: str, place: str) -> None:
    for record in RECORD:
        told = look(WRAPPERS[wrapper]({"task_status": "succeed", **PLACES[place]}), record)
        assert (told.state, [r.url for r in told.results]) == ("succeeded", [V]), record


@pytest.mark.parametrize(
    ("told", "percent"),
    [("45%", 45), ("45 %", 45), (45, 45), (0.45, 45), ("0.45", 45), ("45", 45), (45.0, 45),
     ("45/100", 45), ("45％", 45), (None, None), ("", None), ("soon", None), (True, None),
     ({"percent": 45}, None), (-3, 0), (130, 100)],
)  # fmt: skip
@pytest.mark.parametrize("wrapper", ["bare", "code success", "JSON in a text", "twice"])
def test_progress_in_every_form(told: object, percent: float | None, wrapper: str) -> None:
    seen = look(WRAPPERS[wrapper]({"status": "processing", "progress": told}), "video_create")
    assert seen.progress == (None if percent is None else pytest.approx(percent))


REFUSED: dict[str, Any] = {
    "an error text": {"error": "quota is used up"},
    "an error object": {"error": {"message": "no", "code": "x"}},
    "a list of errors": {"errors": [{"message": "no"}]},
    "a code as a number": {"code": 500, "message": "upstream is down", "data": None},
    "a code as text": {"code": "fail_to_fetch_task", "message": "no", "data": None},
    "a negative code": {"code": -1, "msg": "参数错误"},
    "success false": {"success": False, "message": "no"},
    "success false as text": {"success": "false", "message": "no"},
    "a description": {"code": 4, "description": "quota_not_enough", "type": "new_api_error"},
    "a base_resp": {"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}},
    "an error beside an empty task": {"id": "", "status": "", "error": {"message": "no"}},
    "a status that says so": {"id": "t-1", "status": "failed"},
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("record", ["newapi_video_generations", "openai_videos", "minimax", "suno"])
def test_a_submit_that_was_refused_with_200_is_a_failure(record: str, body: Any) -> None:
    told = read_submit(200, json.dumps(body).encode(), RECORDS[record].hints)
    assert told.failure is not None
    assert told.failure.message


@pytest.mark.parametrize(
    "missing",
    [{"code": "task_not_exist", "message": "task_not_exist", "data": None},
     {"error": {"message": "Task not found", "code": "not_found"}},
     {"code": 404, "message": "task does not exist"},
     {"message": "任务不存在"}, {"code": "task_not_exist", "message": "", "data": None}],
)  # fmt: skip
@pytest.mark.parametrize("status", [200, 400, 404])
def test_an_id_that_is_unknown_for_a_minute_ends_nothing(missing: Any, status: int) -> None:
    told = look(missing, "newapi_video_generations", status)
    assert told.state == "unknown"


def test_a_status_as_a_number_is_decided_by_the_result() -> None:
    assert look({"task_id": "t", "status": 1}).state == "unknown"
    told = look({"task_id": "t", "status": 2, "video_url": V})
    assert (told.state, [r.url for r in told.results]) == ("succeeded", [V])
    wrong = look({"task_id": "t", "status": 3, "error": {"message": "no"}, "video_url": V})
    assert wrong.state in ("unknown", "failed")
    assert wrong.failure is not None


def test_what_repeats_the_request_is_no_result() -> None:
    body = {"status": "completed", "input": {"video": V}, "first_frame_video": V, "request": [V]}
    assert look(body).results == ()


NOISE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just(V),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["url", "output", "data", "progress", "message", "result", "video", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
RECORD_NAMES = st.sampled_from(sorted(RECORDS))


@given(
    record=st.sampled_from(RECORD),
    word=st.sampled_from(BAD),
    wrapper=st.sampled_from(sorted(WRAPPERS)),
    place=st.sampled_from(sorted(PLACES)),
    noise=st.dictionaries(st.sampled_from(["x", "y", "message", "progress"]), NOISE, max_size=3),
)
@settings(max_examples=400, deadline=None)
def test_no_failure_is_called_a_success(
    record: str, word: str, wrapper: str, place: str, noise: dict[str, Any]
) -> None:
    told = look(WRAPPERS[wrapper]({**noise, **PLACES[place], "status": word}), record)
    assert told.state == "failed"
    assert told.results == ()


@given(record=RECORD_NAMES, body=NOISE, status=st.sampled_from([200, 201, 400, 404, 429, 500]))
@settings(max_examples=400, deadline=None)
def test_no_reply_raises(record: str, body: Any, status: int) -> None:
    data = json.dumps(body).encode()
    told = read_poll(status, data, RECORDS[record].hints)
    submitted = read_submit(status, data, RECORDS[record].hints)
    assert told.state != "failed" or told.failure is not None
    assert told.state != "succeeded" or status < 300
    assert submitted.task_id or submitted.failure or submitted.look
