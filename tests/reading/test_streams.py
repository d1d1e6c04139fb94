"""Streams as gateways really send them: text, usage and the end."""

from __future__ import annotations

import json

import pytest

from tests.reading.wire import DONE, answer, body, chunk, frame, read, read_with, stream, told


def raw(*lines: str) -> bytes:
    return "\n".join(lines).encode()


HI = json.dumps(chunk({"content": "Hi."}))


STOP = json.dumps(chunk({}, "stop"))


TEXTS = {
    "plain": (stream("Hal", "ibut"), "Halibut"),
    "no space after data:": (raw(f"data:{HI}", "", f"data:{STOP}", "", "data:[DONE]", ""), "Hi."),
    "CRLF": (stream("Hal", "ibut").replace(b"\n", b"\r\n"), "Halibut"),
    "CR alone": (stream("Hal", "ibut").replace(b"\n", b"\r"), "Halibut"),
    "a byte order mark": (b"\xef\xbb\xbf" + stream("Hi."), "Hi."),
    "id lines and comments": (
        raw(
            "id: 0",
            ":ok",
            f"data: {HI}",
            "",
            "id: 1",
            "retry: 10",
            f"data: {STOP}",
            "",
            "data: [DONE]",
        ),
        "Hi.",
    ),
    "no blank lines between events": (raw(f"data: {HI}", f"data: {STOP}", "data: [DONE]"), "Hi."),
    "one JSON over several data lines": (
        b"".join(
            b"data: " + line + b"\n"
            for line in json.dumps(chunk({"content": "Hi."}), indent=1).encode().split(b"\n")
        )
        + b"\n"
        + stream(),
        "Hi.",
    ),
    "two chunks glued together": (f"data: {HI}{STOP}\n\ndata: [DONE]\n\n".encode(), "Hi."),
    "chunks glued with data: between": (
        f"data: {HI}data: {STOP}\n\ndata: [DONE]\n\n".encode(),
        "Hi.",
    ),
    "lines of JSON without data:": (raw(HI, STOP), "Hi."),
    "empty events and pings": (
        b"event: ping\ndata:\n\n" + frame({"type": "ping"}, "ping").encode() + stream("Hi."),
        "Hi.",
    ),
    "events wrapped in events": (stream("Hi.").replace(b"data: ", b"data: data: "), "Hi."),
    "error null and empty": (
        stream(
            {"choices": [{"index": 0, "delta": {"content": "Hi."}}], "error": None},
            {"choices": [], "error": ""},
        ),
        "Hi.",
    ),
    "a processing comment": (b": OPENROUTER PROCESSING\n\n" + stream("Hi."), "Hi."),
    "literal backslashes after DONE": (stream("Hi.", done=False) + b"data: [DONE]\\n\\n", "Hi."),
    "DONE with spaces": (stream("Hi.", done=False) + b"data:  [DONE]  \n\n", "Hi."),
    "a last event without its end": (stream("Hi.", done=False).rstrip(b"\n"), "Hi."),
    "choices empty, null, not there": (
        stream({"choices": [], "usage": None}, "Hi.", {"choices": None}, {"choices": []}),
        "Hi.",
    ),
    "delta null": (stream({"choices": [{"index": 0, "delta": None}]}, "Hi."), "Hi."),
    "delta a string": (stream({"choices": [{"index": 0, "delta": "Hi."}]}), "Hi."),
    "content as parts": (
        stream({"content": [{"type": "text", "text": "H"}, {"type": "text", "text": "i."}]}),
        "Hi.",
    ),
    "content a number": (stream({"content": 5}, "Hi."), "Hi."),
    "message instead of delta": (
        frame(
            {"choices": [{"index": 0, "message": {"content": "Hi."}, "finish_reason": "stop"}]}
        ).encode(),
        "Hi.",
    ),
    "message repeats the whole at the end": (
        stream(
            "Hal",
            "ibut",
            {
                "choices": [
                    {
                        "index": 0,
                        "delta": {},
                        "message": {"content": "Halibut"},
                        "finish_reason": "stop",
                    }
                ]
            },
            finish=None,
        ),
        "Halibut",
    ),
    "message adds the rest": (
        stream(
            "Hal",
            {"choices": [{"index": 0, "message": {"content": "Halibut"}, "finish_reason": "stop"}]},
            finish=None,
        ),
        "Halibut",
    ),
    "message grows": (
        stream(
            *(
                {"choices": [{"index": 0, "message": {"content": "Halibut!"[:n]}}]}
                for n in (3, 5, 8)
            )
        ),
        "Halibut!",
    ),
    "the closing delta repeats the whole": (
        stream(
            "A halibut is a large flat fish.",
            chunk({"content": "A halibut is a large flat fish."}, "stop"),
            finish=None,
        ),
        "A halibut is a large flat fish.",
    ),
    "the same short word twice": (
        stream("ha ", chunk({"content": "ha "}, "stop"), finish=None),
        "ha ha ",
    ),
    "halves of an emoji in two deltas": (stream("Lift \ud83d", "\ude80 off"), "Lift 🚀 off"),
    "a half that stays alone": (stream("Lift \ud83d", " off"), "Lift \ufffd off"),
    "halves written as bytes": (
        b'data: {"choices":[{"delta":{"content":"\xed\xa0\xbd\xed\xba\x80"},"finish_reason":"stop"}]}\n\n',
        "🚀",
    ),
    "damaged UTF-8": (
        b'data: {"choices":[{"delta":{"content":"a\xffb"},"finish_reason":"stop"}]}\n\n',
        "a\ufffdb",
    ),
    "a line separator inside": (stream("a\u2028b"), "a\u2028b"),
    "a tab character unescaped in JSON": (
        b'data: {"choices":[{"delta":{"content":"a\tb"},"finish_reason":"stop"}]}\n\n',
        "a\tb",
    ),
    "JSON where a stream was asked for": (answer("Hi."), "Hi."),
    "pretty JSON": (json.dumps(json.loads(answer("Hi.")), indent=2).encode(), "Hi."),
    "JSON after blank lines": (b"\n\n  " + answer("Hi."), "Hi."),
    "a completion wrapped in data": (
        body({"code": 0, "msg": "success", "data": json.loads(answer("Hi."))}),
        "Hi.",
    ),
    "leading line breaks are kept": (answer("\n\nHi."), "\n\nHi."),
    "a legacy completion": (
        body({"choices": [{"index": 0, "text": "Hi.", "finish_reason": "stop"}]}),
        "Hi.",
    ),
    "a refusal": (answer(None, refusal="I cannot."), "I cannot."),
    "a refusal in deltas": (stream({"refusal": "I can"}, {"refusal": "not."}), "I cannot."),
    "Anthropic events": (
        (
            frame({"type": "message_start", "message": {"role": "assistant"}}, "message_start")
            + frame(
                {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "Hi."}},
                "content_block_delta",
            )
            + frame(
                {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}, "message_delta"
            )
        ).encode(),
        "Hi.",
    ),
    "Gemini candidates": (
        body({"candidates": [{"content": {"parts": [{"text": "Hi."}]}, "finishReason": "STOP"}]}),
        "Hi.",
    ),
}


@pytest.mark.parametrize(("sent", "text"), TEXTS.values(), ids=TEXTS.keys())
def test_text_of_a_response(sent, text):
    assert told(sent, ["text", "kind", "finish"]) == {"text": text, "kind": None, "finish": "stop"}


@pytest.mark.parametrize("cut", [1, 2, 5])
@pytest.mark.parametrize("name", TEXTS)
def test_text_does_not_depend_on_how_it_is_cut(name, cut):
    sent, text = TEXTS[name]
    reader, reply = read_with(sent, cut)

    assert reply.text == text
    if name not in ("a refusal", "a refusal in deltas"):
        assert "".join(reader.text_parts) == text


FINISHES = {
    "STOP in capitals": (stream("a", finish="STOP"), "stop"),
    "an empty reason and DONE": (stream("a", finish=""), "stop"),
    "no reason but DONE": (stream("a", finish=None), "stop"),
    "no reason and no DONE": (stream("a", finish=None, done=False), "interrupted"),
    "a reason and no DONE": (stream("a", done=False), "stop"),
    "length": (stream("a", finish="length"), "length"),
    "max tokens": (stream("a", finish="MAX_TOKENS"), "length"),
    "a filter after text": (stream("a", finish="content_filter"), "content_filter"),
    "safety": (stream("a", finish="SAFETY"), "content_filter"),
    "end_turn": (stream("a", finish="end_turn"), "stop"),
    "cancelled": (stream("a", finish="cancelled"), "interrupted"),
    "a body without a reason": (answer("a", finish=None), "stop"),
}


@pytest.mark.parametrize(("sent", "finish"), FINISHES.values(), ids=FINISHES.keys())
def test_how_an_answer_finished(sent, finish):
    assert told(sent, ["finish"]) == {"finish": finish}


USAGE = {"prompt_tokens": 3, "total_tokens": 9}


USAGES = {
    "in a last chunk without choices": stream("a", done=False)
    + frame({"choices": [], "usage": USAGE}).encode()
    + DONE.encode(),
    "on the stop chunk": stream("a", chunk({}, "stop", usage=USAGE), finish=None),
    "on every chunk, full at last": stream(
        chunk({"content": "a"}, usage={"prompt_tokens": 0}),
        chunk({}, "stop", usage=USAGE),
        finish=None,
    ),
    "null afterwards": stream(
        chunk({"content": "a"}, usage=USAGE), chunk({}, "stop", usage=None), finish=None
    ),
    "inside a choice": stream(
        "a",
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop", "usage": USAGE}]},
        finish=None,
    ),
    "after DONE": stream("a") + frame({"choices": [], "usage": USAGE}).encode(),
    "in a body": body({**json.loads(answer("a")), "usage": USAGE}),
}


@pytest.mark.parametrize("sent", USAGES.values(), ids=USAGES.keys())
def test_usage_wherever_it_comes(sent):
    assert told(sent, ["usage", "text"]) == {"usage": USAGE, "text": "a"}


def test_several_choices_stay_apart():
    sent = stream(
        chunk({"content": "A"}),
        chunk({"content": "X"}, index=1),
        chunk({"content": "B"}),
        chunk({"content": "Y"}, "stop", index=1),
    )
    reader, reply = read_with(sent)

    assert [(c.index, c.text) for c in reply.choices] == [(0, "AB"), (1, "XY")]
    assert reply.text == "AB\n\nXY"
    assert (reply.raw, "".join(reader.text_parts)) == ("AB", "AB")


def test_the_raw_answer_is_kept_word_for_word():
    text = '```json\n{"prompt": "x"}\n```\n<think>t</think>\n> 进度 9%\n[播放](https://cdn.example.com/a.mp4)\n'

    assert read(stream(*text)).raw == text


def test_base64_never_reaches_the_live_text():
    pixel = "data:image/png;base64," + "iVBORw0KGgo" * 20000
    reader, reply = read_with(
        stream(
            "Here.\n\n![ima",
            "ge](da",
            "ta:image/png;ba",
            *(pixel[17 + i : 17 + i + 50000] for i in range(0, len(pixel), 50000)),
            ")\n\nDone.",
        )
    )

    assert "".join(reader.text_parts) == "Here.\n\n\n\nDone."
    assert reply.text == "Here.\n\n\n\nDone."
    assert [len(result.url) for result in reply.results] == [len(pixel)]


def test_model_and_id_are_kept():
    reply = read(stream("a"))

    assert (reply.model, reply.extra["id"]) == ("m", "c1")


def test_a_reader_may_end_twice_and_takes_nothing_after():
    reader, reply = read_with(stream("a"))

    assert reader.feed(stream("b")) == frozenset()
    assert reader.end() is reply
    assert reader.snapshot() is reply


def test_a_snapshot_tells_the_state_so_far():
    reader, _ = read_with(b"")
    reader = type(reader)()
    changed = reader.feed(stream({"reasoning_content": "Hm."}, "Hel", finish=None, done=False))
    snapshot = reader.snapshot()

    assert changed == {"text", "reasoning"}
    assert (snapshot.text, snapshot.reasoning, snapshot.finish) == ("Hel", "Hm.", None)
    assert reader.feed(b": ping\n\n") == {"state"}
    assert reader.snapshot().version > snapshot.version


def test_the_key_never_stays_in_an_answer():
    reader, reply = read_with(
        stream("Your key is sk-check-0123456789."), keys=["sk-check-0123456789"]
    )

    assert reply.text == reply.raw == "".join(reader.text_parts) == "Your key is •••."
