"""Assistants and prompt templates: a page to make them, and the assistant of a conversation."""

from __future__ import annotations

import dataclasses
import json
import re

import streamlit as st

from vnchat import presets
from vnchat.engine import engine
from vnchat.errors import BadInput, NotFound, VnchatError
from vnchat.presets import ICONS, Assistant
from vnchat.store.presets import Kept
from vnchat.ui.state import choice, choose, owner, say

SAID = "assistants_said"


def all_of() -> list[tuple[Kept, Assistant]]:
    return [
        (one, presets.assistant(one.name, one.body))
        for one in engine().store.presets.all("assistant", owner=owner())
    ]


def templates() -> list[Kept]:
    return engine().store.presets.all("template", owner=owner())


def chosen() -> tuple[Kept, Assistant] | None:
    """The one of the open conversation."""
    if not (wanted := choice().assistant):
        return None
    try:
        kept = engine().store.presets.get(wanted, owner=owner())
    except NotFound:
        return None
    return kept, presets.assistant(kept.name, kept.body)


def take(one: str) -> None:
    """Begin with this assistant; "" for none."""
    wanted = choice()
    if not one:
        choose(dataclasses.replace(wanted, assistant="", system="", parameters={}))
        return
    kept = engine().store.presets.get(one, owner=owner())
    told = presets.assistant(kept.name, kept.body)
    gateway = _gateway_of(told) or wanted.gateway
    kept_model = wanted.model if gateway == wanted.gateway else ""
    choose(
        dataclasses.replace(
            wanted,
            assistant=kept.id,
            gateway=gateway,
            model=told.model or kept_model,
            system=told.system,
            parameters=dict(told.parameters),
            controls=wanted.controls if not told.model else {},
        )
    )


def missing(told: Assistant) -> str:
    """One sentence when its gateway is not here (any more): the one chosen takes its place."""
    if not told.gateway or _gateway_of(told):
        return ""
    return say("assistant_elsewhere", gateway=told.gateway)


def _gateway_of(told: Assistant) -> str:
    return told.gateway if told.gateway in {one.id for one in engine().gateways.all()} else ""


def begin() -> None:
    """A new conversation begins with the default, or without one."""
    first = next((row.id for row, _ in all_of() if row.chosen), "")
    if first or choice().assistant:
        take(first)


def plain(name: str) -> str:
    """A name inside Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:])", r"\\\1", name)


# -- the page -------------------------------------------------------------------------------------


def draw() -> None:
    if said := st.session_state.pop(SAID, None):
        st.info(said, icon=":material/info:")
    kept = all_of()
    for row, told in kept:
        with st.expander(
            plain(told.name), icon=f":material/{told.icon}:", key=f"assistant-{row.id}"
        ):
            _form(row, told)
    with st.expander(say("assistant_new"), icon=":material/add:", key="assistant-new"):
        _form(None, Assistant(""))
    with st.container(horizontal=True):
        if kept:
            st.download_button(
                say("assistant_export"),
                presets.to_file(told for _, told in kept),
                file_name="assistants.json",
                mime="application/json",
                icon=":material/download:",
                on_click="ignore",
            )
        with st.popover(say("assistant_import"), icon=":material/upload:"):
            st.file_uploader(
                say("assistant_file"),
                type="json",
                key="assistant-file",
                on_change=_import,
            )


def _form(row: Kept | None, told: Assistant) -> None:
    at = row.id if row else "new"
    with st.form(f"assistant-form-{at}", border=False, clear_on_submit=row is None):
        name = st.text_input(say("name"), told.name, max_chars=80)
        icon = st.pills(
            say("assistant_icon"),
            ICONS,
            default=told.icon,
            format_func=lambda one: f":material/{one}:",
        )
        model = st.text_input(say("model"), told.model, help=say("assistant_model_help"))
        names = {"": say("assistant_any")} | {one.id: one.name for one in engine().gateways.all()}
        names.setdefault(told.gateway, told.gateway)  # one that is not here now is kept
        gateway = st.selectbox(
            say("gateway"),
            list(names),
            index=list(names).index(told.gateway),
            format_func=lambda one: names[one],
        )
        system = st.text_area(say("system_prompt"), told.system)
        parameters = st.text_area(
            say("assistant_parameters"),
            json.dumps(dict(told.parameters), ensure_ascii=False) if told.parameters else "",
            placeholder='{"temperature": 0.2}',
        )
        starters = st.text_area(
            say("assistant_starters"), "\n".join(told.starters), help=say("assistant_starters_help")
        )
        default = st.toggle(say("assistant_default"), bool(row and row.chosen))
        if st.form_submit_button(say("save"), type="primary"):
            try:
                made = presets.assistant(
                    name,
                    {
                        "icon": icon or told.icon,
                        "model": model,
                        "gateway": gateway,
                        "system": system,
                        "parameters": _object(parameters),
                        "starters": starters.splitlines(),
                    },
                )
            except VnchatError as error:
                st.error(str(error), icon=":material/error:")
                return
            rows = engine().store.presets
            one = rows.put(
                "assistant", made.name, made.body(), owner=owner(), one=row.id if row else ""
            )
            if default or (row and row.chosen):
                rows.choose(one if default else "", owner=owner())
            st.session_state[SAID] = say("kept_as", name=made.name)
            st.rerun()
    if row is not None:
        _remover(row.id)


def _object(text: str) -> dict[str, object]:
    if not text.strip():
        return {}
    try:
        told = json.loads(text)
    except ValueError as error:
        raise BadInput("The parameters are no JSON.") from error
    if not isinstance(told, dict):
        raise BadInput("The parameters must be a JSON object.")
    return told


def _remover(one: str) -> None:
    st.button(
        say("assistant_remove"),
        icon=":material/delete:",
        type="tertiary",
        key=f"remove-{one}",
        on_click=_remove,
        args=(one,),
    )


def _remove(one: str) -> None:
    engine().store.presets.remove(one, owner=owner())


def _import() -> None:
    file = st.session_state["assistant-file"]
    if file is None:
        return
    try:
        made = presets.from_file(file.getvalue())
    except VnchatError as error:
        st.session_state[SAID] = str(error)
        return
    for one in made:
        engine().store.presets.put("assistant", one.name, one.body(), owner=owner())
    st.session_state[SAID] = say("assistant_imported", n=len(made))


def draw_templates() -> None:
    for row in templates():
        with st.expander(f"/{plain(row.name)}", key=f"template-{row.id}"):
            _template(row)
    with st.expander(say("template_new"), icon=":material/add:", key="template-new"):
        _template(None)


def _template(row: Kept | None) -> None:
    at = row.id if row else "new"
    with st.form(f"template-form-{at}", border=False, clear_on_submit=row is None):
        name = st.text_input(say("name"), row.name if row else "", max_chars=60)
        text = st.text_area(
            say("template_text"),
            str(row.body.get("text", "")) if row else "",
            placeholder=say("template_example"),
        )
        if st.form_submit_button(say("save"), type="primary"):
            if not name.strip() or not text.strip():
                st.error(say("template_empty"), icon=":material/error:")
                return
            engine().store.presets.put(
                "template",
                name.strip().lstrip("/"),
                {"text": text[:50_000]},
                owner=owner(),
                one=row.id if row else "",
            )
            st.session_state[SAID] = say("kept_as", name=name.strip())
            st.rerun()
    if row is not None:
        _remover(row.id)
