"""A provider's task from submit to result: sent once, remembered, asked after until it ends.

The id is stored before anything is shown; from then on the task can be followed by anybody who
has its row: after a refresh, a restart, on another server. What a record sends is filled in
gateway/tasks.py, what replies mean is read in reading/tasks.py; this file waits.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from vnchat.gateway.client import GatewayClient, secret_of
from vnchat.gateway.faults import GatewayFault, moved_sentence
from vnchat.gateway.keys import Key
from vnchat.gateway.profile import Profile
from vnchat.gateway.records import Record
from vnchat.gateway.repeats import Outcome, may_repeat
from vnchat.gateway.tasks import (
    Asking,
    Wanted,
    base_of,
    cancel_of,
    content_of,
    hop_of,
    kept,
    next_of,
    poll_of,
    submit_of,
)
from vnchat.reading.made import Follows, Gathered, as_facts
from vnchat.reading.pointing import text_at
from vnchat.reading.reply import Activity, Failure, Handle, Reply, Result
from vnchat.reading.tasks import Look, Submitted, read_cancel, read_poll, read_submit, results_at

FIRST_POLL = 5.0
SLOWER_AFTER, SLOWER = 120.0, 15.0  # new-api asks the provider itself only every 15 s
RESULTS_MISSING = 6  # so often a finished task may still be without its result
MOST_BODY = 64_000_000
POLL_SECONDS = 60.0
LATE_SECONDS = 120.0  # for the answer of a submit that was stopped
CANCEL_SECONDS = 20.0
_WAITING_HELPS = frozenset({"rate_limit", "upstream", "timeout", "network", "bad_response"})


@dataclass(frozen=True, slots=True)
class Limits:
    every: float = 0.0  # 0: as the record says
    silence: float = 600.0
    give_up: float = 7200.0
    wait: float = 60.0


@dataclass(frozen=True, slots=True)
class Late:
    """What the answer to a stopped submit said: the task to store, or that there is none."""

    task: Mapping[str, Any]
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the run wants to know. What they raise goes through."""

    on_change: Callable[[Follows], None]
    on_wait: Callable[[float, int, str], Awaitable[None]]
    before_send: Callable[[int], Awaitable[None]]
    remember: Callable[[Mapping[str, Any]], Awaitable[None]]
    left: Callable[[Coroutine[Any, Any, Late]], None]  # the answer of a submit that was stopped


@dataclass(frozen=True, slots=True)
class Place:
    """Where the task is: client, gateway and record."""

    client: GatewayClient
    profile: Profile
    key: Key | None
    record: Record

    @property
    def secrets(self) -> list[str]:
        secret = secret_of(self.key)
        return [secret] if secret else []

    def reader(self) -> Gathered:
        return Gathered(media=self.record.kind != "text", keys=self.secrets)


async def repeated(
    send: Callable[[], Awaitable[tuple[Reply | None, Outcome]]],
    hooks: Hooks,
    *,
    kind: Literal["create", "text"] = "create",
    wait_limit: float = 60.0,
) -> Reply | None:
    """Send, and send again only as the table of repeats allows. None: it was accepted."""
    repeats = 0
    while True:
        await hooks.before_send(repeats + 1)
        reply, outcome = await send()
        if reply is None or reply.failure is None:
            return reply
        hopeless = reply.failure.kind not in _WAITING_HELPS
        outcome = replace(outcome, hopeless=outcome.how == "status" and hopeless)
        wait = may_repeat(kind, outcome, repeats, now=time.time(), wait_limit=wait_limit)
        if wait is None:
            return reply
        repeats += 1
        await hooks.on_wait(wait, repeats + 1, str(outcome.status or outcome.how))
        await asyncio.sleep(wait)


async def run_task(
    place: Place,
    wanted: Wanted,
    *,
    run_id: str,
    hooks: Hooks,
    limits: Limits,
    step: str = "",
) -> Reply:
    """Submit once and follow to the end. Raises BadInput before anything is sent."""
    asking = submit_of(place.record, wanted, step=step)
    told: dict[str, Submitted] = {}
    reader = place.reader()

    async def send() -> tuple[Reply | None, Outcome]:
        nonlocal reader, asking
        reader = place.reader()
        hooks.on_change(reader)
        try:
            sending = asyncio.ensure_future(_submit(place, asking, run_id, step))
            asking, submitted, outcome = await asyncio.shield(sending)
        except asyncio.CancelledError:  # it may be made already: its id is still read
            hooks.left(_late(place, sending, wanted))
            raise
        except GatewayFault as fault:
            reply = reader.end(fault.fault)
            if fault.how == "not_sent" and reply.failure is not None:
                reply = replace(reply, failure=_unsent(reply.failure))
            return reply, Outcome(fault.how)
        told["submit"] = submitted
        if submitted.failure is not None:
            reader.extra["body"] = as_facts(submitted.body)
            return reader.fail(submitted.failure), outcome
        return None, outcome

    refused = await repeated(send, hooks, wait_limit=limits.wait)
    if refused is not None:
        return refused
    submitted = told["submit"]
    if submitted.look is not None:  # made at once
        return _done(place, reader, submitted.look, submitted.task_id)
    task = kept(place.record, asking, wanted, submitted.task_id, submitted.body)
    await hooks.remember(task)
    reader.got_bytes = True
    reader.activity = Activity("queued")
    hooks.on_change(reader)
    return await follow_task(place, task, reader=reader, hooks=hooks, limits=limits)


async def follow_task(
    place: Place,
    task: Mapping[str, Any],
    *,
    reader: Gathered,
    hooks: Hooks,
    limits: Limits,
    at_once: bool = False,
) -> Reply:
    """Ask until it ends. Nothing here submits anything.

    When nothing was heard for too long or it takes too long, the reply is one whose end nobody
    saw; the task can be looked after again later.
    """
    every = limits.every or place.record.every
    began = heard = time.monotonic()
    empty = 0
    pause = 0.0 if at_once else min(FIRST_POLL, every)
    while True:
        await asyncio.sleep(pause)
        look, retry_after = await _look(place, task)
        now = time.monotonic()
        if look.body is not None:
            reader.extra["body"] = as_facts(look.body)
        match look.state:
            case "failed":
                reader.told(look.progress)
                why = look.failure or Failure("upstream", "The task failed.")
                return reader.fail(why)
            case "asks":
                return _asked(place, reader, str(task.get("id", "")))
            case "succeeded":
                heard = now
                look = await _with_result(place, task, look)
                if look.results or look.text:
                    return _done(place, reader, look, str(task.get("id", "")))
                empty += 1
                if empty >= RESULTS_MISSING:
                    return reader.odd("The gateway calls the task finished but names no result.")
            case _ if look.failure is None:
                heard = now
        _tell(reader, look)
        hooks.on_change(reader)
        if now - heard > limits.silence or now - began > limits.give_up:
            if look.failure is not None:
                reader.extra["last_refusal"] = look.failure.message
            return reader.lost()
        slow = not limits.every and now - began > SLOWER_AFTER
        pause = max(every, SLOWER if slow else 0.0, retry_after)


def _tell(reader: Gathered, look: Look) -> None:
    reader.told(look.progress if look.state in ("running", "succeeded") else None)
    if look.state in ("running", "succeeded"):
        reader.activity = Activity("working", look.words)
    elif look.state == "queued":
        reader.activity = Activity("queued", look.words)


def _done(place: Place, reader: Gathered, look: Look, task_id: str) -> Reply:
    reader.told(100.0)
    reader.results = look.results
    if look.text:
        reader.text_parts.append(look.text)
    if look.body is not None:
        reader.extra["body"] = as_facts(look.body)
    if look.choices:
        reader.extra["choices"] = [dict(one) for one in look.choices]
    reader.handles = _handles(place, task_id)
    return reader.end()


def _asked(place: Place, reader: Gathered, task_id: str) -> Reply:
    """The step waits for more words: they are given by another step of the same task."""
    reader.extra["asks"] = True
    reader.handles = _handles(place, task_id)
    return reader.end()


def _handles(place: Place, task_id: str) -> tuple[Handle, ...]:
    way: Literal["video", "task"] = "video" if place.record.kind == "video" else "task"
    return (Handle(way, task_id),) if task_id else ()


async def _submit(
    place: Place, asking: Asking, run_id: str, step: str = ""
) -> tuple[Asking, Submitted, Outcome]:
    """Once; another path only after 404 or 405, which no gateway charges."""
    words = next_of(place.record, step).text if step else ""
    hints = place.record.hints
    if words:
        hints = replace(hints, kind="text", text=words, result="")
    for path in (asking.path, *asking.alternatives):
        tried = replace(asking, path=path)
        status, body, headers = await _call(place, tried, {"Idempotency-Key": run_id})
        if status not in (404, 405):
            break
    if status in (404, 405) and asking.otherwise is not None:
        return await _submit(place, asking.otherwise, run_id, step)
    if 300 <= status < 400:
        body = b'{"error":{"message":' + _quoted(moved_sentence(headers)) + b"}}"
    submitted = read_submit(
        status,
        body,
        hints,
        content_type=headers.get("content-type", ""),
        headers=headers,
        keys=place.secrets,
        origin=place.profile.origin,
    )
    told = headers.get("retry-after", "")
    outcome = Outcome("status", status, told) if status >= 300 else Outcome("after_first_byte")
    return tried, submitted, outcome


async def _late(
    place: Place, sending: Awaitable[tuple[Asking, Submitted, Outcome]], wanted: Wanted
) -> Late:
    try:
        async with asyncio.timeout(LATE_SECONDS):
            asking, submitted, _ = await sending
    except (GatewayFault, TimeoutError):
        return Late({})
    if submitted.failure is not None or not submitted.task_id:
        return Late({}, refused=submitted.failure is not None)
    return Late(kept(place.record, asking, wanted, submitted.task_id, submitted.body))


async def cancel_task(place: Place, task: Mapping[str, Any]) -> str:
    """Ask for the end of a task: "confirmed", "taken" or "refused"."""
    asking = cancel_of(place.record, task)
    if asking is None:
        return "refused"
    try:
        async with asyncio.timeout(CANCEL_SECONDS):
            status, body, _ = await _call(place, asking, {})
    except (GatewayFault, TimeoutError):
        return "refused"
    return read_cancel(status, body)


async def _look(place: Place, task: Mapping[str, Any]) -> tuple[Look, float]:
    look, retry_after = Look(), 0.0
    for asking in poll_of(place.record, task):
        try:
            async with asyncio.timeout(POLL_SECONDS):
                status, body, headers = await _call(place, asking, {})
        except (GatewayFault, TimeoutError) as error:
            message = str(error) or "No answer in time."
            return Look(failure=Failure("network", message, stage="delivery")), 0.0
        look = read_poll(
            status,
            body,
            place.record.hints,
            content_type=headers.get("content-type", ""),
            headers=headers,
            keys=place.secrets,
            origin=place.profile.origin,
        )
        told = headers.get("retry-after", "")
        retry_after = min(float(told), 60.0) if told.isascii() and told.isdigit() else 0.0
        if status not in (404, 405):
            break
    return look, retry_after


async def _with_result(place: Place, task: Mapping[str, Any], look: Look) -> Look:
    """A finished task without a link: its file asked after, or its bytes at the gateway itself."""
    if look.results or look.text:
        return look
    record = place.record
    if record.hop is not None:
        taken = next((t for part in _parts(look.body) if (t := text_at(part, record.hop_take))), "")
        asking = hop_of(record, taken) if taken else None
        if asking is not None:
            try:
                status, body, _ = await _call(place, asking, {})
            except GatewayFault:
                return look
            found = read_poll(status, body, record.hints).body if status < 300 else None
            kind: Any = record.kind
            made = results_at(found, record.hop_result, kind, place.profile.origin)
            return replace(look, results=made)
    if link := content_of(record, place.profile, str(task.get("id", ""))):
        return replace(look, results=(Result("video", link),))
    return look


def _parts(body: object) -> list[object]:
    inner = body.get("data") if isinstance(body, Mapping) else None
    return [body, inner] if inner is not None else [body]


async def _call(
    place: Place, asking: Asking, more: Mapping[str, str]
) -> tuple[int, bytes, Mapping[str, str]]:
    async with place.client.call(
        asking.method,
        asking.path,
        base_of(place.profile, place.record, asking),
        place.key,
        headers={**asking.headers, **more},
        content=asking.content,
        form=asking.form,
        silence=POLL_SECONDS if asking.method == "GET" else None,
    ) as answer:
        body = bytearray()
        async for chunk in answer.bytes():
            body += chunk
            if len(body) > MOST_BODY:
                break
        return answer.status, bytes(body), answer.headers


def _unsent(failure: Failure) -> Failure:
    return replace(failure, stage="before_sending", charged="no", again="yes")


def _quoted(text: str) -> bytes:
    import json

    return json.dumps(text).encode()
