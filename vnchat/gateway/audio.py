"""Speech from text, and text from sound, by their own endpoints.

Voice names are free text: gateways run the voices of many makers through the same path (new-api,
relay/channel/*/tts.go). Newer models and a gateway's own names are data, never listed as a must.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from vnchat.errors import BadInput
from vnchat.gateway.once import Ask, Posted
from vnchat.gateway.records import Control
from vnchat.gateway.tasks import Wanted
from vnchat.reading.answered import Answered
from vnchat.reading.reply import Result
from vnchat.reading.said import said_in

LONGEST_SPEECH = 4096  # characters, the limit of /audio/speech
VOICES = ("alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer")
SPEECH: tuple[Control, ...] = (
    Control("voice", (("*", VOICES),)),
    Control("speed", (("*", ("0.75", "1", "1.25", "1.5")),)),
    Control("format", (("*", ("mp3", "wav", "flac", "opus", "aac")),)),
    Control("instructions", (("tts-1*", ()), ("*", ("*",)))),
)
TRANSCRIPTION: tuple[Control, ...] = (
    Control("into", (("*", ("text", "english")),)),
    Control("language", (("*", ("*",)),)),
    # gpt-4o's own give words alone, and who says what; whisper and its many relatives give times.
    Control(
        "form",
        (
            ("*diarize*", ("speakers",)),
            ("*gpt-4o*", ()),
            ("*", ("timestamps", "srt", "vtt")),
        ),
    ),
)
_FORMS = {"timestamps": "verbose_json", "speakers": "diarized_json"}


def speech_ask(wanted: Wanted) -> Ask:
    """Speak the prompt. Raises BadInput."""
    text = wanted.prompt.strip()
    if not text:
        raise BadInput("Write what is to be spoken.")
    if len(text) > LONGEST_SPEECH:
        raise BadInput(f"At most {LONGEST_SPEECH} characters can be spoken at once.")
    told = wanted.controls
    fields: dict[str, Any] = {
        "model": wanted.model,
        "input": text,
        "voice": told.get("voice") or VOICES[0],
        "response_format": told.get("format") or "mp3",
    }
    if told.get("speed"):
        fields["speed"] = float(told["speed"])
    if told.get("instructions"):
        fields["instructions"] = told["instructions"]

    def ask(client: Any, options: Mapping[str, Any]) -> Any:
        return client.audio.speech.with_streaming_response.create(**fields, **options)

    return ask


def transcription_ask(wanted: Wanted, sound: tuple[str, bytes, str]) -> Ask | Posted:
    """Write down what is said in `sound` (name, bytes, type), or translate it into English."""
    told = wanted.controls
    fields: dict[str, Any] = {"model": wanted.model, "file": sound}
    if wanted.prompt.strip():
        fields["prompt"] = wanted.prompt.strip()[:2000]
    if form := told.get("form"):
        fields["response_format"] = _FORMS.get(form, form)
    if form == "timestamps":
        fields["timestamp_granularities"] = ["segment"]
    if form == "speakers":
        fields["chunking_strategy"] = "auto"
    english = told.get("into") == "english"
    if english:
        fields.pop("timestamp_granularities", None)
    elif told.get("language"):
        fields["language"] = told["language"]

    if english:  # the package's own method for it warns that it goes away
        return Posted("/audio/translations", {}, {}, form=tuple(fields.items()))

    def ask(client: Any, options: Mapping[str, Any]) -> Any:
        return client.audio.transcriptions.with_streaming_response.create(**fields, **options)

    return ask


class Spoken(Answered):
    """The sound of /audio/speech as a result; an error that came as JSON is told as one."""

    def _event(self, kind: str, value: Mapping[str, Any]) -> bool:
        return self._said(value)

    def _one_piece(self) -> None:
        import json

        data = bytes(self._body)
        if data[:1] in (b"{", b"<") or not data:
            try:
                value = json.loads(data)
            except ValueError:
                value = None
            if said_in(value, whole=True) is None or not self._said(value):
                self.odd(f"The answer is no sound: {data[:200].decode('utf-8', 'replace')}")
            return
        kind = self._type.partition(";")[0].strip().lower()
        if not kind.startswith("audio/"):
            kind = "audio/mpeg"
        self.results = (Result("audio", f"data:{kind};base64,{base64.b64encode(data).decode()}"),)
