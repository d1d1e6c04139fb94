"""The panel of system prompt and request parameters. Only what is set is sent."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import streamlit as st

from vnchat.errors import BadInput
from vnchat.gateway.parameters import PARAMETERS, Parameter, check_parameters
from vnchat.ui.state import choice, choose, say

FIRST = ("temperature", "max_tokens", "top_p", "reasoning_effort", "seed")


def draw() -> None:
    with st.expander(say("parameters"), key="parameters"):
        wanted = choice()
        st.text_area(
            say("system_prompt"), value=wanted.system, key=f"system-{_held()}", on_change=_system
        )
        st.toggle(
            say("stream"),
            value=wanted.stream,
            key=f"stream-{_held()}",
            on_change=_stream,
            help=say("stream_help"),
        )
        first = [one for one in PARAMETERS if one.name in FIRST]
        rest = [one for one in PARAMETERS if one.name not in FIRST]
        for one in first:
            _field(one)
        with st.expander(say("more_parameters"), key="more-parameters"):
            for one in rest:
                _field(one)
            _field(Parameter("extra", "object", "output"))
        if problem := st.session_state.get("parameter_problem"):
            st.error(problem, icon=":material/error:")


def _held() -> str:
    """The widgets belong to a conversation: another one brings its own values."""
    return str(st.session_state["open"].id)


def _field(one: Parameter) -> None:
    key = f"parameter-{one.name}-{_held()}"
    value = _shown(choice().parameters.get(one.name))
    if one.type == "switch":
        st.segmented_control(
            one.name,
            ["true", "false"],
            default=value or None,
            key=key,
            help=say(f"parameter.{one.name}"),
            on_change=_change,
            args=(one.name, key),
        )
    elif one.type in ("object", "list", "any"):
        st.text_area(
            one.name,
            value=value,
            key=key,
            placeholder="JSON",
            help=say(f"parameter.{one.name}"),
            on_change=_change,
            args=(one.name, key),
        )
    else:
        st.text_input(
            one.name,
            value=value,
            key=key,
            placeholder=_range(one),
            help=say(f"parameter.{one.name}"),
            on_change=_change,
            args=(one.name, key),
        )


def _range(one: Parameter) -> str:
    if one.choices:
        return ", ".join(one.choices)
    if one.low is not None and one.high is not None and abs(one.high) < 1e6:
        return f"{one.low:g} – {one.high:g}"
    return ""


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _change(name: str, key: str) -> None:
    typed = st.session_state[key]
    wanted = choice()
    kept = {k: v for k, v in wanted.parameters.items() if k != name}
    st.session_state["parameter_problem"] = ""
    if typed not in (None, ""):
        kept[name] = {"true": True, "false": False}.get(typed, typed)
    try:
        checked = check_parameters(kept)
    except BadInput as error:
        # the last good value stays in force; what was typed stays in its field
        st.session_state["parameter_problem"] = say("parameter_refused", why=str(error))
        return
    choose(dataclasses.replace(wanted, parameters=checked))


def _system() -> None:
    choose(dataclasses.replace(choice(), system=st.session_state[f"system-{_held()}"]))


def _stream() -> None:
    choose(dataclasses.replace(choice(), stream=bool(st.session_state[f"stream-{_held()}"])))
