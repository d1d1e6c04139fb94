"""The tree of a file's messages: every parent known, none twice, no circle, parents first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vnchat.exchange.checks import Place
from vnchat.exchange.shapes import MOST_MESSAGES, ToldMessage


def in_order(
    messages: Sequence[ToldMessage], place: Place, *, strict: bool = False
) -> tuple[ToldMessage, ...]:
    """Parents before children, siblings as they were. Raises BadFile for doubles and circles.

    An unknown parent is an error when `strict`; otherwise the message begins a branch of its own.
    """
    if len(messages) > MOST_MESSAGES:
        raise place.wrong(f"there are more than {MOST_MESSAGES} messages")
    known = {one.id for one in messages}
    if len(known) < len(messages):
        raise place.wrong("two messages have the same id")
    children: dict[str, list[ToldMessage]] = {}
    seen: set[str] = set()
    sorted_already = True
    for told in messages:
        one = told
        if one.parent and one.parent not in known:
            if strict:
                raise place.wrong("a message follows one that is not in the file")
            one = replace(one, parent="")
        sorted_already &= not one.parent or one.parent in seen
        seen.add(one.id)
        children.setdefault(one.parent, []).append(one)
    if sorted_already and strict:
        return tuple(messages)
    ordered: list[ToldMessage] = []
    waiting = list(reversed(children.get("", ())))
    while waiting:
        one = waiting.pop()
        ordered.append(one)
        waiting += reversed(children.get(one.id, ()))
    if len(ordered) < len(messages):
        raise place.wrong("its messages follow each other in a circle")
    return tuple(ordered)


def merged(messages: Sequence[ToldMessage]) -> tuple[ToldMessage, ...]:
    """An answer told in several pieces becomes one, as other programs write them.

    Takes messages in order. A piece that ends in two ways becomes two whole answers.
    """
    by_id: dict[str, ToldMessage] = {}
    swallowed: set[str] = set()
    for told in messages:
        one = told
        above = by_id.get(one.parent)
        if above is not None and above.role == one.role == "assistant":
            swallowed.add(above.id)
            text = "\n\n".join(part for part in (above.text, one.text) if part)
            run = one.run
            if run is not None and above.run is not None:
                thought = "\n\n".join(
                    part for part in (above.run.reply.reasoning, run.reply.reasoning) if part
                )
                reply = replace(run.reply, text=text, raw=text, reasoning=thought)
                run = replace(run, reply=reply, model=run.model or above.run.model)
            one = replace(
                one, parent=above.parent, text=text, run=run, media=above.media + one.media
            )
        by_id[one.id] = one
    # what follows a swallowed piece by another role hangs on the whole answer it began with
    kept = [one for one in by_id.values() if one.id not in swallowed]
    left = {one.id for one in kept}
    orphans = {one.parent for one in kept if one.parent and one.parent not in left}
    return tuple(one for one in by_id.values() if one.id in left or one.id in orphans)


def end_of(head: str, messages: Sequence[ToldMessage]) -> str:
    """`head` if it is a message, else the one written last."""
    if any(one.id == head for one in messages):
        return head
    return messages[-1].id if messages else ""
