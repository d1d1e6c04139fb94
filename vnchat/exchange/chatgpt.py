"""Reading ChatGPT's conversations.json: a list of conversations, each a `mapping` of nodes.

A node has `message` (or null), `parent` and `children`; `current_node` ends the open path. System
and tool messages and hidden ones are left out, and what followed them hangs on the message above.
Its pictures are other files of the archive and are counted. The shape is described, for example,
in docs/chatgpt-data-export-format.md of github.com/mitkury/chatgpt-export-parser.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vnchat.exchange import foreign
from vnchat.exchange.checks import Place
from vnchat.exchange.shapes import Told, ToldMessage

_NOT_SHOWN = ("user_editable_context", "model_editable_context", "reasoning_recap")


def is_chatgpt(data: object) -> bool:
    found = data if isinstance(data, list) else [data]
    return any(isinstance(one, Mapping) and "mapping" in one for one in found[:1000])


def read(data: object, place: Place) -> Told:
    told = Told("chatgpt")
    for n, one in enumerate(data if isinstance(data, list) else [data], 1):
        here = place.inside(f"conversation {n}")
        _conversation(here.mapping(one, "it"), here, told)
    return told


def _conversation(one: Mapping[str, Any], place: Place, told: Told) -> None:
    if one.get("mapping") is None:  # such entries do occur
        told.left_out["empty"] += 1
        return
    nodes = place.mapping(one["mapping"], "“mapping”")
    default = foreign.name_of(one, "default_model_slug")
    parents: dict[str, str] = {}
    shown: dict[str, ToldMessage] = {}
    for id, value in nodes.items():
        here = place.inside(f"message “{id[:60]}”")
        node = here.mapping(value, "it")
        parents[id] = here.id(node, "parent", needed=False)
        if node.get("message") is not None:
            told_here = here.mapping(node["message"], "“message”")
            found = _message(id, parents[id], told_here, here, told, default)
            if found is not None:
                shown[id] = found
    above = _above(parents, shown, place)
    messages = [
        ToldMessage(m.id, above[m.parent], m.role, m.text, m.created, m.run, m.media)
        for m in shown.values()
    ]
    foreign.conversation(
        messages,
        place,
        told,
        title=place.text(one, "title"),
        head=above.get(place.id(one, "current_node", needed=False), ""),
        created=place.time(one, "create_time"),
        updated=place.time(one, "update_time"),
        pinned=bool(one.get("is_starred")),
    )


def _above(
    parents: Mapping[str, str], shown: Mapping[str, ToldMessage], place: Place
) -> dict[str, str]:
    """For each node itself if it is shown, else the nearest above it that is; "" at the top."""
    found: dict[str, str] = {"": ""}
    for id in parents:
        way: list[str] = []
        at = id
        while at not in found:
            if at in shown:
                found[at] = at
                break
            if len(way) > len(parents):
                raise place.wrong("its messages follow each other in a circle")
            way.append(at)
            at = parents.get(at, "")
        found |= dict.fromkeys(way, found[at])
    for message in shown.values():
        found.setdefault(message.parent, "")
    return found


def _message(
    id: str, parent: str, one: Mapping[str, Any], place: Place, told: Told, default: str
) -> ToldMessage | None:
    author = place.mapping(one.get("author") or {}, "“author”")
    role = author.get("role")
    about = one.get("metadata")
    about = about if isinstance(about, Mapping) else {}
    if role not in ("user", "assistant"):
        if role == "tool":
            told.left_out["tool"] += 1
        return None
    content = place.mapping(one.get("content") or {}, "“content”")
    kind = content.get("content_type")
    if about.get("is_visually_hidden_from_conversation") or kind in _NOT_SHOWN:
        return None
    if role == "assistant" and one.get("recipient") not in (None, "all"):
        told.left_out["tool"] += 1
        return None
    text, thoughts = _words(content, place, told)
    if not text and not thoughts:
        return None
    return foreign.message(
        id,
        parent,
        "user" if role == "user" else "assistant",
        text,
        created=place.time(one, "create_time"),
        source="chatgpt",
        model=foreign.name_of(about, "model_slug", "default_model_slug") or default,
        reasoning=thoughts,
        cut=one.get("status") == "in_progress",
    )


def _words(content: Mapping[str, Any], place: Place, told: Told) -> tuple[str, str]:
    """(text, thoughts) of one message."""
    match content.get("content_type"):
        case "text" | "multimodal_text" | None:
            return foreign.without_marks("\n\n".join(_parts(content, place, told))), ""
        case "code":
            text = place.text(content, "text")
            return (f"```\n{text}\n```" if text else ""), ""
        case "thoughts":
            thoughts = content.get("thoughts")
            found = thoughts if isinstance(thoughts, Sequence) else ()
            return "", "\n\n".join(
                place.text(one, "content") or place.text(one, "summary")
                for one in found
                if isinstance(one, Mapping)
            )
        case _:
            told.left_out["other"] += 1
            return "", ""


def _parts(content: Mapping[str, Any], place: Place, told: Told) -> list[str]:
    found = []
    for part in place.listed(content.get("parts") or [], "“parts”"):
        if isinstance(part, str):
            found.append(place.blobs.restored(part))
        elif isinstance(part, Mapping):
            if isinstance(part.get("text"), str):
                found.append(place.text(part, "text"))
            elif "image" in str(part.get("content_type")):
                told.left_out["picture"] += 1
            else:
                told.left_out["other"] += 1
        elif part is not None:
            raise place.wrong("a part is neither text nor an object")
    return [one for one in found if one]
