"""Two things that the framework does anew at every run of a script, done once.

With fifty people pressing Enter they were a fifth of what a press costs. Both are replaced only
where the framework still has them under the name we know; a test says when it has not. What a
theme is and what a component's state is stays the framework's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streamlit.components.v2.bidi_component import main as components
from streamlit.runtime import app_session


class Shown(dict[str, Any]):
    """What `st.session_state` holds of a component: its presses and its state, to be read."""

    def __getattr__(self, name: str) -> Any:
        return self.get(name)

    def __deepcopy__(self, _: object) -> Shown:
        return self


def presenter(aggregator: str, *_: object, **__: object) -> Callable[[object, Any], object]:
    """As the framework's own, which builds a class for each component at each run."""

    def present(base: object, session: Any) -> object:
        if not isinstance(base, dict):
            return base
        try:
            told = session._new_widget_state[aggregator]
        except KeyError:
            told = None
        told = [told] if isinstance(told, dict) else told
        presses = {
            one["event"]: one.get("value")
            for one in (told if isinstance(told, list) else [])
            if isinstance(one, dict) and isinstance(one.get("event"), str)
        }
        return Shown(presses | base)

    return present


def theme_once(populate: Callable[..., None]) -> Callable[..., None]:
    """The theme's message, read from the settings once: they are fixed while the server runs."""
    made: dict[str, Any] = {}

    def quickly(message: Any, section: str = "theme") -> None:
        if section not in made:
            made[section] = type(message)()
            populate(made[section], section)
        if made[section].ByteSize():
            message.MergeFrom(made[section])

    return quickly


def lighten() -> None:
    """Called once by the server."""
    if hasattr(components, "make_bidi_component_presenter"):
        components.make_bidi_component_presenter = presenter
    if hasattr(app_session, "_populate_theme_msg"):
        app_session._populate_theme_msg = theme_once(app_session._populate_theme_msg)
