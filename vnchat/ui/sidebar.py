"""The sidebar: a new conversation, the history, and the ways to the other pages."""

from __future__ import annotations

import streamlit as st

from vnchat.engine import engine
from vnchat.errors import NotFound
from vnchat.ui import assistants, component, places
from vnchat.ui.state import language, open_conversation, opened, owner, say

NAMES = {"en": "English", "zh": "中文"}
KEY = "history"
PRESSED = "history_pressed"  # on the other pages: a conversation is to be opened


def draw(*, chat: bool = False) -> None:
    if st.session_state.pop(PRESSED, False) and not chat:
        st.switch_page(places.chat())
    with st.sidebar:
        st.markdown("### vnchat")
        if st.button(
            say("new_conversation"), icon=":material/edit_square:", width="stretch", key="new"
        ):
            open_conversation("")
            assistants.begin()
            st.switch_page(places.chat())
        component.show(
            "history",
            key=KEY,
            on_act=_pressed,
            open=opened().id,
            remember="language" in st.session_state,
        )
        with st.container(key="foot", gap="xxsmall"):
            st.page_link(places.library(), label=say("library"), icon=":material/video_library:")
            st.page_link(places.assistants(), label=say("assistants"), icon=":material/smart_toy:")
            gateways = engine().gateways
            name = say("demo") if gateways.only_demo else gateways.default().name
            st.page_link(
                places.gateways(), label=say("gateway_is", name=name), icon=":material/dns:"
            )
            st.segmented_control(
                say("language"),
                list(NAMES),
                default=language(),
                format_func=lambda one: NAMES[one],
                label_visibility="collapsed",
                required=True,
                key="choose-language",
                on_change=_speak,
            )
        if engine().settings.share_with_network:
            st.caption(say("shared"))


def _speak() -> None:
    chosen = st.session_state["choose-language"]
    if chosen in NAMES:
        st.session_state["language"] = chosen
        if "lang" in st.query_params:
            st.query_params["lang"] = chosen


def _pressed() -> None:
    pressed = st.session_state[KEY].act
    if isinstance(pressed, dict) and pressed.get("do") == "open":
        _turn_to(str(pressed.get("conversation", "")), str(pressed.get("message") or ""))
        open_conversation(str(pressed.get("conversation", "")))
        st.session_state[PRESSED] = True


def _turn_to(conversation: str, message: str) -> None:
    """A message that was found on another branch: that branch is shown."""
    store = engine().store
    if not message:
        return
    try:
        told = store.conversations.get(conversation, owner=owner())
        path = store.trees.path(told.head, owner=owner(), conversation=told.id)
        if message not in {one.id for one in path}:
            store.conversations.turn_to(message, owner=owner())
            engine().hub.tell(owner(), "tree", told.id)
    except NotFound:
        return  # it was deleted in between: the page says so
