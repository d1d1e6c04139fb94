"""Who may speak to the server at all: Host, Origin, the peer; and the content security policy.

Until there is sign-in the server answers to this machine only, unless the setting
VNCHAT_SHARE_WITH_NETWORK says otherwise.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1", "testserver"})

_POLICY = (
    "default-src 'self'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:{media}; media-src 'self' blob:{media}; connect-src 'self'; "
    "font-src 'self' data:; frame-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)


def policy(page: str = "", media: str = "") -> str:
    """The policy; inline scripts of the framework's own page are allowed by their hash.

    `media` is the one other origin that kept files may come from: the operator's object store.
    """
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    hashes = [
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in inline
    ]
    return _POLICY.format(
        scripts="".join(f" 'sha256-{one}'" for one in hashes),
        media=f" {media}" if re.fullmatch(r"https?://[\w.:\[\]-]+", media) else "",
    )


def host_of(header: str) -> str:
    """The name in a Host header, in lower case, without port and brackets; "" for nonsense."""
    try:
        name = urlsplit(f"//{header.strip()}").hostname
    except ValueError:
        return ""
    return (name or "").rstrip(".")


def origin_allowed(headers: Mapping[str, str]) -> bool:
    """Does a request come from our own page (or from no page at all)?

    A browser always says where a WebSocket or a posted form comes from.
    """
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        said = urlsplit(origin)
    except ValueError:
        return False
    return bool(said.netloc) and said.netloc.lower() == headers.get("host", "").lower()


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in LOOPBACK_NAMES


class Guard:
    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Sequence[str],
        shared: bool,
        page: Path | None = None,
        media: str = "",
    ) -> None:
        self._app = app
        self._shared = shared
        names = {host.lower().rstrip(".") for host in hosts}
        if shared:
            here = socket.gethostname().lower()
            names |= {here, f"{here}.local"}
        self._names = names | LOOPBACK_NAMES
        text = page.read_text(encoding="utf-8") if page is not None and page.exists() else ""
        self._headers = [
            (b"content-security-policy", policy(text, media).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"permissions-policy", b"microphone=(self), camera=(), geolocation=()"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        if refusal := self._refusal(headers.get("host", ""), scope.get("client")):
            await _refuse(scope, receive, send, refusal)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in self._headers if pair[0] not in given),
                ]
            await send(message)

        await self._app(scope, receive, sent if scope["type"] == "http" else send)

    def _refusal(self, host_header: str, client: tuple[str, int] | None) -> str:
        host = host_of(host_header)
        if not self._known(host):
            return (
                "This server does not answer to that host name. "
                "Name it in VNCHAT_HOSTS if it is yours."
            )
        if not self._shared and client is not None and not is_loopback(client[0]):
            return (
                "This server answers to its own machine only. Set VNCHAT_SHARE_WITH_NETWORK=1 "
                "to open it: everybody who reaches it then shares its conversations and its key."
            )
        return ""

    def _known(self, host: str) -> bool:
        if host in self._names or is_loopback(host):
            return True
        if self._shared:
            try:
                ipaddress.ip_address(host)  # a bare address cannot be pointed at us by a name
            except ValueError:
                return False
            return True
        return False


async def _refuse(scope: Scope, receive: Receive, send: Send, sentence: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": sentence[:100]})
        return
    await PlainTextResponse(sentence, 403)(scope, receive, send)
