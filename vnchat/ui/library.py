"""The library page: one component draws it; here is what a press in it does to the session."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from vnchat.conversation import path_to
from vnchat.engine import engine
from vnchat.errors import NotFound
from vnchat.ui import component, places
from vnchat.ui.state import choice, choose, open_conversation, opened, owner, say

KEY = "library"
GO = "library_go"  # the page is left once its script has run

_WIDE = """<style>
[data-testid=stMainBlockContainer] { max-width: 76rem; --vn-top: 1.2rem; }
.st-key-library-head { padding: .35rem 0 .35rem var(--vn-left); min-height: 3rem; }
</style>"""


def draw() -> None:
    st.html(_WIDE)
    with st.container(key="library-head"):
        st.markdown(f"#### {say('library')}")
    component.show("library", key=KEY, on_act=_pressed)
    if st.session_state.pop(GO, False):
        st.switch_page(places.chat(), query_params=_address())


def _address() -> dict[str, str]:
    current = opened()
    return {"c": current.id} if current.messages else {}


def _pressed() -> None:
    pressed = st.session_state[KEY].act
    if isinstance(pressed, dict):
        act(pressed)


def act(pressed: dict[str, Any]) -> None:
    try:
        match pressed.get("do"):
            case "openat":
                _open_at(str(pressed.get("conversation", "")), str(pressed.get("message", "")))
            case "like":
                _another_like(str(pressed.get("media", "")))
            case _:
                return
    except NotFound:
        return  # deleted meanwhile, in another tab
    st.session_state[GO] = True


def _open_at(conversation: str, message: str) -> None:
    """The conversation with the branch in view that this message is on."""
    store = engine().store.conversations
    told = store.get(conversation, owner=owner())
    every = store.messages(conversation, owner=owner())
    if message not in {one.id for one in path_to(told.head, every)}:
        store.turn_to(message, owner=owner())
        engine().hub.tell(owner(), "tree", conversation)
    open_conversation(conversation)


def _another_like(media: str) -> None:
    """A new conversation with the prompt as a draft, its pictures and its model."""
    store = engine().store
    found = store.library.one(media, owner=owner())
    if found is None:
        raise NotFound("file")
    message = store.conversations.message(found.media.message, owner=owner())
    wanted = choice()
    if message.run:
        run = store.runs.get(message.run, owner=owner())
        known = {one.id for one in engine().gateways.all()}
        gateway = run.gateway if run.gateway in known else wanted.gateway
        wanted = dataclasses.replace(wanted, gateway=gateway, model=run.model)
    question = message.id if message.role == "user" else message.parent
    open_conversation("")
    choose(wanted)
    current = opened()
    current.attached = store.media.copy_given(question, owner=owner())
    st.session_state[f"prompt-{current.id}"] = found.prompt  # the box of ui/composer.py
