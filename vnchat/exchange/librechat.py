"""Reading LibreChat's exports: one conversation with `messages`, or `messagesTree` of children.

A message says `isCreatedByUser`, `parentMessageId` and either `text` or a list `content`. The shape
is what client/src/hooks/Conversations/useExportConversation.ts of github.com/danny-avila/LibreChat
writes. Its files stay on that server and are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vnchat.exchange import foreign
from vnchat.exchange.checks import Place
from vnchat.exchange.shapes import MOST_MESSAGES, Told, ToldMessage

_NO_PARENT = "00000000-0000-0000-0000-000000000000"


def is_librechat(data: object) -> bool:
    found = data if isinstance(data, list) else [data]
    return any(
        isinstance(one, Mapping)
        and "conversationId" in one
        and ("messages" in one or "messagesTree" in one)
        for one in found[:1000]
    )


def read(data: object, place: Place) -> Told:
    told = Told("librechat")
    for n, one in enumerate(data if isinstance(data, list) else [data], 1):
        here = place.inside(f"conversation {n}")
        _conversation(here.mapping(one, "it"), here, told)
    return told


def _conversation(one: Mapping[str, Any], place: Place, told: Told) -> None:
    options = one.get("options")
    model = foreign.name_of(options if isinstance(options, Mapping) else {}, "model")
    messages = [
        _message(n, each, parent, place.inside(f"message {n}"), told, model)
        for n, (each, parent) in enumerate(_flat(one, place), 1)
    ]
    foreign.conversation(
        messages,
        place,
        told,
        title=place.text(one, "title"),
        head=messages[-1].id if messages else "",
        created=min((m.created for m in messages), default=0.0),
        updated=max((m.created for m in messages), default=0.0),
        model=model,
    )


def _flat(one: Mapping[str, Any], place: Place) -> list[tuple[Mapping[str, Any], str | None]]:
    """Every message with its parent, None where the message names it itself."""
    tree = one.get("messagesTree")
    if tree is None:
        listed = place.listed(one.get("messages") or [], "“messages”")
        return [(place.mapping(each, "a message"), None) for each in listed]
    found: list[tuple[Mapping[str, Any], str | None]] = []
    waiting = [(each, "") for each in reversed(place.listed(tree, "“messagesTree”"))]
    while waiting:
        each, parent = waiting.pop()
        message = place.mapping(each, "a message")
        found.append((message, parent))
        if len(found) > MOST_MESSAGES:
            raise place.wrong(f"there are more than {MOST_MESSAGES} messages")
        id = place.id(message, "messageId")
        below = place.listed(message.get("children") or [], "“children”")
        waiting += [(child, id) for child in reversed(below)]
    return found


def _message(
    n: int, one: Mapping[str, Any], parent: str | None, place: Place, told: Told, model: str
) -> ToldMessage:
    if parent is None:
        named = place.id(one, "parentMessageId", needed=False)
        parent = "" if named == _NO_PARENT else named
    text, thoughts = _words(one, place, told)
    for files in (one.get("files"), one.get("attachments")):
        if isinstance(files, list) and files:
            told.left_out["picture"] += len(files)
    said = one.get("isCreatedByUser")
    person = said if isinstance(said, bool) else str(one.get("sender")).lower() == "user"
    return foreign.message(
        place.id(one, "messageId"),
        parent,
        "user" if person else "assistant",
        text,
        created=place.time(one, "createdAt"),
        source="librechat",
        model=foreign.name_of(one, "model") or model,
        reasoning=thoughts,
        cut=one.get("unfinished") is True,
    )


def _words(one: Mapping[str, Any], place: Place, told: Told) -> tuple[str, str]:
    content = one.get("content")
    if not isinstance(content, list):
        return place.text(one, "text"), ""
    text: list[str] = []
    thoughts: list[str] = []
    for value in content:
        if value is None:
            continue
        part = place.mapping(value, "a part")
        kind = part.get("type")
        if kind == "think":
            thoughts.append(place.text(part, "think"))
        elif kind in ("text", "error"):
            inside = part.get(kind, part.get("text"))
            holder = inside if isinstance(inside, Mapping) else {"value": inside}
            text.append(place.text(holder, "value"))
        else:
            told.left_out["tool" if kind == "tool_call" else "other"] += 1
    joined = "\n\n".join(part for part in text if part)
    return joined or place.text(one, "text"), "\n\n".join(part for part in thoughts if part)
