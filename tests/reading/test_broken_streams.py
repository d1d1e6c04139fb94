"""Errors inside of streams, streams that break, and nothing at all."""

from __future__ import annotations

import json

import pytest

from tests.reading.wire import DONE, answer, body, chunk, frame, stream, told
from vnchat.reading import Fault

CDN = "https://cdn.example.com"


def error(message: str = "", **fields: object) -> dict[str, object]:
    return {"error": {"message": message, **fields}}


IN_STREAMS = {
    "an error chunk": (
        stream("Hel", error("boom", type="upstream_error"), finish=None),
        "upstream",
        "Hel",
    ),
    "an error event": (
        frame(error("no final video URL"), "error").encode() + DONE.encode(),
        "upstream",
        "",
    ),
    "an error event with words": (frame("too many requests", "error").encode(), "rate_limit", ""),
    "an error event as a string": (b'event: error\ndata: "quota exhausted"\n\n', "quota", ""),
    "a chunk with choices and an error": (
        stream(
            "Hel",
            {**chunk({}, "error"), "error": {"code": 502, "message": "overloaded"}},
            finish=None,
        ),
        "upstream",
        "Hel",
    ),
    "an error inside a choice": (
        stream({"choices": [{"index": 0, "delta": {}, "error": {"message": "rate limit"}}]}),
        "rate_limit",
        "",
    ),
    "finish_reason error": (stream("Hel", finish="error"), "upstream", "Hel"),
    "choices null beside an error": (
        stream({"object": "error", "choices": None, "error": "gone"}),
        "upstream",
        "",
    ),
    "an error as a code under 200": (stream(error("slow", status_code=504)), "timeout", ""),
    "JSON after keep-alives": (b": keep-alive\n\n" + body(error("上游负载已饱和")), "upstream", ""),
    "JSON over several lines": (
        json.dumps(error("too many requests"), indent=2).encode(),
        "rate_limit",
        "",
    ),
    "an error with literal backslashes after it": (
        frame(error("slow down")).encode() + b"data: [DONE]\\n\\n",
        "rate_limit",
        "",
    ),
    "a filter before anything": (stream(finish="content_filter"), "moderation_prompt", ""),
    "a filter after progress": (
        stream("> 🏃 进度：90%\n", finish="content_filter"),
        "moderation_output",
        "",
    ),
}


@pytest.mark.parametrize(("sent", "kind", "text"), IN_STREAMS.values(), ids=IN_STREAMS.keys())
def test_failure_inside_a_stream(sent, kind, text):
    assert told(sent, ["kind", "text"]) == {"kind": kind, "text": text}


NOTHING = {
    "only done": b": PING\n\ndata: [DONE]\n\n",
    "no byte": b"",
    "only blank lines": b"\n\n\n",
    "only a role": stream({"role": "assistant"}),
    "a role and the end": stream({"role": "assistant"}, finish=None, done=False),
    "an empty completion": answer(""),
    "content null": answer(None),
    "no choices": body({"choices": []}),
    "an empty object": b"{}",
    "a JSON string": b'"hello"',
    "a JSON number": b"5",
    "half a JSON body": b'{"choices": [{"message": {"content": "Hel',
    "a web page": b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><script>x()</script></body></html>",
    "plain words": b"Hello from the reverse proxy",
    "usage only": body({"usage": {"total_tokens": 3}, "choices": []}),
}


@pytest.mark.parametrize("sent", NOTHING.values(), ids=NOTHING.keys())
def test_nothing_is_never_success(sent):
    got = told(sent, ["kind", "text"])

    assert got == {"kind": "bad_response", "text": ""}


FAULTS = {
    "a reset amid text": (
        stream("Hel", finish=None, done=False),
        "reset",
        "network",
        "interrupted",
        "Hel",
    ),
    "a stall amid text": (
        stream("Hel", finish=None, done=False),
        "stalled",
        "timeout",
        "interrupted",
        "Hel",
    ),
    "stopped by the person": (
        stream("Hel", finish=None, done=False),
        "stopped",
        None,
        "interrupted",
        "Hel",
    ),
    "no connection": (b"", "network", "network", "error", ""),
    "a reset after the end": (stream("Hello."), "reset", None, "stop", "Hello."),
    "a reset after the clip": (
        stream(f"[video]({CDN}/a.mp4)", finish=None, done=False),
        "reset",
        None,
        "interrupted",
        f"[video]({CDN}/a.mp4)",
    ),
    "a reset amid progress": (
        stream("> 🏃 进度：10%\n", finish=None, done=False),
        "reset",
        "network",
        "interrupted",
        "",
    ),
}


@pytest.mark.parametrize(
    ("sent", "how", "kind", "finish", "text"), FAULTS.values(), ids=FAULTS.keys()
)
def test_a_response_that_did_not_end_by_itself(sent, how, kind, finish, text):
    got = told(sent, ["kind", "finish", "text"], fault=Fault(how))

    assert got == {"kind": kind, "finish": finish, "text": text}


def test_a_cut_without_a_fault_is_seen():
    got = told(stream("Hel", finish=None, done=False), ["kind", "finish", "text"])

    assert got == {"kind": "network", "finish": "interrupted", "text": "Hel"}
