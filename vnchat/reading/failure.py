"""Words and codes of an error → why it failed, at which stage, what it cost, whether to try again.

Pure. The shapes in which errors are sent are read in `said.py`, the words stand in `words/`.
A gateway may map status codes as it likes, so the code and the words decide before the status does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from vnchat.reading import words
from vnchat.reading.plain import is_page, one_line, title_of
from vnchat.reading.reply import Again, Charged, Failure, FailureKind, Stage
from vnchat.reading.said import Said, said_in
from vnchat.reading.sse import Frame, Frames, Stray, decode
from vnchat.reading.words.codes import CODES, STATUSES

_STAGES: tuple[tuple[FailureKind, re.Pattern[str]], ...] = (
    ("moderation_input_image", words.OF_INPUT_PICTURE),
    ("moderation_output", words.OF_RESULT),
    ("moderation_prompt", words.OF_PROMPT),
)
_PLACE: dict[FailureKind, Stage] = {
    "moderation_input_image": "input_picture",
    "moderation_prompt": "prompt",
    "moderation_output": "result_review",
    "upstream": "generation",
    "timeout": "generation",
    "network": "delivery",
    "bad_response": "delivery",
}
_AGAIN: dict[FailureKind, Again] = {
    "auth": "no",
    "quota": "no",
    "rate_limit": "later",
    "model": "change",
    "moderation_input_image": "change",
    "moderation_prompt": "change",
    "moderation_output": "change",
    "upstream": "later",
    "timeout": "later",
    "bad_request": "change",
    "bad_response": "yes",
    "network": "yes",
}
_CHARGED: dict[FailureKind, Charged] = {
    "auth": "no",
    "quota": "no",
    "rate_limit": "no",
    "model": "no",
    "bad_request": "no",
    "moderation_output": "likely",
    "timeout": "likely",
}
# codes that name the stage themselves; others only say that a review refused
_OWN_STAGE = re.compile(r"(?:output|input_image|prompt|rai)[_m]", re.IGNORECASE)
_FIELD = re.compile(r"rai_?media\w*", re.IGNORECASE)  # the name of a field, not what it says
_SOON = re.compile(r"temporar|currently|try again|later|稍后|暂时|暂不|忙", re.IGNORECASE)
_TRACE = re.compile(
    r"(?:request[ _-]?id|trace[ _-]?id|req[_-]?id|请求 ?id|log[_-]?id)"
    r"\W{1,4}([A-Za-z0-9][\w.\-]{0,99})",
    re.IGNORECASE,
)
_TRACE_HEADERS = (
    "x-request-id", "x-oneapi-request-id", "x-new-api-request-id", "x-trace-id", "request-id",
    "cf-ray",
)  # fmt: skip


def kind_of(
    said: Said, status: int | None = None, *, progress: float = 0, more: str = ""
) -> FailureKind:
    """The kind of a failure.

    `progress` is the highest percentage told before it (0: none), `more` are words told shortly
    before, read only if the message itself says nothing particular.
    """
    status = status if status and status >= 400 else said.status
    message, code = said.message[:4000], said.code.lower()
    told = CODES.get(code) or CODES.get(said.type.lower())
    if told and not told.startswith("moderation"):
        return told
    by_words = kind_by_words(message)
    if told or by_words == "moderation":
        return _stage(message, f"{said.code} {said.type}", told, progress)
    if by_words and by_words not in ("upstream", "bad_request"):
        return by_words  # type: ignore[return-value]
    if (by_more := kind_by_words(more)) == "moderation":
        return _stage(more, "", None, progress)
    by_code = kind_by_words(f"{code} {said.type}")
    if by_code == "moderation":
        return _stage("", f"{said.code} {said.type}", None, progress)
    if by_code not in ("", "upstream", "bad_request"):
        return by_code  # type: ignore[return-value]
    if status in STATUSES:
        return STATUSES[status]
    if by_words:
        return by_words  # type: ignore[return-value]
    if by_more not in ("", "upstream", "bad_request"):
        return by_more  # type: ignore[return-value]
    if status is not None and 400 <= status < 500:
        return "bad_request"
    if by_code == "bad_request" and status is None:
        return "bad_request"
    return "upstream"


def failure(
    said: Said,
    status: int | None = None,
    *,
    keys: Sequence[str] = (),
    trace: str = "",
    progress: float = 0,
    more: str = "",
    kind: FailureKind | None = None,
) -> Failure:
    """What a gateway said, as a Failure. `kind` overrides what the words would say."""
    kind = kind or kind_of(said, status, progress=progress, more=more)
    status = status if status and status >= 400 else said.status
    message = said.message
    if is_page(message):
        message = title_of(message)
    message = one_line(message, keys) or _reason(status) or one_line(said.code, keys)
    charged: Charged = _CHARGED.get(kind, "maybe")
    if words.REFUND.search(message):
        charged = "no"
    elif charged == "no" and progress > 0:
        charged = "maybe"
    again = _AGAIN[kind]
    if kind == "upstream" and not _SOON.search(message) and status not in (502, 503, 529):
        again = "yes"
    found = _TRACE.search(message)
    return Failure(
        kind=kind,
        message=message,
        stage=_PLACE.get(kind, "before_sending"),
        code=one_line(said.code or said.type, keys, 80),
        status=status,
        trace=found[1] if found else one_line(trace, keys, 100),
        charged=charged,
        again=again,
    )


def failure_of(
    status: int, body: bytes, content_type: str, headers: Mapping[str, str], keys: Sequence[str]
) -> Failure:
    """Why a response with this status (not 2xx) was sent."""
    trace = trace_in(headers)
    text = decode(body[:1_000_000]).strip("\ufeff \t\r\n\x00")
    said = said_of_body(text)
    if said is None and is_page(text):
        title = title_of(text)
        named = title if str(status) in title else f"{status} {title or _reason(status)}".strip()
        return failure(Said(named), status, keys=keys, trace=trace)
    if said is None or not said.message:
        plain = "" if text.startswith(("<", "{", "[")) or "html" in content_type else text
        said = Said(plain or f"HTTP {status} {_reason(status)}".strip(), said.code if said else "")
    return failure(said, status, keys=keys, trace=trace)


def said_of_body(text: str) -> Said | None:
    """The error in a whole body: JSON, or JSON inside an event stream."""
    if text.startswith(("{", "[", '"')):
        try:
            body = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            return None
        return Said(body) if isinstance(body, str) else said_in(body, whole=True)
    if ("data:" in text or "{" in text) and not text.startswith("<"):
        frames = Frames()
        for item in (*frames.feed(text.encode("utf-8", "replace")), *frames.end()):
            inner = (
                item.data
                if isinstance(item, Frame)
                else item.line
                if isinstance(item, Stray)
                else ""
            )
            if inner.lstrip().startswith("{") and (said := said_of_body(inner.strip())):
                return said
    return None


def trace_in(headers: Mapping[str, str]) -> str:
    """The request id among the headers, in whatever case they are."""
    lower = {str(name).lower(): str(value) for name, value in headers.items()}
    return next((lower[name] for name in _TRACE_HEADERS if lower.get(name)), "")


def kind_by_words(text: str) -> str:
    if not text:
        return ""
    for kind, pattern in words.KINDS:
        if pattern.search(text):
            if (
                kind == "model"
                and _SOON.search(text)
                and "not" not in text.lower()
                and "渠道" not in text
            ):
                return "upstream"  # "this model is temporarily unavailable": it exists
            return kind
    return ""


def _stage(message: str, code: str, told: FailureKind | None, progress: float) -> FailureKind:
    """Which review refused: what it says first, then its code, then how far the work was."""
    if told and _OWN_STAGE.match(code):
        return told
    for text in (_FIELD.sub(" ", message), message, code.replace("_", " "), code):
        found = [
            (match.start(), kind) for kind, pattern in _STAGES if (match := pattern.search(text))
        ]
        if found:
            return min(found)[1]
        if told and told != "moderation_prompt":
            return told
    return "moderation_output" if progress > 0 else "moderation_prompt"


def _reason(status: int | None) -> str:
    try:
        return HTTPStatus(status or 0).phrase
    except ValueError:
        return ""
