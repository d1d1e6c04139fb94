"""A picture of the conversation with a mask over it, on its way into the next prompt.

The page draws the mask (assets/mask.js), web/masks.py keeps it; here it is put beside the
composer, and taken away again with its picture.
"""

from __future__ import annotations

import dataclasses

from vnchat.conversation import Media
from vnchat.engine import engine
from vnchat.errors import BadInput
from vnchat.gateway.images import takes_mask
from vnchat.runs.choice import Choice
from vnchat.ui.controls import route_now
from vnchat.ui.state import Open, choice, owner, say

FIRST = -1  # the masked picture stands before whatever else is attached


def taken(wanted: Choice) -> bool:
    """Does the model, the way it is asked now, take a mask?"""
    if not wanted.model:
        return False
    route = route_now(wanted)
    if route.kind == "task":
        record = engine().records.get(route.record)
        if record is not None and wanted.continuing:
            step = wanted.continuing.get("wish", "")
            return any(one.id == step and one.takes_mask for one in record.next)
        return record is not None and record.takes_mask
    return route.kind == "image" and takes_mask(wanted.model)


def wanted_now(current: Open) -> Choice:
    """The choice as the next prompt of this conversation is sent with it."""
    if current.continuing is None:
        return choice()
    message, wish = current.continuing
    return dataclasses.replace(choice(), continuing={"message": message, "wish": wish})


def begin(current: Open, media: str, mask: str) -> None:
    """The next prompt edits this picture where the mask says."""
    store = engine().store
    if not taken(wanted_now(current)):
        raise BadInput(say("mask_not_taken", model=choice().model))
    drawn = store.media.get(mask, owner=owner())
    if drawn.kind != "mask" or drawn.message:
        raise BadInput(say("mask_gone"))
    picture = store.media.copy(store.media.get(media, owner=owner()))
    store.media.change(picture.id, owner=owner(), place=FIRST)
    others = [one for one in current.attached if one.kind != "mask"]
    current.attached = [picture, drawn, *others]


def in_order(pictures: list[Media], wanted: Choice) -> list[Media]:
    """The masked picture first, whatever was attached besides. Raises BadInput."""
    if not taken(wanted):
        raise BadInput(say("mask_not_taken", model=wanted.model))
    at = next(n for n, one in enumerate(pictures) if one.kind == "mask")
    if at == 0:
        raise BadInput(say("mask_alone"))
    pair = pictures[at - 1 : at + 1]
    rest = [*pictures[: at - 1], *pictures[at + 1 :]]
    return [*pair, *(one for one in rest if one.kind != "mask")]


def leave_out(current: Open, place: int) -> None:
    """Take away what waits at this place; with a picture goes the mask over it."""
    after = current.attached[place + 1 : place + 2]
    end = place + 2 if after and after[0].kind == "mask" else place + 1
    del current.attached[place:end]
