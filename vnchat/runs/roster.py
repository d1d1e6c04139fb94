"""The runs that this process carries, by what is asked of them: whose, where, which just began.

Kept in memory only and read from any thread; the runner alone adds to it. What the database says
of runs is store/runs.py.
"""

from __future__ import annotations

import time

from vnchat.runs.live import LiveRun

TWICE_SECONDS = 2.0  # two presses within this are one


class Roster:
    def __init__(self) -> None:
        self._runs: dict[str, LiveRun] = {}

    def add(self, live: LiveRun) -> None:
        self._runs[live.id] = live

    def let_go(self, live: LiveRun) -> None:
        if self._runs.get(live.id) is live:  # not one that is looked after again
            del self._runs[live.id]

    def all(self) -> tuple[LiveRun, ...]:
        """The oldest first; those that ended a moment ago, too."""
        return tuple(self._runs.values())

    def get(self, run: str) -> LiveRun | None:
        return self._runs.get(run)

    def of(self, run: str, owner: str) -> LiveRun | None:
        found = self._runs.get(run)
        return found if found is not None and found.owner == owner else None

    def going(self, owner: str | None = None) -> list[LiveRun]:
        """Those that somebody will still give an end to; of all owners with None."""
        return [live for live in self.all() if live.going and owner in (None, live.owner)]

    def begun(self, conversation: str, owner: str) -> LiveRun | None:
        """The run of the turn that was written last there, as long as it goes on."""
        for live in reversed(self.all()):
            if live.conversation == conversation and live.owner == owner:
                return live if live.turn is not None and live.going else None
        return None

    def answering(self, conversation: str, message: str) -> LiveRun | None:
        """The run that still answers in this message, which a new question follows."""
        for live in self.going():
            if live.conversation == conversation and live.message == message:
                return live
        return None

    def pressed_before(self, owner: str, gateway: str, model: str) -> list[LiveRun]:
        """What a press a moment ago began with this model, be it over already."""
        recent = time.time() - TWICE_SECONDS
        return [
            live
            for live in self.all()
            if (live.owner, live.gateway, live.model) == (owner, gateway, model)
            and live.created > recent
            and (live.going or (live.again and live.state == "done"))
        ]
