"""Bytes in, frames out: server-sent events as gateways really write them.

Pure and incremental. Lines are decoded only when they are whole, so no cut of the bytes can
split a character. What a frame's data means is decided in `chunks.py`; lines that are no event at
all (a bare JSON error after a ping, a web page) come out as `Stray` for `reader.py` to judge.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

FIELDS = ("data", "event", "id", "retry")


@dataclass(frozen=True, slots=True)
class Frame:
    """One event. `name` is its `event:` line, "" if there was none."""

    name: str
    data: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A line that starts with a colon: a sign of life, nothing else."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A line that no event stream has."""

    line: str


Item = Frame | Comment | Stray
COMMENT = Comment()


def _half_or_mark(error: UnicodeError) -> tuple[str, int]:
    """Keep a UTF-16 half that was written as UTF-8 (they are joined later); mark other damage."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    three = error.object[error.start : error.start + 3]
    if (
        len(three) == 3
        and three[0] == 0xED
        and 0xA0 <= three[1] <= 0xBF
        and 0x80 <= three[2] <= 0xBF
    ):
        return chr(
            (three[0] & 0x0F) << 12 | (three[1] & 0x3F) << 6 | three[2] & 0x3F
        ), error.start + 3
    return "\ufffd", error.end


codecs.register_error("vnchat.half", _half_or_mark)


def decode(data: bytes) -> str:
    """UTF-8 that never raises."""
    return data.decode("utf-8", "vnchat.half")


class Frames:
    """Splits a body into frames, however its bytes are cut."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []  # the unfinished line, joined only when it ends
        self._after_cr = False
        self._begun = False
        self._raw = False  # a page or a JSON document: every line is stray
        self._name = ""
        self._data: list[str] = []
        self._open = 0  # brackets that a datum over several lines has not closed yet

    def feed(self, data: bytes) -> list[Item]:
        """The frames that these bytes complete."""
        if not data:
            return []
        if b"\r" in data or self._after_cr:
            data = self._one_kind_of_line_end(data)
        if b"\n" not in data:
            self._rest.append(data)
            return []
        lines = data.split(b"\n")
        if self._rest:
            lines[0] = b"".join((*self._rest, lines[0]))
            self._rest.clear()
        if lines[-1]:
            self._rest.append(lines[-1])
        items: list[Item] = []
        for index in range(len(lines) - 1):
            self._line(lines[index], items)
        return items

    def end(self) -> list[Item]:
        """What was left when the body ended; an event without its blank line counts."""
        items: list[Item] = []
        if self._rest:
            self._line(b"".join(self._rest), items)
            self._rest.clear()
        items.extend(self._dispatch())
        return items

    def _one_kind_of_line_end(self, data: bytes) -> bytes:
        if self._after_cr and data.startswith(b"\n"):
            data = data[1:]  # the second half of a CRLF that was cut
        self._after_cr = data.endswith(b"\r")
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _line(self, raw: bytes, items: list[Item]) -> None:
        if not self._begun:
            raw = raw.lstrip(b"\x00").removeprefix(b"\xef\xbb\xbf")
            if not raw.strip():
                return
            self._begun = True
            start = raw.lstrip()[:1]
            # a page, or a JSON document over several lines; nothing in it is an event
            self._raw = start == b"<" or (start in b"{[" and raw.rstrip()[-1:] not in b"}]")
        if self._raw:
            items.append(Stray(decode(raw)))
        elif not raw:
            items.extend(self._dispatch())
        elif raw.startswith(b"data:"):
            self._datum(decode(raw[6:] if raw[5:6] == b" " else raw[5:]), items)
        elif raw.startswith(b":"):
            items.append(COMMENT)
        else:
            line = decode(raw)
            field, _, value = line.partition(":")
            if field == "event":
                if self._data:  # the blank line between two events was forgotten
                    items.extend(self._dispatch())
                self._name = value.strip()
            elif field.strip().lower() == "data" and value.lstrip().startswith(("{", "[")):
                self._datum(value.strip(), items)  # "Data:", or led by a space
            elif self._goes_on(line):
                self._data.append(line)
            elif field not in FIELDS and line.strip():
                items.append(Stray(line))

    def _goes_on(self, line: str) -> bool:
        """Is it a further line of a datum that was written over several?"""
        if not self._data or not self._data[0].startswith("{"):
            return False
        if not self._open:
            self._open = sum(datum.count("{") - datum.count("}") for datum in self._data)
        if self._open <= 0:
            return False
        self._open += line.count("{") - line.count("}")
        return True

    def _datum(self, datum: str, items: list[Item]) -> None:
        held = self._data
        if held and held[-1].endswith("}") and datum.startswith(("{", "[DONE")):
            items.extend(self._dispatch())  # again a forgotten blank line: each line is whole
        elif held and held[-1].startswith("[DONE"):
            items.extend(self._dispatch())
        self._data.append(datum)

    def _dispatch(self) -> Iterator[Frame]:
        if self._data:
            yield Frame(self._name, "\n".join(self._data) if len(self._data) > 1 else self._data[0])
            self._data.clear()
        self._open = 0
        self._name = ""
