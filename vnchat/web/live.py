"""The live socket: one a tab. It follows runs by position and tells of changes; nothing polls.

Arrays of JSON both ways; the words are in ui/assets/live.js too. The tab names what it wants to
see, the owner of each thing named is checked, and a tab that comes back names its positions, so
nothing is sent twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Coroutine
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from vnchat.conversation import LOCAL_OWNER, title_from
from vnchat.engine import Engine, engine
from vnchat.errors import NotFound, VnchatError
from vnchat.runs import aside
from vnchat.runs.hub import Event
from vnchat.runs.live import LiveRun
from vnchat.states import GOING
from vnchat.web import history, news, views, wire
from vnchat.web.following import Follower
from vnchat.web.guard import origin_allowed
from vnchat.web.window import Window

log = logging.getLogger(__name__)

GAP_SECONDS = 1 / 64  # a tab gets something at most so often a second …
AT_ONCE = 3.0  # … but so many after a pause at once: the turn, its run, the first words
LONGEST_MESSAGE = 2_000_000
MOST_FOLLOWED = 64


class Tab:
    def __init__(self, socket: WebSocket, engine: Engine, owner: str) -> None:
        self._socket = socket
        self._engine = engine
        self._owner = owner
        self._bell = asyncio.Event()
        self._frames: list[str] = []
        self._followers: dict[int, Follower] = {}
        self._given = 0  # aliases that the tab did not choose: below zero
        self._dirty: set[int] = set()
        self._conversation = ""
        self._window = Window()
        self._looks = 0
        self._looking = 0  # looks on their way
        self._lists = False
        self._work: set[asyncio.Task[None]] = set()
        self._turn_of_words = asyncio.Lock()

    async def serve(self) -> None:
        hub = self._engine.hub
        leave = hub.subscribe(self._owner, self._event)
        no_news = news.subscribe(hub, self._engine.store, self._owner, self._told)
        sender = asyncio.create_task(self._send_forever())
        try:
            while True:
                message = await self._socket.receive_text()
                if len(message) <= LONGEST_MESSAGE:
                    self._take(message)
        except WebSocketDisconnect:
            pass
        finally:
            leave()
            no_news()
            sender.cancel()
            for alias in list(self._followers):
                self._unfollow(alias)
            for task in self._work:
                task.cancel()

    def _take(self, message: str) -> None:
        """One message of the tab. Nonsense is left unanswered."""
        try:
            said = json.loads(message)
        except ValueError:
            return
        match said:
            case ["run", int() as alias, str() as run, int() as text, int() as reasoning]:
                self._follow(alias, run, max(0, text), max(0, reasoning))
            case ["open", str() as conversation]:
                self._conversation = conversation
                self._window = Window()
                if conversation:
                    self._later(self._thread(conversation))
            case ["earlier", str() as conversation, str() as before]:
                self._later(self._earlier(conversation, before))
            case ["stop", str() as run]:
                self._stop(run)
            case ["raw", str() as one]:
                self._later(self._raw(one))
            case [str() as word, *_] if word in history.WORDS:
                self._lists = self._lists or word == "history"
                self._in_turn(history.answer(self._engine, self._owner, said, self._say))
            case ["rewrite", str() as gateway, str() as model, str() as text]:
                self._later(self._rewrite(gateway, model, text))
            case ["seen", str() as conversation]:
                self._later(self._seen(conversation))
            case ["writing", str() as gateway]:
                self._later(self._writing(gateway))
            case ["draft", str() as conversation, str() as text]:
                drafts = self._engine.store.drafts
                self._in_turn(asyncio.to_thread(drafts.put, conversation, text, owner=self._owner))

    def _later(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(self._quietly(work))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    def _in_turn(self, work: Coroutine[Any, Any, None]) -> None:
        """After what the tab said before: a question finds the change that stands before it."""

        async def taken() -> None:
            try:
                async with self._turn_of_words:
                    await work
            finally:
                work.close()

        self._later(taken())

    async def _quietly(self, work: Any) -> None:
        try:
            await work
        except VnchatError as error:
            log.info("live: %s %s", error, error.detail)
            self._say("problem", str(error))

    def _say(self, *frame: Any) -> None:
        self._frames.append(wire.frame(*frame))
        self._bell.set()

    def _told(self, frames: list[str]) -> None:
        """News of the list; a tab without the list hears of ends only."""
        self._frames += [one for one in frames if self._lists or one.startswith('["ended"')]
        if self._frames:
            self._bell.set()

    def _stop(self, run: str) -> None:
        runner = self._engine.runner
        if runner.live(run, owner=self._owner) is not None:
            runner.stop(run, owner=self._owner)  # at once: threads may all wait for the database
        else:
            self._later(asyncio.to_thread(runner.stop, run, owner=self._owner))

    # -- following ----------------------------------------------------------------------------

    def _follow(self, alias: int, run: str, text: int, reasoning: int) -> None:
        if len(self._followers) >= MOST_FOLLOWED:
            return
        self._unfollow(alias)
        live = self._engine.runner.live(run, owner=self._owner)
        if live is None:
            self._later(self._ended(alias, run, text, reasoning))
            return
        self._watch(alias, live, text, reasoning)

    def _watch(self, alias: int, live: LiveRun, text: int, reasoning: int) -> Follower:
        follower = Follower(live, text, reasoning)

        def wake() -> None:
            self._dirty.add(alias)
            self._bell.set()

        follower.wake = wake
        live.watchers.add(wake)
        self._followers[alias] = follower
        wake()
        return follower

    def _unfollow(self, alias: int) -> None:
        if follower := self._followers.pop(alias, None):
            follower.live.watchers.discard(follower.wake)
        self._dirty.discard(alias)

    async def _ended(self, alias: int, run: str, text: int, reasoning: int) -> None:
        """A run that is not in memory: over, or another server's."""
        told = await asyncio.to_thread(self._engine.store.runs.get, run, owner=self._owner)
        if told.state in GOING:
            self._watch(alias, await self._engine.shadows.follow(told), text, reasoning)
            return
        await self._final(alias, told.message, None)

    async def _final(self, alias: int, message: str, live: LiveRun | None) -> None:
        store, owner = self._engine.store, self._owner
        conversation = self._conversation
        sizes = self._engine.settings.context_sizes

        def look() -> tuple[dict[str, Any], Any]:
            with store.together():
                view = views.one_message(store, self._engine.addresses, message, owner=owner)
                try:
                    return view, views.fullness(store, conversation, owner=owner, sizes=sizes)
                except NotFound:
                    return view, None

        view, full = await asyncio.to_thread(look)
        self._window.ended(view)
        if live is not None:
            view = views.live_message(live, view)
        run = view["run"] or {}
        self._say(alias, {"state": run.get("state", "done"), "message": view})
        if conversation == self._conversation and self._window.filled(full):
            self._say("full", conversation, full)
        self._amounts([view])

    # -- sending ------------------------------------------------------------------------------

    async def _send_forever(self) -> None:
        free, last = AT_ONCE, 0.0
        while True:
            await self._bell.wait()
            now = time.monotonic()
            free = min(AT_ONCE, free + (now - last) / GAP_SECONDS)
            if free < 1:
                await asyncio.sleep((1 - free) * GAP_SECONDS)
                free = 1.0
            free, last = free - 1, time.monotonic()
            self._bell.clear()
            frames, self._frames = self._frames, []
            for alias in sorted(self._dirty):
                follower = self._followers[alias]
                frames += follower.frames(alias)
                if follower.live.final:
                    self._unfollow(alias)
                    self._later(self._final(alias, follower.live.message, follower.live))
            self._dirty.clear()
            try:
                if frames:
                    await self._socket.send_text(wire.message(frames))
            except (WebSocketDisconnect, RuntimeError):
                return  # the tab has gone; receiving notices it too

    # -- telling ------------------------------------------------------------------------------

    def _event(self, event: Event) -> None:
        match event:
            case ("tree", conversation) if conversation == self._conversation:
                if not self._turn(conversation) or self._looking:
                    self._later(self._thread(conversation))
            case ("media", message, media) if self._conversation:
                self._later(self._media(message, media))

    async def _thread(self, conversation: str) -> None:
        store, owner = self._engine.store, self._owner
        sizes = self._engine.settings.context_sizes

        def look() -> tuple[Any, ...]:
            with store.together():
                told = views.thread(store, self._engine.addresses, conversation, owner=owner)
                return *told, views.fullness(store, conversation, owner=owner, sizes=sizes)

        self._looks += 1
        here = self._looks
        self._looking += 1
        try:
            title, messages, more, full = await asyncio.to_thread(look)
        except NotFound:
            # not written yet: the page knows the id of a new conversation before its first send
            if here == self._looks:
                self._say("thread", conversation, {"messages": [], "more": False, "title": ""})
            return
        finally:
            self._looking -= 1
        if conversation == self._conversation and here == self._looks:  # else a newer one comes
            about = {"more": more, "title": title, "context": full}
            if told := self._window.whole(messages, about):
                self._say("thread", conversation, told)
            self._amounts(messages)

    def _turn(self, conversation: str) -> bool:
        """A turn that follows what the tab has is shown without asking the database about it.

        False if the change is another one.
        """
        live = self._engine.runner.begun(conversation, owner=self._owner)
        asked = live.turn.question if live is not None and live.turn is not None else None
        if live is None or asked is None or live.message in self._window:
            return False
        if asked.parent != self._window.last:
            return False
        messages = views.begun(live, self._engine.addresses)
        if len(self._followers) < MOST_FOLLOWED:
            # Its words are told unasked: to be asked is a walk there and back.
            self._given -= 1
            self._watch(self._given, live, 0, 0).knows(dict(view := messages[-1]["run"]))
            view["alias"] = self._given
        told = self._window.longer(messages, title_from(asked.text))
        self._say("thread", conversation, told)
        return True

    def _amounts(self, messages: list[dict[str, Any]]) -> None:
        """How much of what is being fetched has come: no row knows."""
        for one in messages:
            for media in one["results"]:
                if media["id"] in self._engine.delivery.got:
                    self._later(self._media(one["id"], media["id"]))

    async def _earlier(self, conversation: str, before: str) -> None:
        _, messages, more = await asyncio.to_thread(
            views.thread,
            self._engine.store,
            self._engine.addresses,
            conversation,
            owner=self._owner,
            before=before,
        )
        self._say("earlier", conversation, messages, more)

    async def _raw(self, message: str) -> None:
        def look() -> dict[str, Any]:
            store = self._engine.store
            told = store.conversations.message(message, owner=self._owner)
            run = store.runs.get(told.run, owner=self._owner)
            asked = store.conversations.message(told.parent, owner=self._owner).text
            return views.raw(run, asked)

        self._say("raw", message, await asyncio.to_thread(look))

    async def _media(self, message: str, media: str) -> None:
        try:
            one = await asyncio.to_thread(self._engine.store.media.get, media, owner=self._owner)
        except NotFound:
            return
        if one.conversation == self._conversation:
            delivery = self._engine.delivery
            got, size = delivery.got.get(media, 0), delivery.expected.get(media, 0)
            view = views.media_view(one, self._engine.addresses, got, size)
            self._say("media", message, view)

    async def _rewrite(self, gateway: str, model: str, text: str) -> None:
        """A prompt said better for a video model; shown, never sent by itself."""
        runner = self._engine.runner
        messages = [
            {"role": "system", "content": aside.FOR_VIDEO},
            {"role": "user", "content": text[: aside.LONGEST_PROMPT]},
        ]
        try:
            said = await aside.ask_aside(
                runner.client, self._engine.gateways, gateway, model, messages
            )
        except VnchatError as error:
            self._say("rewritten", "", str(error))
        else:
            self._say("rewritten", said, "")

    async def _writing(self, gateway: str) -> None:
        """Something will be sent there soon: the way to it is opened meanwhile."""
        with contextlib.suppress(VnchatError):
            profile, _ = await asyncio.to_thread(self._engine.gateways.get, gateway)
            await self._engine.runner.client.ready(profile)

    async def _seen(self, conversation: str) -> None:
        if await asyncio.to_thread(self._engine.store.runs.seen, conversation, owner=self._owner):
            self._engine.hub.tell(self._owner, "item", conversation)


async def live_socket(socket: WebSocket) -> None:
    """The route. A page of another site is refused before anything is accepted."""
    if not origin_allowed(socket.headers):
        await socket.close(1008)
        return
    here = engine()
    if here.broken:
        await socket.close(1013)
        return
    await socket.accept()
    with contextlib.suppress(RuntimeError):
        await Tab(socket, here, LOCAL_OWNER).serve()
