"""One typed call of the `openai` package, its answer read as it comes. No repeats here.

Shared by images.py, audio.py and responses.py: which method and fields is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from vnchat.gateway.client import Answer, GatewayClient, encoded, secret_of
from vnchat.gateway.faults import GatewayFault
from vnchat.gateway.keys import Key
from vnchat.gateway.profile import Profile
from vnchat.gateway.repeats import Outcome
from vnchat.gateway.tasks import root_of
from vnchat.reading.answered import Answered
from vnchat.reading.reply import Reply

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Ask = Callable[["AsyncOpenAI", Mapping[str, Any]], Any]
Make = Callable[..., Answered]


@dataclass(frozen=True, slots=True)
class Posted:
    """A request that the package has no method for: one POST to a path, JSON or a form."""

    path: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    key_in: str = ""  # the header that takes the key; "": Authorization, as everywhere
    form: tuple[tuple[str, Any], ...] = ()  # instead of the body: texts and files
    beside: bool = False  # beside the versioned address, where other makers' forms are


async def ask_once(
    client: GatewayClient,
    profile: Profile,
    key: Key | None,
    ask: Ask | Posted,
    make: Make,
    *,
    media: bool,
    run_id: str,
    on_change: Callable[[Answered], None],
) -> tuple[Reply, Outcome]:
    """The reply says how it went; nothing of that raises."""
    secret = secret_of(key)
    about: dict[str, Any] = {
        "media": media,
        "keys": [secret] if secret else [],
        "origin": profile.origin,
    }
    reader = make(**about)
    on_change(reader)
    try:
        async with _opened(client, profile, key, ask, run_id) as answer:
            reader = make(
                status=answer.status,
                content_type=answer.content_type,
                headers=answer.headers,
                **about,
            )
            on_change(reader)
            async for chunk in answer.bytes():
                begun = reader.got_bytes
                if reader.feed(chunk) or not begun:
                    on_change(reader)
            outcome = Outcome("after_first_byte")
            if answer.status >= 300:
                outcome = Outcome("status", answer.status, answer.retry_after)
        return reader.end(), outcome
    except GatewayFault as fault:
        reply = reader.end(fault.fault)
        if fault.how == "not_sent" and reply.failure is not None:
            why = replace(reply.failure, stage="before_sending", charged="no", again="yes")
            reply = replace(reply, failure=why)
        return reply, Outcome(fault.how)


def _opened(
    client: GatewayClient, profile: Profile, key: Key | None, ask: Ask | Posted, run_id: str
) -> AbstractAsyncContextManager[Answer]:
    if not isinstance(ask, Posted):
        return client.typed(ask, profile, key, run_id=run_id)
    headers = {"Idempotency-Key": run_id, **ask.headers}
    if not ask.form:
        headers["Content-Type"] = "application/json"
    secret = secret_of(key)
    if ask.key_in and secret:
        headers[ask.key_in] = secret
    return client.call(
        "POST",
        ask.path,
        root_of(profile) if ask.beside else profile,
        None if ask.key_in else key,
        headers=headers,
        content=None if ask.form else encoded(ask.body),
        form=ask.form,
    )
