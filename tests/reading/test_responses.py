"""The responses form as it comes over the wire."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from vnchat.gateway.responses import responses_ask
from vnchat.reading.reply import Reply
from vnchat.reading.responses import Responses

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()
MESSAGE = {"type": "message", "content": [{"type": "output_text", "text": "Forty-two."}]}
THOUGHT = {
    "type": "reasoning",
    "summary": [
        {"type": "summary_text", "text": "First."},
        {"type": "summary_text", "text": "Then."},
    ],
}
PICTURE = {"type": "image_generation_call", "id": "ig_1", "status": "completed", "result": PNG}
CALL = {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": '{"city":"Oslo"}'}


def text(*deltas: str) -> list[dict[str, Any]]:
    return [{"type": "response.output_text.delta", "delta": one} for one in deltas]


def over(kind: str = "completed", *output: dict[str, Any], **more: Any) -> dict[str, Any]:
    response = {"id": "r1", "status": kind, "model": "gpt-x", "output": list(output), **more}
    return {"type": f"response.{kind}", "response": response}


def read(*events: dict[str, Any]) -> Reply:
    reader = Responses(media=False, content_type="text/event-stream")
    for one in events:
        reader.feed(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n".encode())
    return reader.end()


SUMMARY = "response.reasoning_summary_"
STREAMS = {
    "deltas and the whole again": [*text("Forty-", "two."), over("completed", MESSAGE)],
    "no deltas": [over("completed", MESSAGE)],
    "no output at the end": [*text("Forty-two."), over("completed")],
}


@pytest.mark.parametrize("events", STREAMS.values(), ids=STREAMS.keys())
def test_the_text_is_told_once(events: list[dict[str, Any]]) -> None:
    reply = read(*events)

    assert (reply.text, reply.finish, reply.failure) == ("Forty-two.", "stop", None)


THOUGHTS = {
    "by deltas": [
        {"type": f"{SUMMARY}part.added"},
        {"type": f"{SUMMARY}text.delta", "delta": "First."},
        {"type": f"{SUMMARY}part.added"},
        {"type": f"{SUMMARY}text.delta", "delta": "Then."},
        *text("42"),
        over("completed", THOUGHT, MESSAGE),
    ],
    "at the end": [*text("42"), over("completed", THOUGHT, MESSAGE)],
}


@pytest.mark.parametrize("events", THOUGHTS.values(), ids=THOUGHTS.keys())
def test_summaries_of_the_reasoning(events: list[dict[str, Any]]) -> None:
    reply = read(*events)

    assert (reply.reasoning, reply.text) == ("First.\n\nThen.", "42")


PICTURES = {
    "at the end": [over("completed", PICTURE)],
    "when it is done": [
        {"type": "response.image_generation_call.generating", "item_id": "ig_1"},
        {"type": "response.output_item.done", "item": PICTURE},
        over("completed"),
    ],
    "both": [{"type": "response.output_item.done", "item": PICTURE}, over("completed", PICTURE)],
}


@pytest.mark.parametrize("events", PICTURES.values(), ids=PICTURES.keys())
def test_a_picture_made_on_the_way(events: list[dict[str, Any]]) -> None:
    reply = read(*events)

    [made] = reply.results
    assert (made.kind, made.url) == ("image", f"data:image/png;base64,{PNG}")
    assert reply.failure is None


def test_a_call_of_a_tool() -> None:
    reply = read({"type": "response.output_item.done", "item": CALL}, over("completed", CALL))

    [call] = reply.tool_calls
    assert (call.name, call.arguments, reply.finish) == ("weather", '{"city":"Oslo"}', "tool_calls")


def test_a_refusal_is_the_answer() -> None:
    reply = read({"type": "response.refusal.delta", "delta": "I can't."}, over())

    assert (reply.text, reply.failure) == ("I can't.", None)


ENDS = {
    "too long": ([*text("Forty"), over("incomplete", incomplete_details={"reason": "max_output_tokens"})], "length"),
    "filtered": ([*text("Forty"), over("incomplete", incomplete_details={"reason": "content_filter"})], "content_filter"),
}  # fmt: skip


@pytest.mark.parametrize(("events", "finish"), ENDS.values(), ids=ENDS.keys())
def test_how_it_ends(events: list[dict[str, Any]], finish: str) -> None:
    reply = read(*events)

    assert (reply.finish, reply.failure) == (finish, None)


WRONG = {"code": "rate_limit_exceeded", "message": "Slow down"}
FAILURES = {
    "failed": ([over("failed", error=WRONG)], "rate_limit"),
    "failed after some words": ([*text("Forty"), over("failed", error=WRONG)], "rate_limit"),
    "an error event": ([{"type": "error", **WRONG}], "rate_limit"),
    "an error inside an error": ([{"type": "error", "error": WRONG}], "rate_limit"),
    "filtered before a word": (
        [over("incomplete", incomplete_details={"reason": "content_filter"})],
        "moderation_prompt",
    ),
    "empty": ([over()], "bad_response"),
    "cut off": (text("Forty-"), "network"),
}


@pytest.mark.parametrize(("events", "kind"), FAILURES.values(), ids=FAILURES.keys())
def test_what_fails(events: list[dict[str, Any]], kind: str) -> None:
    reply = read(*events)

    assert reply.failure is not None
    assert reply.failure.kind == kind


def test_usage_under_the_names_of_the_chat_form() -> None:
    usage = {
        "input_tokens": 5,
        "output_tokens": 9,
        "output_tokens_details": {"reasoning_tokens": 4},
    }

    told = read(*text("42"), over("completed", usage=usage)).usage

    assert told is not None
    assert (told["prompt_tokens"], told["completion_tokens"]) == (5, 9)
    assert told["completion_tokens_details"] == {"reasoning_tokens": 4}


@pytest.mark.parametrize("streamed", [True, False], ids=["named a stream", "named JSON"])
def test_in_one_piece_under_either_name(streamed: bool) -> None:
    kind = "text/event-stream" if streamed else "application/json"
    reader = Responses(media=False, content_type=kind)
    reader.feed(json.dumps(over("completed", THOUGHT, MESSAGE)["response"]).encode())

    reply = reader.end()

    assert (reply.text, reply.reasoning, reply.failure) == ("Forty-two.", "First.\n\nThen.", None)


def test_tools_and_pictures_of_the_request() -> None:
    made: dict[str, Any] = {}

    class Client:
        class responses:
            class with_streaming_response:
                create = staticmethod(lambda **fields: made.update(fields))

    url = f"data:image/png;base64,{PNG}"
    content = [
        {"type": "text", "text": "What?"},
        {"type": "image_url", "image_url": {"url": url}},
    ]
    tools = [
        {"type": "image_generation"},
        {"type": "function", "function": {"name": "weather", "parameters": {}}},
    ]
    ask = responses_ask(
        "gpt-x", [{"role": "user", "content": content}], {"tools": tools}, {}, stream=True
    )

    ask(Client, {})

    assert made["tools"] == [
        {"type": "image_generation"},
        {"type": "function", "name": "weather", "parameters": {}},
    ]
    assert made["input"][0]["content"][1] == {
        "type": "input_image",
        "image_url": url,
        "detail": "auto",
    }
