"""Chunks of HTTP's chunked transfer coding put together, or taken out of their framing.

A gateway wraps each token into a chunk of its own, and each chunk is a walk through the whole HTTP
client. What came together is handed up as one chunk instead, or as what it says without the client
(`payload`): the same bytes of the body, fewer steps. Pure. Whatever is not plainly a chunk, and the
end of each body, goes through untouched, for the client to judge.
The form is that of RFC 9112, section 7.1.
"""

from __future__ import annotations

import re
from typing import Literal

MOST_HEAD = 65_536
MOST_SIZE_LINE = 64  # digits, and an extension if there is one
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n", re.IGNORECASE)
_HEAD_END = re.compile(rb"\n\r?\n")
_HAS_BODY = re.compile(rb"HTTP/1\.1 (?!1\d\d|204|304)\d\d\d")


class Lumps:
    """One connection's answers, in the order they come."""

    def __init__(self) -> None:
        self._at: Literal["head", "body", "through"] = "through"
        self._kept = b""  # the beginning of what cannot be read yet
        self._left = 0  # bytes of the open chunk still to come; −1, −2: of the line end after it

    def asked(self) -> None:
        """A request goes out: what comes next is the head of its answer."""
        if self._at == "through":
            self._at = "head"

    @property
    def in_body(self) -> bool:
        """Does a chunk come next, or the end of the chunks?"""
        return self._at == "body"

    def take(self, data: bytes) -> tuple[bytes, bytes]:
        """The same answer in fewer chunks, and what is to be taken the next time.

        A head comes alone. Only the piece of a size line is kept here.
        """
        if self._at == "through":
            return data, b""
        data, self._kept = self._kept + data, b""
        if self._at == "head":
            return self._head(data)
        parts, rest = self._body(data)
        return _chunk(parts) + rest, b""

    def payload(self, data: bytes) -> tuple[bytes, bytes]:
        """In a body: what its chunks say, and what is to be taken by `take` after them."""
        data, self._kept = self._kept + data, b""
        parts, rest = self._body(data)
        return b"".join(parts), rest

    def end(self) -> bytes:
        """What was kept and will never be whole."""
        kept, self._kept = self._kept, b""
        self._at = "through"
        return kept

    def _head(self, data: bytes) -> tuple[bytes, bytes]:
        end = _HEAD_END.search(data)
        if end is None and data.startswith(b"HTTP/1.1"[: len(data)]) and len(data) < MOST_HEAD:
            self._kept = data  # heads are small and come at once
            return b"", b""
        head = data[: end.end()] if end else b""
        if head.startswith(b"HTTP/1.1 1"):  # the answer itself is still to come
            return head, data[len(head) :]
        if not _HAS_BODY.match(head) or not _CHUNKED.search(head):
            self._at = "through"
            return data, b""
        self._at, self._left = "body", 0
        return head, data[len(head) :]

    def _body(self, data: bytes) -> tuple[list[bytes], bytes]:
        """What the chunks say, and from where on it is none of them any more."""
        parts: list[bytes] = []
        at, end = 0, len(data)
        rest = b""
        while at < end:
            if self._left > 0:
                part = data[at : at + self._left]
                parts.append(part)
                at += len(part)
                self._left = self._left - len(part) or -1
            elif self._left < 0:
                if data[at : at + 1] != (b"\r" if self._left == -1 else b"\n"):
                    return self._odd(parts, b"\r\n"[: -1 - self._left] + data[at:])
                at += 1
                self._left = -2 if self._left == -1 else 0
            elif size := _SIZE.match(data, at):
                self._left = int(size[1], 16)
                if self._left == 0:  # the last chunk, and what follows it
                    rest = data[at:]
                    self._at = "through"
                    break
                at = size.end()
            elif end - at < MOST_SIZE_LINE and b"\n" not in data[at:end]:
                self._kept = data[at:]
                break
            else:
                return self._odd(parts, data[at:])
        return parts, rest

    def _odd(self, parts: list[bytes], rest: bytes) -> tuple[list[bytes], bytes]:
        """No chunk: from here on everything is as it came."""
        self._at = "through"
        return parts, rest


def _chunk(parts: list[bytes]) -> bytes:
    body = b"".join(parts)
    return b"%x\r\n%b\r\n" % (len(body), body) if body else b""
