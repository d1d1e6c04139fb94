"""The values that a conversation is made of. Pure; every room may import them.

The tree of messages: each message names its parent; siblings are versions of the same turn.
The open path is the one from the root to the conversation's `head`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from vnchat.reading.reply import Reply

Role = Literal["user", "assistant"]
RunState = Literal[
    "new", "queued", "sending", "waiting", "running",
    "done", "failed", "stopped", "interrupted", "unknown",
]  # fmt: skip
MediaState = Literal["waiting", "fetching", "kept", "refused", "failed"]

LOCAL_OWNER = "local"  # until there is sign-in, everybody is this owner


@dataclass(frozen=True, slots=True)
class Media:
    """A file that belongs to a message: given by the person or made by the gateway."""

    id: str
    owner: str
    kind: str  # video, image, audio, file
    origin: Literal["given", "result", "poster", "spoken"]  # spoken: an answer read aloud
    state: MediaState
    message: str = ""  # "" while it is only attached to a draft
    conversation: str = ""
    run: str = ""
    place: int = 0
    name: str = ""
    type: str = ""
    key: str = ""  # in the shelf; "" until kept
    size: int = 0
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    codec: str = ""
    playable: bool = True
    link: str = ""  # the gateway's own link, byte for byte; "" for what a person gave
    poster: str = ""  # id of the media that is its poster; of a document: its words
    reason: str = ""  # why it was refused or failed: a key of the catalogue
    again: bool = False
    tokens: int = 0  # of a document: about how many it takes in a request
    created: float = 0.0


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is the person's words, or the assistant's raw text word for word."""

    id: str
    conversation: str
    parent: str  # "" for the first
    role: Role
    text: str
    seq: int
    created: float
    run: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One request to the gateway and all that comes of it."""

    id: str  # also the idempotency key
    owner: str
    conversation: str
    message: str  # the assistant's message that it fills
    state: RunState
    model: str
    gateway: str  # id of the gateway's profile
    paid: bool  # a create that costs money; text otherwise
    stream: bool
    parameters: Mapping[str, Any] = field(default_factory=dict)
    reply: Reply = field(default_factory=Reply)
    created: float = 0.0
    started: float = 0.0
    first_byte: float = 0.0
    ended: float = 0.0
    attempt: int = 1
    wait_until: float = 0.0
    instance: str = ""
    stop_asked: bool = False
    seen: bool = False
    requests: int = 0  # sent to the gateway for this press
    task: Mapping[str, Any] = field(default_factory=dict)  # what asks after it at the gateway


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    owner: str
    title: str
    head: str  # id of the last message of the open path, "" if there is none
    created: float
    updated: float
    options: Mapping[str, Any] = field(default_factory=dict)  # model, gateway, system, parameters
    draft: str = ""
    pinned: bool = False


def path_to(head: str, messages: Iterable[Message]) -> list[Message]:
    """The messages from the root to `head`, in order; unknown parents end the path."""
    by_id = {message.id: message for message in messages}
    path: list[Message] = []
    at = by_id.get(head)
    while at is not None and len(path) <= len(by_id):
        path.append(at)
        at = by_id.get(at.parent)
    path.reverse()
    return path


def versions_of(message: Message, messages: Sequence[Message]) -> list[Message]:
    """The message and its siblings of the same role, oldest first."""
    siblings = [m for m in messages if m.parent == message.parent and m.role == message.role]
    return sorted(siblings, key=lambda m: m.seq)


class Placed(Protocol):
    """What stands in a tree: a message, or its place alone."""

    @property
    def id(self) -> str: ...
    @property
    def parent(self) -> str: ...
    @property
    def seq(self) -> int: ...


def newest_leaf(start: str, messages: Sequence[Placed]) -> str:
    """The end of the newest branch below `start`: where a person lands who turns to it."""
    children: dict[str, Placed] = {}
    for message in messages:
        known = children.get(message.parent)
        if known is None or message.seq > known.seq:
            children[message.parent] = message
    at = start
    for _ in range(len(messages)):
        child = children.get(at)
        if child is None:
            break
        at = child.id
    return at


def title_from(prompt: str, limit: int = 60) -> str:
    """A title made from the first prompt: its first line, cut at a word."""
    line = next((part.strip() for part in prompt.splitlines() if part.strip()), "")
    if len(line) <= limit:
        return line
    cut = line[:limit].rsplit(" ", 1)[0] if " " in line[:limit] else line[:limit]
    return cut.rstrip(" ,;:，；：、") + "…"
