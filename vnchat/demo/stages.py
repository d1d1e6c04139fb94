"""How far a provider's task is: the demo's clock, and at pace 0 one stage for each question."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from .studio import Studio

SECONDS = 8.0
A_QUESTION = 3.0


@dataclass(eq=False)
class Stage:
    studio: Studio
    id: str = field(default_factory=lambda: str(secrets.randbelow(10**16) + 10**16))
    begun: float = field(default_factory=time.monotonic)
    questions: int = 0
    cancelled: bool = False

    def percent(self) -> int:
        """At this question; 100 when it is finished."""
        pace = self.studio.pace
        now = (time.monotonic() - self.begun) / pace if pace else self.questions * A_QUESTION
        self.questions += 1
        return min(100, int(100 * now / SECONDS))

    def again(self) -> None:
        """It begins once more (more words were given)."""
        self.begun, self.questions = time.monotonic(), 0
