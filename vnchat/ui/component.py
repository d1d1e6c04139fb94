"""The one component of the page (assets/main.js), mounted in several views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from vnchat.engine import engine
from vnchat.ui.state import language


def _nothing() -> None:
    return None


def show(
    view: str, *, key: str, on_act: Callable[[], None] = _nothing, **data: Any
) -> dict[str, Any] | None:
    """Mount a view. Gives what the person pressed in it, once (also told to `on_act`)."""
    # A registration belongs to the running framework: it is cheap, and made again after a restart.
    mount = st.components.v2.component(
        "vnchat.page",
        html="<div class='vn'></div>",
        css="page.css",
        js="main.js",
        isolate_styles=False,
    )
    told = {"view": view, "base": engine().addresses.base, "lang": language(), **data}
    result = mount(
        key=key,
        # Of a dictionary the framework looks at each value for a table, and loads pandas for that:
        # 70 MB. What stands in a list it lets pass.
        data=[told],
        on_act_change=on_act,
    )
    pressed = result.act
    return dict(pressed) if isinstance(pressed, dict) else None
