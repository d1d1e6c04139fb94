"""What is replaced in the framework is still there, and does the same."""

from __future__ import annotations

import asyncio
import socket
import time
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from streamlit.components.v2.bidi_component import main as components
from streamlit.components.v2.presentation import make_bidi_component_presenter
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.watcher import polling_path_watcher, util
from streamlit.watcher.polling_path_watcher import PollingPathWatcher
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.datastructures import Headers
from websockets.extensions.permessage_deflate import (
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

from vnchat.ui.framework import (
    SMALL_BYTES,
    look_no_more,
    presenter,
    sends_at_once,
    small_as_it_is,
    theme_once,
    uncompressed_here,
)


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


@pytest.mark.parametrize("length", [0, 1, SMALL_BYTES - 1, SMALL_BYTES, 5000])
def test_small_messages_go_uncompressed_and_all_are_understood(length: int) -> None:
    here = PerMessageDeflate(False, False, 15, 15)
    there = PerMessageDeflate(False, False, 15, 15)
    encode = small_as_it_is(PerMessageDeflate.encode)

    for text in (b"a" * length, b"b" * 500, b"c" * length):
        sent = encode(here, Frame(Opcode.TEXT, text))
        assert sent.rsv1 is (len(text) >= SMALL_BYTES)
        assert bytes(there.decode(sent).data) == text


def test_a_piece_of_a_message_is_compressed_as_the_first_was() -> None:
    here = PerMessageDeflate(False, False, 15, 15)
    there = PerMessageDeflate(False, False, 15, 15)
    encode = small_as_it_is(PerMessageDeflate.encode)

    pieces = [Frame(Opcode.TEXT, b"a", fin=False), Frame(Opcode.CONT, b"b", fin=True)]

    assert b"".join(bytes(there.decode(encode(here, one)).data) for one in pieces) == b"ab"


@pytest.mark.parametrize(
    ("host", "headers", "compressed"),
    [
        ("127.0.0.1", {}, False),
        ("::1", {}, False),
        ("192.168.1.7", {}, True),
        ("127.0.0.1", {"X-Forwarded-For": "192.168.1.7"}, True),
        ("127.0.0.1", {"Via": "1.1 proxy"}, True),
        ("", {}, True),
    ],
)
def test_only_pages_elsewhere_get_their_messages_compressed(
    host: str, headers: dict[str, str], compressed: bool
) -> None:
    def made(protocol: Any, _: object) -> None:
        protocol.client = (host, 1234) if host else None

    class Protocol:
        conn = ServerProtocol(extensions=[ServerPerMessageDeflateFactory()])

    protocol: Any = Protocol()
    uncompressed_here(made)(protocol, asyncio.Transport())
    asked = Headers({"Sec-WebSocket-Extensions": "permessage-deflate", **headers})

    agreed, extensions = protocol.conn.process_extensions(asked)

    assert (agreed is not None, len(extensions)) == (compressed, int(compressed))


def test_the_framework_serves_its_sockets_by_the_protocol_that_is_changed() -> None:
    assert hasattr(WebSocketsSansIOProtocol, "connection_made")
    served = uvicorn.Config(lambda: None)
    served.load()
    assert issubclass(served.ws_protocol_class, WebSocketsSansIOProtocol)


def test_a_settings_file_is_looked_at_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []
    monkeypatch.setattr(polling_path_watcher, "_POLLING_PERIOD_SECS", 0.01)
    monkeypatch.setattr(util, "path_modification_time", lambda *_: looks.append(1.0) or 1.0)
    monkeypatch.setattr(PollingPathWatcher, "_check_if_path_changed", look_no_more)

    watcher = PollingPathWatcher(str(tmp_path), lambda _: None, allow_nonexistent=True)
    begun = len(looks)
    time.sleep(0.2)

    assert len(looks) == begun
    assert not watcher._active
