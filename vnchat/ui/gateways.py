"""The gateways that can be chosen, one card each: default, test, change, remove.

A new one is added in connect.py; the fields of the dialect are dialect.py.
"""

from __future__ import annotations

import dataclasses

import streamlit as st

from vnchat.engine import engine
from vnchat.errors import VnchatError
from vnchat.gateway.address import Pasted, parse_address
from vnchat.gateway.check import CheckReport
from vnchat.gateway.configured import DEMO, FROM_SETTINGS
from vnchat.gateway.keys import Key
from vnchat.gateway.profile import PRESETS, Profile, with_dialect_of
from vnchat.ui import connect, dialect, models
from vnchat.ui.state import say


def draw() -> None:
    for n, profile in enumerate(engine().gateways.all()):
        with st.container(border=True, key=f"gateway-{profile.id}"):
            _card(profile, first=n == 0)


def _card(profile: Profile, *, first: bool) -> None:
    gateways = engine().gateways
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(profile.name)
        st.space("stretch")
        if first:
            st.caption(say("default"), width="content")
        elif st.button(say("make_default"), key=f"default-{profile.id}", type="tertiary"):
            gateways.make_default(profile.id)
            st.rerun()
    st.code(profile.base_url, language=None)
    if profile.id == DEMO:
        st.caption(say("demo_notice_short"))
        return
    _, key = gateways.get(profile.id)
    known = [say("from_settings")] if profile.id == FROM_SETTINGS else []
    known.append(say("key_kept", key=key.said if key else say("no_key")))
    if unusual := dialect.summary(profile):
        known.append(say("dialect_is", dialect=unusual))
    st.caption("  \n".join(known))
    if note := st.session_state.pop(f"saved-{profile.id}", ""):
        st.success(note, icon=":material/check:")
    with st.container(horizontal=True):
        if st.button(say("test"), key=f"test-{profile.id}", icon=":material/network_check:"):
            here = Pasted(profile.base_url, candidates=(profile.base_url,))
            st.session_state[f"tested-{profile.id}"] = connect.try_out(here, key or Key(""))
        if profile.id != FROM_SETTINGS:
            _remove(profile)
    _tested(profile)
    with st.expander(say("change_gateway"), icon=":material/edit:", key=f"change-{profile.id}"):
        _change(profile)


def _remove(profile: Profile) -> None:
    with st.popover(say("remove"), icon=":material/delete:"):
        st.caption(say("remove_what", name=profile.name))
        if st.button(say("remove_it"), key=f"remove-{profile.id}"):
            engine().gateways.remove(profile.id)
            models.forget()
            st.rerun()


def _tested(profile: Profile) -> None:
    """What the last test found, and the dialect it would choose if that is another one."""
    report: CheckReport | None = st.session_state.get(f"tested-{profile.id}")
    if report is None:
        return
    connect.findings(report)
    proposed = with_dialect_of(profile, report.profile)
    if not report.usable or proposed == profile or not dialect.summary(proposed):
        return
    st.caption(say("dialect_proposed", dialect=dialect.summary(proposed)))
    if st.button(say("dialect_take"), key=f"take-{profile.id}"):
        _save(profile, proposed, "")


def _change(profile: Profile) -> None:
    preset = dialect.preset_picker(
        f"preset-{profile.id}",
        automatic=False,
        on_change=_fill,
        args=(profile,),
    )
    del preset  # it filled the fields below
    with st.form(f"edit-{profile.id}", border=False, enter_to_submit=False):
        own = profile.id != FROM_SETTINGS
        name = address = typed_key = ""
        if own:
            name = st.text_input(say("name"), value=profile.name, key=f"name-{profile.id}")
            address = st.text_input(
                say("address"), value=profile.base_url, key=f"address-{profile.id}"
            )
            typed_key = st.text_input(
                say("new_key"),
                type="password",
                autocomplete="new-password",
                help=say("new_key_help"),
                key=f"key-{profile.id}-{st.session_state.get('key_form', 0)}",
            )
        dialect.fields(profile)
        saved = st.form_submit_button(say("save"), type="primary")
    if saved:
        try:
            changed = dialect.read(profile)
            if own:
                changed = dataclasses.replace(
                    changed,
                    name=name.strip()[:80] or profile.name,
                    base_url=_address(address, profile),
                )
        except VnchatError as error:
            st.error(str(error), icon=":material/error:")
            return
        _save(profile, changed, typed_key)


def _address(typed: str, profile: Profile) -> str:
    """As it is if nobody touched it; else read like any pasted address."""
    return profile.base_url if typed.strip() == profile.base_url else parse_address(typed).base_url


def _save(before: Profile, changed: Profile, typed_key: str) -> None:
    try:
        engine().gateways.change(changed, typed_key)
    except VnchatError as error:
        st.error(str(error), icon=":material/error:")
        return
    models.forget()
    for name in list(st.session_state):  # the fields show what is kept now
        if str(name).startswith("dialect-") and str(name).endswith(f"-{before.id}"):
            del st.session_state[name]
    st.session_state["key_form"] = st.session_state.get("key_form", 0) + 1
    st.session_state.pop(f"tested-{before.id}", None)
    st.session_state[f"saved-{before.id}"] = say("saved")
    st.rerun()


def _fill(profile: Profile) -> None:
    chosen = st.session_state.get(f"preset-{profile.id}")
    for preset in PRESETS:
        if preset.id == chosen:
            dialect.fill(preset, profile)
