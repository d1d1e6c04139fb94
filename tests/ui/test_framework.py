"""What is replaced in the framework is still there, and does the same."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.components.v2.bidi_component import main as components
from streamlit.components.v2.presentation import make_bidi_component_presenter
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from vnchat.ui.framework import presenter, theme_once


class States(dict[str, Any]):
    def __init__(self, told: object) -> None:
        super().__init__({"events": told})
        told_of = type("Meta", (), {"value_type": "json_trigger_value"})()
        self.widget_metadata = {"events": told_of}


class Session:
    def __init__(self, told: object) -> None:
        self._new_widget_state = States(told)


@pytest.mark.parametrize(
    "told",
    [
        None,
        [{"event": "act", "value": {"do": "open"}}],
        {"event": "act", "value": {"do": "open"}},
        [{"event": "act", "value": 1}, {"event": "act", "value": 2}, "nonsense", {"value": 3}],
    ],
)
@pytest.mark.parametrize("base", [{}, {"a": 1}, {"act": "state"}, None, 5])
def test_a_component_is_shown_as_the_framework_shows_it(told: object, base: object) -> None:
    assert hasattr(components, "make_bidi_component_presenter")
    theirs = make_bidi_component_presenter("events", "one", {"act"})
    ours = presenter("events", "one", {"act"})
    session: Any = Session(told)
    assert ours(base, session) == theirs(base, session)
    if isinstance(base, dict):
        assert ours(base, session).act == theirs(base, session).act  # type: ignore[attr-defined]


@pytest.mark.parametrize("section", ["theme", "theme.light", "theme.dark.sidebar", "theme.sidebar"])
def test_the_theme_is_the_one_of_the_settings(section: str) -> None:
    quickly = theme_once(app_session._populate_theme_msg)
    for _ in range(2):
        theirs, ours = CustomThemeConfig(), CustomThemeConfig()
        app_session._populate_theme_msg(theirs, section)
        quickly(ours, section)
        assert ours == theirs
