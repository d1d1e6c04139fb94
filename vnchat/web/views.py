"""What the page is told of a conversation: rows in, plain JSON values out.

The shapes are the ones that ui/assets/thread.js draws. Nothing is decided here that a reply or a
run does not say already.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from vnchat import context, prices
from vnchat.conversation import Conversation, Media, Message, Run
from vnchat.reading.prose import prose
from vnchat.reading.reply import Reply
from vnchat.runs.conversions import CONVERTED
from vnchat.runs.live import LiveRun
from vnchat.states import GOING
from vnchat.store import Listed, Store
from vnchat.web.addresses import Addresses

WINDOW = 40

View = dict[str, Any]


def thread(
    store: Store, addresses: Addresses, conversation: str, *, owner: str, before: str = ""
) -> tuple[str, list[View], bool]:
    """Title, the last messages of the open path (or those before one), and are there earlier?

    Raises NotFound for a conversation that is not the owner's.
    """
    with store.together():
        told = store.conversations.get(conversation, owner=owner)
        path = store.trees.path(
            before or told.head,
            owner=owner,
            conversation=conversation,
            most=WINDOW + 1,
            before=bool(before),
        )
        window = path[-WINDOW:]
        beside = [] if before else _beside(store, told, window, owner)
        if beside:
            window = [*window[:-1], *beside]
        versions = store.trees.versions(window, owner=owner)
        runs = store.runs.some([one.run for one in window if one.run], owner=owner)
        media = store.media.of_messages([one.id for one in window], owner=owner)
    views = [
        message_view(one, runs.get(one.run), media.get(one.id, ()), addresses, versions[one.id])
        | ({"beside": len(beside)} if one in beside else {})
        for one in window
    ]
    return told.title, views, len(path) > len(window)


def fullness(
    store: Store, conversation: str, *, owner: str, sizes: Sequence[str]
) -> dict[str, int] | None:
    """{used, size} in tokens once the model's context is nearly full; None before, and when its
    size is not known."""
    told = store.conversations.get(conversation, owner=owner)
    size = context.size_of(str(told.options.get("model") or ""), sizes)
    if not size or not told.head:
        return None
    last = told.options.get("last")
    most = last if isinstance(last, int) and last > 0 else 0
    letters, octets = store.trees.weight(
        told.head, owner=owner, conversation=conversation, most=most
    )
    used = context.tokens(letters, octets) + context.tokens_of(str(told.options.get("system", "")))
    return {"used": used, "size": size} if used >= size * context.NEARLY else None


def _beside(
    store: Store, told: Conversation, window: Sequence[Message], owner: str
) -> list[Message]:
    """The answers of several models to the last prompt, until one of them is gone on with."""
    ids = told.options.get("beside")
    if not isinstance(ids, list) or not window or window[-1].id not in ids:
        return []
    found = store.trees.some([one for one in ids if isinstance(one, str)], owner=owner)
    same = [one for one in found if one.parent == window[-1].parent]
    return same if len(same) > 1 else []


def one_message(store: Store, addresses: Addresses, message: str, *, owner: str) -> View:
    with store.together():
        told = store.conversations.message(message, owner=owner)
        versions = store.trees.versions([told], owner=owner)[message]
        runs = store.runs.some([told.run], owner=owner) if told.run else {}
        media = store.media.of_messages([message], owner=owner)
    return message_view(told, runs.get(told.run), media.get(message, ()), addresses, versions)


def begun(live: LiveRun, addresses: Addresses) -> list[View]:
    """The two messages of a turn that was just written, without asking the database."""
    turn = live.turn
    if turn is None or turn.question is None:
        return []
    question = message_view(turn.question, None, (), addresses, [turn.question.id])
    answer = message_view(turn.answer, None, (), addresses, [turn.answer.id])
    going: View = {"reasoning": "", "failure": None, "tool_calls": [], "finish": "", "usage": None}
    about = {"model": live.model, "gateway": live.gateway, "requests": 1}
    return [question, answer | going | {"run": live.view(), "facts": about}]


def message_view(
    message: Message,
    run: Run | None,
    media: Sequence[Media],
    addresses: Addresses,
    versions: Sequence[str],
) -> View:
    """`versions` are the ids of the message and its siblings, oldest first."""
    view: View = {
        "id": message.id,
        "parent": message.parent,
        "role": message.role,
        "text": message.text,
        "created": message.created,
        "versions": {
            "at": versions.index(message.id) + 1 if message.id in versions else 1,
            "of": max(1, len(versions)),
            "ids": list(versions),
        },
        "attachments": [media_view(one, addresses) for one in media if one.origin == "given"],
        "results": [media_view(one, addresses) for one in media if one.origin == "result"],
        "run": None,
    }
    if run is None:
        return view
    going = run.state in GOING
    reply = run.reply
    view |= {
        "run": run_view(run),
        "text": "" if going else shown_text(reply),
        "reasoning": "" if going else reply.reasoning,
        "failure": None if reply.failure is None else asdict(reply.failure),
        "tool_calls": [asdict(one) for one in reply.tool_calls],
        "finish": reply.finish,
        "usage": reply.usage,
        "facts": facts(run),
        "choices": list(reply.extra.get("choices") or ()),
        "songs": _songs(media, reply),
        "asks": reply.extra.get("asks") is True,
        **_lineage(run),
    }
    return view


def _lineage(run: Run) -> View:
    """Of which message's video this is a change, if it was asked for as one; and whether the
    gateway finds its own task in the conversation, so that the next prompt changes it unasked."""
    asked = run.parameters.get("continuing")
    changes = asked.get("message") if isinstance(asked, Mapping) else ""
    by_history = not run.task and any(one.way == "task" for one in run.reply.handles)
    return {"changes": str(changes or ""), "remembered": by_history}


def _songs(media: Sequence[Media], reply: Reply) -> View:
    """Title and words of each result that has them, by its id."""
    told: View = {}
    for one in media:
        made = reply.results[one.place] if one.place < len(reply.results) else None
        if one.origin == "result" and made is not None and (made.title or made.words):
            told[one.id] = {"title": made.title, "words": made.words}
    return told


def shown_text(reply: Reply) -> str:
    """The answer as the page shows it: of one that makes something only what speaks.

    The rest (ids, progress lines, the echoed prompt) is one click away in the raw answer.
    """
    if reply.extra.get("audio"):  # spoken: its words are all the answer
        return reply.text
    making = reply.results or reply.progress
    return prose(reply.text, reply.results) if making else reply.text


def run_view(run: Run) -> View:
    """A run as its row knows it; a going one gets its live part over the socket."""
    return {
        "id": run.id,
        "state": run.state,
        "model": run.model,
        "making": bool(run.reply.progress),
        "progress": run.reply.progress[-1] if run.reply.progress else None,
        "activity": None,
        "elapsed": round((run.ended or time.time()) - run.started, 1) if run.started else 0,
        "started": run.started or None,
        "left": None,
        "left_from": 0,
        "wait_until": run.wait_until or None,
        "attempt": run.attempt,
        "paid": run.paid,
        "task": bool(run.task),
        "record": str(run.task.get("record") or ""),
        "cancel": str(run.reply.extra.get("cancel") or ""),
        "held": False,
    }


def facts(run: Run) -> View:
    """Numbers about the answer; a key is absent when nothing is known."""
    told: View = {"model": run.model, "gateway": run.gateway, "requests": run.requests}
    if run.reply.model and run.reply.model != run.model:
        told["answered_as"] = run.reply.model
    if run.first_byte and run.started:
        told["first_token_s"] = round(run.first_byte - run.started, 3)
    if run.ended and run.started:
        told["took_s"] = round(run.ended - run.started, 2)
    usage: Mapping[str, Any] = run.reply.usage or {}
    for name, path in (
        ("cached", ("prompt_tokens_details", "cached_tokens")),
        ("reasoned", ("completion_tokens_details", "reasoning_tokens")),
    ):
        if told_of := prices.count(usage, *path):
            told[name] = told_of
    if (cost := prices.prices().of_run(run)) is not None:
        told |= {"cost": cost.amount, "currency": cost.currency}
    given = usage.get("completion_tokens")
    if isinstance(given, int) and run.ended > run.first_byte > 0:
        told["tokens_per_s"] = round(given / (run.ended - run.first_byte), 1)
    return told


def media_view(media: Media, addresses: Addresses, got: int = 0, expected: int = 0) -> View:
    """`got` of `expected` bytes are here while it is being fetched."""
    drawn = media.poster and media.kind != "file"  # beside a document lie its words
    poster = addresses.kept(media.poster, owner=media.owner) if drawn else None
    return {
        "id": media.id,
        "kind": media.kind,
        "name": media.name,
        "type": media.type,
        "src": addresses.of(media),
        "poster": poster,
        # a picture inside the answer has no link that could be shown or copied
        "link": "" if media.link.startswith("data:") else media.link,
        "width": media.width,
        "height": media.height,
        "seconds": media.seconds,
        "size": media.size or expected,
        "codec": media.codec,
        "playable": media.playable,
        "convertible": _convertible(media),
        "state": media.state,
        "got": got,
        "reason": media.reason,
        "again": media.again,
        "tokens": media.tokens,
    }


def _convertible(media: Media) -> bool:
    moves = media.kind in ("video", "audio")
    return bool(media.key) and not media.playable and moves and media.reason != CONVERTED


def item(listed: Listed) -> View:
    icons = {"video": "video", "image": "image", "audio": "audio"}
    return {
        "id": listed.id,
        "title": listed.title,
        "day": time.strftime("%Y-%m-%d", time.localtime(listed.updated)),
        "updated": listed.updated,
        "icon": icons.get(listed.made, "text"),
        "state": listed.state,
        "pinned": listed.pinned,
        "folder": listed.folder,
        "archived": listed.archived,
    }


def raw(run: Run, question: str) -> View:
    """What was sent and what came, for whoever wants to see it. Never a key."""
    return {
        "raw": run.reply.raw,
        "request": {
            "model": run.model,
            "stream": run.stream,
            "prompt": question,
            **{k: v for k, v in run.parameters.items() if v},
        },
        "response": {
            "finish": run.reply.finish,
            "model": run.reply.model,
            "usage": run.reply.usage,
            "failure": None if run.reply.failure is None else asdict(run.reply.failure),
            **dict(run.reply.extra),
        },
    }


def live_message(live: LiveRun, final: View) -> View:
    """The final message for a tab that has seen all of the text: what it has is not sent again."""
    if not live.making and final["text"] == "".join(live.text):
        final = final | {"text": None}
    if final.get("reasoning") == "".join(live.reasoning):
        final = final | {"reasoning": None}
    return final
