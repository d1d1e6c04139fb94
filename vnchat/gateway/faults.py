"""What went wrong on the way to a gateway, in our words: the package's and the network's errors.

`how` says what the gateway may have got; what a body that refuses means is decided in
`vnchat.reading`.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping

from vnchat.errors import VnchatError
from vnchat.gateway.repeats import How
from vnchat.reading import Fault, failure_of
from vnchat.reading.reply import Failure


class GatewayFault(VnchatError):
    """No whole answer came. `how` tells what the gateway may have got, `fault` what happened."""

    def __init__(self, how: How, fault: Fault, *, detail: str = "") -> None:
        super().__init__(fault.message or "The gateway could not be reached.", detail=detail)
        self.how = how
        self.fault = fault


class GatewayRefused(VnchatError):
    """The gateway answered a request for its models with an error."""

    def __init__(self, sentence: str, failure: Failure, *, moved_to: str = "") -> None:
        super().__init__(sentence)
        self.failure = failure
        self.moved_to = moved_to


def fault_of(error: Exception, secret: str, how: How) -> GatewayFault:
    """The package's and the HTTP library's errors as ours. The text may name the key: masked."""
    import httpcore2
    import httpx2

    cause = error.__cause__ if isinstance(error.__cause__, httpx2.HTTPError) else error
    said = f"{type(cause).__name__}: {cause}".replace(secret or "\0", "••••")[:300]
    if isinstance(cause, httpx2.ConnectTimeout | httpx2.PoolTimeout):
        fault = Fault("network", "The gateway did not answer the call; it was not reached.")
        return GatewayFault("not_sent", fault, detail=said)
    if isinstance(
        cause,
        httpx2.ConnectError | httpx2.UnsupportedProtocol | httpx2.InvalidURL | httpx2.ProxyError,
    ):
        return GatewayFault("not_sent", Fault("network", _unreachable(str(cause))), detail=said)
    if isinstance(cause, httpx2.TimeoutException | httpcore2.TimeoutException):
        return GatewayFault(how, Fault("stalled", ""), detail=said)
    return GatewayFault(how, Fault("reset", ""), detail=said)


def _unreachable(said: str) -> str:
    low = said.lower()
    if "certificate" in low or "ssl" in low or "tls" in low:
        return "No secure connection: the gateway's certificate or protocol was not accepted."
    if "name" in low or "getaddrinfo" in low or "nodename" in low:
        return "There is no such host; check the address for a typing error."
    if "refused" in low or f"[errno {errno.ECONNREFUSED}]" in low:
        return "The connection was refused: nothing answers at this address and port."
    return "The gateway could not be reached."


def refused_by(status: int, headers: Mapping[str, str], body: bytes, secret: str) -> GatewayRefused:
    failure = failure_of(status, body, headers.get("content-type", ""), headers, [secret])
    if 300 <= status < 400:
        return GatewayRefused(
            moved_sentence(headers), failure, moved_to=headers.get("location", "")
        )
    said = f": {failure.message}" if failure.message else ""
    return GatewayRefused(f"The list of models was refused with status {status}{said}", failure)


def moved_sentence(headers: Mapping[str, str]) -> str:
    place = headers.get("location", "")[:200]
    to = f" to {place}" if place else ""
    return f"This address redirects{to}; nothing was sent there. Use that address if it is right."
