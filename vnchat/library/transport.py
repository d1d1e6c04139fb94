"""One GET to an address that was already checked: the socket side of `fetcher.py`.

Resolves a name, lets every answer be checked, and connects to the very address that was checked;
the name itself stays in the Host header and in the TLS handshake. No proxy, no cookie, no
connection kept for later. What is fetched and how often is decided in `fetcher.py`.
"""

import asyncio
import functools
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpcore2

from vnchat.library.addresses import Address, check_answer
from vnchat.library.faults import MediaFailed, MediaFault

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
_MOST_ANSWERS = 4  # tried one after the other; all are checked


async def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of a name, as the system's resolver gives them."""
    loop = asyncio.get_running_loop()
    answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


@functools.cache
def _trust() -> ssl.SSLContext:
    return httpcore2.default_ssl_context()


@dataclass(frozen=True, slots=True)
class Network:
    """How names are resolved and sockets opened. Tests bring their own."""

    resolver: Resolver = resolve
    backend: httpcore2.AsyncNetworkBackend = field(default_factory=httpcore2.AnyIOBackend)
    trust: Callable[[], ssl.SSLContext] = _trust


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and headers of a response (names in lower case), and its body as it comes."""

    status: int
    headers: dict[str, str]
    body: AsyncIterator[bytes]


@asynccontextmanager
async def get(
    address: Address,
    headers: dict[str, str],
    *,
    own: bool,
    network: Network,
    idle_seconds: float,
) -> AsyncIterator[Answer]:
    """Ask once. `own` is the gateway's own origin, the one place that may be inside."""
    answers = await _checked_answers(address, own, network, idle_seconds)
    waits = {"connect": idle_seconds, "read": idle_seconds, "write": idle_seconds}
    try:
        async with (
            httpcore2.AsyncConnectionPool(
                ssl_context=network.trust() if address.scheme == "https" else None,
                network_backend=_Pinned(answers, network.backend),
            ) as pool,
            pool.stream(
                "GET",
                httpcore2.URL(
                    scheme=address.scheme,
                    host=address.host,
                    port=address.port,
                    target=address.wire,
                ),
                headers=[("Host", address.host_header), *headers.items()],
                extensions={"timeout": waits},
            ) as response,
        ):
            yield Answer(response.status, _plain(response.headers), response.aiter_stream())
    except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise _ours(error) from error


async def _checked_answers(
    address: Address, own: bool, network: Network, idle_seconds: float
) -> Sequence[str]:
    if address.literal is not None:
        answers: Sequence[str] = [str(address.literal)]
    else:
        try:
            async with asyncio.timeout(idle_seconds):
                answers = await network.resolver(address.host, address.port)
        except (OSError, UnicodeError) as error:  # TimeoutError is an OSError
            raise MediaFailed("unresolved", detail=f"{address.host}: {error}") from error
    if not answers:
        raise MediaFailed("unresolved", detail=address.host)
    if not own:
        for answer in answers:
            check_answer(answer)
    return answers[:_MOST_ANSWERS]


class _Pinned(httpcore2.AsyncNetworkBackend):
    """Opens sockets to the checked addresses only, whatever name it is asked for."""

    def __init__(self, answers: Sequence[str], backend: httpcore2.AsyncNetworkBackend) -> None:
        self._answers = answers
        self._backend = backend

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        fault: Exception = httpcore2.ConnectError(f"no address for {host}")
        for answer in self._answers:
            try:
                return await self._backend.connect_tcp(
                    answer, port, timeout, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                fault = error
        raise fault

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore2.AsyncNetworkStream:
        raise NotImplementedError

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


def _plain(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    plain: dict[str, str] = {}
    for name, value in headers:
        plain.setdefault(name.decode("ascii", "replace").lower(), _text(value))
    return plain


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _ours(error: Exception) -> MediaFault:
    """A fault of the HTTP library in our words."""
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error.__cause__, ssl.SSLError) or isinstance(error.__context__, ssl.SSLError):
        return MediaFailed("tls", detail=detail)
    if isinstance(error, httpcore2.ReadTimeout | httpcore2.WriteTimeout):
        return MediaFailed("stalled", detail=detail)
    if isinstance(error, httpcore2.ConnectError | httpcore2.ConnectTimeout):
        return MediaFailed("network", detail=detail)
    if isinstance(error, httpcore2.LocalProtocolError):
        return MediaFailed("status", detail=detail)
    return MediaFailed("incomplete", detail=detail)
