"""What was pressed, what the gateway got and sent, what the database says: do they agree?

The one place that knows the promises of a generation. It reads the tables with its own SQL, so
that a mistake of the product's queries cannot hide itself. The rounds that fill it are in
`driver.py`.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from tests.faults.gateway import Asked, FaultGateway

GOING = {"new", "queued", "sending", "waiting", "running"}
MOST_LOST_SECONDS = 1.0
LEASE_SECONDS = 15.0  # of the product, and what its look-out takes beside it
LOOK_SECONDS = 8.0


@dataclass
class Press:
    """One press of a person that asks for an answer."""

    prompt: str
    accepted: bool = False  # the page showed it
    again: bool = False


@dataclass
class Death:
    """When the server ended, and how."""

    at: float
    how: str  # kill or term
    gone: float = math.inf  # when the process was no more


@dataclass
class Row:
    run: str
    state: str
    paid: bool
    instance: str
    question: str
    reply: dict[str, Any]
    text: str
    media: list[str]

    @property
    def raw(self) -> str:
        return str(self.reply.get("raw") or "")


@dataclass
class Ledger:
    gateway: FaultGateway
    database: sa.Engine
    leased: bool  # several servers may share the database: a dead one's runs wait for the lease
    presses: list[Press] = field(default_factory=list)
    deaths: list[Death] = field(default_factory=list)
    lost_ms: dict[str, float] = field(default_factory=lambda: {"kill": 0.0, "term": 0.0})
    judged: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    def rows(self) -> list[Row]:
        told = sa.text(
            "SELECT r.id, r.state, r.paid, r.instance, q.text AS question, r.reply, a.text AS raw,"
            " a.id AS message FROM runs r JOIN messages a ON a.id = r.message"
            " JOIN messages q ON q.id = a.parent ORDER BY a.seq"
        )
        media = sa.text("SELECT run, state FROM media WHERE origin = 'result'")
        with self.database.connect() as connection:
            kept: dict[str, list[str]] = {}
            for run, state in connection.execute(media):
                kept.setdefault(run, []).append(state)
            return [
                Row(
                    row.id,
                    row.state,
                    bool(row.paid),
                    row.instance,
                    row.question,
                    json.loads(row.reply or "{}"),
                    row.raw,
                    kept.get(row.id, []),
                )
                for row in connection.execute(told)
            ]

    def path(self, conversation: str) -> list[tuple[str, str]]:
        """(id, role) of the open path of a conversation, the first message first."""
        with self.database.connect() as connection:
            head = connection.execute(
                sa.text("SELECT head FROM conversations WHERE id = :id"), {"id": conversation}
            ).scalar()
            every = connection.execute(
                sa.text("SELECT id, parent, role FROM messages WHERE conversation = :id"),
                {"id": conversation},
            )
            known = {row.id: row for row in every}
        path = []
        while head in known:
            path.append((head, known[head].role))
            head = known[head].parent
        return path[::-1]

    def living(self) -> set[str]:
        """Servers that have beaten within the lease, by the database's own clock."""
        now = "extract(epoch from clock_timestamp())"
        if self.database.dialect.name == "sqlite":
            now = "(julianday('now') - 2440587.5) * 86400.0"
        query = f"SELECT id FROM instances WHERE heartbeat > {now} - {LEASE_SECONDS}"
        with self.database.connect() as connection:
            return set(connection.execute(sa.text(query)).scalars())

    def ownerless(self) -> list[str]:
        """Runs that go on by their row, and nobody is there to carry them on.

        A server that shares its data with nobody has no lease to wait for: ask before it has runs.
        """
        if not self.leased:
            return [row.run for row in self.rows() if row.state in GOING]
        alive = self.living()
        return [row.run for row in self.rows() if row.state in GOING and row.instance not in alive]

    # -- the promises -------------------------------------------------------------------------

    def examine(self) -> list[str]:
        """Every promise that is broken, as a sentence."""
        rows = self.rows()
        with self.database.connect() as connection:
            asked = Counter(
                connection.execute(
                    sa.text("SELECT text FROM messages WHERE role = 'user'")
                ).scalars()
            )
        wrong = [*self._presses(rows, asked), *self._requests(rows)]
        for row in rows:
            wrong += self._run(row)
        new = [line for line in wrong if line not in self.told]  # each is counted for one round
        self.told.update(new)
        return new

    def _presses(self, rows: list[Row], asked: Counter[str]) -> list[str]:
        wrong = []
        pressed = Counter(press.prompt for press in self.presses)
        accepted = Counter(press.prompt for press in self.presses if press.accepted)
        answers = Counter(row.question for row in rows)
        for prompt, presses in pressed.items():
            if asked[prompt] > 1:
                wrong.append(f"message is there {asked[prompt]} times: {prompt}")
            if accepted[prompt] and not asked[prompt]:
                wrong.append(f"message is lost: {prompt}")
            if not accepted[prompt] <= answers[prompt] <= presses:
                wrong.append(
                    f"{answers[prompt]} answers for {presses} presses, "
                    f"{accepted[prompt]} of them shown: {prompt}"
                )
        return wrong

    def _requests(self, rows: list[Row]) -> list[str]:
        wrong = []
        known = {row.run: row for row in rows}
        for key, times in Counter(one.key for one in self.gateway.asked).items():
            if times > 1:
                wrong.append(f"sent {times} times: {key}")
            if key not in known:
                wrong.append(f"sent and not on record: {key}")
        for one in self.gateway.asked:
            if one.key in known and known[one.key].question != one.prompt:
                wrong.append(f"sent with another prompt than is on record: {one.key}")
        return wrong

    def _run(self, row: Row) -> list[str]:
        asked = next((one for one in self.gateway.asked if one.key == row.run), None)
        if row.state in GOING:
            return []  # its owner lives, or the lease runs: see `ownerless`
        if asked is None:
            allowed = {"interrupted", "unknown"} if row.paid else {"interrupted"}
            return self._state(row, allowed, "never sent")
        wrong = []
        if not asked.text.startswith(row.raw):
            wrong.append(f"text is not what the gateway sent: {row.run}")
        if row.text != row.raw:
            wrong.append(f"the message has another text than its run: {row.run}")
        if asked.outcome == "done" and row.state == "done":
            if row.raw != asked.text:
                wrong.append(f"done with {len(row.raw)} of {len(asked.text)}: {row.run}")
            if "[Online Play]" in asked.text and not row.media:
                wrong.append(f"paid for, done, and no result on record: {row.run}")
            return wrong
        # What the gateway has ended may have come in the second before the server's death.
        left = {"unknown"} if row.paid else {"interrupted"}
        return [*wrong, *self._state(row, left, "cut off"), *self._lost(row, asked)]

    def _state(self, row: Row, allowed: set[str], why: str) -> list[str]:
        if row.state in allowed:
            return []
        return [f"{why}, and its state is {row.state} (paid: {row.paid}): {row.run}"]

    def _lost(self, row: Row, asked: Asked) -> list[str]:
        """How old was the oldest character that is missing, when the server died?"""
        death = next((one for one in self.deaths if one.gone > asked.at), None)
        beyond = asked.sent_beyond(len(row.raw))
        if death is None:
            return [f"ended without a death: {row.run}"]
        lost = max(0.0, death.at - beyond) if beyond is not None else 0.0
        if row.run not in self.judged:
            self.judged.add(row.run)
            self.lost_ms[death.how] = max(self.lost_ms[death.how], lost * 1000)
        if lost > MOST_LOST_SECONDS:
            return [f"{lost * 1000:.0f} ms of text lost by {death.how}: {row.run}"]
        return []

    def figures(self) -> str:
        rows = self.rows()
        states = Counter(row.state for row in rows)
        told = ", ".join(f"{n} {state}" for state, n in sorted(states.items()))
        keys = {one.key for one in self.gateway.asked}
        return (
            f"presses {len(self.presses)} ({sum(one.accepted for one in self.presses)} shown), "
            f"messages' runs {len(rows)} ({told}), "
            f"requests {len(self.gateway.asked)} with {len(keys)} keys; "
            f"longest text lost {self.lost_ms['kill']:.0f} ms by kill -9, "
            f"{self.lost_ms['term']:.0f} ms by SIGTERM"
        )
