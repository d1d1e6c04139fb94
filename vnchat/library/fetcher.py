"""The one guarded fetcher: every address that came from outside is fetched here or not at all.

Rules, limits, redirects, resuming and patience. What an address means is decided in
`addresses.py`, the socket is opened in `transport.py`, what arrived is looked at in `probe.py`.
The file lies in the folder it was asked into under a name of our own; on any fault nothing stays.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from vnchat.library.addresses import Address, join, parse, permit
from vnchat.library.download import Download, downloading, part_of, unpacked
from vnchat.library.faults import MediaFailed, MediaRefused
from vnchat.library.inline import decoded
from vnchat.library.transport import Answer, Network, get

MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_NOT_READY = (404, 425, 429)

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """Who may be asked, for how much and for how long."""

    own_origin: str = ""  # the gateway's address; only scheme, host and port count
    allow_hosts: tuple[str, ...] = ()  # empty: every public host
    allow_http: bool = False
    max_bytes: int = 2_000_000_000
    total_seconds: float = 900.0
    idle_seconds: float = 60.0  # without a byte; a head may take twice that
    least_bytes: int = 16_384  # in each idle time: a host that drips holds up the others
    key_on_own_origin: bool = False
    waits: tuple[float, ...] = (1.5, 4.0)  # before the second and the third try
    network: Network = field(default_factory=Network)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole file as it arrived. `type` is what the host claimed, not what it is."""

    path: Path
    size: int
    sha256: str
    type: str


async def fetch(
    url: str,
    *,
    policy: FetchPolicy,
    into: Path,
    on_progress: Progress | None = None,
    key: str | None = None,
) -> Fetched:
    """Fetch one result into the folder `into`; raises `MediaRefused` or `MediaFailed`."""
    target = into / f"fetch-{secrets.token_hex(16)}"
    async with downloading(target, policy.max_bytes, on_progress) as download:
        if url[:5].lower() == "data:":
            data, download.type = decoded(url, policy.max_bytes)
            await download.write(data)
        else:
            address = parse(url)
            permit_of(address, policy)
            try:
                async with asyncio.timeout(policy.total_seconds):
                    await _with_patience(address, download, policy, key)
            except TimeoutError as error:
                raise MediaFailed("too_slow") from error
        size, sha256 = await download.finish()
    return Fetched(target, size, sha256, download.type)


def permit_of(address: Address, policy: FetchPolicy) -> bool:
    return permit(
        address,
        own_origin=policy.own_origin,
        allow_hosts=policy.allow_hosts,
        allow_http=policy.allow_http,
    )


async def _with_patience(
    address: Address, download: Download, policy: FetchPolicy, key: str | None
) -> None:
    for wait in (*policy.waits, None):
        try:
            await _once(address, download, policy, key)
            return
        except MediaFailed as error:
            if wait is None or not error.again:
                raise
        await asyncio.sleep(wait)


async def _once(address: Address, download: Download, policy: FetchPolicy, key: str | None) -> None:
    """One way through the redirects to the bytes, or to as many of them as come."""
    asked = download.resume_headers()
    async with _followed(address, asked, policy, key) as answer:
        if answer.status == 416 and asked:
            await download.restart()  # what we hold is no beginning of what is there now
            raise MediaFailed("incomplete", detail="416")
        if answer.status not in (200, 206):
            _complain(answer.status)
        await download.begin(part_of(answer.status, answer.headers, download))
        loop = asyncio.get_running_loop()
        since, had = loop.time(), download.held
        async for chunk in unpacked(answer.body, download.packing):
            await download.write(chunk)
            if loop.time() - since > policy.idle_seconds:
                if download.held - had < policy.least_bytes:
                    raise MediaFailed("stalled", detail=f"{download.held - had} bytes")
                since, had = loop.time(), download.held
        download.check_whole()


@asynccontextmanager
async def _followed(
    address: Address, asked: dict[str, str], policy: FetchPolicy, key: str | None
) -> AsyncIterator[Answer]:
    """The answer at the end of at most three redirects, each checked like the first address."""
    keyed = policy.key_on_own_origin and bool(key)
    for _ in range(MOST_REDIRECTS + 1):
        own = permit_of(address, policy)
        keyed = keyed and own  # once away from the gateway the key stays away
        headers = {
            "User-Agent": "vnchat",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
            **asked,
        }
        if keyed:
            headers["Authorization"] = f"Bearer {key}"
        asking = get(
            address, headers, own=own, network=policy.network, idle_seconds=policy.idle_seconds
        )
        async with asyncio.timeout(policy.idle_seconds * 2) as head, asking as answer:
            head.reschedule(None)
            location = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not location:
                yield answer
                return
        address = join(address, location)
    raise MediaRefused("redirects")


def _complain(status: int) -> NoReturn:
    if status in _NOT_READY:
        raise MediaFailed("missing" if status == 404 else "not_ready", detail=str(status))
    if status >= 500:
        raise MediaFailed("server", detail=str(status))
    reason = {401: "denied", 403: "denied", 410: "gone"}.get(status, "status")
    raise MediaFailed(reason, detail=str(status))
