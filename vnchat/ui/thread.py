"""The open conversation: one component draws it from the live socket.

Here are the starter prompts of an empty page and what a press on a message does.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from vnchat.context import DROPPED_TO
from vnchat.engine import engine
from vnchat.errors import VnchatError
from vnchat.gateway.families import kind_hint
from vnchat.ui import assistants, component, continuing, masking, sending
from vnchat.ui.models import listed
from vnchat.ui.state import (
    Open,
    choice,
    choose,
    name_in_address,
    open_conversation,
    opened,
    owner,
    say,
)

KEY = "thread"
MOST_MODELS = 200  # offered for another answer; any other can be typed


@st.fragment
def draw() -> None:
    current = opened()
    component.show(
        "thread",
        key=KEY,
        on_act=_pressed,
        conversation=current.id,
        starters=_starters(),
        missing=current.missing,
        assistants=[] if current.messages else _assistants(),
        models=listed(choice().gateway).names[:MOST_MODELS],
        gateways={one.id: one.name for one in engine().gateways.all()},
        steps={one.id: [step.id for step in one.next] for one in engine().records.values()},
        masks=masking.taken(masking.wanted_now(current)),
    )
    if st.session_state.pop("page_again", False):
        st.rerun()


def _assistants() -> list[dict[str, Any]]:
    now = choice().assistant
    return [
        {"id": row.id, "name": told.name, "chosen": row.id == now}
        for row, told in assistants.all_of()
    ]


def _starters() -> list[dict[str, str]]:
    """Three prompts that work: on the demo one of each kind, elsewhere of the model's own kind.

    An assistant brings its own.
    """
    if (told := assistants.chosen()) and told[1].starters:
        return [{"title": "", "text": one, "model": ""} for one in told[1].starters]
    if engine().gateways.only_demo:
        kinds = [("video", "demo-video"), ("image", "demo-image"), ("text", "demo-chat")]
        return [_starter(kind, 1, model) for kind, model in kinds]
    kind = kind_hint(choice().model)
    kind = kind if kind in ("video", "image") else "text"
    return [_starter(kind, n, choice().model) for n in (1, 2, 3)]


def _starter(kind: str, n: int, model: str) -> dict[str, str]:
    return {
        "title": say(f"start.{kind}.{n}.title"),
        "text": say(f"start.{kind}.{n}.text"),
        "model": model,
    }


def _pressed() -> None:
    pressed = st.session_state[KEY].act
    if not isinstance(pressed, dict):
        return
    current = opened()
    current.problem = ""
    try:
        act(current, pressed)
        name_in_address(opened())
    except VnchatError as error:
        current.problem = str(error)
        st.session_state["page_again"] = True


def act(current: Open, pressed: dict[str, Any]) -> None:
    """Do what was pressed. Raises VnchatError with its sentence."""
    here = engine()
    store = here.store
    message = str(pressed.get("message", ""))
    match pressed.get("do"):
        case "start":
            text = str(pressed.get("text", ""))
            model = next((one["model"] for one in _starters() if one["text"] == text), "")
            if model and model != choice().model:
                choose(dataclasses.replace(choice(), model=model))
                st.session_state["page_again"] = True  # the head names the model
            sending.send(current, text, [])
        case "again" if sending.look_again(message):
            pass  # nothing is sent anew: the task is only asked after
        case "regenerate" | "again":
            told = store.conversations.message(message, owner=owner())
            question = told.id if told.role == "user" else told.parent
            sending.answer_again(current, question, str(pressed.get("model") or "")[:200])
        case "continue":
            sending.send(current, say("continue_prompt"), [], parent=message)
        case "edit":
            told = store.conversations.message(message, owner=owner())
            attached = store.media.copy_given(message, owner=owner())
            sending.send(
                current,
                str(pressed.get("text", "")),
                attached,
                parent=told.parent,
                whole=False,
                continues=continuing.before(message),
            )
        case "version":
            _changed(store.conversations.turn_to(message, owner=owner()))
        case "delete":
            _changed(store.conversations.delete_turn(message, owner=owner()))
        case "assistant":
            one = str(pressed.get("assistant", ""))
            assistants.take("" if one == choice().assistant else one)
            st.session_state["page_again"] = True
        case "restore":
            _changed(store.conversations.restore_turn(message, owner=owner()))
        case "pick":
            sending.go_on_with(message)
            _changed(current.id)
            st.session_state["page_again"] = True  # the head names its model
        case "fork":
            open_conversation(store.conversations.fork(message, owner=owner()))
            here.hub.tell(owner(), "item", opened().id)
            st.session_state["page_again"] = True
        case "anew":  # the last turn comes along, so that one knows what it was about
            open_conversation(store.conversations.fork(message, owner=owner(), last=2))
            here.hub.tell(owner(), "item", opened().id)
            st.session_state["page_again"] = True
        case "drop":
            choose(dataclasses.replace(choice(), last=DROPPED_TO))
            store.conversations.set_options(current.id, choice().options(), owner=owner())
            here.hub.tell(owner(), "tree", current.id)
        case "summarise":
            sending.send(current, say("summarise_prompt"), [])
        case "change" | "extend" | "character" as wish:
            continuing.begin(current, message, wish)
            st.session_state["page_again"] = True
        case "attach":
            kept = store.media.get(str(pressed.get("media", "")), owner=owner())
            loose = kept.origin == "given" and not kept.message  # made for this very message
            current.attached.append(kept if loose else store.media.copy(kept))
            st.session_state["page_again"] = True
        case "press":
            sending.press(current, message, str(pressed.get("choice", "")))
        case "answer":
            continuing.begin(current, message, "modal")
            st.session_state["page_again"] = True
        case "vary":
            sending.vary(current, message, str(pressed.get("media", "")))
        case "mask":
            masking.begin(current, str(pressed.get("media", "")), str(pressed.get("mask", "")))
            st.session_state["page_again"] = True
        case "refetch":
            sending.fetch_again(str(pressed.get("media", "")))


def _changed(conversation: str) -> None:
    engine().hub.tell(owner(), "tree", conversation)
    engine().hub.tell(owner(), "item", conversation)
