"""What holds for every input: cuts change nothing, nothing raises, what is stored comes back."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bench.reading import PATHOLOGICAL
from tests.reading.wire import ORIGIN, body, chunk, frame, read_with, stream
from vnchat.reading import Fault, Reader, ask_json, failure_of, from_json, to_json

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

PIECES = st.sampled_from(
    [
        "> 🏃 进度：36%\n", "Hello ", "wörld\n", "<think>", "a</think>", "<thi", "nk>", "![i](data:image/png;base64,",
        "iVBORw0KGgo" * 8, ")", "[播放](https://cdn.example.com/a.mp4)", "```\n", "❌ 生成失败\n", "{", '"a": 1}', "\ud83d", "\ude80",
        "<video src='https://cdn.example.com/v.mp4'></video>", "\n\n", "d", "data:", "![", "42..", "%", "\u2028", "\r", "`",
    ]
)  # fmt: skip
DELTAS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=12)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "choices",
        "delta",
        "message",
        "content",
        "role",
        "finish_reason",
        "index",
        "error",
        "code",
        "msg",
        "detail",
        "usage",
        "tool_calls",
        "function",
        "arguments",
        "name",
        "id",
        "type",
        "text",
        "image_url",
        "url",
        "images",
        "audio",
        "data",
        "reasoning",
        "reasoning_details",
        "reasoning_content",
        "status",
        "progress",
        "data",
        "video_url",
        "candidates",
        "parts",
        "object",
        "refusal",
    ]
)
LIKE_A_CHUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 600) | st.text(max_size=12) | PIECES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)


def whole_and_cut(data: bytes, sizes: list[int]) -> tuple[tuple[object, ...], tuple[object, ...]]:
    whole, reply = read_with(data)
    cut = Reader(origin=ORIGIN)
    start, turn = 0, 0
    while start < len(data):
        size = sizes[turn % len(sizes)]
        cut.feed(data[start : start + size])
        start, turn = start + size, turn + 1
    one, other = to_json(reply), to_json(cut.end())
    one.pop("version"), other.pop("version")
    return (one, "".join(whole.text_parts)), (other, "".join(cut.text_parts))


@QUICK
@given(
    DELTAS,
    st.lists(st.integers(1, 40), min_size=1, max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_reply_does_not_depend_on_how_its_bytes_are_cut(deltas, sizes, line_end):
    data = stream(*deltas).replace(b"\n", line_end.encode())

    whole, cut = whole_and_cut(data, sizes)

    assert whole == cut


@QUICK
@given(DELTAS, st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_deltas_of_any_size_come_to_the_same_text(deltas, sizes):
    text = "".join(deltas)
    pieces, start, turn = [], 0, 0
    while start < len(text):
        pieces.append(text[start : start + sizes[turn % len(sizes)]])
        start, turn = start + sizes[turn % len(sizes)], turn + 1

    at_once, in_pieces = read_with(stream(text))[1], read_with(stream(*pieces))[1]

    assert (at_once.text, at_once.raw, at_once.results) == (
        in_pieces.text,
        in_pieces.raw,
        in_pieces.results,
    )


@QUICK
@given(DELTAS)
def test_a_plain_answer_is_what_streamed(deltas):
    reader, reply = read_with(stream("Text.\n", *deltas))

    if not (reply.results or reply.progress or reply.failure or "</think" in reply.raw):
        assert reply.text == "".join(reader.text_parts)
    json.dumps(ask_json(reply), ensure_ascii=False).encode()


@QUICK
@given(st.one_of(ANY_JSON, LIKE_A_CHUNK), st.sampled_from([200, 400, 500]), st.booleans())
def test_no_json_makes_it_raise(value, status, as_event):
    text = json.dumps(value)
    data = frame(text).encode() if as_event else text.encode()

    reply = read_with(data, status=status)[1]

    assert reply.finish is not None
    assert (
        reply.text or reply.results or reply.failure or reply.tool_calls or reply.finish == "length"
    )
    json.dumps(ask_json(reply), ensure_ascii=False).encode()


@QUICK
@given(st.lists(LIKE_A_CHUNK, max_size=4))
def test_no_chunks_make_it_raise(values):
    data = "".join(
        frame(json.dumps(chunk({"content": value, "reasoning_content": value}))) for value in values
    )

    assert read_with(data.encode())[1].finish is not None


@QUICK
@given(st.binary(max_size=200), st.sampled_from([200, 404, 524]))
def test_no_bytes_make_it_raise(data, status):
    assert read_with(data, status=status)[1].finish is not None
    assert failure_of(status, data, "text/html", {}, ["sk-secret-123"]).message != ""


@QUICK
@given(DELTAS, st.sampled_from(["reset", "stopped", "timeout"]))
def test_a_stored_reply_comes_back_as_it_was(deltas, how):
    reader = Reader(origin=ORIGIN)
    reader.feed(
        stream(
            *deltas,
            {"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": "{}"}}]},
            finish=None,
            done=False,
        )
    )
    for reply in (reader.snapshot(), reader.end(Fault(how))):
        assert from_json(json.loads(json.dumps(to_json(reply)))) == reply


def test_a_reply_of_another_version_is_read_as_far_as_it_goes():
    assert from_json({}).text == ""
    assert (
        from_json({"text": "a", "progress": None, "results": [{"url": "x"}], "new": 1}).text == "a"
    )


@QUICK
@given(st.text(min_size=8, max_size=30))
def test_a_given_key_never_stays_in_a_message(key):
    failure = failure_of(401, body({"error": {"message": f"bad key {key} given"}}), "", {}, [key])

    assert key not in failure.message or not key.strip()


def test_pathological_answers_are_kept_whole():
    for name, chunks in PATHOLOGICAL.items():
        if "MB" in name:
            continue
        sent = "".join(json.loads(data[6:])["choices"][0]["delta"]["content"] for data in chunks)
        reply = read_with(b"".join(chunks))[1]

        assert reply.raw == sent, name
        assert reply.finish in ("stop", "error"), name
