"""What one run says to its gateway, and what is put on record of it while it does.

`ask` and `follow` take a run from its request to its reply; by which route is dispatch.py, the
messages are gathering.py. Which runs there are, and what their ends mean, is the runner's.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any

from vnchat.conversation import Media
from vnchat.errors import BadInput
from vnchat.gateway.client import GatewayClient
from vnchat.gateway.completion import run_completion
from vnchat.gateway.configured import Gateways
from vnchat.gateway.routing import CHAT, Route, named
from vnchat.reading.made import Follows
from vnchat.reading.reply import Reply
from vnchat.runs.asking import chat_body
from vnchat.runs.choice import Choice
from vnchat.runs.delivery import Delivery
from vnchat.runs.dispatch import Dispatch, Wish
from vnchat.runs.foresee import foresee
from vnchat.runs.gathering import Gathering
from vnchat.runs.live import LiveRun
from vnchat.runs.preview import Preview
from vnchat.runs.stopping import Stopping
from vnchat.runs.tasks import Hooks, Late
from vnchat.runs.writing import EndedElsewhere, Writing
from vnchat.settings import Settings
from vnchat.store import Store

log = logging.getLogger(__name__)

MASKED = ("image", "task")  # routes that may take a mask with a picture

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[Any]]


class Speaking:
    def __init__(
        self,
        settings: Settings,
        store: Store,
        gateways: Gateways,
        delivery: Delivery,
        client: GatewayClient,
        gathering: Gathering,
        dispatch: Dispatch,
        writing: Writing,
        stopping: Stopping,
        spawn: Spawn,
    ) -> None:
        self._settings = settings
        self._store = store
        self._gateways = gateways
        self._delivery = delivery
        self._client = client
        self._gathering = gathering
        self._dispatch = dispatch
        self._writing = writing
        self._stopping = stopping
        self._spawn = spawn
        self.late: set[asyncio.Task[Any]] = set()  # answers of submits that were stopped

    def route(self, choice: Choice) -> Route:
        return named(choice.route, self._dispatch.records) or CHAT

    async def ask(self, live: LiveRun, choice: Choice) -> Reply:
        """Everything from the messages to the reply. Raises BadInput before anything is sent."""
        profile, key = self._gateways.get(live.gateway)
        hooks = self._hooks(live)
        route = self.route(choice)
        if route.kind != "chat":
            told = choice.continuing or {}
            wish = Wish(
                controls=choice.controls,
                parameters=choice.parameters,
                stream=choice.stream,
                source=await self._gathering.task_of(live, told.get("message", "")),
                step=told.get("wish", ""),
                pressed=told.get("pressed", ""),
                sound=await self._gathering.sound(live) if route.kind == "transcription" else None,
                mask=await self._gathering.mask(live) if route.kind in MASKED else "",
            )
            messages = await self._gathering.messages(live, replace(choice, continuing=None))
            return await self._dispatch.ask(live, route, messages, wish, hooks)
        messages = await self._gathering.messages(live, choice)
        return await run_completion(
            self._client,
            profile,
            key,
            chat_body(messages, choice, profile),
            run_id=live.id,
            kind="create" if live.paid else "text",
            on_change=hooks.on_change,
            on_wait=hooks.on_wait,
            before_send=hooks.before_send,
            wait_limit=self._settings.wait_limit_seconds,
        )

    async def follow(self, live: LiveRun, before: Reply) -> Reply:
        """A task whose id is known is only asked after."""
        try:
            reader = self._dispatch.reader(live)
        except BadInput as error:  # the record of its kind is gone: the task is not
            log.warning("run %s: %s", live.id, error)
            return Reply(finish="interrupted")
        reader.got_bytes = True
        reader.progress.extend(before.progress)
        live.read_by(reader)
        live.changed()
        return await self._dispatch.follow(live, self._hooks(live), reader)

    async def preview(
        self,
        *,
        owner: str,
        conversation: str,
        choice: Choice,
        question: str,
        attached: Sequence[Media],
    ) -> Preview:
        """What this prompt would be sent as. Nothing is sent or written."""
        return await foresee(
            self._store, self._gateways, self._delivery, self._gathering, self._dispatch,
            owner=owner, conversation=conversation, choice=choice, route=self.route(choice),
            question=question, attached=attached,
        )  # fmt: skip

    def _hooks(self, live: LiveRun) -> Hooks:
        def on_change(reader: Follows) -> None:
            if live.reader is not reader:
                live.read_by(reader)
            if live.state == "sending" and reader.got_bytes:
                live.state, live.first_byte, live.wait_until = "running", time.time(), 0.0
                self._spawn(self._writing.passing(live, "running", first_byte=live.first_byte))
            live.changed()

        async def on_wait(seconds: float, attempt: int, why: str) -> None:
            live.state, live.attempt = "waiting", attempt
            live.wait_until = time.time() + seconds
            await self._writing.passing(
                live, "waiting", wait_until=live.wait_until, attempt=attempt
            )
            live.changed()

        async def before_send(attempt: int) -> None:
            if attempt > 1:  # the first is on record since the turn was written
                await self._writing.sends(live, attempt)

        async def remember(task: Mapping[str, Any]) -> None:
            stored = await self._writing.until_stored(
                live, lambda: self._store.runs.remember(live.id, task, owner=live.owner)
            )
            if not stored:
                raise EndedElsewhere
            live.task, live.state, live.first_byte = task, "running", time.time()
            live.changed()

        def left(coming: Coroutine[Any, Any, Late]) -> None:
            late = self._spawn(self._stopping.late(live, coming))
            self.late.add(late)
            late.add_done_callback(self.late.discard)

        return Hooks(on_change, on_wait, before_send, remember, left)
