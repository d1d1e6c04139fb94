"""Connecting a gateway: paste an address or a curl sample, test it, keep it.

The key is kept in the data folder in a file that only its owner can read, and never shown again.
"""

from __future__ import annotations

import dataclasses

import streamlit as st

from vnchat.engine import engine
from vnchat.errors import VnchatError
from vnchat.gateway.address import parse_address
from vnchat.gateway.check import CheckReport, check_gateway
from vnchat.gateway.configured import DEMO, FROM_SETTINGS
from vnchat.gateway.keys import Key
from vnchat.gateway.profile import Profile
from vnchat.ui import models, places
from vnchat.ui.sending import on_the_loop
from vnchat.ui.state import choice, choose, say

TEST_SECONDS = 120.0


def notice() -> None:
    """On an empty page without a gateway: what this is, and the way to a real one."""
    with st.container(border=True, key="demo-notice"):
        st.markdown(say("demo_notice"))
        with st.expander(say("connect"), icon=":material/dns:", key="connect-here"):
            form()


def form() -> None:
    with st.form("connect", border=False, enter_to_submit=False):
        pasted = st.text_area(
            say("address_or_curl"), placeholder="https://gateway.example.com/v1", height=90
        )
        typed_key = st.text_input(
            say("key"), type="password", autocomplete="off", help=say("key_help")
        )
        name = st.text_input(say("name"), placeholder=say("name_help"))
        tested = st.form_submit_button(say("test_and_keep"), type="primary")
    if tested:
        _test(pasted, typed_key, name)
    if note := st.session_state.pop("connected", ""):
        st.success(note, icon=":material/check:")


def _test(pasted: str, typed_key: str, name: str) -> None:
    try:
        understood = parse_address(pasted)
        key = Key(typed_key or understood.key or "")
        with st.spinner(say("testing")):
            report = on_the_loop(
                check_gateway(
                    engine().runner.client, understood, key, model=understood.model or ""
                ),
                seconds=TEST_SECONDS,
            )
    except VnchatError as error:
        st.error(str(error), icon=":material/error:")
        return
    except TimeoutError:
        st.error(say("test_too_long"), icon=":material/error:")
        return
    findings(report)
    if not report.usable:
        st.info(say("not_kept"), icon=":material/info:")
        return
    try:
        profile = dataclasses.replace(report.profile, name=name.strip() or report.profile.name)
        kept = engine().gateways.add(profile, typed_key or understood.key or "")
    except VnchatError as error:
        st.error(str(error), icon=":material/error:")
        return
    models.forget()
    model = understood.model or next(iter(report.models.names), "")
    choose(dataclasses.replace(choice(), gateway=kept.id, model=model))
    st.success(say("kept_gateway", address=kept.base_url), icon=":material/check:")
    st.page_link(places.chat(), label=say("to_the_chat"), icon=":material/chat:")


def findings(report: CheckReport) -> None:
    """What the test found, a line each, in the gateway's words as plain text."""
    icons = {True: ":material/check:", False: ":material/close:", None: ":material/info:"}
    for one in report.findings:
        with st.container(horizontal=True, gap="small"):
            st.markdown(icons[one.ok], width="content")
            st.text(f"{one.sentence} {one.advice}".strip())


def known() -> None:
    """Every gateway with its address; those from the page can be renamed, tested and removed."""
    gateways = engine().gateways
    for n, profile in enumerate(gateways.all()):
        with st.container(border=True, key=f"gateway-{profile.id}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(profile.name)
                st.space("stretch")
                if n == 0:
                    st.caption(say("default"), width="content")
                elif st.button(say("make_default"), key=f"default-{profile.id}", type="tertiary"):
                    gateways.make_default(profile.id)
                    st.rerun()
            st.code(profile.base_url, language=None)
            if profile.id == DEMO:
                st.caption(say("demo_notice_short"))
            elif profile.id == FROM_SETTINGS:
                st.caption(say("from_settings"))
            else:
                _kept(profile)


def _kept(profile: Profile) -> None:
    _, key = engine().gateways.get(profile.id)
    st.caption(say("key_kept", key=key.said if key else say("no_key")))
    with st.container(horizontal=True):
        if st.button(say("test"), key=f"test-{profile.id}", icon=":material/network_check:"):
            understood = parse_address(profile.base_url)
            with st.spinner(say("testing")):
                findings(
                    on_the_loop(
                        check_gateway(engine().runner.client, understood, key or Key("")),
                        seconds=TEST_SECONDS,
                    )
                )
        if st.button(say("remove"), key=f"remove-{profile.id}", icon=":material/delete:"):
            engine().gateways.remove(profile.id)
            models.forget()
            st.rerun()
