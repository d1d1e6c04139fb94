"""The composer: `st.chat_input` at the foot of the page, and what waits beside it.

A press of Enter runs this fragment and nothing else: the conversation is told over the live
socket. What cannot be sent goes back into the box with one sentence.
"""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from vnchat.conversation import Media
from vnchat.engine import engine
from vnchat.errors import VnchatError
from vnchat.gateway.families import kind_hint
from vnchat.gateway.routing import chats
from vnchat.gateway.talking import talks
from vnchat.ui import (
    assistants,
    component,
    continuing,
    masking,
    sending,
    storyboard,
    turn_first,
    voices,
)
from vnchat.ui.models import listed
from vnchat.ui.state import Open, choice, name_in_address, opened, owner, say

MOST_REWRITERS = 100  # offered; any other can be typed


def draw() -> None:
    _composer(st.bottom)


@st.fragment
def _composer(foot: DeltaGenerator) -> None:
    current = opened()
    key = f"prompt-{current.id}"
    with foot:
        if current.problem:
            st.error(current.problem, icon=":material/error:")
        if current.continuing or current.attached:
            _waiting()
        beside = st.container(horizontal=True, vertical_alignment="center", key="beside-prompt")
        if kind_hint(choice().model) == "video":
            beside.button(
                say("storyboard"),
                icon=":material/view_list:",
                type="tertiary",
                help=say("storyboard_help"),
                key="storyboard",
                on_click=storyboard.press,
            )
        st.chat_input(
            say("write_here"),
            key=key,
            accept_file="multiple",
            max_upload_size=50,
            on_submit=_send,
            args=(key,),
        )
    storyboard.draw(key)
    with beside:
        try:
            _helpers(current)
        except VnchatError as error:  # the database is away: the box stays, and its sentence
            if not current.problem:
                st.error(str(error), icon=":material/error:")
    # Last: the page is drawn anew for it, and the first words of the answer are on their way.
    name_in_address(current)


def _helpers(current: Open) -> None:
    """What stands beside the box: its draft, templates, rewriting, the microphone."""
    # An unwritten conversation has another id after a refresh: its draft belongs to "the new one".
    written = current.id if current.messages else ""
    component.show(
        "composer",
        key="composer",
        on_act=_recorded,
        conversation=written,
        draft=engine().store.drafts.get(written, owner=owner()),
        templates=[
            {"name": one.name, "text": str(one.body.get("text", ""))}
            for one in assistants.templates()
        ],
        gateway=choice().gateway,
        rewriters=_rewriters(),
        **voices.able(),
        talks=talks(choice().model),
        waiting=sum(media.tokens for media in current.attached),
    )


def _recorded() -> None:
    """A recording that goes along as it is waits like a file that was attached."""
    pressed = st.session_state["composer"].act
    if not isinstance(pressed, dict) or pressed.get("do") != "attach":
        return
    current = opened()
    try:
        kept = engine().store.media.get(str(pressed.get("media", "")), owner=owner())
    except VnchatError as error:
        current.problem = str(error)
        return
    if kept.origin == "given" and not kept.message:
        current.attached.append(kept)


def _rewriters() -> list[str]:
    """Text models that can say a prompt better, the best guess first; none where the prompt is
    not for a video."""
    wanted = choice()
    if kind_hint(wanted.model) != "video":
        return []
    named = engine().settings.title_model
    models = listed(wanted.gateway)
    names = [
        one for one in models.names if kind_hint(one) == "text" and chats(models.types.get(one, ()))
    ]
    return list(dict.fromkeys([named, *names] if named else names))[:MOST_REWRITERS]


def _waiting() -> None:
    """What goes along with the next message, each with a press to leave it out."""
    current = opened()
    with st.container(horizontal=True, gap="small", key="waiting"):
        if current.continuing:
            _, wish = current.continuing
            st.button(
                say(f"continuing_{wish}"),
                icon=":material/close:",
                key="drop-continuing",
                help=say("leave_out"),
                on_click=_drop_continuing,
            )
            if (model := continuing.model_for(current)) != choice().model:
                st.caption(say("will_be_sent", name=model), width="content")
        for n, media in enumerate(current.attached):
            st.button(
                _named(media),
                icon=":material/close:",
                key=f"drop-{media.id}",
                help=say("leave_out"),
                on_click=_drop_picture,
                args=(n,),
            )


def _named(media: Media) -> str:
    if media.kind == "mask":
        return say("mask")
    name = media.name or say("picture")
    return say("file_tokens", name=name, tokens=f"{media.tokens:,}") if media.tokens else name


def _drop_continuing() -> None:
    opened().continuing = None


def _drop_picture(place: int) -> None:
    masking.leave_out(opened(), place)


def _send(key: str) -> None:
    said: Any = st.session_state[key]
    if said is None:
        return
    current = opened()
    current.problem = ""
    try:
        pictures = sending.take_files(said.files)
    except sending.FilesRefused as error:
        current.attached += error.kept
        current.problem = str(error)
        st.session_state[key] = said.text
        return
    try:
        sending.send(current, said.text, pictures)
    except VnchatError as error:
        current.attached += pictures
        current.problem = str(error)
        st.session_state[key] = said.text
    else:
        turn_first.step_aside()
