"""The head of a conversation: its title, and the model with everything that goes with it."""

from __future__ import annotations

import dataclasses

import streamlit as st

from vnchat.engine import engine
from vnchat.errors import NotFound
from vnchat.gateway.families import OPTIONS, Family, group, name_for, nearest, parse
from vnchat.runs.choice import MOST_OTHERS, Choice
from vnchat.ui import assistants, component, controls, parameters, preview
from vnchat.ui.models import at_hand, listed
from vnchat.ui.state import (
    Open,
    choice,
    choose,
    choose_others,
    open_conversation,
    opened,
    others,
    owner,
    say,
)

MOST = 200  # models of another gateway that are offered; any other gateway's are found by typing


def draw(current: Open) -> None:
    _preset()
    if not current.messages and "began" not in st.session_state:
        st.session_state["began"] = True
        assistants.begin()
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        with st.container(width="stretch"):
            component.show(
                "title",
                key="title",
                on_act=_renamed,
                conversation=current.id,
                title=current.title or say("new_conversation"),
                written=bool(current.messages),
            )
        if told := assistants.chosen():
            st.caption(
                f":material/{told[1].icon}: {assistants.plain(told[1].name)}",
                width="content",
                help=assistants.missing(told[1]) or None,
            )
        with st.container(width=40):
            component.show("exchange", key="exchange", on_act=_imported, conversation=current.id)
        label = choice().model or say("choose_model")
        if beside := others():
            label = f"{label[:40]} +{len(beside)}"
        with st.popover(label[:48], icon=":material/tune:", type="tertiary", key="controls"):
            if told and (sentence := assistants.missing(told[1])):
                st.caption(f":material/info: {assistants.plain(sentence)}")
            _gateway()
            _model()
            _others()
            if controls.draw().kind in ("chat", "responses", "claude", "gemini"):
                parameters.draw()
            preview.draw(current)


def _renamed() -> None:
    pressed = st.session_state["title"].act
    if isinstance(pressed, dict) and pressed.get("do") == "rename":
        current = opened()
        try:
            engine().store.conversations.rename(
                current.id, str(pressed.get("text", "")), owner=owner()
            )
        except NotFound:
            return  # nothing is written yet: the first prompt will name it
        current.title = str(pressed.get("text", ""))
        engine().hub.tell(owner(), "item", current.id)


def _imported() -> None:
    """Open what was just imported."""
    pressed = st.session_state["exchange"].act
    if isinstance(pressed, dict) and pressed.get("do") == "open":
        open_conversation(str(pressed.get("conversation", "")))


def _preset() -> None:
    """The model in the address, else the first that the gateway lists."""
    named = st.query_params.get("model", "").strip()[:200]
    wanted = choice()
    if named and st.session_state.get("preset_model") != named:
        st.session_state["preset_model"] = named
        choose(dataclasses.replace(wanted, model=named))
    elif not wanted.model:
        names = listed(wanted.gateway).names
        if names:
            first = "demo-video" if engine().gateways.only_demo else names[0]
            choose(dataclasses.replace(wanted, model=first))


def _gateway() -> None:
    known = engine().gateways.all()
    wanted = choice()
    if len(known) < 2:
        st.caption(say("address_is", address=known[0].base_url))
        return
    ids = [one.id for one in known]
    names = {one.id: one.name for one in known}
    chosen = st.selectbox(
        say("gateway"),
        ids,
        index=ids.index(wanted.gateway) if wanted.gateway in ids else 0,
        format_func=lambda one: names[one],
    )
    if chosen != wanted.gateway:
        choose(dataclasses.replace(wanted, gateway=chosen, model=""))
        st.rerun()
    st.caption(say("address_is", address=engine().gateways.get(chosen)[0].base_url))


def _model() -> None:
    wanted = choice()
    models = listed(wanted.gateway)
    families = {one.name: one for one in group(models.names)}
    own = parse(wanted.model)[0]
    now = own if own in families else wanted.model
    names = list(families)
    if now and now not in names:
        names.insert(0, now)  # typed by hand
    chosen = st.selectbox(
        say("model"),
        names,
        index=names.index(now) if now in names else None,
        placeholder=say("choose_model"),
        accept_new_options=True,
        help=say("model_help"),
        key=f"model-{wanted.gateway}-{now}",
    )
    if models.note:
        st.caption(models.note)
    if chosen and chosen != now:
        family = families.get(chosen)
        choose(dataclasses.replace(wanted, model=family.names[0] if family else chosen))
        st.rerun()
    if now in families and families[now].controls:
        _controls(families[now])


def _others() -> None:
    """Other models that answer the same prompt, side by side."""
    away = [one.id for one in engine().gateways.all() if one.id != choice().gateway]
    waits = not all(at_hand(one).names or at_hand(one).note for one in away)
    # A list that is on its way is looked for each second, and the page never waits for it.
    st.fragment(_beside, run_every=1 if waits else None)(waits)


def _beside(waits: bool) -> None:
    wanted = choice()
    known = {one.id: one.name for one in engine().gateways.all()}
    if waits and all(at_hand(one).names or at_hand(one).note for one in known):
        st.rerun()
    here = [(wanted.gateway, one) for one in listed(wanted.gateway).names]
    away = [(id, one) for id in known if id != wanted.gateway for one in at_hand(id).names[:MOST]]
    chosen = others()
    picked = st.multiselect(
        say("beside"),
        [one for one in dict.fromkeys([*here, *away, *chosen]) if one != _own(wanted)],
        default=chosen,
        max_selections=MOST_OTHERS,
        accept_new_options=True,
        format_func=lambda one: _placed(one, known, wanted.gateway),
        placeholder=say("beside_none"),
        help=say("beside_help"),
        key=f"beside-{opened().id}-{wanted.gateway}-{wanted.model}",
    )
    # what was typed is a model of this gateway
    pairs = [(wanted.gateway, one) if isinstance(one, str) else one for one in picked]
    if pairs != chosen:
        choose_others(pairs)
        st.rerun()


def _own(wanted: Choice) -> tuple[str, str]:
    return wanted.gateway, wanted.model


def _placed(one: tuple[str, str] | str, known: dict[str, str], here: str) -> str:
    """A model by its name, and by its gateway's where that is another."""
    if isinstance(one, str):
        return one
    gateway, model = one
    return model if gateway == here else f"{model} · {known.get(gateway, gateway)}"


def _controls(family: Family) -> None:
    """Length, format and quality of a family whose names differ only in those."""
    wanted = choice()
    now = dict.fromkeys(map(str, OPTIONS), "") | {
        str(k): v for k, v in parse(wanted.model)[1].items()
    }
    for option in OPTIONS:
        values = family.controls.get(option)
        if not values:
            continue
        picked = st.segmented_control(
            say(f"option.{option}"),
            values,
            default=now[option] if now[option] in values else None,
            format_func=lambda value, option=option: _shown(option, value),
            key=f"{option}-{wanted.model}",
        )
        if picked is not None and picked != now[option]:
            choice_now = {**now, option: picked}
            name = name_for(family, choice_now)
            if name is None:
                name = family.combinations[nearest(family, choice_now, option)]
            choose(dataclasses.replace(wanted, model=name))
            st.rerun()
    st.caption(say("will_be_sent", name=wanted.model))


def _shown(option: str, value: str) -> str:
    if not value:
        return say("option.unsaid")
    return f"{value} s" if option == "duration" else value
