"""What the page can show while a reply grows: percentages, what goes on, card or text.

A first guess, made line by line; `verdict.py` decides at the end, when the whole reply is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from vnchat.reading.plain import one_line
from vnchat.reading.progress import Note
from vnchat.reading.reply import Activity

_ACTIVITY: dict[str, Literal["queued", "working", "reviewing", "retrying", "alive"]] = {
    "queue": "queued",
    "working": "working",
    "progress": "working",
    "review": "reviewing",
    "retry": "retrying",
    "alive": "alive",
}
MOST_LABELS = 1000


class Pulse:
    """Follows the notes of a reply as they come."""

    def __init__(self, notes: Sequence[Note], keys: Sequence[str] = ()) -> None:
        self.progress: list[float] = []
        self.activity: Activity | None = None
        self.media_like = False
        self._notes, self._keys = notes, keys
        self._read = 0
        self._given: dict[int, int] = {}  # how many values of a growing note were counted
        self._held: dict[str, list[float]] = {}  # values whose label may yet prove to move

    def alive(self) -> bool:
        """A keep-alive came; is that news?"""
        if self.activity is not None:
            return False
        self.activity = Activity("alive")
        return True

    def follow(self, prose: int) -> bool:
        """Read the notes that came or grew; `prose` lines of text stood among them. News?"""
        changed = False
        for position in range(self._read, len(self._notes)):
            changed = self._follow(self._notes[position], position, prose > 0) or changed
        self._read = max(0, len(self._notes) - 2)  # the last line of each channel still grows
        for position in [p for p in self._given if p < self._read]:
            del self._given[position]
        return changed

    def _follow(self, note: Note, position: int, prose: bool) -> bool:
        plain = prose and note.channel == "content"
        state = _ACTIVITY.get(note.kind)
        if state is None:
            return False
        changed = False
        if note.kind == "progress":
            told = self._is_told(note, plain)
            if not told and not note.complete:
                return False
            values = note.values[self._given.get(position, 0) :]
            self._given[position] = len(note.values)
            if not told:
                values = self._moving(note.label, values)
                if plain or not values:
                    return False
            for value in values:
                if not self.progress or self.progress[-1] != value:
                    self.progress.append(value)
                    changed = True
            self.media_like = True
        elif plain:
            return False
        elif note.channel == "told" or (note.adorned and note.channel == "content"):
            self.media_like = True
        words = one_line(note.text, self._keys, 120)
        if self.activity is None or (self.activity.state, self.activity.words) != (state, words):
            self.activity = Activity(state, words, note.place)
            changed = True
        return changed

    def _is_told(self, note: Note, plain: bool) -> bool:
        """Does the line itself say clearly that it is progress?"""
        if note.channel == "told":
            return True
        if note.channel == "reasoning":
            return note.strong and note.tidy
        if note.adorned:
            return note.strong
        whole = note.complete or len(note.values) > 1  # a sentence may begin with "Processing 50%"
        return note.strong and note.tidy and whole and not plain

    def _moving(self, label: str, values: list[float]) -> list[float]:
        """Values of a line in any language: they count once a second, higher one came."""
        if label not in self._held and len(self._held) >= MOST_LABELS:
            return []
        held = self._held.setdefault(label, [])
        held.extend(value for value in values if not held or held[-1] != value)
        if len(held) < 2 or held[-1] < held[0]:
            return []
        return list(held) if len(held) == 2 else values
