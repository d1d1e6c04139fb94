"""Many users at once, spoken at protocol level: nothing is drawn, all else is as with a browser.

Each user is a tab with both sockets (`tests/faults/sessions.py`), says one thing within the first
two seconds and follows the answer. The lag of a marked place is from the gateway's write to the
tab's having the characters up to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

from tests.bench.browser import quantile
from tests.bench.gateway import rows
from tests.bench.processes import Process
from tests.bench.texts import Script
from tests.faults.sessions import Session

SPREAD = 2.0
NEWS = ("item", "ended", "history", "gone")


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Growing(Protocol):
    arrivals: list[tuple[float, int]]  # (monotonic, characters so far)
    pressed: float


@dataclass(slots=True)
class Crowd:
    """Times in milliseconds, CPU in seconds for 1,000 tokens, kB for one reply, memory in MB."""

    users: int
    enter: float  # p95
    p50: float
    p95: float
    worst: float
    cpu: float
    kb: float
    news_kb: float  # of that: what the sidebar hears of everybody's conversations
    memory: float
    lost: int  # replies that did not come whole


class Tab(Session):
    """A session that counts what it receives."""

    def __init__(self, url: str, query: str) -> None:
        super().__init__(url, query)
        self.received = self.news = 0

    async def _hear(self, socket: ClientConnection, take: Callable[[Any], None]) -> None:
        def counted(data: Any) -> None:
            self.received += len(data)
            if isinstance(data, str) and data.startswith('["'):
                several = data.startswith('["all"')
                parts = json.loads(data)[1:] if several else [json.loads(data)]
                self.news += sum(len(compact(one)) for one in parts if one[0] in NEWS)
            take(data)

        await super()._hear(socket, counted)

    async def ask(self, prompt: str, end: int) -> Growing:
        answer = await self.say(prompt, 120)
        await answer.wait_end(240)
        return answer


class BaselineTab:
    """The same for the `st.write_stream` page: the text so far comes anew with each update."""

    def __init__(self, url: str, query: str) -> None:
        self._url, self._query = url, query
        self.received = self.news = 0
        self.arrivals: list[tuple[float, int]] = []
        self.pressed = 0.0
        self._box = self._script = ""
        self._ended = False
        self._heard = asyncio.Event()

    async def __aenter__(self) -> BaselineTab:
        self._socket = await websockets.connect(
            self._url.replace("http", "ws") + "/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            origin=websockets.Origin(self._url),
            max_size=None,
            ping_interval=None,
            proxy=None,
        )
        self._task = asyncio.create_task(self._hear())
        await self._rerun(BackMsg())
        await self._until(lambda: bool(self._box))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self._socket.close(), 1)

    async def ask(self, prompt: str, end: int) -> Growing:
        state = BackMsg()
        widget = state.rerun_script.widget_states.widgets.add(id=self._box)
        widget.chat_input_value.data = prompt
        widget.chat_input_value.file_uploader_state.SetInParent()
        self.pressed = time.monotonic()
        await self._rerun(state)
        async with asyncio.timeout(240):
            await self._until(lambda: self._ended)
        return self

    async def _rerun(self, message: BackMsg) -> None:
        message.rerun_script.query_string = self._query
        message.rerun_script.page_script_hash = self._script
        await self._socket.send(message.SerializeToString())

    async def _until(self, true: Callable[[], bool]) -> None:
        while not true():
            self._heard.clear()
            await self._heard.wait()

    async def _hear(self) -> None:
        async for data in self._socket:
            self.received += len(data)
            told = ForwardMsg.FromString(bytes(data))  # type: ignore[arg-type]
            match told.WhichOneof("type"):
                case "new_session":
                    self._script = told.new_session.page_script_hash or self._script
                case "delta" if told.delta.WhichOneof("type") == "new_element":
                    self._element(told.delta.new_element)
            self._heard.set()

    def _element(self, element: Any) -> None:
        match element.WhichOneof("type"):
            case "chat_input":
                self._box = element.chat_input.id
            case "markdown" if element.markdown.body.startswith("## Part"):
                body = element.markdown.body
                self.arrivals.append((time.monotonic(), len(body)))
                self._ended = self._ended or "ENDMARK" in body[-20:]


def crowd(server: Process, log: Path, users: int, script: Script, *, kind: str = "vnchat") -> Crowd:
    return asyncio.run(_crowd(server, log, users, script, Tab if kind == "vnchat" else BaselineTab))


async def _crowd(server: Process, log: Path, users: int, script: Script, make: Any) -> Crowd:
    before = len(rows(log))
    tabs = [make(server.url, f"?model={script.name}") for _ in range(users)]
    async with contextlib.AsyncExitStack() as stack:
        for some in range(0, users, 5):
            await asyncio.gather(*map(stack.enter_async_context, tabs[some : some + 5]))
        await asyncio.sleep(1)
        for tab in tabs:
            tab.received = tab.news = 0
        cpu = server.cpu()
        said = [f"user {n} of {users} says hello" for n in range(users)]
        answers = await asyncio.gather(
            *(
                _after(n * SPREAD / users, tab.ask(said[n], script.tokens))
                for n, tab in enumerate(tabs)
            ),
            return_exceptions=True,
        )
        await asyncio.sleep(0.8)
        cpu = server.cpu() - cpu
        received, news = sum(tab.received for tab in tabs), sum(tab.news for tab in tabs)
        memory = server.memory()
    by_prompt = {row["prompt"]: row for row in rows(log)[before:]}
    enters: list[float] = []
    lags: list[float] = []
    lost = 0
    for prompt, answer in zip(said, answers, strict=True):
        row = by_prompt.get(prompt)
        if row is None or isinstance(answer, BaseException):
            lost += 1
            continue
        enters.append(1000 * (row["received_mono"] - answer.pressed))
        lags += (seen := lags_of(row, answer.arrivals))
        lost += len(seen) < len(row["marks"]) or answer.arrivals[-1][1] < row["chars"]
    tokens = users * script.tokens
    return Crowd(
        users=users,
        enter=quantile(enters, 0.95),
        p50=quantile(lags, 0.5),
        p95=quantile(lags, 0.95),
        worst=max(lags, default=float("nan")),
        cpu=1000 * cpu / tokens,
        kb=received / users / 1000,
        news_kb=news / users / 1000,
        memory=memory,
        lost=lost,
    )


async def _after(seconds: float, work: Awaitable[Any]) -> Any:
    await asyncio.sleep(seconds)
    return await work


def lags_of(row: dict[str, Any], arrivals: list[tuple[float, int]]) -> list[float]:
    """Milliseconds from each place's sending to the first arrival that reaches it."""
    lags = []
    at = 0
    for _, sent, end in row["marks"].values():
        while at < len(arrivals) and arrivals[at][1] < end:
            at += 1
        if at == len(arrivals):
            break
        lags.append(1000 * (arrivals[at][0] - sent))
    return lags
