"""What a file tells, as plain values. They carry the file's own ids; the store gives new ones.

`BadFile` is the one way to say no: nothing is imported then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vnchat.conversation import Role, RunState
from vnchat.errors import BadInput
from vnchat.reading.reply import Reply

MOST_CONVERSATIONS = 20_000
MOST_MESSAGES = 300_000  # of a whole file
LONGEST_TEXT = 20_000_000  # letters of one message
LONGEST_TITLE = 200
MOST_MEDIA = 20_000


class BadFile(BadInput):
    """The file is not taken; the sentence names the place."""

    def __init__(self, why: str, *, detail: str = "") -> None:
        super().__init__(f"{why} Nothing was imported.", detail=detail)


@dataclass(frozen=True, slots=True)
class ToldMedia:
    """A file of a message. `data` is its base64 or what stands for it; "" if it is not there."""

    kind: str
    origin: str  # given, result
    data: str = ""
    name: str = ""
    sha256: str = ""  # as the file says; compared
    proof: str = ""  # this installation wrote the bytes itself
    link: str = ""
    state: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ToldRun:
    state: RunState
    model: str = ""
    gateway: str = ""
    paid: bool = False
    stream: bool = True
    parameters: Mapping[str, Any] = field(default_factory=dict)
    reply: Reply = field(default_factory=Reply)
    made: str = ""
    created: float = 0.0
    started: float = 0.0
    first_byte: float = 0.0
    ended: float = 0.0
    attempt: int = 1
    requests: int = 0


@dataclass(frozen=True, slots=True)
class ToldMessage:
    id: str
    parent: str
    role: Role
    text: str
    created: float = 0.0
    run: ToldRun | None = None
    media: tuple[ToldMedia, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldConversation:
    """`messages` are in an order in which parents come before children."""

    title: str
    head: str
    messages: tuple[ToldMessage, ...]
    created: float = 0.0
    updated: float = 0.0
    pinned: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Told:
    """A whole file. `left_out` counts, by a word of the catalogue, what was not taken."""

    source: str  # vnchat, chatgpt, openwebui, librechat
    conversations: list[ToldConversation] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
