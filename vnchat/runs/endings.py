"""What the end of a run means: its state, what it made, and ends that are our own. Pure."""

from __future__ import annotations

from dataclasses import replace

from vnchat.conversation import RunState
from vnchat.reading.reply import Failure, Reply
from vnchat.runs.live import LiveRun


def state_of(reply: Reply, *, paid: bool) -> RunState:
    if reply.failure is not None:
        return "failed"
    if reply.finish == "interrupted":
        return "unknown" if paid and not reply.results else "interrupted"
    return "done"


def made_of(live: LiveRun, state: RunState, reply: Reply) -> str:
    """What the run made. Only an answer that nothing says was to be a medium counts as text."""
    if reply.results:
        return reply.results[0].kind
    plain = state == "done" and reply.text.strip() and not reply.progress
    hinted = live.made_hint in ("video", "image", "audio")
    return "text" if plain and not hinted else ""


def refused(sentence: str) -> Reply:
    failure = Failure("bad_request", sentence, stage="before_sending", charged="no", again="yes")
    return Reply(finish="error", failure=failure)


def with_failure(reply: Reply, other: Reply) -> Reply:
    return replace(reply, finish="error", failure=other.failure)
