"""How much of a run one tab has, and what is new for it. Pure but for reading the live run.

The socket that sends the frames is live.py.
"""

from __future__ import annotations

from typing import Any

from vnchat.runs.live import LiveRun
from vnchat.web import wire


class Follower:
    """One run in one tab: how much of it the tab has."""

    def __init__(self, live: LiveRun, text: int, reasoning: int) -> None:
        self.live = live
        self.skip_text = text  # positions, in code points, of what the tab has already
        self.skip_reasoning = reasoning
        self.source: list[str] | None = None
        self.text = 0  # pieces sent
        self.reasoning = 0
        self.sent: dict[str, Any] = {}
        self.look: tuple[Any, ...] = ()
        self.wake: Any = None

    def knows(self, view: dict[str, Any]) -> None:
        """The tab has been told this view of the run, as it is now."""
        self.sent = view
        self.look = _look_of(self.live)

    def frames(self, alias: int) -> list[str]:
        """What is new since the last call."""
        live = self.live
        if self.source is not live.text:  # a new attempt begins with empty hands
            self.source = live.text
            self.text = self.reasoning = 0
        frames: list[str] = []
        if (look := _look_of(live)) != self.look:
            self.look = look
            if changed := self._changed(live.view()):
                frames.append(wire.frame(alias, changed))
        if not self.sent["making"] and len(live.text) > self.text:
            new = "".join(live.text[self.text :])
            self.text = len(live.text)
            new, self.skip_text = new[self.skip_text :], max(0, self.skip_text - len(new))
            if new:
                frames.append(wire.grown(alias, new))
        if len(live.reasoning) > self.reasoning:
            new = "".join(live.reasoning[self.reasoning :])
            self.reasoning = len(live.reasoning)
            new, self.skip_reasoning = (
                new[self.skip_reasoning :],
                max(0, self.skip_reasoning - len(new)),
            )
            if new:
                frames.append(wire.thought(alias, new))
        return frames

    def _changed(self, view: dict[str, Any]) -> dict[str, Any]:
        """The fields that the tab has not got yet; passing time alone is no change."""
        changed = {
            name: value
            for name, value in view.items()
            if name != "elapsed" and (name not in self.sent or self.sent[name] != value)
        }
        changed.pop("left", None)
        if changed:
            if not self.sent:
                changed["elapsed"] = view["elapsed"]
            if "left_from" in changed or "progress" in changed:
                changed["left"] = view["left"]
            self.sent = view
        return changed


def _look_of(live: LiveRun) -> tuple[Any, ...]:
    """Differs whenever the run's view does, and costs little: it is taken for each token."""
    reader = live.reader
    return (
        live.state,
        live.attempt,
        live.wait_until,
        live.held,
        live.place,
        live.making,
        bool(getattr(live, "task", None)),
        reader and (len(reader.progress), reader.activity, getattr(reader, "preview", "")),
    )
