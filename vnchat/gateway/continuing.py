"""How a finished video is continued at this gateway: the messages to send. Pure.

Two ways are in the field. Some gateways find their task in the conversation and need the whole
earlier answer back word for word; others read only the last message and need an id in it:
`s_…`, `gen_…` or a share link in the text (sora2api), or extend://MEDIA_ID as a picture
(flow2api). Which ids an answer holds is found in `vnchat.reading`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Literal

from vnchat.gateway.profile import Profile
from vnchat.gateway.request import Message
from vnchat.reading.reply import Handle, Reply

Wish = Literal["change", "extend"]
Way = Literal["history", "id", "both"]

# The ids that mean something inside a new message, the best first. What only the history can
# carry (a task's id) is not among them.
_USABLE: dict[Wish, tuple[str, ...]] = {
    # Where only extending has an id, a change is asked for by it too: without one such a gateway
    # would make another video altogether.
    "change": ("sid", "share", "gen", "extend"),
    "extend": ("extend", "gen", "sid", "share"),
}


def continuing(
    earlier: Sequence[Message],
    reply: Reply,
    *,
    profile: Profile,
    wish: Wish,
    prompt: str,
    pictures: Sequence[dict[str, Any]] = (),
) -> list[dict[str, Any]]:
    """Messages that ask for the video of `reply` to be changed or extended.

    `earlier` are the messages that were sent for it, `pictures` are image_url parts.
    """
    way = way_of(profile, reply, wish)
    handle = usable_handle(reply, wish) if way != "history" else None
    new = {"role": "user", "content": _content(prompt, handle, pictures)}
    if way == "id":
        system = [dict(m) for m in earlier if m.get("role") in ("system", "developer")]
        return [*system, new]
    return [*map(dict, earlier), {"role": "assistant", "content": reply.raw}, new]


def way_of(profile: Profile, reply: Reply, wish: Wish) -> Way:
    handle = usable_handle(reply, wish)
    if profile.continue_by == "history" or handle is None:
        return "history"
    if profile.continue_by == "id" or profile.history == "last":
        return "id"
    # A task's id beside it marks the family that is documented to read the history; elsewhere
    # the history does no harm to a gateway that ignores it.
    ways = {one.way for one in reply.handles}
    return "history" if "task" in ways else "both"


def whole(profile: Profile) -> Profile:
    """The profile for a request that is continued: what is sent is chosen here, nothing is cut."""
    return dataclasses.replace(profile, history="all")


def usable_handle(reply: Reply, wish: Wish) -> Handle | None:
    for way in _USABLE[wish]:
        for handle in reversed(reply.handles):  # the last answer's last word
            if handle.way == way:
                return handle
    return None


def continuing_model(model: str, names: Sequence[str], reply: Reply, wish: Wish) -> str:
    """The model to ask: some gateways extend only with one that has extend in its name.

    Stays the same unless the list holds such a model of the same make.
    """
    handle = usable_handle(reply, wish)
    if handle is None or not (handle.way == "extend" or (handle.way, wish) == ("gen", "extend")):
        return model
    if "exten" in model.lower():
        return model
    words = _words(model)
    fitting = [name for name in names if "exten" in name.lower() and _words(name)[:1] == words[:1]]
    return max(fitting, key=lambda name: len(set(_words(name)) & set(words)), default=model)


def _words(name: str) -> list[str]:
    return name.lower().replace("-", "_").split("_")


def _content(
    prompt: str, handle: Handle | None, pictures: Sequence[dict[str, Any]]
) -> str | list[dict[str, Any]]:
    parts = list(pictures)
    text = prompt
    if handle is not None and handle.way == "extend":
        value = handle.value if "://" in handle.value else f"extend://{handle.value}"
        parts.insert(0, {"type": "image_url", "image_url": {"url": value}})
    elif handle is not None and handle.value not in prompt:
        text = f"{prompt}\n{handle.value}".strip()
    return [{"type": "text", "text": text}, *parts] if parts else text
