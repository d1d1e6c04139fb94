"""What arrived at the demo gateway, and what became of it: one `Request` each, in order.

Tests count and read them, and wait for one with `Records.wait_for`. No network here.
"""

from __future__ import annotations

import base64
import binascii
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["open", "answered", "client left", "dropped", "gateway stopped"]


@dataclass(eq=False)
class Request:
    """One request. Times are `time.monotonic()` seconds."""

    path: str
    method: str
    headers: Mapping[str, str]  # names in lower case
    body: Any  # JSON as Python values, else the bytes (b"" if none)
    raw: bytes = b""
    received: float = field(default_factory=time.monotonic)
    outcome: Outcome = "open"
    status: int | None = None  # None until the answer has begun
    ended: float | None = None
    sent_marks: list[float] = field(default_factory=list)  # when each piece of the body went out
    sent_bytes: int = 0

    @property
    def model(self) -> str:
        return str(self.body.get("model", "")) if isinstance(self.body, dict) else ""

    @property
    def messages(self) -> list[dict[str, Any]]:
        found = self.body.get("messages") if isinstance(self.body, dict) else None
        return found if isinstance(found, list) else []

    @property
    def pictures(self) -> list[bytes]:
        """The pictures that came as data URLs in the chat messages, decoded, in order."""
        urls = (url for message in self.messages for url in picture_urls(message.get("content")))
        return [data for url in urls if (data := data_of(url)) is not None]


class Records(list[Request]):
    """All requests since the start. Changes are announced, so that nobody has to poll."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()

    def add(self, request: Request) -> None:
        with self._changed:
            self.append(request)
            self._changed.notify_all()

    def note(self, request: Request, **changes: Any) -> None:
        with self._changed:
            for name, value in changes.items():
                setattr(request, name, value)
            self._changed.notify_all()

    def note_sent(self, request: Request, size: int) -> None:
        with self._changed:
            request.sent_marks.append(time.monotonic())
            request.sent_bytes += size
            self._changed.notify_all()

    def wait_for(self, predicate: Callable[[Request], bool], *, within: float = 20) -> Request:
        """The first request for which this holds, as soon as it holds. Blocks: not for a loop."""
        with self._changed:
            if not self._changed.wait_for(lambda: any(map(predicate, self)), within):
                seen = "; ".join(f"{r.method} {r.path} {r.model} {r.outcome}" for r in self)
                raise TimeoutError(f"no such request within {within} s; seen: {seen or 'none'}")
            return next(filter(predicate, self))


def picture_urls(content: object) -> Iterator[str]:
    """The picture addresses among content parts, in the object and in the bare-string form."""
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict) and part.get("type") == "image_url":
            value = part.get("image_url")
            url = value.get("url") if isinstance(value, dict) else value
            yield url if isinstance(url, str) else ""


def data_of(url: str) -> bytes | None:
    """The bytes of a base64 data URL; None for anything else."""
    head, comma, body = url.partition(",")
    if not (comma and head.startswith("data:") and head.endswith(";base64")):
        return None
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return None
