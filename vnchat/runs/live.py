"""A run as it is in memory while it goes on: what the tabs watch.

The text grows in `text` and `reasoning` (lists of pieces, only ever appended to); everything else
is in `view()`. A run of another server is a `LiveRun` too, fed from its row.
Everything here happens on the server's loop.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vnchat.conversation import Media, Message, RunState
from vnchat.reading.made import Follows
from vnchat.reading.reply import Activity
from vnchat.runs.progress import Bar, estimate
from vnchat.states import GOING
from vnchat.store import Turn


@dataclass(slots=True, eq=False)
class LiveRun:
    id: str
    owner: str
    conversation: str
    message: str
    model: str
    gateway: str
    paid: bool
    made_hint: str  # what the name of the model hints at: video, image, audio, text, other
    state: RunState
    created: float
    started: float = 0.0
    first_byte: float = 0.0
    attempt: int = 1
    wait_until: float = 0.0
    place: int | None = None  # in the product's own queue
    left_before: tuple[float, ...] = ()  # how long earlier runs of this model took here
    reader: Follows | None = None
    task: Mapping[str, Any] = field(default_factory=dict)  # its id at the gateway, once accepted
    text: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    held: bool = False  # the database is away: what came is held in memory
    dirty: bool = False
    final: bool = False  # it is over and its row says so
    again: bool = False  # begun by a press that asks for another answer
    watchers: set[Callable[[], None]] = field(default_factory=set)
    bar: Bar = field(default_factory=Bar)
    turn: Turn | None = None  # the prompt and the empty answer, where both were just written
    # the messages above with their media, where they were read before the run began
    ahead: tuple[list[Message], dict[str, list[Media]]] | None = None

    @property
    def going(self) -> bool:
        return self.state in GOING

    def read_by(self, reader: Follows) -> None:
        """A new attempt begins: its reader's pieces are what the tabs see."""
        if self.reader is not None:
            self.bar.begin_again()
        self.reader = reader
        self.text = reader.text_parts
        self.reasoning = reader.reasoning_parts

    def changed(self) -> None:
        self.dirty = True
        self.wake()

    def wake(self) -> None:
        for watcher in tuple(self.watchers):
            watcher()

    @property
    def activity(self) -> Activity | None:
        if self.reader is not None and self.reader.activity is not None:
            return self.reader.activity
        if self.state == "queued":
            return Activity("queued", "", self.place)
        return None

    @property
    def making(self) -> bool:
        """Is something being made, so that a card with its progress stands for the text?"""
        if self.reader is not None and self.reader.media_like:
            return True
        if self.reader is None and self.bar.value is not None:
            return True  # another server's: its row tells of progress
        return self.made_hint in ("video", "image", "audio") and not self.text

    @property
    def charged(self) -> bool:
        """May its loss have cost a creation? Not when it was plainly telling text."""
        told = bool(self.text) and self.made_hint not in ("video", "image", "audio")
        return self.paid and not (told and self.reader is not None and not self.reader.media_like)

    def progress(self) -> float | None:
        """The bar: it never runs backwards, except that a new round begins again."""
        told = self.reader.progress if self.reader is not None else []
        if not told:
            return self.bar.value
        retrying = self.activity is not None and self.activity.state == "retrying"
        return self.bar.take(told, retrying=retrying)

    def view(self) -> dict[str, Any]:
        """The run as the page shows it (RunView)."""
        now = time.time()
        activity = self.activity
        left, rounds = estimate(self.left_before, now - self.started if self.started else 0.0)
        return {
            "id": self.id,
            "state": self.state,
            "model": self.model,
            "making": self.making,
            "made": self.made_hint if self.made_hint in ("video", "image", "audio") else "",
            "progress": self.progress(),
            "round": self.bar.round,
            "activity": activity
            and {"state": activity.state, "words": activity.words, "place": activity.place},
            "elapsed": round(now - self.started, 1) if self.started else 0,
            "started": self.started or None,
            "left": left,
            "left_from": rounds,
            "wait_until": self.wait_until or None,
            "attempt": self.attempt,
            "paid": self.paid,
            "task": bool(self.task),
            "preview": getattr(self.reader, "preview", ""),
            "held": self.held,
        }
