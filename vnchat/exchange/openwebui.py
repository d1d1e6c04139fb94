"""Reading Open WebUI's exports: a list of chats, each with `chat.history` of messages by id.

`history.messages` maps ids to {parentId, role, content, model, timestamp, files}; `currentId` ends
the open path. Thoughts and tools stand in <details> at the beginning of an answer. Pictures that
are data: addresses come along; files on that server are counted. The shape is what
src/lib/components/chat/Settings/DataControls.svelte of github.com/open-webui/open-webui saves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vnchat.exchange import foreign
from vnchat.exchange.checks import Place
from vnchat.exchange.shapes import Told, ToldMedia, ToldMessage


def is_openwebui(data: object) -> bool:
    found = data if isinstance(data, list) else [data]
    return any(_chat_of(one) is not None for one in found[:1000])


def _chat_of(one: object) -> Mapping[str, Any] | None:
    """The chat itself; older exports wrote it without a wrapper."""
    if not isinstance(one, Mapping):
        return None
    chat = one.get("chat", one)
    if isinstance(chat, Mapping) and ("history" in chat or "messages" in chat):
        return chat
    return None


def read(data: object, place: Place) -> Told:
    told = Told("openwebui")
    for n, one in enumerate(data if isinstance(data, list) else [data], 1):
        here = place.inside(f"conversation {n}")
        _conversation(here.mapping(one, "it"), here, told)
    return told


def _conversation(one: Mapping[str, Any], place: Place, told: Told) -> None:
    chat = _chat_of(one)
    if chat is None:
        told.left_out["empty"] += 1
        return
    models = chat.get("models")
    model = next((m for m in models if isinstance(m, str)), "") if isinstance(models, list) else ""
    history = chat.get("history")
    if history is None:  # only the open path, in a row
        listed = place.listed(chat.get("messages"), "“messages”")
        messages = _row(listed, place, told, model)
        head = messages[-1].id if messages else ""
    else:
        history = place.mapping(history, "“history”")
        by_id = place.mapping(history.get("messages") or {}, "“history.messages”")
        found = [
            _message(id, value, None, place.inside(f"message “{id[:60]}”"), told, model)
            for id, value in by_id.items()
        ]
        messages = [one for one in found if one is not None]
        head = place.id(history, "currentId", needed=False)
    foreign.conversation(
        messages,
        place,
        told,
        title=place.text(one, "title") or place.text(chat, "title"),
        head=head,
        created=place.time(one, "created_at") or place.time(chat, "timestamp"),
        updated=place.time(one, "updated_at"),
        pinned=one.get("pinned") is True,
        model=model,
    )


def _row(listed: list[Any], place: Place, told: Told, model: str) -> list[ToldMessage]:
    messages: list[ToldMessage] = []
    for n, value in enumerate(listed, 1):
        above = messages[-1].id if messages else ""
        one = _message(f"{n}", value, above, place.inside(f"message {n}"), told, model)
        if one is not None:
            messages.append(one)
    return messages


def _message(
    id: str, value: object, parent: str | None, place: Place, told: Told, model: str
) -> ToldMessage | None:
    one = place.mapping(value, "it")
    role = one.get("role")
    if role not in ("user", "assistant"):
        told.left_out["other"] += 1
        return None
    content = one.get("content")
    media: list[ToldMedia] = []
    if isinstance(content, list):  # parts, as they go over the wire
        text = "\n\n".join(_part(place.mapping(p, "a part"), media, place, told) for p in content)
    else:
        text = place.text(one, "content")
    text, thoughts = foreign.without_details(text) if role == "assistant" else (text, "")
    _files(one.get("files"), media, told)
    return foreign.message(
        id,
        place.id(one, "parentId", needed=False) if parent is None else parent,
        "user" if role == "user" else "assistant",
        text,
        created=place.time(one, "timestamp"),
        source="openwebui",
        model=foreign.name_of(one, "model") or model if role == "assistant" else "",
        reasoning=thoughts,
        media=tuple(media) if role == "user" else (),
        cut=role == "assistant" and one.get("done") is False,
    )


def _part(part: Mapping[str, Any], media: list[ToldMedia], place: Place, told: Told) -> str:
    if part.get("type") == "text":
        return place.text(part, "text")
    link = part.get("image_url")
    found = foreign.picture(link.get("url") if isinstance(link, Mapping) else link)
    if found is None:
        told.left_out["picture" if "image" in str(part.get("type")) else "other"] += 1
    else:
        media.append(found)
    return ""


def _files(files: object, media: list[ToldMedia], told: Told) -> None:
    for one in files if isinstance(files, list) else ():
        found = (
            foreign.picture(one.get("url"), one.get("name")) if isinstance(one, Mapping) else None
        )
        if found is None:
            told.left_out["picture"] += 1
        else:
            media.append(found)
