"""One typed call of the `openai` package, its answer read as it comes. No repeats here.

Shared by images.py, audio.py and responses.py: which method and fields is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vnchat.gateway.client import GatewayClient, GatewayFault, secret_of
from vnchat.gateway.keys import Key
from vnchat.gateway.profile import Profile
from vnchat.gateway.repeats import Outcome
from vnchat.reading.answered import Answered
from vnchat.reading.reply import Reply

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Ask = Callable[["AsyncOpenAI", Mapping[str, Any]], Any]
Make = Callable[..., Answered]


async def ask_once(
    client: GatewayClient,
    profile: Profile,
    key: Key | None,
    ask: Ask,
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
        async with client.typed(ask, profile, key, run_id=run_id) as answer:
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
