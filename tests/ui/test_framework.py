"""What is replaced in the framework is still there, and does the same."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
import uvicorn
from streamlit.components.v2.bidi_component import main as components
from streamlit.components.v2.presentation import make_bidi_component_presenter
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from vnchat.ui.framework import presenter, sends_at_once, theme_once


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


def test_a_connection_of_the_server_holds_no_small_packet_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Bound as the framework binds it, and with the server that it starts."""
    held: list[int] = []
    began = AutoHTTPProtocol.connection_made

    def made(protocol: Any, transport: asyncio.Transport) -> None:
        one = transport.get_extra_info("socket")
        held.append(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        began(protocol, transport)

    monkeypatch.setattr(AutoHTTPProtocol, "connection_made", sends_at_once(made))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def ask() -> bytes:
        bound = socket.socket(family=socket.AF_INET)  # no protocol named
        bound.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error"))
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        while not server.started:
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection(*bound.getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        told = await reader.readline()
        writer.close()
        server.should_exit = True
        await serving
        return told

    assert b"204" in asyncio.run(ask())
    assert held == [1]


def test_what_is_no_tcp_connection_is_served_all_the_same() -> None:
    made: list[object] = []

    class Nowhere:
        def get_extra_info(self, name: str) -> None:
            return None

    connection_made = sends_at_once(lambda protocol, transport: made.append(transport))
    transport: Any = Nowhere()
    connection_made(object(), transport)
    assert made == [transport]
