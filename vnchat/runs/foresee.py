"""The request of a prompt that is not sent yet: gathered like a real one, and only shown.

Reads rows and kept files. What is shown is made in preview.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from vnchat.conversation import Media, Message
from vnchat.errors import NotFound
from vnchat.gateway.configured import Gateways
from vnchat.gateway.routing import CHAT, Route
from vnchat.runs.asking import chat_body, data_url
from vnchat.runs.choice import Choice
from vnchat.runs.delivery import Delivery
from vnchat.runs.dispatch import Dispatch, Wish
from vnchat.runs.gathering import Gathering
from vnchat.runs.live import LiveRun
from vnchat.runs.preview import Preview, of_chat
from vnchat.store import Store


async def foresee(
    store: Store,
    gateways: Gateways,
    delivery: Delivery,
    gathering: Gathering,
    dispatch: Dispatch,
    *,
    owner: str,
    conversation: str,
    choice: Choice,
    route: Route,
    question: str,
    attached: Sequence[Media],
) -> Preview:
    """Raises BadInput with the sentence that sending would give too."""
    profile, _ = gateways.get(choice.gateway)
    told = choice.continuing or {}

    def path() -> tuple[list[Message], dict[str, list[Media]]]:
        try:
            head = told.get("message") or store.conversations.get(conversation, owner=owner).head
        except NotFound:
            head = ""
        rows = store.trees.path(head, owner=owner, conversation=conversation) if head else []
        return rows, store.media.of_messages([one.id for one in rows], owner=owner)

    before, media = await asyncio.to_thread(path)
    asked = Message("preview", conversation, "", "user", question, 0, 0.0)
    live = LiveRun(
        id="preview", owner=owner, conversation=conversation, message="", model=choice.model,
        gateway=profile.id, paid=False, made_hint="", state="new", created=0.0,
    )  # fmt: skip
    live.ahead = ([*before, asked], {**media, asked.id: list(attached)})
    if route == CHAT:
        messages = await gathering.messages(live, choice)
        return of_chat(profile.base_url.rstrip("/"), chat_body(messages, choice, profile))
    messages = await gathering.messages(live, replace(choice, continuing=None))
    sound = next((one for one in attached if one.kind == "audio" and one.key), None)
    mask = next((one for one in attached if one.kind == "mask"), None)
    wish = Wish(
        controls=choice.controls,
        parameters=choice.parameters,
        stream=choice.stream,
        source=await gathering.task_of(live, told.get("message", "")),
        step=told.get("wish", ""),
        pressed=told.get("pressed", ""),
        sound=(sound.name, await delivery.load(sound), sound.type) if sound else None,
        mask=data_url(await delivery.load(mask), mask.type) if mask else "",
    )
    return dispatch.preview(live, route, messages, wish)
