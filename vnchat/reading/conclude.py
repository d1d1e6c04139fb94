"""The finished reply out of everything that was heard: results, failure, finish, text.

Pure. Which link is a result: `choose.py`; what a line of notes means: `verdict.py`; what an error
means: `failure.py`. Here they are put in order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vnchat.reading import reply
from vnchat.reading.choose import Chosen, choose
from vnchat.reading.failure import failure, trace_in
from vnchat.reading.fold import Choice, clean
from vnchat.reading.jsonlinks import Found
from vnchat.reading.links import as_links, links_in, without_half
from vnchat.reading.plain import is_page, title_of, without_keys
from vnchat.reading.progress import Note
from vnchat.reading.reply import Failure, FailureKind, Finish, Handle, Reply
from vnchat.reading.said import Said
from vnchat.reading.sounds import sound_url
from vnchat.reading.verdict import Work, said_in_words, without_notes, work_of

_BY_FINISH: dict[Finish, str] = {
    "length": "length max_tokens max_output_tokens model_length max_length",
    "content_filter": """content_filter safety prohibited_content blocklist recitation spii
        image_safety sensitive refusal moderation""",
    "tool_calls": "tool_calls function_call tool_use",
    "error": "error failed network_error insufficient_system_resource",
    "interrupted": "abort aborted cancelled canceled interrupted",
}
FINISHES: dict[str, Finish] = {
    reason: finish for finish, reasons in _BY_FINISH.items() for reason in reasons.split()
}
_FAULTS: dict[str, tuple[FailureKind, str]] = {
    "reset": ("network", "The connection was dropped before the answer was finished."),
    "network": ("network", "No connection to the gateway."),
    "stalled": ("timeout", "Nothing came for too long."),
    "timeout": ("timeout", "It took too long."),
}
_SEEN = re.compile(r"[^\s\u200b-\u200f\u2060\ufeff]")
_SID = re.compile(r"(?<![0-9A-Za-z_])s_[0-9a-f]{16,64}(?![0-9A-Za-z_])")
_GEN = re.compile(r"(?<![0-9A-Za-z_])gen_[0-9A-Za-z]{6,64}(?![0-9A-Za-z_])")
_TASK = re.compile(r"(?<![0-9A-Za-z_])task_[0-9A-Za-z]{6,64}(?![0-9A-Za-z_])")
_VIDEO = re.compile(r"(?<![0-9A-Za-z_])video_[0-9A-Za-z]{6,80}(?![0-9A-Za-z_.])")
_SHARE = re.compile(r"https?://[^\s<>\"'()]{1,200}/(?:share|p)/[^\s<>\"'()]{4,200}")


@dataclass(slots=True)
class Heard:
    """Everything a reader heard of one response."""

    choices: Sequence[Choice]
    notes: Sequence[Note]
    prose: int
    broken: Said | None
    usage: Mapping[str, Any] | None
    model: str
    extra: Mapping[str, Any]
    done: bool
    page: str  # a body that was no completion, as text
    fault: str
    fault_message: str
    got_bytes: bool
    origin: str
    prompt: str
    keys: Sequence[str]
    headers: Mapping[str, str]
    refusal: Failure | None  # of a status that is no success
    version: int
    media_like: bool = field(default=False)


def conclude(heard: Heard) -> Reply:
    """The finished reply. Never raises on anything that was sent."""
    choices = heard.choices
    first = choices[0] if choices else Choice(0)
    answers = [choice.answer() for choice in choices]
    reasoning = first.reasoning()
    answered = heard.prose > 0 or any(choice.refusals for choice in choices)
    work = work_of(heard.notes, heard.prose, result=False, answer=answered)
    chosen, media_ids = _results(heard, work, reasoning)
    made = bool(chosen.results) and (
        work.shown or heard.prose <= 6 or any(result.kind != "image" for result in chosen.results)
    )
    if made or heard.broken:
        work = work_of(heard.notes, heard.prose, result=made, answer=answered and not made)
    told = None
    if not chosen.results and not chosen.refused and heard.refusal is None and heard.broken is None:
        told = said_in_words("".join(first.said), heard.notes, work=work.shown, prompt=heard.prompt)
    if told and not work.shown:
        work = work_of(heard.notes, heard.prose, result=True, answer=False)
    if told and first.said and "".join(first.said).lstrip()[:1] in ("{", "["):
        answers[0] = ""
    elif (work.shown or told) and answers and first.orphan is None:
        answers[0] = without_notes(answers[0], heard.notes, told)
    text = "\n\n".join(part for part in answers if part)
    why = _failure(heard, work, chosen, told, text, reasoning)
    heard.media_like = bool(work.shown or (chosen.results and not heard.prose))
    handles = _handles(first, media_ids) if work.shown or chosen.results else ()
    return Reply(
        version=heard.version,
        text=without_keys(clean(text), heard.keys),
        raw=without_keys(clean("".join(first.raw)), heard.keys),
        reasoning=without_keys(clean(reasoning), heard.keys),
        results=chosen.results,
        progress=work.progress,
        activity=None,
        tool_calls=first.calls(),
        finish=_finish(heard, first, why, text, chosen),
        failure=why,
        usage=heard.usage,
        model=heard.model,
        handles=handles,
        # one choice is the reply itself; a picture of megabytes need not be kept twice
        choices=tuple(_choice(choice, heard.keys) for choice in choices if len(choices) > 1),
        extra=dict(heard.extra),
    )


def _choice(choice: Choice, keys: Sequence[str]) -> reply.Choice:
    text, raw = clean(choice.answer()), clean("".join(choice.raw))
    return reply.Choice(
        index=choice.index,
        text=without_keys(text, keys),
        raw=without_keys(raw, keys),
        reasoning=without_keys(clean(choice.reasoning()), keys),
        tool_calls=choice.calls(),
        finish_reason=choice.finish_reason,
    )


def _results(heard: Heard, work: Work, reasoning: str) -> tuple[Chosen, list[str]]:
    results: dict[str, reply.Result] = {}
    refused = 0
    media_ids: list[str] = []
    for choice in heard.choices:
        reading = links_in("".join(choice.said))
        if not reading.links and not choice.said and work.progress:
            reading = links_in("".join(choice.both))  # all of it was sent as reasoning
        found = [
            *choice.media,
            *(Found("audio", url) for m, d in choice.sounds.items() if (url := sound_url(d, m))),
        ]
        if not (heard.done or choice.finish_reason):
            reading.links = without_half(reading.links, "".join(choice.said))
        media_ids.extend(reading.media_ids)
        chosen = choose(
            [*reading.links, *as_links(found)],
            prompt=heard.prompt,
            origin=heard.origin,
            evidence=work.hinted,
            counted=bool(work.progress),
            prose=reading.prose,
            code=reading.code,
        )
        refused += chosen.refused
        for result in chosen.results:
            results.setdefault(result.url, result)
    return Chosen(tuple(results.values()), refused), media_ids


def _failure(
    heard: Heard, work: Work, chosen: Chosen, told: Said | None, text: str, reasoning: str
) -> Failure | None:
    if heard.refusal is not None:
        return heard.refusal
    if chosen.results:
        return None  # what went wrong on the way does not count once there is a result
    first = heard.choices[0] if heard.choices else Choice(0)
    trace = trace_in(heard.headers)
    far = max(work.progress, default=0)
    more = reasoning[-600:] if work.shown else ""

    def fail(said: Said, kind: FailureKind | None = None) -> Failure:
        return failure(said, keys=heard.keys, trace=trace, progress=far, more=more, kind=kind)

    if heard.broken is not None:
        return fail(heard.broken)
    if told is not None:
        return fail(told)
    finish = FINISHES.get(first.finish_reason)
    complete = heard.done or bool(first.finish_reason)
    if heard.fault and not complete:
        if heard.fault not in _FAULTS:
            return None  # stopped by the person, or the server is going down
        kind, sentence = _FAULTS[heard.fault]
        return fail(Said(heard.fault_message or sentence), kind)
    has_calls = any(choice.calls() for choice in heard.choices)
    empty = not (_SEEN.search(text) or has_calls or chosen.refused)
    if finish == "error":
        return fail(
            Said(
                text.strip()[:600] or "The gateway ended with finish_reason error.",
                first.finish_reason,
            )
        )
    if finish == "content_filter" and (empty or work.shown):
        return fail(
            Said(text.strip()[:600] or f"finish_reason: {first.finish_reason}"),
            "moderation_output" if far > 0 else "moderation_prompt",
        )
    if work.shown and not answered_anyhow(heard, text) and not chosen.refused and not has_calls:
        if complete:
            return fail(
                Said(_last_words(heard) or "It ended without a result."),
                None if _last_words(heard) else "upstream",
            )
        return fail(Said("The stream ended before there was a result."), "network")
    if heard.page and not _heard_anything(heard):
        return _page(heard, fail)
    if not complete and (heard.choices or not empty):
        if empty and not reasoning.strip():
            return fail(Said("The stream ended before anything was said."), "bad_response")
        return fail(Said("The stream ended before the answer was finished."), "network")
    if empty and not (finish == "length" and reasoning.strip()):
        return fail(Said("The answer was empty."), "bad_response")
    return None


def answered_anyhow(heard: Heard, text: str) -> bool:
    """Is there an answer in words beside the notes of work?"""
    return heard.prose > 0 and bool(text.strip())


def _last_words(heard: Heard) -> str:
    """What the last failing try said, where none came after it."""
    note = next((n for n in reversed(heard.notes) if n.kind in ("failure", "retry")), None)
    return note.text if note and note.kind == "failure" else ""


def _heard_anything(heard: Heard) -> bool:
    return any(
        choice.raw or choice.thoughts or choice.media or choice.calls() for choice in heard.choices
    )


def _page(heard: Heard, fail: Any) -> Failure:
    """Words or a web page where a completion should be."""
    page = heard.page
    if is_page(page) or page.startswith("<"):
        title = title_of(page)
        said = (
            f"A web page came instead of an answer: {title}"
            if title
            else "A web page came instead of an answer."
        )
        return fail(Said(said), "bad_response")  # type: ignore[no-any-return]
    guessed: Failure = fail(Said(page))
    if guessed.kind in ("upstream", "bad_request") and not guessed.code:
        guessed = fail(Said(page), "bad_response")
    return guessed


def _finish(heard: Heard, first: Choice, why: Failure | None, text: str, chosen: Chosen) -> Finish:
    told = FINISHES.get(first.finish_reason)
    complete = heard.done or bool(first.finish_reason)
    if heard.refusal is not None or (heard.broken is not None and not chosen.results):
        return "error"
    if told == "content_filter":
        return told
    if not complete:
        nothing = not (text.strip() or chosen.results or _heard_anything(heard))
        if why is not None and (nothing or why.kind not in ("network", "timeout", "bad_response")):
            return "error"
        return "interrupted"
    if why is not None:
        return "error"
    if told in (None, "error") and first.calls() and not text.strip():
        return "tool_calls"
    return "stop" if told in (None, "error") else told


def _handles(first: Choice, media_ids: Sequence[str]) -> tuple[Handle, ...]:
    text = "".join(first.said)
    text = text if len(text) <= 60_000 else text[:20_000] + text[-40_000:]
    text = re.sub(r"data:[a-z]{1,20}/[^\s)\"']{200,}", "", text)
    found: dict[str, Handle] = {}
    for media_id in media_ids:
        found.setdefault(media_id, Handle("extend", f"extend://{media_id}"))
    for way, pattern in (
        ("sid", _SID),
        ("gen", _GEN),
        ("share", _SHARE),
        ("task", _TASK),
        ("video", _VIDEO),
    ):
        for value in pattern.findall(text)[:8]:
            found.setdefault(value, Handle(way, value))  # type: ignore[arg-type]
    return tuple(found.values())
