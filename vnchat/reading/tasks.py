"""What a gateway says of a task: the answer to the submit, and to each question afterwards. Pure.

Gateways answer one route in several shapes: bare, wrapped once ({code, data}), or the provider's
own body inside the gateway's row. So there is one tolerant reader; a record (gateway/records.py)
only hints at places. No status word that is not known ends a task, and nothing is a success
without a result. How often is asked and when one gives up is decided in runs/tasks.py.

The words and shapes are those of new-api (relay/relay_task.go, dto/task.go, dto/openai_video.go)
and of the providers' documentation that the records name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from vnchat.reading import failure as failing
from vnchat.reading.plain import one_line
from vnchat.reading.pointing import found, text_at
from vnchat.reading.reply import Failure, Result, ResultKind
from vnchat.reading.said import FINE, Said, said_in
from vnchat.reading.sse import decode
from vnchat.reading.taskmade import address_of, anywhere, as_results, choices_in, results_in
from vnchat.reading.taskshapes import meaning_of, roots_of, word_of
from vnchat.reading.taskwords import (
    CODE,
    FAILURE,
    LEXICON,
    MISSING,
    OK_CODES,
    PASSING,
    PROGRESS,
    STATUS,
    TASK_ID,
    percent_of,
)

State = Literal["queued", "running", "succeeded", "failed", "unknown", "asks"]

LONGEST_BODY = 64_000_000


@dataclass(frozen=True, slots=True)
class Hints:
    """Where a record says that things stand. Every path may be empty."""

    kind: ResultKind | Literal["text"] = "video"
    task_id: str = ""
    status: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    progress: str = ""
    scale: Literal["auto", "percent", "fraction"] = "auto"
    result: str = ""
    poster: str = ""
    text: str = ""  # lyrics, a description
    title: str = ""
    words: str = ""  # that are sung
    failure: str = ""
    submit_ok: tuple[str, ...] = ()
    choices: str = ""  # what can be pressed next: a list of {customId, label}
    early: bool = False  # a result may be there while it still runs; it is not the result yet


@dataclass(frozen=True, slots=True)
class Submitted:
    """The answer to the submit: the task's id, or why there is none."""

    task_id: str = ""
    failure: Failure | None = None
    body: object = None
    look: Look | None = None  # a gateway that answers with the finished thing


@dataclass(frozen=True, slots=True)
class Look:
    """The answer to one question after a task."""

    state: State = "unknown"
    progress: float | None = None
    results: tuple[Result, ...] = ()
    text: str = ""
    words: str = ""
    failure: Failure | None = None
    missing: bool = False  # the gateway does not know the id (yet)
    choices: tuple[Mapping[str, str], ...] = ()
    body: object = None


def read_submit(
    status: int,
    body: bytes,
    hints: Hints,
    *,
    content_type: str = "",
    headers: Mapping[str, str] | None = None,
    keys: Sequence[str] = (),
    origin: str = "",
) -> Submitted:
    """Never raises. Without an id that can be asked after, the failure says why."""
    told = dict(headers or {})
    if not 200 <= status < 300:
        words = text_at(_json(body), "message || description")
        if re.fullmatch(r"[a-z]+(?:_[a-z]+)+", words):  # new-api's codes in the place of words
            said = Said(words.replace("_", " "), words)
            why = failing.failure(said, status, keys=keys, trace=failing.trace_in(told))
            return Submitted(failure=why)
        return Submitted(failure=failing.failure_of(status, body, content_type, told, keys))
    value = _json(body)
    if value is None:
        said = Said(f"The answer is no JSON: {decode(body[:300])}")
        return Submitted(failure=failing.failure(said, kind="bad_response", keys=keys))
    said_no = _refused(value, hints)
    if said_no is not None:
        return Submitted(failure=_failure(said_no, keys, told), body=value)
    task_id = _task_id(value, hints)
    look = read_poll(status, body, hints, keys=keys, origin=origin)
    if look.state == "failed":
        return Submitted(task_id, look.failure, value)
    if look.state == "succeeded" and (look.results or look.text):
        return Submitted(task_id, None, value, look)
    if not task_id:
        words = json.dumps(value, ensure_ascii=False)[:300]
        said = Said(f"The answer names no task: {words}")
        return Submitted(failure=failing.failure(said, kind="bad_response", keys=keys), body=value)
    return Submitted(task_id, None, value)


def read_poll(
    status: int,
    body: bytes,
    hints: Hints,
    *,
    content_type: str = "",
    headers: Mapping[str, str] | None = None,
    keys: Sequence[str] = (),
    origin: str = "",
) -> Look:
    """Never raises, and never calls a failure a success. A question that failed is no failed task:
    its state is then `unknown` with the failure of the question.
    """
    told = dict(headers or {})
    value = _json(body)
    if value is None:
        why = failing.failure_of(status, body, content_type, told, keys)
        return Look(failure=why, missing=status == 404 or bool(MISSING.search(why.message)))
    roots = roots_of(value)
    state = _state(roots, hints)
    progress = _progress(roots, hints)
    results = _results(roots, hints, origin)
    text = next((t for root in roots if hints.text and (t := text_at(root, hints.text))), "")
    said = said_in(value, whole=state == "unknown")  # beside a status, words are only words
    if state == "failed":
        why = _why(roots, hints, said, keys, told, progress or 0)
        return Look("failed", progress, failure=why, body=value)
    if not 200 <= status < 300:
        why = failing.failure_of(status, body, content_type, told, keys)
        return Look(failure=why, missing=_is_missing(status, value, why), body=value)
    wrong = _wrong_code(value, hints)
    if said is not None or wrong is not None:
        why = _failure(said or wrong or Said("error"), keys, told, progress or 0)
        if _is_missing(status, value, why):
            return Look(failure=why, missing=True, body=value)
        if state in ("unknown", "succeeded"):
            passing = why.kind in PASSING and not why.kind.startswith("moderation")
            if passing and state == "unknown":
                return Look("unknown", progress, failure=why, body=value)
            return Look("failed", progress, failure=why, body=value)
    if state == "unknown" and (results or text) and not hints.early and not _says_unknown(roots):
        state = "succeeded"  # some answer with the bare result
    if state == "succeeded" and not results and hints.kind != "text" and not text:
        results = anywhere(value, hints.kind, origin)
    if state != "succeeded":
        results, text = (), ""
    choices = choices_in(roots, hints.choices) if state in ("succeeded", "asks") else ()
    words = one_line(text_at(roots[-1], "message || msg"), keys, 80) if state != "succeeded" else ""
    if words.lower() in FINE:
        words = ""
    return Look(state, progress, results, text, words, None, False, choices, value)


def read_cancel(status: int, body: bytes) -> Literal["confirmed", "taken", "refused"]:
    """Did the provider cancel? `taken`: it heard, and did not say that the task has ended."""
    if not 200 <= status < 300:
        return "refused"
    value = _json(body)
    roots = roots_of(value)
    words = [word_of(text_at(root, STATUS)) for root in roots]
    if any(word in ("cancelled", "canceled", "cancel", "aborted") for word in words):
        return "confirmed"
    if value is not None and (said_in(value) or _wrong_code(value, Hints())):
        return "refused"
    over = any(LEXICON.get(word) == "succeeded" and word != "success" for word in words)
    return "refused" if over else "taken"


def results_at(value: object, path: str, kind: ResultKind, origin: str = "") -> tuple[Result, ...]:
    """The results that a path names; for the second question that some providers need."""
    return as_results([r for root in roots_of(value) for r in found(root, path)], kind, origin)


def task_id_of(value: object, hints: Hints) -> str:
    return _task_id(value, hints)


# -- the shapes -----------------------------------------------------------------------------------


def _json(body: bytes) -> object:
    """The body as JSON with text only as text; None if it is none."""
    text = decode(body[:LONGEST_BODY]).strip("\ufeff \t\r\n\x00")
    try:
        value = json.loads(text, strict=False, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) and value else None


def _state(roots: Sequence[object], hints: Hints) -> State:
    path = f"{hints.status} || {STATUS}" if hints.status else STATUS
    words = [word_of(text_at(root, path)) for root in roots]
    told = [meaning_of(word, hints.states) for word in words]
    for place, (word, meaning) in enumerate(zip(words, told, strict=True)):
        if not word:
            continue
        if place and meaning == "succeeded" and word in ("success", "ok"):
            continue  # the envelope's own "success" says only that the question was heard
        if word.isdigit() and not meaning:
            continue  # a number whose meaning nobody knows: a result decides
        if meaning == "succeeded" and "failed" in told[:2]:
            return "failed"  # the gateway and its row disagree: nothing is called a success
        if meaning in ("queued", "running", "succeeded", "failed", "asks"):
            return meaning  # type: ignore[return-value]
        return "running"  # a word that nobody knows ends nothing
    return "unknown"


def _says_unknown(roots: Sequence[object]) -> bool:
    return any(word_of(text_at(root, STATUS)) == "unknown" for root in roots)


def _progress(roots: Sequence[object], hints: Hints) -> float | None:
    path = f"{hints.progress} || {PROGRESS}" if hints.progress else PROGRESS
    for root in roots:
        for one in found(root, path):
            if (value := percent_of(one, hints.scale)) is not None:
                return value
    return None


def _results(roots: Sequence[object], hints: Hints, origin: str) -> tuple[Result, ...]:
    if hints.kind == "text":
        return ()
    return results_in(
        roots,
        hints.result,
        hints.kind,
        origin,
        poster=hints.poster,
        title=hints.title,
        words=hints.words,
    )


def _task_id(value: object, hints: Hints) -> str:
    for path in (hints.task_id, TASK_ID):
        for root in [value, *roots_of(value)]:
            told = text_at(root, path) if path else ""
            if told and len(told) <= 500 and not any(c.isspace() for c in told):
                return told
    return ""


# -- failures -------------------------------------------------------------------------------------


def _refused(value: object, hints: Hints) -> Said | None:
    """A submit that was answered with 200 and is none."""
    if (wrong := _wrong_code(value, hints)) is not None:
        return wrong
    said = said_in(value)
    if said is not None and not (hints.submit_ok and _code(value) in hints.submit_ok):
        return said
    return None


def _wrong_code(value: object, hints: Hints) -> Said | None:
    """An envelope whose code says no. Only an envelope: a code beside a status is no verdict."""
    if not isinstance(value, Mapping):
        return None
    code = _code(value)
    words = text_at(value, "message || msg || description || error.message || error")
    if hints.submit_ok and "result" in value and code:
        return None if code in hints.submit_ok else Said(words or code, code)
    if value.get("success") is False:
        return Said(words or "success: false", code)
    number = text_at(value, "base_resp.status_code")
    if number and number not in OK_CODES:
        return Said(text_at(value, "base_resp.status_msg") or number, number)
    if code and code.lower() not in OK_CODES and not isinstance(value.get("data"), dict | list):
        known = LEXICON.get(word_of(code), "")
        if known not in ("queued", "running", "succeeded"):
            return Said(words or code, code)
    return None


def _code(value: object) -> str:
    return text_at(value, "code || error_code || errcode").strip()


def _is_missing(status: int, value: object, why: Failure) -> bool:
    return status == 404 or bool(MISSING.search(f"{why.code} {why.message} {_code(value)}"))


def _why(
    roots: Sequence[object],
    hints: Hints,
    said: Said | None,
    keys: Sequence[str],
    headers: Mapping[str, str],
    progress: float,
) -> Failure:
    """Why a task failed: the record's place, then the usual places, the inner word first."""
    for path in (hints.failure, FAILURE):
        for root in roots if path else ():
            for words in _texts(found(root, path)):
                if words.casefold() not in FINE and not address_of(words, ""):
                    code = text_at(root, CODE)
                    code = "" if code.lower() in OK_CODES else code
                    return _failure(Said(words, code), keys, headers, progress)
    return _failure(said or Said("The task failed."), keys, headers, progress)


def _texts(values: Sequence[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value.strip()
        elif isinstance(value, Mapping) and (inner := text_at(value, "message || msg || code")):
            yield inner


def _failure(
    said: Said, keys: Sequence[str], headers: Mapping[str, str], progress: float = 0
) -> Failure:
    trace = failing.trace_in(headers)
    return failing.failure(said, keys=keys, trace=trace, progress=progress)
