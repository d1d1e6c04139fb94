"""'Change this video' and 'Extend' as the page sees them: which gateway, which model, what again.

What is sent for it is decided in vnchat/gateway/continuing.py.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from vnchat.conversation import Run
from vnchat.engine import engine
from vnchat.errors import BadInput, NotFound
from vnchat.gateway.continuing import Wish, continuing_model
from vnchat.gateway.families import kind_hint
from vnchat.ui.models import listed
from vnchat.ui.state import Open, choice, choose, owner, say


def begin(current: Open, message: str, wish: str) -> None:
    """The next prompt changes or extends the video of this answer.

    Its ids mean something only at the gateway that made it, so that one is chosen.
    """
    made = _run_of(message)
    record = engine().records.get(str(made.task.get("record", "")))
    if record is not None and wish not in [one.id for one in record.next]:
        raise BadInput(say("continuing_not_offered", name=record.title))
    wanted = choice()
    if made.gateway not in {one.id for one in engine().gateways.all()}:
        raise BadInput(say("continuing_gone"))
    if wanted.gateway != made.gateway or kind_hint(wanted.model) != "video":
        choose(dataclasses.replace(wanted, gateway=made.gateway, model=made.model))
    current.continuing = (message, wish)


def model_for(current: Open) -> str:
    """The model that the next prompt goes to; some gateways extend only with one made for it."""
    wanted = choice()
    if current.continuing is None:
        return wanted.model
    message, wish = current.continuing
    try:
        made = _run_of(message)
    except NotFound:
        return wanted.model
    asked: Wish = "extend" if wish == "extend" else "change"
    return continuing_model(wanted.model, listed(wanted.gateway).names, made.reply, asked)


def before(question: str) -> Mapping[str, str] | None:
    """What an answered question continued: answering it again continues the same video."""
    store = engine().store
    told = store.conversations.message(question, owner=owner())
    every = store.conversations.messages(told.conversation, owner=owner())
    answers = [one for one in every if one.parent == question and one.run]
    runs = store.runs.some([one.run for one in answers], owner=owner())
    for answer in sorted(answers, key=lambda one: -one.seq):
        if answer.run in runs and (found := runs[answer.run].parameters.get("continuing")):
            return {**found, "message": told.parent}  # a forked conversation has other ids
    return None


def _run_of(message: str) -> Run:
    store = engine().store
    told = store.conversations.message(message, owner=owner())
    return store.runs.get(told.run, owner=owner())
