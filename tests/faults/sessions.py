"""A person at the page without a browser: the framework's socket and ours, spoken directly.

    async with Session(server.url, query="?model=chat-count-400-50") as person:
        answer = await person.say("Hello")          # through the page's real composer
        await answer.wait_end()
        answer.text, answer.arrivals                # [(monotonic, characters so far)]

One `Session` is one tab: the page's script runs for it in full, and its live socket is followed
as live.js does. Nothing is drawn. Used by the fault rounds and by the load measurements.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

# The framework's name for the one widget that carries a component's presses.
PRESSES = "$$STREAMLIT_INTERNAL_KEY_{id}__events"


class Refused(Exception):
    """The page said a sentence instead of sending."""


class Gone(Exception):
    """The server has gone."""


class Answer:
    """One run as a tab sees it grow."""

    def __init__(self, run: str, message: str, prompt: str = "") -> None:
        self.run, self.message, self.prompt = run, message, prompt
        self.pressed = 0.0  # when the press was sent, monotonic
        self.shown = 0.0  # when the tab first heard of the run
        self.view: dict[str, Any] = {}
        self.final: dict[str, Any] | None = None
        self.arrivals: list[tuple[float, int]] = []
        self._pieces: list[str] = []
        self._length = 0
        self._changed = asyncio.Event()
        self.gone = False

    @property
    def text(self) -> str:
        """The final text if there is one, else what has come."""
        if self.final is not None and self.final.get("text") is not None:
            return str(self.final["text"])
        return "".join(self._pieces)

    @property
    def length(self) -> int:
        return self._length

    @property
    def state(self) -> str:
        return str(self.view.get("state", ""))

    def take(self, frame: list[Any]) -> None:
        match frame:
            case [_, str() as piece]:
                self._pieces.append(piece)
                self._length += len(piece)
                self.arrivals.append((time.monotonic(), self._length))
            case [_, dict() as changed]:
                self.view |= changed
                if changed.get("message"):
                    self.final = changed["message"]
        self._changed.set()

    def lost(self) -> None:
        self.gone = True
        self._changed.set()

    async def until(self, true: Callable[[Answer], bool], seconds: float = 60) -> None:
        """Wait until something is true of the answer. Raises Gone when the server goes first."""
        async with asyncio.timeout(seconds):
            while not true(self):
                if self.gone:
                    raise Gone
                self._changed.clear()
                await self._changed.wait()

    async def wait_end(self, seconds: float = 120) -> None:
        await self.until(lambda one: one.final is not None, seconds)


class Session:
    """A tab. `query` is what stands behind the address, as `?model=…&c=…`."""

    def __init__(self, url: str, query: str = "", *, base: str = "", compressed: bool = True):
        self.url, self.query, self._base = url, query.lstrip("?"), base
        self._compression = "deflate" if compressed else None
        self.conversation = ""
        self.title = ""
        self.messages: list[dict[str, Any]] = []
        self.answers: dict[str, Answer] = {}
        self.history: list[dict[str, Any]] = []
        self.items: list[tuple[float, dict[str, Any]]] = []
        self.ended: list[dict[str, Any]] = []
        self.problem = ""
        self.missing = False
        self.gone = False
        self._page: ClientConnection | None = None
        self._live: ClientConnection | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._aliases = itertools.count(1)
        self._by_alias: dict[int, Answer] = {}
        self._changed = asyncio.Condition()
        self._finished = 0  # script runs that ended
        self._box = self._box_fragment = self._thread = self._thread_fragment = ""
        self._script = ""
        self._ready = False

    async def __aenter__(self) -> Session:
        try:
            await self._open()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in (self._page, self._live):
            if socket is not None:
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(socket.close(), 1)

    # -- what a person does -------------------------------------------------------------------

    async def say(self, text: str, seconds: float = 60) -> Answer:
        """Type and press Enter; the run that it began. Raises Refused with the page's sentence."""
        known = set(self.answers)
        pressed = await self.press_enter(text)
        answer = await self._begun(text, seconds, known)
        answer.pressed = pressed
        return answer

    async def press_enter(self, text: str) -> float:
        """The press alone, without waiting for anything."""
        state = BackMsg()
        widget = state.rerun_script.widget_states.widgets.add(id=self._box)
        widget.chat_input_value.data = text
        widget.chat_input_value.file_uploader_state.SetInParent()
        self.problem = ""
        pressed = time.monotonic()
        await self._rerun(state, self._box_fragment)
        return pressed

    async def press(self, do: str, **more: Any) -> None:
        """A press in the conversation, as `press("again", message=…)`."""
        state = BackMsg()
        widget = state.rerun_script.widget_states.widgets.add(id=PRESSES.format(id=self._thread))
        value = [{"event": "act", "value": {"do": do, **more}}]
        widget.json_trigger_value = json.dumps(value)
        await self._rerun(state, self._thread_fragment)

    async def again(self, message: str, seconds: float = 60) -> Answer:
        """Press Again below an answer; the run that it began."""
        texts = {one["id"]: one["text"] for one in self.messages}
        parent = next(one["parent"] for one in self.messages if one["id"] == message)
        known = set(self.answers)
        pressed = time.monotonic()
        await self.press("again", message=message)
        answer = await self._begun(texts[parent], seconds, known)
        answer.pressed = pressed
        return answer

    async def stop(self, run: str) -> None:
        await self.tell("stop", run)

    async def tell(self, *frame: Any) -> None:
        """A frame to the live socket."""
        assert self._live is not None
        try:
            await self._live.send(json.dumps(frame))
        except ConnectionClosed as error:
            raise Gone from error

    async def until(self, true: Callable[[Session], bool], seconds: float = 60) -> None:
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: self.gone or true(self))
        if self.gone and not true(self):
            raise Gone

    # -- both sockets -------------------------------------------------------------------------

    async def _open(self) -> None:
        wire = self.url.replace("http", "ws", 1)
        options: Any = {
            "origin": self.url,
            "compression": self._compression,
            "max_size": None,
            "ping_interval": None,
            "proxy": None,
        }
        try:
            self._live = await connect(f"{wire}{self._base}/vnchat/live", **options)
            self._page = await connect(
                f"{wire}{self._base}/_stcore/stream",
                subprotocols=[websockets.Subprotocol("streamlit")],
                **options,
            )
        except (OSError, websockets.WebSocketException) as error:
            raise Gone from error
        self._tasks = [
            asyncio.create_task(self._hear_page(self._page)),
            asyncio.create_task(self._hear_live(self._live)),
        ]
        await self._rerun(BackMsg(), "")
        await self.until(lambda one: one._finished > 0 and bool(one._box))
        await self.tell("history")
        await self.tell("open", self.conversation)
        await self.until(lambda one: one._ready)

    async def _rerun(self, message: BackMsg, fragment: str) -> None:
        told = message.rerun_script
        told.query_string = self.query
        told.page_script_hash = self._script
        told.fragment_id = fragment
        told.context_info.locale = "en-GB"
        told.context_info.url = self.url
        assert self._page is not None
        try:
            await self._page.send(message.SerializeToString())
        except ConnectionClosed as error:
            raise Gone from error

    async def _hear(self, socket: ClientConnection, take: Callable[[Any], None]) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for data in socket:
                take(data)
                async with self._changed:
                    self._changed.notify_all()
        self.gone = True
        for answer in self.answers.values():
            answer.lost()
        async with self._changed:
            self._changed.notify_all()

    async def _hear_page(self, socket: ClientConnection) -> None:
        def take(data: bytes) -> None:
            told = ForwardMsg.FromString(data)
            match told.WhichOneof("type"):
                case "new_session":
                    self._script = self._script or told.new_session.page_script_hash
                case "navigation":  # the page itself; new_session names the script around it
                    self._script = told.navigation.page_script_hash or self._script
                case "page_info_changed":
                    self.query = told.page_info_changed.query_string
                case "script_finished":
                    self._finished += 1
                case "delta" if told.delta.WhichOneof("type") == "new_element":
                    self._element(told.delta)

        await self._hear(socket, take)

    def _element(self, delta: Any) -> None:
        element = delta.new_element
        match element.WhichOneof("type"):
            case "chat_input":
                self._box, self._box_fragment = element.chat_input.id, delta.fragment_id
                self.conversation = self._box.rsplit("prompt-", 1)[-1]
            case "bidi_component" if element.bidi_component.id.endswith("-thread"):
                self._thread, self._thread_fragment = element.bidi_component.id, delta.fragment_id
            case "alert":
                self.problem = element.alert.body
            case "exception":
                self.problem = f"exception: {element.exception.message}"

    async def _hear_live(self, socket: ClientConnection) -> None:
        def take(data: str | bytes) -> None:
            told = json.loads(data)
            for frame in told[1:] if told[0] == "all" else [told]:
                take_one(frame)

        def take_one(frame: list[Any]) -> None:
            match frame:
                case [int() as alias, *_]:
                    if answer := self._by_alias.get(alias):
                        answer.take(frame)
                        if answer.final is not None:
                            self.messages = [
                                answer.final if one["id"] == answer.message else one
                                for one in self.messages
                            ]
                case ["thread", conversation, dict() as told] if conversation == self.conversation:
                    self._ready = True
                    self.missing = bool(told.get("missing"))
                    self.title = str(told.get("title", ""))
                    order = [one["id"] for one in self.messages]
                    window: list[dict[str, Any]] = []
                    for one in told["messages"]:
                        same = one.get("same", 0)
                        at = order.index(one["id"]) if same else 0
                        window += self.messages[at : at + same] if same else [one]
                    self.messages = window
                    self._follow()
                case ["media", str() as message, dict() as media]:
                    for one in self.messages:
                        if one["id"] == message:
                            one["results"] = [
                                media if known["id"] == media["id"] else known
                                for known in one["results"]
                            ]
                case ["history", list() as items]:
                    self.history = items
                case ["item", dict() as item]:
                    self.items.append((time.monotonic(), item))
                case ["ended", dict() as told]:
                    self.ended.append(told)
                case ["problem", str() as sentence]:
                    self.problem = sentence

        await self._hear(socket, take)

    def _follow(self) -> None:
        """Follow every run of the conversation that goes on, from its beginning, once."""
        questions = {one["id"]: one["text"] for one in self.messages}
        for one in self.messages:
            run = one["run"]
            if run is None or run["id"] in self.answers:
                continue
            answer = Answer(run["id"], one["id"], questions.get(one["parent"], ""))
            answer.shown = time.monotonic()
            self.answers[answer.run] = answer
            if given := run.get("alias"):  # the server tells of it unasked, from this view on
                answer.view = dict(run)
                self._by_alias[given] = answer
                continue
            alias = next(self._aliases)
            self._by_alias[alias] = answer
            self._tasks.append(asyncio.create_task(self._say_follow(alias, answer.run)))

    async def _say_follow(self, alias: int, run: str) -> None:
        with contextlib.suppress(Gone):
            await self.tell("run", alias, run, 0, 0)

    async def _begun(self, text: str, seconds: float, known: set[str]) -> Answer:
        """The new answer to this question, or the page's sentence."""

        def found() -> Answer | None:
            new = (one for run, one in self.answers.items() if run not in known)
            return next((one for one in new if one.prompt == text), None)

        await self.until(lambda one: bool(one.problem) or found() is not None, seconds)
        if (answer := found()) is not None:
            return answer
        raise Refused(self.problem)


def query_of(**parts: str) -> str:
    return "?" + urlencode(parts)


def conversation_in(query: str) -> str:
    return parse_qs(query.lstrip("?")).get("c", [""])[0]
