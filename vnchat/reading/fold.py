"""What one choice has said so far: text, thoughts, tool calls, media.

Mutable on purpose and append-only where it is shown live; `reader.py` feeds it events,
`conclude.py` makes the frozen reply of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vnchat.reading.events import Call, Sound
from vnchat.reading.jsonlinks import Found
from vnchat.reading.live import Halves, Shown
from vnchat.reading.reply import ToolCall
from vnchat.reading.thinking import Part, Thinking


@dataclass(slots=True)
class _OpenCall:
    index: int | None
    id: str
    name: str
    arguments: list[str] = field(default_factory=list)


class Choice:
    """One choice while it grows."""

    def __init__(self, index: int) -> None:
        self.index = index
        self.raw: list[str] = []  # content word for word
        self.said: list[str] = []  # content without think blocks
        self.shown: list[str] = []  # … and without data addresses
        self.thoughts: list[str] = []  # from fields of their own
        self.blocks: list[str] = []  # from think blocks
        self.both: list[str] = []  # the two in the order of arrival
        self.orphan: int | None = None  # `shown` up to here was thought, as it turned out
        self.refusals: list[str] = []
        self.media: list[Found] = []
        self.sounds: dict[str, list[str]] = {}
        self.finish_reason = ""
        self._calls: list[_OpenCall] = []
        self._length = 0
        self._by_delta = False
        self._last = ""  # the last delta as it was sent
        self._grows = False  # each delta holds all the text so far
        self._thought_length = 0
        self._halves, self._thought_halves = Halves(), Halves()
        self._thinking, self._filter = Thinking(), Shown()

    def text(self, text: str, *, whole: bool = False, last: bool = False) -> tuple[str, str]:
        """Take content; what of it can be shown now, and what of it was thought."""
        if whole or last:
            text = self._new_of(text, "".join(self.raw), self._length, whole, self._by_delta)
        return self.split(self._keep(text) if whole else self.delta(text))

    def delta(self, text: str) -> str:
        """Take a delta; what of it is new, for `split`. Several may be split as one."""
        if len(text) == self._length > 24 and len(self.raw) > 1 and text == "".join(self.raw):
            return ""  # all of it once more, in one delta
        if len(text) >= len(self._last) >= 10:
            text = self._beyond_last(text)
        else:
            self._last = text
        self._by_delta = True
        return self._keep(text)

    def split(self, text: str) -> tuple[str, str]:
        """What of new content can be shown now, and what of it was thought."""
        return self._shared_out(self._thinking.feed(text)) if text else ("", "")

    def _keep(self, text: str) -> str:
        text = self._halves.feed(text)
        if text:
            self.raw.append(text)
            self._length += len(text)
        return text

    def thought(self, text: str, *, whole: bool = False) -> str:
        """Take reasoning from a field of its own; what is new of it."""
        if whole:
            text = self._new_of(
                text, "".join(self.thoughts), self._thought_length, True, self._by_delta
            )
        text = self._thought_halves.feed(text)
        if text:
            self.thoughts.append(text)
            self.both.append(text)
            self._thought_length += len(text)
        return text

    def sound(self, piece: Sound) -> None:
        """Take a piece of sound; a closing message repeats what the pieces said."""
        if not (piece.whole and self.sounds):
            self.sounds.setdefault(piece.mime, []).append(piece.data)

    def end(self) -> tuple[str, str]:
        """Give out what was held."""
        if rest := self._halves.end():
            self.raw.append(rest)
            parts = [*self._thinking.feed(rest), *self._thinking.end()]
        else:
            parts = self._thinking.end()
        shown, thought = self._shared_out(parts)
        if held := self._filter.end():
            self.shown.append(held)
            shown += held
        if rest := self._thought_halves.end():
            self.thoughts.append(rest)
            self.both.append(rest)
        return shown, thought + rest

    def call(self, piece: Call) -> None:
        """Join a piece of a tool call to the call that it belongs to."""
        if piece.whole and self._calls and self._by_delta:
            return  # the closing message repeats what the deltas said
        call = self._call_of(piece)
        if call is None:
            call = _OpenCall(piece.index, piece.id, piece.name)
            self._calls.append(call)
        call.id = call.id or piece.id
        call.name = call.name or piece.name
        if piece.arguments:
            call.arguments.append(piece.arguments)
        if not piece.whole:
            self._by_delta = True

    def calls(self) -> tuple[ToolCall, ...]:
        """The calls in the order of their indices."""
        ordered = sorted(
            self._calls, key=lambda call: call.index if call.index is not None else 10_000
        )
        calls = (ToolCall(clean(c.id), clean(c.name), clean("".join(c.arguments))) for c in ordered)
        return tuple(call for call in calls if call.name or call.arguments)

    def reasoning(self) -> str:
        """All that was thought; the same thought under two names once."""
        own, blocks = "".join(self.thoughts), "".join(self.blocks)
        if own.strip() and own.strip() in blocks:
            thought = blocks
        elif blocks.strip() and blocks.strip() in own:
            thought = own
        else:
            thought = "".join(self.both)
        if self.orphan is not None:
            thought += "".join(self.shown[: self.orphan])
        return thought

    def answer(self) -> str:
        """The text as the user reads it."""
        start = self.orphan or 0
        text = "".join(self.shown[start:])
        if self.orphan is not None:
            text = text.lstrip()
        return text or "".join(self.refusals)

    def _shared_out(self, parts: Sequence[tuple[Part, str]]) -> tuple[str, str]:
        if not parts:
            return "", ""
        shown, thought = "", ""
        for kind, text in parts:
            if kind == "said":
                self.said.append(text)
                if text := self._filter.feed(text):
                    self.shown.append(text)
                    shown += text
            elif kind == "thought":
                self.blocks.append(text)
                self.both.append(text)
                thought += text
            elif self.orphan is None:
                self.orphan = len(self.shown)
                self.said.clear()
        return shown, thought

    def _call_of(self, piece: Call) -> _OpenCall | None:
        calls = self._calls
        if piece.index is not None:
            same = [call for call in calls if call.index == piece.index]
            if same and piece.id and same[-1].id and piece.id != same[-1].id and piece.name:
                return None  # every call under index 0, told apart by its id
            return same[-1] if same else None
        if piece.id:
            return next((call for call in calls if call.id == piece.id), None)
        if piece.name and calls and calls[-1].name:
            return None
        return calls[-1] if calls else None

    def _beyond_last(self, text: str) -> str:
        """Of a delta that repeats the one before it, and with it all the text, what is new."""
        last, self._last = self._last, text
        if not text.startswith(last) or self._length > len(last) + 32 or len(set(last)) < 4:
            return text
        if len(text) > len(last):
            self._grows = True
            return text[len(last) :]
        return "" if self._grows else text

    @staticmethod
    def _new_of(text: str, have: str, length: int, whole: bool, by_delta: bool) -> str:
        """Of a text that may repeat everything so far, what is new."""
        if not length:
            return text
        if not whole:  # the closing delta; a short one may really be the same word again
            return "" if length > 24 and text == have else text
        if text.startswith(have):
            return text[length:]
        if have.startswith(text) or text.strip() == have.strip() or by_delta:
            return ""
        return text


def clean(text: str) -> str:
    """Text without half characters."""
    if text.isascii():
        return text
    halves = Halves()
    return halves.feed(text) + halves.end()
