"""The reply: everything one response said, as frozen values.

Pure. `reader.py` folds bytes into it, `runs` stores it, the page and `ask --json` show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

FailureKind = Literal[
    "auth", "quota", "rate_limit", "model",
    "moderation_input_image", "moderation_prompt", "moderation_output",
    "upstream", "timeout", "bad_request", "bad_response", "network",
]  # fmt: skip
Stage = Literal[
    "before_sending", "input_picture", "prompt", "generation", "result_review", "delivery"
]
Charged = Literal["no", "maybe", "likely"]
Again = Literal["yes", "later", "change", "no"]  # does pressing again make sense?
ResultKind = Literal["video", "image", "audio"]
Finish = Literal["stop", "length", "content_filter", "tool_calls", "interrupted", "error"]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run gave no (whole) answer.

    `message` is the gateway's own words, cleaned and with keys masked; `trace` its request id;
    the sentence that a person reads first is made from `kind` and `stage` (vnchat/words).
    """

    kind: FailureKind
    message: str
    stage: Stage = "generation"
    code: str = ""
    status: int | None = None
    trace: str = ""
    charged: Charged = "maybe"
    again: Again = "yes"


@dataclass(frozen=True, slots=True)
class Result:
    """One thing made: a video, picture or sound. `url` is byte for byte what the gateway wrote."""

    kind: ResultKind
    url: str  # http(s) or data:
    poster: str = ""  # a picture that the gateway gave for it, "" if none
    playable: bool = True  # False: HLS and the like, shown as a link with the reason
    title: str = ""  # as the gateway named it
    words: str = ""  # of a song: what is sung


@dataclass(frozen=True, slots=True)
class ToolCall:
    id: str
    name: str
    arguments: str  # the joined string, as sent


@dataclass(frozen=True, slots=True)
class Handle:
    """What continues a finished video at this gateway: the id, and how it is used."""

    way: Literal["sid", "gen", "extend", "share", "task", "video"]
    value: str  # as written: "s_…", "gen_…", "extend://MEDIA_ID", "https://…/share/…"


@dataclass(frozen=True, slots=True)
class Activity:
    """What goes on while nothing is finished yet."""

    state: Literal["queued", "working", "reviewing", "retrying", "alive"]
    words: str = ""  # the gateway's own, cut to one short line
    place: int | None = None  # place in its queue, if told


@dataclass(frozen=True, slots=True)
class Choice:
    index: int
    text: str
    raw: str
    reasoning: str
    tool_calls: tuple[ToolCall, ...]
    finish_reason: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A snapshot of one response; a later one has a higher `version`.

    `text` is what the user reads (choices joined by a blank line), `raw` the first choice's
    content word for word, which is what goes back as history.
    """

    version: int = 0
    text: str = ""
    raw: str = ""
    reasoning: str = ""
    results: tuple[Result, ...] = ()
    progress: tuple[float, ...] = ()
    activity: Activity | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    finish: Finish | None = None  # None while it runs
    failure: Failure | None = None
    usage: Mapping[str, Any] | None = None
    model: str = ""  # as the gateway named it
    handles: tuple[Handle, ...] = ()
    choices: tuple[Choice, ...] = ()  # only if there are several
    extra: Mapping[str, Any] = field(default_factory=dict)  # id, system_fingerprint …
