"""Rounds in which the real server is killed while people use it, and what must hold afterwards.

A round: the server starts on the data of the rounds before, some tabs open, send text prompts and
paid prompts, press Again below what was cut off; at a random moment the server is killed (or asked
to end); the next start is examined by `ledger.py`. Nothing here knows how the product does it.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from tests.faults.gateway import FaultGateway
from tests.faults.ledger import GOING, LEASE_SECONDS, LOOK_SECONDS, Death, Ledger, Press
from tests.faults.sessions import Answer, Gone, Refused, Session, query_of
from tests.serving import Server

TEXT, PAID = "chat-asked", "sora-asked"
TEXTS = ("count-40-60", "count-300-60", "count-3000-300", "fast60k-8", "count-1500-0")
FILMS = ("film-0.5", "film-2", "film-8", "mute-2")
TERM_SECONDS = 3.0
_IS_TEXT = re.compile(r"\[(count|fast60k)").search  # of a film the page shows a card, not its lines


@dataclass
class Outcome:
    rounds: int = 0
    wrong: list[str] = field(default_factory=list)  # one line for each broken promise
    failed_rounds: int = 0
    longest_term: float = 0.0
    figures: str = ""

    @property
    def survived(self) -> int:
        return self.rounds - self.failed_rounds


class Driver:
    def __init__(
        self,
        folder: Path,
        gateway: FaultGateway,
        *,
        seed: int,
        database_url: str = "",
        tell: Callable[[str], None] = print,
    ) -> None:
        self._random = random.Random(seed)
        self._gateway = gateway
        self._tell = tell
        self._shared = bool(database_url)
        environment = {
            "OPENAI_BASE_URL": gateway.base_url,
            "OPENAI_API_KEY": "sk-test-0123456789",
            "VNCHAT_LOG_LEVEL": "warning",
        }
        if database_url:
            environment["VNCHAT_DATABASE_URL"] = database_url
        self.server = Server(folder / "data", environment)
        url = database_url or f"sqlite:///{folder / 'data' / 'vnchat.sqlite3'}"
        self.ledger = Ledger(
            gateway, sa.create_engine(url, poolclass=sa.NullPool), leased=self._shared
        )
        self._prompts = 0
        self._cut: list[tuple[str, str, str]] = []  # conversation, message, prompt of what was cut
        self._outcome = Outcome()

    async def run(self, rounds: int) -> Outcome:
        """All the rounds. What is wrong is gathered; only a server that will not start raises."""
        try:
            await self._learn()
            for n in range(1, rounds + 1):
                wrong = await self._round()
                self._outcome.rounds = n
                if wrong:
                    self._outcome.failed_rounds += 1
                    self._outcome.wrong += [f"round {n}: {line}" for line in wrong]
                    for line in wrong:
                        self._tell(f"round {n}: {line}")
            last = await self._settle()
            self._outcome.wrong += [f"at the end: {line}" for line in last]
            self._outcome.figures = self.ledger.figures()
            return self._outcome
        finally:
            await asyncio.to_thread(self.server.stop)
            self.ledger.database.dispose()

    async def _learn(self) -> None:
        """One finished text answer: from then on the text model is known to be no paid create."""
        await asyncio.to_thread(self.server.start)
        async with Session(self.server.url, query_of(model=TEXT)) as person:
            await (await self._say(person, "count-5-0")).wait_end()

    async def _round(self) -> list[str]:
        people = self._random.randint(2, 4)
        how = "term" if self._random.random() < 0.25 else "kill"
        patience = self._random.uniform(0.05, 3.5)
        before = {row.run for row in self.ledger.rows()}
        async with self._people(people) as sessions:
            acts = [asyncio.create_task(self._act(one)) for one in sessions]
            await asyncio.wait(acts, timeout=patience)
            wrong = await self._end_server(how)
            for act in acts:
                act.cancel()
            done = await asyncio.gather(*acts, return_exceptions=True)
            wrong += [f"a tab broke: {e!r}" for e in done if _unexpected(e)]
        await asyncio.to_thread(self._gateway.wait_for, lambda g: g.open == 0)
        if how == "term":
            going = [row for row in self.ledger.rows() if row.state in GOING]
            new = [row.run for row in going if row.run not in before]
            wrong += [f"not marked at the end of the server: {run}" for run in new]
        await asyncio.to_thread(self.server.start)
        wrong += self.ledger.examine()
        if not self._shared:
            wrong += [f"without an owner: {run}" for run in self.ledger.ownerless()]
        return wrong + await self._look()

    async def _end_server(self, how: str) -> list[str]:
        process = self.server.process
        assert process is not None
        death = Death(time.monotonic(), how)
        self.ledger.deaths.append(death)
        if how == "kill":
            await asyncio.to_thread(self.server.kill)
            death.gone = time.monotonic()
            return []
        began = time.monotonic()
        await asyncio.to_thread(self.server.stop)
        death.gone = time.monotonic()
        took = death.gone - began
        self._outcome.longest_term = max(self._outcome.longest_term, took)
        if took > TERM_SECONDS:
            return [f"SIGTERM took {took:.1f} s"]
        return []

    @contextlib.asynccontextmanager
    async def _people(self, number: int) -> AsyncIterator[list[Session]]:
        sessions = []
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(number):
                model = self._random.choice((TEXT, PAID))
                sessions.append(
                    await stack.enter_async_context(Session(self.server.url, query_of(model=model)))
                )
            yield sessions

    async def _act(self, person: Session) -> None:
        """What one person does until the server dies."""
        paid = PAID in person.query
        for _ in range(self._random.randint(1, 3)):
            if self._cut and self._random.random() < 0.3:
                await self._again()
                continue
            script = self._random.choice(FILMS if paid else TEXTS)
            answer = await self._say(person, script)
            self._cut.append((person.conversation, answer.message, answer.prompt))
            if self._random.random() < 0.5:
                await answer.wait_end()

    async def _again(self) -> None:
        """In another tab: Again below an earlier answer; often the button is hit twice."""
        conversation, message, prompt = self._cut.pop(self._random.randrange(len(self._cut)))
        async with Session(self.server.url, query_of(c=conversation)) as person:
            if message not in {one["id"] for one in person.messages}:
                return  # another version is open
            press = Press(prompt, again=True)
            self.ledger.presses.append(press)
            if self._random.random() < 0.5:
                await person.press("again", message=message)
            answer = await person.again(message)
            press.accepted = True
            await answer.wait_end()

    async def _say(self, person: Session, script: str) -> Answer:
        self._prompts += 1
        press = Press(f"prompt {self._prompts} [{script}]")
        self.ledger.presses.append(press)
        answer = await person.say(press.prompt)
        press.accepted = True
        return answer

    async def _look(self) -> list[str]:
        """The page itself after the restart: one of the conversations, as a person finds it."""
        if not self._cut:
            return []
        conversation, _, _ = self._random.choice(self._cut)
        rows = {row.run: row for row in self.ledger.rows()}
        wrong = []
        async with Session(self.server.url, query_of(c=conversation)) as person:
            shown = [(one["id"], one["role"]) for one in person.messages]
            if shown != self.ledger.path(conversation):
                wrong.append(f"the page shows other messages than are stored: {conversation}")
            for one in person.messages:
                row = rows.get(one["run"]["id"]) if one["run"] else None
                if row is None or row.state in {"done", *GOING} or not _IS_TEXT(row.question):
                    continue
                if row.raw.strip() != one["text"].strip():
                    wrong.append(f"the page shows another text than is kept: {row.run}")
        return wrong

    async def _settle(self) -> list[str]:
        """At the end: leases run out, results arrive, and everything has a state."""
        deadline = time.monotonic() + LEASE_SECONDS + LOOK_SECONDS
        while True:
            rows = self.ledger.rows()
            wrong = [f"without an owner: {run}" for run in self.ledger.ownerless()]
            wrong += [f"still going: {row.run}" for row in rows if row.state in GOING]
            wrong += [
                f"paid for and not kept ({row.media}): {row.run}"
                for row in rows
                if row.state == "done" and any(state != "kept" for state in row.media)
            ]
            if not wrong or time.monotonic() > deadline:
                return wrong + self.ledger.examine()
            await asyncio.sleep(0.5)


def _unexpected(error: object) -> bool:
    """The server's death is what the rounds are about; anything else a tab meets is not."""
    if not isinstance(error, BaseException) or isinstance(error, asyncio.CancelledError | Gone):
        return False
    return not (isinstance(error, Refused) and "stopping" in str(error))
