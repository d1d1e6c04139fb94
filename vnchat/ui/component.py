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
    # The framework looks at every list for a table and loads pandas for it; a tuple it lets pass.
    plain = {n: tuple(one) if isinstance(one, list) else one for n, one in data.items()}
    result = mount(
        key=key,
        data={"view": view, "base": engine().addresses.base, "lang": language(), **plain},
        on_act_change=on_act,
    )
    pressed = result.act
    return dict(pressed) if isinstance(pressed, dict) else None
