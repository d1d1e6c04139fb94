"""Runs: their rows, guarded changes of state, heartbeat and what a dead server left."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from vnchat.conversation import Media, Run, RunState
from vnchat.errors import NotFound
from vnchat.reading import from_json, to_json
from vnchat.reading.reply import Reply
from vnchat.states import FINAL, GOING, before, left_behind
from vnchat.store import search
from vnchat.store.database import now_in, reading, writing
from vnchat.store.tables import instances, media, messages, runs

# Built once: for the database these are quick, to put them together takes as long again.
_ONE: sa.BindParameter[str] = sa.bindparam("one")
_OWNER: sa.BindParameter[str] = sa.bindparam("owner")
_OF: sa.BindParameter[str] = sa.bindparam("of")  # the owner, beside values of the same name
_ALLOWED = runs.c.state.in_(sa.bindparam("allowed", expanding=True))
_GET = sa.select(runs).where(runs.c.id == _ONE, runs.c.owner == _OWNER)
_SOME = sa.select(runs).where(
    runs.c.id.in_(sa.bindparam("some", expanding=True)), runs.c.owner == _OWNER
)
_CHANGE = sa.update(runs).where(runs.c.id == _ONE, runs.c.owner == _OF, _ALLOWED)
_FINISH = _CHANGE.returning(runs.c.message, runs.c.conversation)
_WORDS = sa.update(messages).where(messages.c.id == _ONE, messages.c.owner == _OF)
_SAVE = sa.update(runs).where(
    runs.c.id == _ONE,
    runs.c.instance == sa.bindparam("here"),
    sa.or_(*(runs.c.state == state for state in sorted(GOING))),  # many rows at once take no IN
)
_TOLD = (
    sa.select(runs.c.id)
    .where(
        runs.c.gateway == sa.bindparam("gateway"),
        runs.c.model == sa.bindparam("model"),
        runs.c.made == "text",
    )
    .limit(1)
)


class Runs:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def get(self, run: str, *, owner: str) -> Run:
        with reading(self._engine) as connection:
            row = connection.execute(_GET, {"one": run, "owner": owner}).first()
        if row is None:
            raise NotFound("run")
        return _run(row)

    def of_conversation(self, conversation: str, *, owner: str) -> dict[str, Run]:
        """The runs of a conversation by their id."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                sa.select(runs).where(runs.c.conversation == conversation, runs.c.owner == owner)
            ).all()
        return {row.id: _run(row) for row in rows}

    def some(self, ids: Sequence[str], *, owner: str) -> dict[str, Run]:
        if not ids:
            return {}
        with reading(self._engine) as connection:
            rows = connection.execute(_SOME, {"some": list(ids), "owner": owner}).all()
        return {row.id: _run(row) for row in rows}

    def change(self, run: str, state: RunState, *, owner: str, **values: Any) -> bool:
        """Give `state` if the run's state allows it; False if it does not (any more)."""
        if state in FINAL or state == "unknown":
            values.setdefault("ended", time.time())
        with writing(self._engine) as connection:
            told = {"one": run, "of": owner, "allowed": before(state), "state": state, **values}
            done = connection.execute(_CHANGE, told)
        return bool(done.rowcount)

    def finish(
        self,
        run: str,
        state: RunState,
        reply: Reply,
        made: str,
        *,
        owner: str,
        first_byte: float = 0.0,
        results: Sequence[Media] = (),
    ) -> bool:
        """The final state with the whole reply, once: False if it was final before.

        The rows of its results come with it, all or nothing: what was paid for is not forgotten.
        """
        with writing(self._engine) as connection:
            row = connection.execute(
                _FINISH,
                {
                    "one": run,
                    "of": owner,
                    "allowed": before(state),
                    "state": state,
                    "ended": time.time(),
                    "first_byte": first_byte,
                    "reply": to_json(reply),
                    "made": made,
                    "wait_until": 0,
                },
            ).first()
            if row is None:
                return False
            connection.execute(_WORDS, {"one": row.message, "of": owner, "text": reply.raw})
            search.put(connection, owner, row.conversation, row.message, reply.text)
            for one in results:
                connection.execute(sa.insert(media).values(**asdict(one)))
        return True

    def save(self, replies: Mapping[str, tuple[Mapping[str, Any], bool]], instance: str) -> None:
        """Reply (as JSON) and whether it is a paid create, of runs that go on here, at once."""
        if not replies:
            return
        with writing(self._engine) as connection:
            connection.execute(
                _SAVE,
                [
                    {"one": run, "here": instance, "reply": reply, "paid": paid}
                    for run, (reply, paid) in replies.items()
                ],
            )

    def remember(self, run: str, task: Mapping[str, Any], *, owner: str) -> bool:
        """The gateway has accepted a task: from now on it can be asked after by anybody."""
        with writing(self._engine) as connection:
            done = connection.execute(
                sa.update(runs)
                .where(
                    runs.c.id == run,
                    runs.c.owner == owner,
                    runs.c.state.in_(("sending", "waiting", "running")),
                )
                .values(state="running", task=dict(task), wait_until=0, first_byte=time.time())
            )
        return bool(done.rowcount)

    def remember_late(self, run: str, task: Mapping[str, Any], *, owner: str) -> bool:
        """The id of a task whose run was ended before its answer came: it can be asked after."""
        with writing(self._engine) as connection:
            done = connection.execute(
                sa.update(runs)
                .where(
                    runs.c.id == run,
                    runs.c.owner == owner,
                    runs.c.state.in_(("unknown", "stopped", "interrupted")),
                )
                .values(task=dict(task))
            )
        return bool(done.rowcount)

    def note(self, run: str, *, owner: str, **extra: Any) -> bool:
        """Something that was learnt of a run after its end."""
        with writing(self._engine) as connection:
            mine = sa.and_(runs.c.id == run, runs.c.owner == owner)
            over = runs.c.state.not_in(tuple(GOING))
            row = connection.execute(sa.select(runs.c.reply).where(mine, over)).first()
            if row is None:
                return False
            reply = dict(row.reply)
            reply["extra"] = {**(reply.get("extra") or {}), **extra}
            connection.execute(sa.update(runs).where(mine, over).values(reply=reply))
        return True

    def look_again(self, run: str, *, owner: str, instance: str) -> bool:
        """A task whose end nobody saw is followed again; nothing is sent anew."""
        with writing(self._engine) as connection:
            done = connection.execute(
                sa.update(runs)
                .where(
                    runs.c.id == run,
                    runs.c.owner == owner,
                    runs.c.state.in_(("unknown", "stopped", "interrupted")),
                    runs.c.task != {},
                )
                .values(state="running", ended=0, instance=instance, stop_asked=False, seen=False)
            )
        return bool(done.rowcount)

    def seen(self, conversation: str, *, owner: str) -> bool:
        with writing(self._engine) as connection:
            done = connection.execute(
                sa.update(runs)
                .where(
                    runs.c.conversation == conversation,
                    runs.c.owner == owner,
                    runs.c.seen == sa.false(),
                    runs.c.state.not_in(tuple(GOING)),
                )
                .values(seen=True)
            )
        return bool(done.rowcount)

    def ask_to_stop(self, run: str, *, owner: str) -> None:
        """For a run of another server: its owner reads this flag."""
        with writing(self._engine) as connection:
            connection.execute(
                sa.update(runs)
                .where(runs.c.id == run, runs.c.owner == owner, runs.c.state.in_(tuple(GOING)))
                .values(stop_asked=True)
            )

    def asked_to_stop(self, *, instance: str) -> list[str]:
        with reading(self._engine) as connection:
            return list(
                connection.execute(
                    sa.select(runs.c.id).where(
                        runs.c.instance == instance,
                        runs.c.stop_asked == sa.true(),
                        runs.c.state.in_(tuple(GOING)),
                    )
                ).scalars()
            )

    def going_of(self, *, instance: str) -> list[tuple[str, str]]:
        """(run, owner) of what a server carries on, by the rows."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                sa.select(runs.c.id, runs.c.owner).where(
                    runs.c.instance == instance, runs.c.state.in_(tuple(GOING))
                )
            )
            return [(row.id, row.owner) for row in rows]

    def going_of_others(self, *, instance: str) -> dict[str, tuple[str, str]]:
        """Owner and conversation of every run that goes on at another server."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                sa.select(runs.c.id, runs.c.owner, runs.c.conversation).where(
                    runs.c.instance != instance, runs.c.state.in_(tuple(GOING))
                )
            )
            return {row.id: (row.owner, row.conversation) for row in rows}

    def newest_answer(self) -> int:
        with reading(self._engine) as connection:
            return int(connection.execute(sa.select(sa.func.max(messages.c.seq))).scalar() or 0)

    def answers_of_others(self, *, instance: str, after: int) -> list[tuple[int, str, str]]:
        """(number, owner, conversation) of answers that other servers began, the newest ones.

        Numbers are given before transactions end, so some before `after` are told once more.
        """
        with reading(self._engine) as connection:
            rows = connection.execute(
                sa.select(messages.c.seq, runs.c.owner, runs.c.conversation)
                .join(runs, runs.c.id == messages.c.run)
                .where(messages.c.seq > after - 200, runs.c.instance != instance)
            )
            return [(row.seq, row.owner, row.conversation) for row in rows]

    def answered_with_text(self, gateway: str, model: str) -> bool:
        """Has this model answered with text here before? Only then is a request no paid create."""
        with reading(self._engine) as connection:
            return bool(connection.execute(_TOLD, {"gateway": gateway, "model": model}).first())

    def earlier_seconds(self, gateway: str, model: str, limit: int = 10) -> list[float]:
        """How long the last finished videos and pictures of this model took here, in seconds."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                sa.select(runs.c.ended - runs.c.started)
                .where(
                    runs.c.gateway == gateway,
                    runs.c.model == model,
                    runs.c.made.in_(("video", "image", "audio")),
                    runs.c.state == "done",
                    runs.c.started > 0,
                )
                .order_by(runs.c.ended.desc())
                .limit(limit)
            ).scalars()
            return [float(value) for value in rows if value > 0]

    def beat(self, instance: str) -> None:
        """This server is alive, by the database's clock."""
        with writing(self._engine) as connection:
            now = now_in(connection)
            done = connection.execute(
                sa.update(instances).where(instances.c.id == instance).values(heartbeat=now)
            )
            if not done.rowcount:
                connection.execute(sa.insert(instances).values(id=instance, heartbeat=now))

    def take_over(self, *, lease: float, but: str) -> list[tuple[str, str, str]]:
        """Give an end to every going run whose server has not beaten for `lease` seconds.

        Gives (run, owner, state) of each. `but` is the asking server itself: a run whose task is
        known goes on there, in the state running.
        """
        ended: list[tuple[str, str, str]] = []
        with writing(self._engine) as connection:
            alive = (
                sa.select(instances.c.id)
                .where(instances.c.heartbeat > now_in(connection) - lease)
                .scalar_subquery()
            )
            rows = connection.execute(
                sa.select(
                    runs.c.id,
                    runs.c.owner,
                    runs.c.state,
                    runs.c.paid,
                    runs.c.reply,
                    runs.c.message,
                    runs.c.task,
                    runs.c.instance,
                    runs.c.stop_asked,
                ).where(
                    runs.c.state.in_(tuple(GOING)),
                    runs.c.instance != but,
                    runs.c.instance.not_in(alive),
                )
            ).all()
            for row in rows:
                if row.task and not row.stop_asked:
                    done = connection.execute(
                        sa.update(runs)
                        .where(runs.c.id == row.id, runs.c.instance == row.instance)
                        .values(state="running", instance=but)
                    )
                    if done.rowcount:
                        ended.append((row.id, row.owner, "running"))
                    continue
                state = left_behind(row.state, paid=row.paid)
                done = connection.execute(
                    sa.update(runs)
                    .where(runs.c.id == row.id, runs.c.state == row.state)
                    .values(state=state, ended=time.time(), wait_until=0)
                )
                if done.rowcount:
                    raw = str((row.reply or {}).get("raw") or "")
                    connection.execute(
                        sa.update(messages).where(messages.c.id == row.message).values(text=raw)
                    )
                    ended.append((row.id, row.owner, state))
            connection.execute(
                sa.delete(instances).where(
                    instances.c.heartbeat < now_in(connection) - max(lease * 10, 600)
                )
            )
        return ended


def _run(row: sa.Row[Any]) -> Run:
    return Run(
        id=row.id,
        owner=row.owner,
        conversation=row.conversation,
        message=row.message,
        state=row.state,
        model=row.model,
        gateway=row.gateway,
        paid=row.paid,
        stream=row.stream,
        parameters=row.parameters or {},
        reply=from_json(row.reply or {}),
        task=row.task or {},
        created=row.created,
        started=row.started,
        first_byte=row.first_byte,
        ended=row.ended,
        attempt=row.attempt,
        wait_until=row.wait_until,
        instance=row.instance,
        stop_asked=row.stop_asked,
        seen=row.seen,
        requests=row.requests,
    )
