"""The list of conversations over the live socket: what a press on a row does, search, the trash.

The words are in ui/assets/history.js too. `live.py` carries the frames; what is written is in the
store. After a change every tab hears of it as news (news.py).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from vnchat.engine import Engine
from vnchat.errors import NotFound
from vnchat.store import Listed, Removed
from vnchat.store.listing import PAGE
from vnchat.web import views

Say = Callable[..., None]

QUESTIONS = frozenset({"history", "older", "archived", "search", "trash"})
CHANGES = frozenset({"rename", "pin", "file", "archive", "remove", "restore", "turnback", "forget"})
WORDS = QUESTIONS | CHANGES


async def answer(here: Engine, owner: str, frame: list[Any], say: Say) -> None:
    """One frame whose word is in WORDS. Nonsense is left unanswered."""
    listing = here.store.listing
    conversations = here.store.conversations
    match frame:
        case ["history"]:
            told = await asyncio.to_thread(_first, here, owner)
            say("history", *told)
        case ["older", int() | float() as before]:
            older = await asyncio.to_thread(listing.recent, owner=owner, before=float(before))
            say("older", _items(older))
        case ["archived"]:
            say("archived", _items(await asyncio.to_thread(listing.archived, owner=owner)))
        case ["search", str() as query]:
            say("found", query, await asyncio.to_thread(_found, here, owner, query))
        case ["trash"]:
            rows = await asyncio.to_thread(listing.trash, owner=owner)
            turns = await asyncio.to_thread(here.store.turns.trash, owner=owner)
            whole = [{"id": i, "title": t, "deleted": when} for i, t, when in rows]
            both = [*whole, *map(_removed, turns)]
            say("trash", sorted(both, key=lambda one: -float(one["deleted"])))
        case ["rename", str() as one, str() as title] if title.strip():
            await _change(here, owner, one, lambda: conversations.rename(one, title, owner=owner))
        case ["pin", str() as one, bool() as on]:
            await _change(here, owner, one, lambda: conversations.pin(one, on, owner=owner))
        case ["file", str() as one, str() as folder]:
            await _change(here, owner, one, lambda: conversations.file(one, folder, owner=owner))
        case ["archive", str() as one, bool() as on]:
            await _change(here, owner, one, lambda: conversations.archive(one, on, owner=owner))
        case ["remove", str() as one]:
            await _change(here, owner, one, lambda: conversations.delete(one, owner=owner))
        case ["restore", str() as one]:
            await _change(here, owner, one, lambda: conversations.restore(one, owner=owner))
        case ["turnback", str() as one]:
            await _turn_back(here, owner, one)
        case ["forget", list() as ids]:
            for one in ids:
                if isinstance(one, str):
                    await here.trash.forget(one, owner=owner)
                    await here.trash.forget_turn(one, owner=owner)
            await answer(here, owner, ["trash"], say)


async def _change(here: Engine, owner: str, one: str, change: Callable[[], None]) -> None:
    try:
        await asyncio.to_thread(change)
    except NotFound:
        return  # another tab was first
    here.hub.tell(owner, "item", one)


async def _turn_back(here: Engine, owner: str, message: str) -> None:
    try:
        back = await asyncio.to_thread(here.store.turns.restore, message, owner=owner)
    except NotFound:
        return  # another tab was first
    here.hub.tell(owner, "tree", back)
    here.hub.tell(owner, "item", back)


def _removed(one: Removed) -> views.View:
    return {
        "id": one.id,
        "title": one.title,
        "deleted": one.deleted,
        "conversation": one.conversation,
        "role": one.role,
        "hint": " ".join(one.hint.split()),
    }


def _first(here: Engine, owner: str) -> tuple[list[views.View], views.View]:
    listing = here.store.listing
    recent = listing.recent(owner=owner)
    kept = listing.kept(owner=owner)
    more = {"archived": listing.count_archived(owner=owner), "older": len(recent) >= PAGE}
    return _items([*kept, *recent]), more


def _items(listed: list[Listed]) -> list[views.View]:
    return [views.item(one) for one in listed]


def _found(here: Engine, owner: str, query: str) -> list[views.View]:
    return [
        {
            "conversation": hit.conversation,
            "message": hit.message,
            "title": hit.title,
            "before": hit.before,
            "words": hit.words,
            "after": hit.after,
            "day": time.strftime("%Y-%m-%d", time.localtime(hit.updated)),
            "updated": hit.updated,
        }
        for hit in here.store.conversations.search(query, owner=owner)
    ]
