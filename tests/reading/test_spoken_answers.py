"""Answers in sound of a chat model: pieces to one address, the words, the name at the gateway."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnchat.reading import Reader
from vnchat.reading.reply import Reply
from vnchat.reading.sounds import sound_url, wav

PCM = struct.pack("<8h", 0, 100, -100, 2000, -2000, 5, 6, 7)
WAV = wav(PCM)


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def streamed(*deltas: dict[str, Any]) -> Reply:
    reader = Reader(content_type="text/event-stream")
    for delta in deltas:
        chunk = {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        reader.feed(f"data: {json.dumps(chunk)}\n\n".encode())
    reader.feed(b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n')
    reader.feed(b"data: [DONE]\n\n")
    return reader.end()


def in_one_piece(message: dict[str, Any]) -> Reply:
    reader = Reader(content_type="application/json", expect_stream=False)
    reader.feed(json.dumps({"choices": [{"index": 0, "message": message}]}).encode())
    return reader.end()


def sound_of(reply: Reply) -> bytes:
    [result] = reply.results
    assert result.kind == "audio"
    return base64.b64decode(result.url.partition(",")[2])


def test_bare_pcm_of_a_stream_becomes_a_wav() -> None:
    reply = streamed(
        {"role": "assistant", "audio": {"id": "audio_1", "transcript": "Good "}},
        {"audio": {"id": "audio_1", "data": coded(PCM[:6])}},
        {"audio": {"transcript": "morning."}},
        {"audio": {"data": coded(PCM[6:])}},
        {"audio": {"id": "audio_1", "expires_at": 1793100000}},
    )

    assert sound_of(reply) == WAV
    assert (reply.text, reply.finish, reply.failure) == ("Good morning.", "stop", None)
    assert reply.extra["audio"] == {"id": "audio_1", "until": 1793100000}


@pytest.mark.parametrize("data", [WAV, b"ID3\x04mp3", b"OggS1", b"fLaC1"], ids=lambda d: d[:4])
def test_a_file_in_one_piece_stays_as_it_is(data: bytes) -> None:
    audio = {"id": "audio_2", "data": coded(data), "expires_at": 5, "transcript": "Hi."}

    reply = in_one_piece({"role": "assistant", "content": None, "audio": audio})

    assert sound_of(reply) == data
    assert (reply.text, reply.extra["audio"]) == ("Hi.", {"id": "audio_2", "until": 5})


def test_a_closing_message_does_not_double_the_sound() -> None:
    reader = Reader(content_type="text/event-stream")
    for choice in (
        {"delta": {"audio": {"data": coded(PCM), "transcript": "Hi."}}},
        {"message": {"content": None, "audio": {"data": coded(PCM), "transcript": "Hi."}}},
        {"delta": {}, "finish_reason": "stop"},
    ):
        reader.feed(f"data: {json.dumps({'choices': [{'index': 0, **choice}]})}\n\n".encode())

    reply = reader.end()

    assert sound_of(reply) == WAV
    assert reply.text == "Hi."


def test_words_beside_the_sound_are_not_said_twice() -> None:
    reply = streamed({"content": "Hi.", "audio": {"data": coded(PCM), "transcript": "Hi."}})

    assert reply.text == "Hi."


def test_a_stream_that_breaks_keeps_what_was_spoken() -> None:
    reader = Reader(content_type="text/event-stream")
    chunk = {"choices": [{"delta": {"audio": {"data": coded(PCM), "transcript": "Go"}}}]}
    reader.feed(f"data: {json.dumps(chunk)}\n\n".encode())

    reply = reader.end()

    assert (sound_of(reply), reply.finish) == (WAV, "interrupted")


@given(st.lists(st.text(max_size=30), max_size=5))
def test_nonsense_is_no_sound_and_no_error(pieces: list[str]) -> None:
    url = sound_url(pieces, "audio/wav")

    assert url == "" or url.startswith("data:audio/")
