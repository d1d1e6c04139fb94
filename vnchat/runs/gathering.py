"""What a run sends along: the open path, its pictures and sounds, the task it goes on from.

Reads rows and kept files, decides nothing: how they become messages is in asking.py.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vnchat.conversation import Media, Message
from vnchat.errors import BadInput
from vnchat.gateway.configured import Gateways
from vnchat.gateway.continuing import continuing
from vnchat.gateway.talking import talks
from vnchat.library.faults import MediaFailed
from vnchat.library.names import file_name
from vnchat.library.wav import as_wav
from vnchat.runs.asking import HEARD, data_url, from_question, messages_of
from vnchat.runs.choice import Choice
from vnchat.runs.delivery import Delivery
from vnchat.runs.live import LiveRun
from vnchat.store import Store


class Gathering:
    """`link_of` gives the address where a gateway fetches a kept file, if it can reach us."""

    def __init__(
        self,
        store: Store,
        gateways: Gateways,
        delivery: Delivery,
        link_of: Callable[[Media], str] | None,
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._delivery = delivery
        self._link_of = link_of

    async def sound(self, live: LiveRun) -> tuple[str, bytes, str] | None:
        """The sound that came with the question, or the video whose sound is meant."""
        for one in await self._given(live, "audio") + await self._given(live, "video"):
            name = one.name or file_name("", one.type, one.id)
            return name, await self._delivery.load(one), one.type
        return None

    async def mask(self, live: LiveRun) -> str:
        """The mask over the question's first picture, as a data: address; "" without one."""
        for one in await self._given(live, "mask"):
            return data_url(await self._delivery.load(one), one.type)
        return ""

    async def _given(self, live: LiveRun, kind: str) -> list[Media]:
        def look() -> list[Media]:
            answer = self._store.conversations.message(live.message, owner=live.owner)
            found = self._store.media.of_messages([answer.parent], owner=live.owner)
            return [one for one in found.get(answer.parent, ()) if one.kind == kind and one.key]

        return await asyncio.to_thread(look)

    async def task_of(self, live: LiveRun, message: str) -> Mapping[str, Any]:
        """The task behind an earlier answer; empty when it had none."""
        if not message:
            return {}

        def look() -> Mapping[str, Any]:
            told = self._store.conversations.message(message, owner=live.owner)
            return self._store.runs.get(told.run, owner=live.owner).task if told.run else {}

        return await asyncio.to_thread(look)

    async def _given_bytes(self, one: Media) -> bytes:
        """The file; of a sound in a form that chat models do not take, a WAV of it."""
        data = await self._delivery.load(one)
        if one.kind != "audio" or one.type in HEARD:
            return data
        try:
            return await asyncio.to_thread(as_wav, data)
        except MediaFailed as error:
            raise BadInput(str(error), detail=error.detail) from error

    async def _spoken(self, path: Sequence[Message], live: LiveRun) -> dict[str, str]:
        """Answers in sound that this gateway still has: {message: its name there}."""
        ids = [one.run for one in path if one.role == "assistant" and one.run]
        runs = await asyncio.to_thread(self._store.runs.some, ids, owner=live.owner)
        found: dict[str, str] = {}
        for run in runs.values():
            told = run.reply.extra.get("audio")
            if run.gateway != live.gateway or not isinstance(told, Mapping):
                continue
            if talks(run.model) and told.get("id") and told.get("until", 0) > time.time() + 30:
                found[run.message] = str(told["id"])
        return found

    def path(self, live: LiveRun) -> tuple[list[Message], dict[str, list[Media]]]:
        with self._store.together():
            path = self._store.trees.path(
                live.message, owner=live.owner, conversation=live.conversation, before=True
            )
            return path, self._store.media.of_messages([m.id for m in path], owner=live.owner)

    async def messages(self, live: LiveRun, choice: Choice) -> list[dict[str, Any]]:
        """What the gateway gets to read: the open path up to the question."""

        ahead, live.ahead = live.ahead, None
        if ahead is None:
            ahead = await asyncio.to_thread(self.path, live)
        path, media = ahead
        if choice.last and not choice.continuing:
            path = from_question(path[-choice.last :])
        profile = self._gateways.get(live.gateway)[0]
        pictures = {
            one.id: await self._given_bytes(one)
            for several in media.values()
            for one in several
            if one.origin == "given"
            and one.key
            and one.kind != "mask"
            and (profile.takes(one.kind) or (one.kind == "audio" and talks(choice.model)))
        }
        spoken = await self._spoken(path, live) if talks(choice.model) else {}
        links = {
            one.id: self._link_of(one)
            for several in media.values()
            for one in several
            if one.id in pictures and self._link_of and profile.picture_as == "link"
        }
        messages = messages_of(
            path, media, pictures, system=choice.system, links=links, spoken=spoken
        )
        if not choice.continuing:
            return messages
        at = next(n for n, m in enumerate(path) if m.id == choice.continuing["message"])
        earlier = await asyncio.to_thread(self._store.runs.get, path[at].run, owner=live.owner)
        last = messages[-1]["content"]
        return continuing(
            messages_of(path[:at], media, pictures, system=choice.system, links=links),
            earlier.reply,
            profile=profile,
            wish="extend" if choice.continuing["wish"] == "extend" else "change",
            prompt=path[-1].text,
            pictures=[] if isinstance(last, str) else [p for p in last if p["type"] != "text"],
        )
