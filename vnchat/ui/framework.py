"""What the framework and its server do slowly or for nothing. A test says when a name has gone.

Two things are made anew at every run of a script: with fifty people pressing Enter they were a
fifth of what a press costs. What a theme is and what a component's state is stays the framework's.
And its server leaves Nagle's algorithm on: a word waits until the one before it is acknowledged,
for 40 ms on one machine and for a round trip elsewhere.
A word of an answer, on its way to a page, is smaller than a packet's own head: to compress it
costs more than it saves. To a page on this machine nothing is worth it.
It also looks at its settings' files five times a second, with two threads, as long as it runs: a
tenth of what a fast answer costs. Who changes a setting starts the server anew, as for our own.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Mapping
from typing import Any

from streamlit.components.v2.bidi_component import main as components
from streamlit.runtime import app_session
from streamlit.watcher.polling_path_watcher import PollingPathWatcher
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame, Opcode

from vnchat.web.guard import is_loopback

SMALL_BYTES = 64
PROXIED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


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


def sends_at_once(made: Callable[..., None]) -> Callable[..., None]:
    """A connection of the server that never holds a small packet back.

    asyncio asks the same of a socket that says it speaks TCP. The framework binds its own without
    saying so, and what is accepted there inherits that (measured with Streamlit 1.67).
    """

    def connection_made(protocol: Any, transport: asyncio.BaseTransport) -> None:
        with contextlib.suppress(OSError, AttributeError):  # no TCP: nothing is held back there
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made(protocol, transport)

    return connection_made


def small_as_it_is(encode: Callable[..., Frame]) -> Callable[..., Frame]:
    """Each message says for itself whether it is compressed (RFC 7692, section 6)."""

    def encoded(extension: PerMessageDeflate, frame: Frame) -> Frame:
        whole = frame.fin and frame.opcode is not Opcode.CONT
        return frame if whole and len(frame.data) < SMALL_BYTES else encode(extension, frame)

    return encoded


def uncompressed_here(made: Callable[..., None]) -> Callable[..., None]:
    """A WebSocket between two programs of one machine is not compressed; a proxy's is."""

    def connection_made(protocol: Any, transport: asyncio.BaseTransport) -> None:
        made(protocol, transport)
        if not protocol.client or not is_loopback(protocol.client[0]):
            return
        agreed = protocol.conn.process_extensions

        def process_extensions(headers: Mapping[str, str]) -> tuple[str | None, list[Any]]:
            return agreed(headers) if any(one in headers for one in PROXIED) else (None, [])

        protocol.conn.process_extensions = process_extensions

    return connection_made


def look_no_more(watcher: PollingPathWatcher) -> None:
    """In place of a look at a file, which also sets the next one going."""
    watcher.close()


def lighten() -> None:
    """Called once by the server."""
    if hasattr(components, "make_bidi_component_presenter"):
        components.make_bidi_component_presenter = presenter
    if hasattr(app_session, "_populate_theme_msg"):
        app_session._populate_theme_msg = theme_once(app_session._populate_theme_msg)
    if hasattr(PollingPathWatcher, "_check_if_path_changed"):
        looking: Any = PollingPathWatcher
        looking._check_if_path_changed = look_no_more
    compressed: Any = PerMessageDeflate
    compressed.encode = small_as_it_is(compressed.encode)
    upgraded: Any = WebSocketsSansIOProtocol
    upgraded.connection_made = uncompressed_here(upgraded.connection_made)
    served: Any = AutoHTTPProtocol  # sockets of WebSockets begin as HTTP
    served.connection_made = sends_at_once(served.connection_made)
