"""Splits answer text, as it grows, into what is said and what is only thought (`<think>` blocks).

Pure and append-only: a piece once given out is never taken back, so a tag that may still become one
is held until it is clear. Reasoning under field names of its own is read in `chunks.py`.
"""

from __future__ import annotations

import re
from typing import Literal

Part = Literal["said", "thought", "orphan"]  # orphan: a closing tag whose opening was never sent

_NAMES = ("think", "thinking", "thought", "reasoning")
_OPEN = re.compile(r"[<◁](think|thinking|thought|reasoning)(?:\s[^<>]{0,60})?[>▷]", re.IGNORECASE)
_CLOSE = re.compile(r"[<◁]/(think|thinking|thought|reasoning)\s{0,4}[>▷]", re.IGNORECASE)
_FENCE = re.compile(r"^[ \t>]{0,8}(?:```|~~~)", re.MULTILINE)
_ENDS = ".!?。！？…:：>▷)）*"  # a block may follow a finished sentence on its line
_LONGEST_TAG = 72


class Thinking:
    """One choice's content, piece by piece."""

    def __init__(self) -> None:
        self._held = ""
        self._inside = False
        self._maybe: list[str] | None = None  # opened amid a line: a block only if it is closed
        self._opening = ""  # the tag that opened it
        self._before = ""  # the last characters that were said
        self._said: list[str] = []  # since fences were last counted
        self._fenced = False
        self._seen = False  # any tag so far
        self._blank = True  # nothing but whitespace was said

    def feed(self, text: str) -> list[tuple[Part, str]]:
        """The parts that are certain now."""
        if self._held:
            text = self._held + text
            self._held = ""
        elif "<" not in text and "◁" not in text:
            if self._inside:
                return self._think(text, [])
            return self._say(text, [])
        out: list[tuple[Part, str]] = []
        start = 0
        while start < len(text):
            if self._inside:
                tag = _CLOSE.search(text, start)
                if tag is None:
                    break
                self._think(text[start : tag.start()], out)
                if self._maybe is not None:
                    out.append(("thought", "".join(self._maybe)))
                    self._maybe = None
                self._inside, self._before = False, ""
            else:
                tag = _OPEN.search(text, start)
                close = None if self._seen else _CLOSE.search(text, start)
                if close and (tag is None or close.start() < tag.start()):
                    self._say(text[start : close.start()], out)
                    if self._before.rpartition("\n")[2].strip() or self._in_fence():
                        self._say(close[0], out)
                    else:
                        self._seen = True
                        out.append(("orphan", ""))
                    start = close.end()
                    continue
                if tag is None:
                    break
                self._say(text[start : tag.start()], out)
                way = self._may_open()
                if not way:
                    self._say(tag[0], out)
                else:
                    self._inside = self._seen = True
                    self._opening = tag[0]
                    sure = way == "start" and tag[1].lower() != "reasoning"
                    self._maybe = None if sure else []
            start = tag.end()
        rest = text[start:]
        cut = _undecided(rest)
        self._held = rest[cut:]
        if self._inside:
            return self._think(rest[:cut], out)
        return self._say(rest[:cut], out)

    def end(self) -> list[tuple[Part, str]]:
        """What was still held; a block that was opened amid a line and never closed was none."""
        held, self._held = self._held, ""
        if self._maybe is not None:
            held = self._opening + "".join(self._maybe) + held
            self._maybe, self._inside = None, False
        return self._think(held, []) if self._inside else self._say(held, [])

    def _say(self, text: str, out: list[tuple[Part, str]]) -> list[tuple[Part, str]]:
        if self._seen and self._blank:
            text = text.lstrip()  # the empty lines between the block and the answer
        if text:
            self._blank = self._blank and not text.strip()
            self._before = (self._before + text)[-16:]
            self._said.append(text)
            out.append(("said", text))
        return out

    def _think(self, text: str, out: list[tuple[Part, str]]) -> list[tuple[Part, str]]:
        if text and self._maybe is not None:
            self._maybe.append(text)
        elif text:
            out.append(("thought", text))
        return out

    def _may_open(self) -> str:
        if self._in_fence():
            return ""
        line = self._before.rpartition("\n")[2].strip(" \t>")
        if not line:
            return "start"
        return "amid" if line[-1] in _ENDS else ""

    def _in_fence(self) -> bool:
        if len(_FENCE.findall("".join(self._said))) % 2:
            self._fenced = not self._fenced
        # an unfinished last line is not counted twice: a tag never follows the marks directly
        self._said.clear()
        return self._fenced


def _undecided(text: str) -> int:
    """From where on the text may be the beginning of a tag."""
    at = max(text.rfind("<"), text.rfind("◁"))
    if at < 0 or len(text) - at > _LONGEST_TAG:
        return len(text)
    tail = text[at + 1 :].lower().removeprefix("/")
    for name in _NAMES:
        if name.startswith(tail):
            return at
        rest = tail[len(name) :]
        if (
            tail.startswith(name)
            and rest[:1].isspace()
            and ">" not in rest
            and "▷" not in rest
            and "<" not in rest
        ):
            return at
    return len(text)
