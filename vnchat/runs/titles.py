"""A title by a model, where VNCHAT_TITLE_MODEL names one: its own request after the first answer.

It never holds anything up: until it comes, and if it fails, the title is made from the prompt.
"""

from __future__ import annotations

import asyncio
import logging

from vnchat.conversation import title_from
from vnchat.errors import VnchatError
from vnchat.gateway.client import GatewayClient
from vnchat.gateway.configured import Gateways
from vnchat.runs.aside import ask_aside
from vnchat.runs.hub import Event, Hub
from vnchat.store import Store

log = logging.getLogger(__name__)

LONGEST_SHOWN = 2000
ASKED = (
    "Write a title of at most six words for this conversation, in its own language. "
    "Answer with the title alone, without quotation marks."
)


class Titles:
    def __init__(
        self, model: str, store: Store, gateways: Gateways, client: GatewayClient, hub: Hub
    ) -> None:
        self._model = model
        self._store = store
        self._gateways = gateways
        self._client = client
        self._hub = hub
        self._work: set[asyncio.Task[None]] = set()
        if model:
            hub.listen(self._hear)

    async def end(self) -> None:
        for task in tuple(self._work):
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    def _hear(self, owner: str, event: Event) -> None:
        match event:
            case ("ended", run, conversation, "done"):
                task = asyncio.get_running_loop().create_task(self._name(owner, run, conversation))
                self._work.add(task)
                task.add_done_callback(self._work.discard)

    async def _name(self, owner: str, run: str, conversation: str) -> None:
        try:
            found = await asyncio.to_thread(self._first, owner, run, conversation)
            if found is None:
                return
            gateway, before, prompt, answer = found
            said = f"{prompt[:LONGEST_SHOWN]}\n\n---\n\n{answer[:LONGEST_SHOWN]}"
            title = await ask_aside(
                self._client,
                self._gateways,
                gateway,
                self._model,
                [{"role": "system", "content": ASKED}, {"role": "user", "content": said}],
            )
            title = title_from(title.strip().strip("\"'“”「」《》").strip(), 80)
            told = await asyncio.to_thread(self._store.conversations.get, conversation, owner=owner)
            if title and told.title == before:  # a person was not faster
                await asyncio.to_thread(
                    self._store.conversations.rename, conversation, title, owner=owner
                )
                self._hub.tell(owner, "item", conversation)
        except VnchatError as error:
            log.info("no title from %s: %s", self._model, error)

    def _first(self, owner: str, run: str, conversation: str) -> tuple[str, str, str, str] | None:
        """Gateway, title, prompt and answer if this is the first exchange and nobody named it."""
        store = self._store
        told = store.conversations.get(conversation, owner=owner)
        every = store.conversations.messages(conversation, owner=owner)
        if len(every) != 2 or every[1].run != run or told.title != title_from(every[0].text):
            return None
        ran = store.runs.get(run, owner=owner)
        return ran.gateway, told.title, every[0].text, ran.reply.text
