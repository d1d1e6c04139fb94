"""Clips as tasks: begun by one request, asked after by others.

`videos.py` and `tasks.py` tell of them, each in its form. A job follows the demo's clock; at pace 0
each question moves it on, so that a test sees every state without waiting.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from .clips import Clip
from .studio import Making, Studio

State = Literal["unknown", "queued", "in_progress", "completed", "failed"]
UNKNOWN_UNTIL, QUEUED_UNTIL, DONE_AT = 0.5, 1.5, 9.0  # seconds of the demo's clock
A_QUESTION = 3.0  # what a question is worth at pace 0


@dataclass(eq=False)
class Job:
    """One task."""

    clip: Clip
    model: str
    studio: Studio
    making: Making | None  # None: was finished before a restart
    refused: bool = False  # will fail in the review of the result
    remixed_from: str | None = None
    created: int = field(default_factory=lambda: int(time.time()))
    begun: float = field(default_factory=time.monotonic)
    questions: int = 0

    @property
    def id(self) -> str:
        return self.clip.task

    @property
    def path(self) -> Path:
        return self.studio.folder / self.studio.clips.file_of(self.clip)

    @property
    def url(self) -> str:
        return self.studio.url(self.path)

    async def look(self) -> tuple[State, int]:
        """State and percentage at this question."""
        if self.making is None:
            return "completed", 100
        pace = self.studio.pace
        now = (time.monotonic() - self.begun) / pace if pace else self.questions * A_QUESTION
        self.questions += 1
        if now < UNKNOWN_UNTIL:
            return "unknown", 0
        if now < QUEUED_UNTIL:
            return "queued", 0
        percent = int(100 * (now - QUEUED_UNTIL) / (DONE_AT - QUEUED_UNTIL))
        if self.refused:
            return ("failed", 92) if percent > 92 else ("in_progress", percent)
        if percent < 100 or (pace and not self.making.done):
            return "in_progress", min(percent, 97)
        await self.making.path()
        return "completed", 100


class Jobs:
    """All tasks since the start, and those that the studio remembers from before."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._jobs: dict[str, Job] = {}
        self._deleted: set[str] = set()

    def begin(self, clip: Clip, model: str, *, remixed_from: str | None = None) -> Job:
        making = self._studio.begin_clip(clip)
        refused = model.startswith("demo-refused")
        job = Job(clip, model, self._studio, making, refused, remixed_from)
        self._jobs[job.id] = job
        return job

    def length(self, seconds: float) -> float:
        return self._studio.length(seconds)

    def get(self, name: str) -> Job | None:
        if name not in self._jobs and name not in self._deleted:
            clip = self._studio.clips.get(name)
            if clip is not None and clip.task == name:
                self._jobs[name] = Job(clip, "demo-film", self._studio, None)
        return self._jobs.get(name)

    def delete(self, job: Job) -> None:
        if job.making:
            job.making.abandon()
        self._deleted.add(job.id)
        del self._jobs[job.id]

    def all(self) -> list[Job]:
        return list(self._jobs.values())
