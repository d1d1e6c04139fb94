"""Words from sound, as gateways answer them."""

from __future__ import annotations

import json

import pytest

from vnchat.reading.transcript import Transcript

SEGMENTS = [
    {"id": 0, "start": 0.0, "end": 2.5, "text": " Good morning."},
    {"id": 1, "start": 62.4, "end": 64, "text": "Harbour!"},
    {"id": 2, "start": 3661, "text": "Late."},
]
ANSWERS = {
    "the text alone": ('{"text": "Good morning."}', "Good morning."),
    "plain words": ("Good morning.\n", "Good morning."),
    "segments with times": (
        json.dumps({"text": "all", "segments": SEGMENTS}),
        "`00:00` Good morning.  \n`01:02` Harbour!  \n`1:01:01` Late.",
    ),
    "segments with speakers": (
        json.dumps({"text": "all", "segments": [{"speaker": "A", "start": 1, "text": "Hi"}]}),
        "`00:01` **A** Hi",
    ),
    "segments without times": ('{"text": "all", "segments": [{"text": "all"}]}', "all"),
    "no segments": ('{"text": "all", "segments": []}', "all"),
    "subtitles": (
        "1\n00:00:00,000 --> 00:00:01,000\nHi\n",
        "```srt\n1\n00:00:00,000 --> 00:00:01,000\nHi\n```",
    ),
    "subtitles of the web": ("WEBVTT\n\n00:00.0 --> 00:01.0\nHi", None),
    "a stream": (
        'data: {"type":"transcript.text.delta","delta":"Good "}\n\n'
        'data: {"type":"transcript.text.done","text":"Good morning."}\n\n',
        "Good morning.",
    ),
}


@pytest.mark.parametrize(("body", "text"), ANSWERS.values(), ids=ANSWERS.keys())
def test_what_was_heard(body: str, text: str | None) -> None:
    reader = Transcript(media=False)
    reader.feed(body.encode())

    reply = reader.end()

    assert (reply.failure, reply.finish) == (None, "stop")
    assert reply.text == (text if text is not None else f"```vtt\n{body}\n```")


FAILURES = {
    "a page": "<html>Bad gateway</html>",
    "an error under 200": '{"error": {"message": "no channel"}}',
    "nothing": "",
    "JSON without words": '{"foo": 1}',
}


@pytest.mark.parametrize("body", FAILURES.values(), ids=FAILURES.keys())
def test_what_is_no_transcription_is_a_failure(body: str) -> None:
    reader = Transcript(media=False)
    reader.feed(body.encode())

    assert reader.end().failure is not None
