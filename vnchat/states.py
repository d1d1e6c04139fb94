"""The states of a run and what may follow what. Pure; the one table of them.

`unknown` is a paid create whose end nobody saw: it becomes `done` or `failed` when it is looked
up again, and is never sent again by itself.
"""

from __future__ import annotations

from vnchat.conversation import RunState

FINAL: frozenset[RunState] = frozenset({"done", "failed", "stopped", "interrupted"})
GOING: frozenset[RunState] = frozenset({"new", "queued", "sending", "waiting", "running"})

# from → what the owner of the run may make of it
NEXT: dict[RunState, frozenset[RunState]] = {
    "new": frozenset({"queued", "sending", "failed", "stopped", "interrupted"}),
    "queued": frozenset({"sending", "stopped", "failed", "interrupted"}),
    "sending": frozenset(
        # sending again: sent anew after a wait that could not be written down
        {"sending", "running", "waiting", "done", "failed", "stopped", "interrupted", "unknown"}
    ),
    "waiting": frozenset({"sending", "failed", "stopped", "interrupted"}),
    "running": frozenset({"waiting", "done", "failed", "stopped", "interrupted", "unknown"}),
    "unknown": frozenset({"done", "failed"}),
    "done": frozenset(),
    "failed": frozenset(),
    "stopped": frozenset(),
    "interrupted": frozenset(),
}


def may_follow(before: RunState, after: RunState) -> bool:
    return after in NEXT[before]


def before(after: RunState) -> tuple[RunState, ...]:
    """The states that `after` may follow: the guard of the update that gives it."""
    return tuple(state for state, following in NEXT.items() if after in following)


def left_behind(state: RunState, *, paid: bool) -> RunState:
    """What a run becomes whose server died in `state`.

    What was not accepted by the gateway (not sent yet, or waiting after a 429) is only
    interrupted; a paid create that may have been accepted is unknown.
    """
    return "unknown" if paid and state in ("sending", "running") else "interrupted"
