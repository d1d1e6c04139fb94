"""The text that can be shown while it grows: no pictures as base64, no half characters.

Pure and append-only. `Halves` joins characters that were cut into UTF-16 halves by two deltas;
`Shown` leaves out data addresses, with the picture syntax around them, of whatever size.
"""

from __future__ import annotations

import re

_DATA = re.compile(
    r"(!\[[^\]\n]{0,300}\]\(\s{0,3}<?)?data:(?:image|video|audio|application)/[\w.+\-]{1,60};base64,"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/=_%\-]+")
_TAIL = 420  # longest beginning that may be undecided
_UNDECIDED = re.compile(
    r"(?:!(?:\[[^\]\n]{0,300}(?:\](?:\(\s{0,3}<?(?:d(?:a(?:t(?:a(?::[\w/+.\-;=]{0,80})?)?)?)?)?)?)?)?"
    r"|(?<![A-Za-z0-9])d(?:a(?:t(?:a(?::[\w/+.\-;=]{0,80})?)?)?)?)$"
)
_HALF = re.compile("[\ud800-\udfff]")


class Halves:
    """Joins surrogate halves over deltas; a half that stays alone becomes a question mark box."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> str:
        """The text with its halves joined; a first half at the end waits for the next delta."""
        if text.isascii() and not self._held:
            return text
        text = self._held + text
        self._held = ""
        if _HALF.search(text) is None:
            return text
        if "\ud800" <= text[-1] <= "\udbff":
            self._held, text = text[-1], text[:-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def end(self) -> str:
        """What is left of a half that never found its other."""
        held, self._held = self._held, ""
        return "\ufffd" if held else ""


class Shown:
    """Leaves data addresses out of growing text."""

    def __init__(self) -> None:
        self._held = ""
        self._skipping: str = ""  # "": no, "(": to the end of the picture syntax, "-": base64 only

    def feed(self, text: str) -> str:
        """What of it can be shown now."""
        if self._held:
            text, self._held = self._held + text, ""
        if not self._skipping and "data:" not in text:
            return self._but_the_end(text)
        out: list[str] = []
        start = 0
        while start < len(text):
            if self._skipping:
                start = self._skip(text, start)
                continue
            found = _DATA.search(text, start)
            if found is None:
                break
            out.append(text[start : found.start()])
            self._skipping = "(" if found[1] else "-"
            start = found.end()
        out.append(self._but_the_end(text[start:]))
        return "".join(out)

    def end(self) -> str:
        """What was held."""
        held, self._held = self._held, ""
        return held

    def _skip(self, text: str, start: int) -> int:
        if self._skipping == "(":
            close = text.find(")", start)
            if close < 0:
                return len(text)
            self._skipping = ""
            return close + 1
        if rest := _BASE64.match(text, start):
            start = rest.end()
        if start < len(text):
            self._skipping = ""
        return start

    def _but_the_end(self, text: str) -> str:
        if not text:
            return text
        base = max(0, len(text) - _TAIL)
        tail = text[base:] if base else text
        if "!" not in tail and "d" not in tail:
            return text
        if found := _UNDECIDED.search(tail):
            self._held = tail[found.start() :]
            return text[: base + found.start()]
        return text


def whole(text: str) -> str:
    """A finished text without halves."""
    halves = Halves()
    return halves.feed(text) + halves.end()
