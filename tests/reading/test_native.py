"""Claude's and Gemini's own forms as they come over the wire."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnchat.reading.native import Claude, Gemini
from vnchat.reading.reader import Fault
from vnchat.reading.reply import Reply

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()


def read(kind: type[Claude | Gemini], *events: dict[str, Any], cut: Fault | None = None) -> Reply:
    reader = kind(media=False, content_type="text/event-stream")
    for one in events:
        reader.feed(f"event: {one.get('type', 'x')}\ndata: {json.dumps(one)}\n\n".encode())
    return reader.end(cut)


def whole(kind: type[Claude | Gemini], body: object, status: int = 200) -> Reply:
    reader = kind(media=False, content_type="application/json", status=status)
    reader.feed(body.encode() if isinstance(body, str) else json.dumps(body).encode())
    return reader.end()


# -- Claude --------------------------------------------------------------------------------------


def started(**usage: int) -> dict[str, Any]:
    message = {"id": "msg_1", "model": "claude-x", "content": [], "usage": usage}
    return {"type": "message_start", "message": message}


def block(at: int, kind: str, **more: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": at, "content_block": {"type": kind, **more}}


def delta(at: int, **fields: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": at, "delta": fields}


def ended(reason: str, **usage: int) -> list[dict[str, Any]]:
    return [
        {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": usage},
        {"type": "message_stop"},
    ]


SAID = [
    started(input_tokens=10, cache_read_input_tokens=5, output_tokens=1),
    {"type": "ping"},
    block(0, "thinking", thinking=""),
    delta(0, type="thinking_delta", thinking="Let me "),
    delta(0, type="thinking_delta", thinking="see."),
    delta(0, type="signature_delta", signature="EqQ"),
    {"type": "content_block_stop", "index": 0},
    block(1, "text", text=""),
    delta(1, type="text_delta", text="Forty-"),
    delta(1, type="text_delta", text="two."),
]


def test_claude_streams_thoughts_text_and_usage() -> None:
    reply = read(Claude, *SAID, *ended("end_turn", output_tokens=7))

    assert (reply.reasoning, reply.text, reply.finish) == ("Let me see.", "Forty-two.", "stop")
    assert reply.model == "claude-x"
    assert reply.usage is not None
    assert (reply.usage["prompt_tokens"], reply.usage["completion_tokens"]) == (15, 7)
    assert reply.usage["prompt_tokens_details"] == {"cached_tokens": 5}


STOPS = {"max_tokens": "length", "stop_sequence": "stop", "refusal": "content_filter"}


@pytest.mark.parametrize(("reason", "finish"), STOPS.items())
def test_how_claude_ends(reason: str, finish: str) -> None:
    assert read(Claude, *SAID, *ended(reason)).finish == finish


def test_claude_in_one_piece() -> None:
    content = [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "42."}]
    usage = {"input_tokens": 3, "output_tokens": 2}

    reply = whole(
        Claude, {"type": "message", "content": content, "stop_reason": "end_turn", "usage": usage}
    )

    assert (reply.reasoning, reply.text, reply.failure) == ("Hm.", "42.", None)


def test_claude_calls_a_tool() -> None:
    reply = read(
        Claude,
        started(),
        block(0, "tool_use", id="t1", name="weather", input={}),
        delta(0, type="input_json_delta", partial_json='{"city":'),
        delta(0, type="input_json_delta", partial_json='"Oslo"}'),
        *ended("tool_use"),
    )

    [call] = reply.tool_calls
    assert (call.name, json.loads(call.arguments)) == ("weather", {"city": "Oslo"})
    assert (reply.finish, reply.failure) == ("tool_calls", None)


CLAUDE_FAILURES = {
    "an error in the stream": (
        [*SAID, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}],
        "upstream",
    ),
    "refused before a word": ([started(), *ended("refusal")], "moderation_prompt"),
    "nothing said": ([started(), *ended("end_turn")], "bad_response"),
    "cut off": (SAID, "network"),
}


@pytest.mark.parametrize(("events", "kind"), CLAUDE_FAILURES.values(), ids=CLAUDE_FAILURES.keys())
def test_claude_fails(events: list[dict[str, Any]], kind: str) -> None:
    reply = read(Claude, *events)

    assert reply.failure is not None
    assert reply.failure.kind == kind


def test_what_claude_said_before_it_failed_is_kept() -> None:
    assert read(Claude, *SAID).text == "Forty-two."


def test_a_line_that_breaks_after_the_end_is_no_failure() -> None:
    reply = read(Claude, *SAID, *ended("end_turn"), cut=Fault("reset"))

    assert (reply.finish, reply.failure) == ("stop", None)


WHOLE_FAILURES = {
    "a wrong key": ({"type": "error", "error": {"message": "invalid x-api-key"}}, 401, "auth"),
    "an error under 200": ({"type": "error", "error": {"message": "Overloaded"}}, 200, "upstream"),
    "another form": ({"object": "list"}, 200, "bad_response"),
    "a page": ("<html>hello</html>", 200, "bad_response"),
}


@pytest.mark.parametrize(
    ("body", "status", "kind"), WHOLE_FAILURES.values(), ids=WHOLE_FAILURES.keys()
)
@pytest.mark.parametrize("form", [Claude, Gemini])
def test_a_body_that_is_no_answer(
    form: type[Claude | Gemini], body: object, status: int, kind: str
) -> None:
    reply = whole(form, body, status)

    assert reply.failure is not None
    assert reply.failure.kind == kind


# -- Gemini --------------------------------------------------------------------------------------


def chunk(*parts: dict[str, Any], finish: str = "", **more: Any) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], "modelVersion": "gemini-x", **more}


USED = {"promptTokenCount": 4, "candidatesTokenCount": 3, "thoughtsTokenCount": 2}
GEMINI = [
    chunk({"text": "Hm.", "thought": True}),
    chunk({"text": "Forty-"}),
    chunk({"text": "two."}, finish="STOP", usageMetadata=USED),
]


def test_gemini_streams_thoughts_text_and_usage() -> None:
    reply = read(Gemini, *GEMINI)

    assert (reply.reasoning, reply.text, reply.finish) == ("Hm.", "Forty-two.", "stop")
    assert reply.usage is not None
    assert (reply.usage["prompt_tokens"], reply.usage["completion_tokens"]) == (4, 5)


@pytest.mark.parametrize("body", [GEMINI, GEMINI[2]], ids=["a list of chunks", "one object"])
def test_gemini_in_one_piece(body: object) -> None:
    reply = whole(Gemini, body)

    assert reply.text.endswith("two.")
    assert reply.failure is None


def test_gemini_gives_pictures_inside() -> None:
    part = {"inlineData": {"mimeType": "image/png", "data": PNG}}

    reply = read(Gemini, chunk({"text": "Here."}), chunk(part), chunk(part, finish="STOP"))

    [made] = reply.results
    assert (made.kind, made.url) == ("image", f"data:image/png;base64,{PNG}")
    assert reply.text == "Here."


def test_gemini_speaks_in_bare_pcm() -> None:
    data = base64.b64encode(bytes(100)).decode()
    part = {"inlineData": {"mimeType": "audio/L16;codec=pcm;rate=24000", "data": data}}

    [made] = read(Gemini, chunk(part, finish="STOP")).results

    assert made.kind == "audio"
    assert base64.b64decode(made.url.partition(",")[2])[:4] == b"RIFF"


def test_gemini_shows_what_it_ran() -> None:
    reply = read(
        Gemini,
        chunk({"executableCode": {"language": "PYTHON", "code": "print(6 * 7)"}}),
        chunk({"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "42\n"}}, finish="STOP"),
    )

    assert "```python\nprint(6 * 7)\n```" in reply.text
    assert "```\n42\n```" in reply.text


GEMINI_FAILURES = {
    "the prompt is blocked": ([{"promptFeedback": {"blockReason": "SAFETY"}}], "moderation_prompt"),
    "withheld": ([chunk(finish="PROHIBITED_CONTENT")], "moderation_prompt"),
    "nothing said": ([chunk(finish="STOP")], "bad_response"),
    "an error in the stream": (
        [GEMINI[1], {"error": {"code": 429, "message": "Quota", "status": "RESOURCE_EXHAUSTED"}}],
        "rate_limit",
    ),
    "cut off": (GEMINI[:2], "network"),
}


@pytest.mark.parametrize(("events", "kind"), GEMINI_FAILURES.values(), ids=GEMINI_FAILURES.keys())
def test_gemini_fails(events: list[dict[str, Any]], kind: str) -> None:
    reply = read(Gemini, *events)

    assert reply.failure is not None
    assert reply.failure.kind == kind


def test_gemini_is_cut_by_its_limit() -> None:
    assert read(Gemini, GEMINI[1], chunk(finish="MAX_TOKENS")).finish == "length"


# -- both ----------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["type", "delta", "content", "content_block", "message", "usage", "index", "parts",
             "candidates", "finishReason", "text", "thinking", "inlineData", "mimeType", "data",
             "error", "stop_reason", "input"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.sampled_from([Claude, Gemini]), st.lists(json_values, max_size=4), st.booleans())
def test_nonsense_never_raises_and_is_no_success(
    form: type[Claude | Gemini], events: list[Any], streamed: bool
) -> None:
    kind = "text/event-stream" if streamed else "application/json"
    reader = form(media=False, content_type=kind)
    for one in events:
        reader.feed((f"data: {json.dumps(one)}\n\n" if streamed else json.dumps(one)).encode())

    reply = reader.end()

    good = reply.text.strip() or reply.results or reply.tool_calls or reply.reasoning
    assert reply.failure is not None or good or reply.finish in ("tool_calls", "interrupted")
