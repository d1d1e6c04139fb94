"""What one browser session holds: who it is, its language, the open conversation.

Every key of `st.session_state` that is not a widget's is named here. The store holds the truth;
a new session rebuilds this from the id in the address.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from uuid import uuid4

import streamlit as st

from vnchat.conversation import LOCAL_OWNER, Media, Message
from vnchat.engine import engine
from vnchat.errors import NotFound
from vnchat.runs.choice import MOST_OTHERS, Choice, others_of
from vnchat.words import LANGUAGES
from vnchat.words import say as say_in

LANGUAGE_COOKIE = "vnchat_lang"  # written by ui/assets/history.js
ENDING = 2  # messages that the script looks at; the page draws its own window


@dataclass(slots=True)
class Open:
    """The conversation as the page works with it."""

    id: str
    title: str = ""
    messages: list[Message] = field(default_factory=list)  # the end of the open path
    attached: list[Media] = field(default_factory=list)  # waits for the next message
    continuing: tuple[str, str] | None = None  # (message, "change" or "extend")
    problem: str = ""  # the sentence of the last refusal
    missing: bool = False  # the address named a conversation that is not there


def owner() -> str:
    return LOCAL_OWNER


def language() -> str:
    """Chosen by the person, else by the browser."""
    chosen = st.session_state.get("language") or st.query_params.get("lang", "")
    if chosen not in LANGUAGES:
        chosen = st.context.cookies.get(LANGUAGE_COOKIE, "")
    if chosen not in LANGUAGES:
        chosen = "zh" if (st.context.locale or "").lower().startswith("zh") else "en"
    return str(chosen)


def say(key: str, /, **fields: object) -> str:
    """A string of the interface in the person's language."""
    return say_in(language(), f"ui.{key}", **fields)


def opened() -> Open:
    """The conversation of this session; the one in the address if that names another."""
    named = st.query_params.get("c", "")
    current: Open | None = st.session_state.get("open")
    if current is None or (named and named != current.id):
        current = load(named) if named else Open(uuid4().hex)
        st.session_state["open"] = current
    return current


def load(conversation: str) -> Open:
    """A conversation from the store, and with it what its sender had chosen last."""
    here = engine()
    try:
        told = here.store.conversations.get(conversation, owner=owner())
    except NotFound:
        return Open(uuid4().hex, missing=True)
    ending = here.store.trees.path(told.head, owner=owner(), conversation=told.id, most=ENDING)
    st.session_state["choice"] = choice_from(dict(told.options))
    return Open(told.id, told.title, ending)


def open_conversation(conversation: str) -> None:
    """Show this conversation from the next run on; "" begins a new one."""
    if conversation:
        st.session_state["open"] = load(conversation)
        st.query_params["c"] = conversation
    else:
        st.session_state["open"] = Open(uuid4().hex)
        st.query_params.pop("c", None)


def name_in_address(current: Open) -> None:
    """Whoever refreshes the page finds a written conversation again."""
    if current.messages and st.query_params.get("c") != current.id:
        st.query_params["c"] = current.id


def choice() -> Choice:
    """Gateway, model and parameters that the next message is sent with."""
    held: Choice | None = st.session_state.get("choice")
    if held is None or held.gateway not in {one.id for one in engine().gateways.all()}:
        held = Choice(gateway=engine().gateways.default().id, model="")  # none yet, or removed
        st.session_state["choice"] = held
    return held


def others() -> list[tuple[str, str]]:
    """(gateway, model) that the next prompt goes to as well, side by side."""
    wanted = choice()
    return [one for one in wanted.others if one != (wanted.gateway, wanted.model)]


def choose_others(pairs: list[tuple[str, str]]) -> None:
    """Kept with the conversation at once, if it is written: a refresh finds it."""
    choose(replace(choice(), others=tuple(pairs)[:MOST_OTHERS]))
    current = opened()
    if current.messages:
        conversations = engine().store.conversations
        told = conversations.get(current.id, owner=owner()).options
        beside = {"beside": told["beside"]} if "beside" in told else {}
        options = choice().options() | beside
        conversations.set_options(current.id, options, owner=owner())


def choose(new: Choice) -> None:
    st.session_state["choice"] = new


def choice_from(options: dict[str, object]) -> Choice:
    known = {one.id for one in engine().gateways.all()}
    gateway = str(options.get("gateway") or "")
    parameters = options.get("parameters")
    controls = options.get("controls")
    return Choice(
        gateway=gateway if gateway in known else engine().gateways.default().id,
        model=str(options.get("model") or ""),
        parameters=parameters if isinstance(parameters, dict) else {},
        system=str(options.get("system") or ""),
        assistant=str(options.get("assistant") or ""),
        last=last if isinstance(last := options.get("last"), int) and last > 0 else 0,
        stream=bool(options.get("stream", True)),
        controls=controls if isinstance(controls, dict) else {},
        others=others_of(options.get("others"), known),
    )
