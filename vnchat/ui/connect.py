"""Connecting a gateway: paste an address or a curl sample, test it, keep it.

The key is kept in the data folder in a file that only its owner can read, and never shown again.
The gateways that are kept already are in gateways.py.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from vnchat.engine import engine
from vnchat.errors import VnchatError
from vnchat.gateway.address import Pasted, parse_address
from vnchat.gateway.check import CheckReport, check_gateway
from vnchat.gateway.keys import Key
from vnchat.gateway.profile import Preset, Profile
from vnchat.ui import dialect, models, places
from vnchat.ui.loop import on_the_loop
from vnchat.ui.state import choice, choose, say

TEST_SECONDS = 120.0


def notice() -> None:
    """On an empty page without a gateway: what this is, and the way to a real one."""
    with st.container(border=True, key="demo-notice"):
        st.markdown(say("demo_notice"))
        with st.expander(say("connect"), icon=":material/dns:", key="connect-here"):
            form()


def form() -> None:
    held = st.session_state.get("connect_form", 0)  # a kept gateway leaves an empty form behind
    with st.form("connect", border=False, enter_to_submit=False):
        pasted = st.text_area(
            say("address_or_curl"),
            placeholder="https://gateway.example.com/v1",
            height=90,
            key=f"new-address-{held}",
        )
        typed_key = st.text_input(
            say("key"),
            type="password",
            autocomplete="off",
            help=say("key_help"),
            key=f"new-key-{held}",
        )
        name = st.text_input(say("name"), placeholder=say("name_help"), key=f"new-name-{held}")
        preset = dialect.preset_picker(f"new-preset-{held}", automatic=True)
        tested = st.form_submit_button(say("test_and_keep"), type="primary")
    if tested:
        _test(pasted, typed_key, name, preset)
    if st.session_state.get("connect_anyway") == (pasted, held) and st.button(
        say("keep_anyway"), help=say("keep_anyway_help"), key="keep-anyway"
    ):
        _keep_untested(pasted, typed_key, name, preset)
    _kept_note()


def try_out(pasted: Pasted, key: Key, model: str = "") -> CheckReport | None:
    """What the gateway shows of itself; None, and a sentence on the page, if it takes too long."""
    try:
        with st.spinner(say("testing")):
            return on_the_loop(
                check_gateway(engine().runner.client, pasted, key, model=model),
                seconds=TEST_SECONDS,
            )
    except VnchatError as error:
        st.error(str(error), icon=":material/error:")
    except TimeoutError:
        st.error(say("test_too_long"), icon=":material/error:")
    return None


def findings(report: CheckReport) -> None:
    """What the test found, a line each, in the gateway's words as plain text."""
    icons = {True: ":material/check:", False: ":material/close:", None: ":material/info:"}
    for one in report.findings:
        with st.container(horizontal=True, gap="small"):
            st.markdown(icons[one.ok], width="content")
            st.text(f"{one.sentence} {one.advice}".strip())


def _test(pasted: str, typed_key: str, name: str, preset: Preset | None) -> None:
    st.session_state.pop("connect_anyway", None)
    try:
        understood = parse_address(pasted)
        key = Key(typed_key or understood.key or "")
    except VnchatError as error:
        st.error(str(error), icon=":material/error:")
        return
    report = try_out(understood, key, understood.model or "")
    if report is None or not report.usable:
        if report is not None:
            findings(report)
        st.info(say("not_kept"), icon=":material/info:")
        st.session_state["connect_anyway"] = (pasted, st.session_state.get("connect_form", 0))
        return
    profile = report.profile
    if preset is not None:  # what a person says outranks the guess; what was tried out stays
        tried: dict[str, Any] = {"stream": "off"} if profile.stream == "off" else {}
        tried |= {} if "bearer" in preset.fields else {"bearer": profile.bearer}
        known = preset.profile(id="", name=profile.name, base_url=profile.base_url)
        profile = dataclasses.replace(known, **tried)
    model = understood.model or next(iter(report.models.names), "")
    _keep(profile, typed_key or understood.key or "", name, model, report)


def _keep_untested(pasted: str, typed_key: str, name: str, preset: Preset | None) -> None:
    understood = parse_address(pasted)
    profile = Profile(id="", name=understood.host, base_url=understood.base_url)
    if preset is not None:
        profile = preset.profile(id="", name=profile.name, base_url=profile.base_url)
    _keep(profile, typed_key or understood.key or "", name, understood.model or "", None)


def _keep(
    profile: Profile, typed_key: str, name: str, model: str, report: CheckReport | None
) -> None:
    try:
        kept = engine().gateways.add(
            dataclasses.replace(profile, name=name.strip()[:80] or profile.name), typed_key
        )
    except VnchatError as error:
        st.error(str(error), icon=":material/error:")
        return
    models.forget()
    choose(dataclasses.replace(choice(), gateway=kept.id, model=model))
    st.session_state.pop("connect_anyway", None)
    st.session_state["connected"] = (kept, report)
    st.session_state["connect_form"] = st.session_state.get("connect_form", 0) + 1
    st.rerun()  # the list above the form holds it, and the form is empty


def _kept_note() -> None:
    told: tuple[Profile, CheckReport | None] | None = st.session_state.pop("connected", None)
    if told is None:
        return
    kept, report = told
    if report is not None:
        findings(report)
    st.success(say("kept_gateway", address=kept.base_url), icon=":material/check:")
    if unusual := dialect.summary(kept):
        st.caption(say("dialect_is", dialect=unusual))
    st.page_link(places.chat(), label=say("to_the_chat"), icon=":material/chat:")
