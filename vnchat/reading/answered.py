"""Answers that are no chat completion: streamed or in one piece, with the pictures here. Pure.

Whether a stream was asked for says nothing: older gateways answer in one piece, so the content
decides. Events and fields are those of OpenAI's API (types of the `openai` package). Words from
sound are in transcript.py, the responses form in responses.py, Claude's and Gemini's in native.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from vnchat.reading import failure as failing
from vnchat.reading.jsonlinks import as_data
from vnchat.reading.made import Gathered
from vnchat.reading.reader import Fault
from vnchat.reading.reply import Activity, Finish, Reply, Result
from vnchat.reading.said import said_in
from vnchat.reading.sse import Frame, Frames, Item, Stray, decode
from vnchat.reading.urls import UNPLAYABLE, extension_of

MOST_BODY = 256_000_000


class Answered(Gathered):
    """Takes bytes; the kinds below say what an event and a whole body mean."""

    def __init__(
        self,
        *,
        media: bool,
        status: int = 200,
        content_type: str = "",
        headers: Mapping[str, str] | None = None,
        keys: Sequence[str] = (),
        origin: str = "",
    ) -> None:
        super().__init__(media=media, keys=keys)
        self._status, self._type, self._headers = status, content_type, dict(headers or {})
        self._origin = origin
        self._stream = "event-stream" in content_type and 200 <= status < 300
        self._frames = Frames()
        self._body = bytearray()
        self._over = False
        self._finish: Finish = "stop"

    def feed(self, data: bytes) -> bool:
        """Take bytes; is there something new to show?"""
        self.got_bytes = self.got_bytes or bool(data)
        if self._stream:
            news = [self._frame(item) for item in self._frames.feed(data)]  # every one is taken
            return any(news)
        if len(self._body) < MOST_BODY:
            self._body += data
        return False

    def end(self, fault: Fault | None = None) -> Reply:
        if self._over:
            fault = None  # it was all there before the line broke
        if self._reply is None:
            self._conclude(fault)
            if self._reply is None and fault is None:
                self._closed()
        reply = super().end(fault)
        if reply.finish == "stop" and self._finish != "stop":
            reply = self._reply = replace(reply, finish=self._finish)
        return reply

    def _closed(self) -> None:
        """It ended by itself: does what came make an answer?"""

    def _conclude(self, fault: Fault | None) -> None:
        if not 200 <= self._status < 300:
            self.refuse(self._status, bytes(self._body), self._type, self._headers)
        elif self._stream:
            for item in self._frames.end():
                self._frame(item)
            if self._body and not self._over and self._reply is None:
                self._stream = False  # no events under the name of a stream
                self._one_piece()
                return
            if self._reply is None and fault is None and not self._over:
                super().end(Fault("reset", "The stream ended before the answer was finished."))
        elif fault is None:
            self._one_piece()

    def _frame(self, item: Item) -> bool:
        if isinstance(item, Stray) and not self._over and len(self._body) < MOST_BODY:
            self._body += item.line.encode("utf-8", "surrogatepass") + b"\n"
        if not isinstance(item, Frame) or item.data.strip() in ("", "[DONE]"):
            return False
        value = _json(item.data)
        if not isinstance(value, Mapping):
            return False
        kind = value.get("type")
        return self._event(str(kind if isinstance(kind, str) else item.name), value)

    def _one_piece(self) -> None:
        text = decode(bytes(self._body)).strip("\ufeff \t\r\n\x00")
        if text.startswith(("data:", "event:")):  # a stream under a wrong name
            self._stream, body = True, bytes(self._body)
            self._body.clear()
            self.feed(body)
            self._conclude(None)
            return
        self._whole(_json(text) if text.startswith(("{", "[")) else None, text)

    def _said(self, value: object) -> bool:
        """Is it an error? Then the reply has failed."""
        said = said_in(value)
        if said is None:
            return False
        self.fail(failing.failure(said, keys=self._keys))
        return True

    def _event(self, kind: str, value: Mapping[str, Any]) -> bool:
        raise NotImplementedError

    def _whole(self, value: object, text: str) -> None:
        raise NotImplementedError


class Pictures(Answered):
    """/images/generations and /images/edits, with the partial pictures of a stream."""

    def _event(self, kind: str, value: Mapping[str, Any]) -> bool:
        picture = value.get("b64_json")
        if kind.endswith("partial_image") and isinstance(picture, str) and picture:
            self.preview = as_data(picture, "")
            self.activity = Activity("working")
            return True
        if kind.endswith("completed"):
            self._over = True
            self._take([value])
            self._usage(value)
            return True
        return not kind.endswith(("in_progress", "generating")) and self._said(value)

    def _whole(self, value: object, text: str) -> None:
        rows = value.get("data") if isinstance(value, Mapping) else None
        if isinstance(rows, Mapping):  # wrapped once more
            rows = rows.get("data") or rows.get("images") or [rows]
        self._take(rows if isinstance(rows, list) else [])
        if isinstance(value, Mapping):
            self._usage(value)
        if not self.results and not self._said(value):
            self.odd(f"The answer holds no picture: {text[:300]}")

    def _take(self, rows: Sequence[object]) -> None:
        made = {one.url: one for one in self.results}
        for one in rows[:50]:
            row = {"url": one} if isinstance(one, str) else one
            if not isinstance(row, Mapping):
                continue
            url, data = row.get("url"), row.get("b64_json")
            if isinstance(data, str) and len(data) > 20:
                url = data if data.startswith("data:") else as_data(data, "")
            if isinstance(url, str) and url.startswith("/") and self._origin:
                url = self._origin + url
            if isinstance(url, str) and url.startswith(("https://", "http://", "data:image/")):
                made[url] = Result("image", url, playable=extension_of(url) not in UNPLAYABLE)
            if isinstance(words := row.get("revised_prompt"), str) and words:
                self.extra["revised_prompt"] = words[:4000]
        self.results = tuple(made.values())

    def _usage(self, value: Mapping[str, Any]) -> None:
        if isinstance(usage := value.get("usage"), Mapping):
            self.usage = counted(usage)


def counted(usage: Mapping[str, Any]) -> dict[str, Any]:
    """Tokens under the names of the chat form, beside those that came."""
    told = dict(usage)
    for ours, theirs in (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens")):
        if isinstance(usage.get(theirs), int):
            told.setdefault(ours, usage[theirs])
        if isinstance(details := usage.get(f"{theirs}_details"), Mapping):
            told.setdefault(f"{ours}_details", dict(details))
    return told


def _json(text: str) -> object:
    try:
        return json.loads(text, strict=False, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
