"""The dialect of a gateway as fields of a form: what each is for, in one sentence beside it.

Reading what was typed is vnchat/gateway/typed.py; adding and listing gateways is connect.py.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from vnchat.gateway import typed
from vnchat.gateway.profile import PRESETS, Preset, Profile, unusual
from vnchat.ui.state import say

CHOICES = {
    "history": ("all", "last"),
    "continue_by": ("auto", "history", "id"),
    "picture_form": ("object", "string"),
    "picture_as": ("data", "link"),
    "stream": ("on", "off"),
}
SWITCHES = ("bearer", "video_in", "sound_in", "key_on_media")
TEXTS: Mapping[str, tuple[Callable[[Any], str], Callable[[str], Any]]] = {
    "stream_by_model": (typed.rules_text, typed.rules_of),
    "headers": (typed.headers_text, typed.headers_of),
    "body": (typed.body_text, typed.body_of_text),
}
EXAMPLES = {
    "stream_by_model": "sora* on\ngpt-* off",
    "headers": "X-Title: vnchat",
    "body": '{"video_config": {"seconds": 6}}',
}


def preset_picker(key: str, *, automatic: bool, **more: Any) -> Preset | None:
    """A family of gateways to begin from; None: nothing is known, find out."""
    by_id = {one.id: one for one in PRESETS}
    chosen = st.selectbox(
        say("preset"),
        ([""] if automatic else []) + list(by_id),
        index=0 if automatic else None,
        format_func=lambda id: say(f"preset.{id}" if id else "preset.auto"),
        placeholder=say("preset.choose"),
        help=say("preset_help"),
        key=key,
        **more,
    )
    if chosen:
        st.caption(say(f"preset.{chosen}.about"))
    return by_id.get(chosen or "")


def fill(preset: Preset, profile: Profile) -> None:
    """Put what is known of a family into the fields; saved only by a press on Save."""
    known = preset.profile(id=profile.id, name=profile.name, base_url=profile.base_url)
    for name, value in _shown(known).items():
        st.session_state[_key(name, profile.id)] = value


def fields(profile: Profile) -> None:
    """The fields with the profile's values; `read` takes them when the form is sent."""
    shown = _shown(profile)
    for name in ("history", "continue_by", "stream"):
        _choice(name, profile.id, shown[name])
    _text("stream_by_model", profile.id, shown["stream_by_model"])
    for name in ("picture_form", "picture_as"):
        _choice(name, profile.id, shown[name])
    for name in SWITCHES:
        key = _key(name, profile.id)
        st.session_state.setdefault(key, shown[name])
        st.toggle(say(f"dialect.{name}"), key=key, help=say(f"dialect.{name}.help"))
    for name in ("headers", "body"):
        _text(name, profile.id, shown[name])


def read(profile: Profile) -> Profile:
    """The profile with what stands in the fields. Raises BadInput with one sentence."""
    values: dict[str, Any] = {}
    for name in (*CHOICES, *SWITCHES, *TEXTS):
        told = st.session_state[_key(name, profile.id)]
        values[name] = TEXTS[name][1](told) if name in TEXTS else told
    return dataclasses.replace(profile, **values)


def summary(profile: Profile) -> str:
    """What of it is not as OpenAI documents it, in few words; "" when nothing is."""
    told = []
    for name in unusual(profile):
        value = getattr(profile, name)
        told.append(say(f"dialect.short.{name}.{value}" if name in CHOICES
                        else f"dialect.short.{name}"))  # fmt: skip
    return " · ".join(told)


def _shown(profile: Profile) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(profile, name) for name in (*CHOICES, *SWITCHES)}
    for name, (show, _) in TEXTS.items():
        values[name] = show(getattr(profile, name))
    return values


def _key(name: str, id: str) -> str:
    return f"dialect-{name}-{id}"


def _choice(name: str, id: str, value: str) -> None:
    key = _key(name, id)
    st.session_state.setdefault(key, value)
    st.segmented_control(
        say(f"dialect.{name}"),
        CHOICES[name],
        format_func=lambda one: say(f"dialect.{name}.{one}"),
        help=say(f"dialect.{name}.help"),
        key=key,
        required=True,
    )


def _text(name: str, id: str, value: str) -> None:
    key = _key(name, id)
    st.session_state.setdefault(key, value)
    st.text_area(
        say(f"dialect.{name}"),
        placeholder=EXAMPLES[name],
        help=say(f"dialect.{name}.help"),
        height=80,
        key=key,
    )
