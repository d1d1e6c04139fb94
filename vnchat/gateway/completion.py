"""One completion from request to reply: send, read, and repeat only as allowed.

Used by `ask` and by the server's runner. What bytes mean is decided in `vnchat.reading`, whether
to repeat in `repeats.py`; this file waits and nothing else.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

from vnchat.gateway.client import GatewayClient, secret_of
from vnchat.gateway.faults import GatewayFault, moved_sentence
from vnchat.gateway.keys import Key
from vnchat.gateway.profile import Profile
from vnchat.gateway.repeats import WAIT_LIMIT, Outcome, may_repeat
from vnchat.gateway.request import last_prompt
from vnchat.reading import Reader
from vnchat.reading.reply import Reply

# A 429 or 503 with one of these is no matter of waiting.
_WAITING_HELPS = frozenset({"rate_limit", "upstream", "timeout", "network", "bad_response"})


async def run_completion(
    client: GatewayClient,
    profile: Profile,
    key: Key | str | None,
    body: Mapping[str, Any],
    *,
    run_id: str,
    kind: Literal["text", "create"],
    on_change: Callable[[Reader], None] | None = None,
    on_wait: Callable[[float, int, str], Awaitable[None] | None] | None = None,
    before_send: Callable[[int], Awaitable[None]] | None = None,
    wait_limit: float = WAIT_LIMIT,
) -> Reply:
    """Send once and read to the end; the reply says how it went, so nothing of that raises.

    `on_change` is called when the answer begins and whenever the reader has something new;
    `on_wait(seconds, attempt, why)` before the wait for the `attempt`-th sending, and
    `before_send(attempt)` right before each sending, the first too; what it raises goes through.
    Cancelling goes through at once; ending the reader as stopped is then the caller's.
    """
    secret = secret_of(key)
    told = on_change or (lambda _: None)
    repeats = 0
    while True:
        if before_send is not None:
            await before_send(repeats + 1)
        reply, outcome = await _send_once(client, profile, secret, body, run_id, told)
        wait = may_repeat(kind, outcome, repeats, now=time.time(), wait_limit=wait_limit)
        if wait is None:
            return reply
        repeats += 1
        if on_wait is not None:
            told_of = on_wait(wait, repeats + 1, str(outcome.status or outcome.how))
            if told_of is not None:
                await told_of
        await asyncio.sleep(wait)


async def _send_once(
    client: GatewayClient,
    profile: Profile,
    secret: str,
    body: Mapping[str, Any],
    run_id: str,
    on_change: Callable[[Reader], None],
) -> tuple[Reply, Outcome]:
    stream = bool(body.get("stream"))
    about: dict[str, Any] = {
        "origin": profile.origin,
        "prompt": last_prompt(body.get("messages") or ()),
        "expect_stream": stream,
        "keys": [secret] if secret else [],
    }
    reader = Reader(**about)
    try:
        async with client.completion(profile, secret, body, run_id=run_id, stream=stream) as answer:
            reader = Reader(
                status=answer.status,
                content_type=answer.content_type,
                retry_after=answer.retry_after,
                **about,
            )
            if answer.status >= 300:
                reply = await _refusal(reader, answer.status, answer.headers, answer.bytes())
                hopeless = reply.failure is None or reply.failure.kind not in _WAITING_HELPS
                return reply, Outcome("status", answer.status, answer.retry_after, hopeless)
            on_change(reader)
            async for chunk in answer.bytes():
                begun = reader.got_bytes
                if reader.feed(chunk) or not begun:
                    on_change(reader)
                if reader.done:  # the last words go out first: to conclude an answer takes time
                    await asyncio.sleep(0)
        await asyncio.sleep(0)  # so do those of a stream that only stops
        return reader.end(), Outcome("after_first_byte")
    except GatewayFault as fault:
        reply = reader.end(fault.fault)
        if fault.how == "not_sent":
            reply = _nothing_sent(reply)
        return reply, Outcome(fault.how)


async def _refusal(reader: Reader, status: int, headers: Mapping[str, str], body: Any) -> Reply:
    if status < 400:  # the body of a redirect is a page without meaning
        sentence = moved_sentence(headers)
        reader.feed(json.dumps({"error": {"message": sentence}}).encode())
        return reader.end()
    async for chunk in body:
        reader.feed(chunk)
    return reader.end()


def _nothing_sent(reply: Reply) -> Reply:
    if reply.failure is None:
        return reply
    failure = dataclasses.replace(reply.failure, stage="before_sending", charged="no", again="yes")
    return dataclasses.replace(reply, failure=failure)
