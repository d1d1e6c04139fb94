"""What the next prompt would be sent as, shown among the controls with its price.

The prompt is the draft that the page keeps; the request is built in vnchat/runs/foresee.py.
"""

from __future__ import annotations

import dataclasses
import json

import streamlit as st

from vnchat.engine import engine
from vnchat.errors import VnchatError
from vnchat.ui import continuing, controls, masking
from vnchat.ui.loop import on_the_loop
from vnchat.ui.state import Open, owner, say

MOST_HEIGHT = 420


def draw(current: Open) -> None:
    """Only while it is switched on: it reads everything that would go along."""
    if not st.toggle(say("preview"), key="preview", help=say("preview_help")):
        return
    written = current.id if current.messages else ""
    prompt = engine().store.drafts.get(written, owner=owner())
    st.button(say("preview_again"), icon=":material/refresh:", type="tertiary", key="preview-again")
    if not prompt.strip() and not current.attached:
        st.info(say("preview_empty"), icon=":material/edit:")
        return
    wanted = masking.wanted_now(current)
    if current.continuing:
        wanted = dataclasses.replace(wanted, model=continuing.model_for(current))
    try:
        told = on_the_loop(
            engine().runner.speaking.preview(
                owner=owner(),
                conversation=current.id,
                choice=controls.routed(wanted),
                question=prompt,
                attached=current.attached,
            )
        )
    except VnchatError as error:
        st.warning(str(error), icon=":material/info:")
        return
    st.caption(f"{told.method} · {told.form}")
    st.code(told.address, language=None, wrap_lines=True)
    body = json.dumps(told.body, ensure_ascii=False, indent=2)
    lines = 40 + 24 * body.count("\n")
    st.code(body, language="json", wrap_lines=True, height=min(MOST_HEIGHT, lines))
