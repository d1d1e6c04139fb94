"""The guarded fetcher against a host that plays every trick."""

import asyncio
import gzip
import hashlib
import zlib
from typing import ClassVar

import pytest

from vnchat.errors import StorageUnavailable
from vnchat.library.faults import MediaFailed, MediaRefused
from vnchat.library.fetcher import FetchPolicy, fetch

from .hostile import (
    OTHER_PUBLIC,
    PUBLIC,
    Wire,
    dripping,
    endless,
    file_of,
    goes,
    network,
    says,
)

pytestmark = pytest.mark.anyio
CLIP = bytes(range(256)) * 256  # 64 kB


async def test_a_clean_file_is_fetched_and_hashed(get, host, wire):
    host.on("/v.mp4", file_of(CLIP))

    fetched = await get("http://cdn.example/v.mp4?sig=a%2fb")

    assert fetched.path.read_bytes() == CLIP
    assert fetched.size == len(CLIP)
    assert fetched.sha256 == hashlib.sha256(CLIP).hexdigest()
    assert fetched.type == "video/mp4"
    assert host.asked[0].target == "/v.mp4?sig=a%2fb"
    assert host.asked[0].headers["host"] == "cdn.example"
    assert wire.meant == [(PUBLIC, 80)]


async def test_no_key_cookie_or_referrer_is_sent(get, host):
    host.on("/hop", says(302, headers=[("Location", "/v"), ("Set-Cookie", "a=b")]))
    host.on("/v", file_of(CLIP))

    await get("http://cdn.example/hop", key="sk-secret", key_on_own_origin=True)

    for asked in host.asked:
        assert not {"authorization", "cookie", "referer"} & asked.headers.keys()
        assert "sk-secret" not in str(asked.headers)


async def test_progress_is_told(get, host):
    told: list[tuple[int, int | None]] = []
    host.on("/v", file_of(CLIP))

    await get("http://cdn.example/v", on_progress=lambda got, total: told.append((got, total)))

    assert told[-1] == (len(CLIP), len(CLIP))
    assert [got for got, _ in told] == sorted(got for got, _ in told)


class TestKey:
    OWN = "http://gateway.example:8000"

    async def test_goes_to_the_own_origin_where_its_record_says_so(self, get, host):
        host.on("/v", file_of(CLIP))

        await get(f"{self.OWN}/v", key="sk-1", key_on_own_origin=True)
        await get(f"{self.OWN}/v", key="sk-1")

        assert [a.headers.get("authorization") for a in host.asked] == ["Bearer sk-1", None]

    async def test_stays_away_after_a_redirect_to_elsewhere_and_back(self, get, host):
        host.on("/v", goes("http://cdn.example/hop"))
        host.on("/hop", goes(f"{self.OWN}/back"))
        host.on("/back", file_of(CLIP))

        await get(f"{self.OWN}/v", key="sk-1", key_on_own_origin=True)

        keys = [asked.headers.get("authorization") for asked in host.asked]
        assert keys == ["Bearer sk-1", None, None]


async def test_the_own_origin_may_be_inside(get, host, wire):
    host.on("/v", file_of(CLIP))
    inside = network(wire, {"gateway.example": ["10.0.0.5"]})

    await get("http://gateway.example:8000/v", network=inside, allow_http=False)

    assert wire.meant == [("10.0.0.5", 8000)]


INSIDE_ANSWERS = {
    "private": ["10.0.0.1"],
    "one of several": [PUBLIC, "127.0.0.1"],
    "mapped": ["::ffff:93.184.216.34"],
    "link-local with zone": ["fe80::1%eth0"],
}


@pytest.mark.parametrize("answers", INSIDE_ANSWERS.values(), ids=INSIDE_ANSWERS.keys())
async def test_a_name_that_leads_inside_is_not_connected(get, host, wire, answers, tmp_path):
    with pytest.raises(MediaRefused) as refused:
        await get("http://evil.example/v", network=network(wire, {"evil.example": answers}))

    assert refused.value.reason == "inside"
    assert wire.meant == []
    assert list(tmp_path.iterdir()) == []


async def test_the_name_is_resolved_once_and_the_checked_address_is_used(get, host, wire):
    """A second answer, inside this time (DNS rebinding), is never asked for."""
    asked: list[str] = []
    host.on("/v", file_of(CLIP))

    await get("http://cdn.example/v", network=network(wire, asked=asked))

    assert asked == ["cdn.example"]
    assert wire.meant == [(PUBLIC, 80)]


async def test_a_dead_address_gives_way_to_the_next(get, host):
    wire = Wire(host, dead=[OTHER_PUBLIC])
    host.on("/v", file_of(CLIP))
    both = network(wire, {"cdn.example": [OTHER_PUBLIC, PUBLIC]})

    await get("http://cdn.example/v", network=both)

    assert wire.meant == [(OTHER_PUBLIC, 80), (PUBLIC, 80)]


async def test_an_unknown_name_is_said(get, wire):
    with pytest.raises(MediaFailed) as failed:
        await get("http://gone.example/v", network=network(wire, {"gone.example": []}))

    assert (failed.value.reason, failed.value.again) == ("unresolved", True)


class TestRedirects:
    async def test_three_are_followed(self, get, host):
        for number in range(3):
            host.on(f"/{number}", goes(f"/{number + 1}", 301 + number))
        host.on("/3", file_of(CLIP))

        assert (await get("http://cdn.example/0")).size == len(CLIP)

    async def test_four_are_too_many(self, get, host):
        for number in range(4):
            host.on(f"/{number}", goes(f"/{number + 1}"))
        host.on("/4", file_of(CLIP))

        with pytest.raises(MediaRefused) as refused:
            await get("http://cdn.example/0")

        assert refused.value.reason == "redirects"
        assert len(host.asked) == 4

    LEADS: ClassVar = {
        "loopback": ("http://127.0.0.1:9/", "inside"),
        "decimal": ("http://2130706433/", "inside"),
        "metadata": ("http://169.254.169.254/latest", "inside"),
        "v6": ("http://[::1]/", "inside"),
        "a name inside": ("http://inside.example/", "inside"),
        "file": ("file:///etc/passwd", "scheme"),
        "data": ("data:video/mp4;base64,AAAA", "scheme"),
        "user part": ("http://a@cdn.example/", "user_part"),
        "port": ("http://cdn.example:22/", "port"),
        "gateway on another port": ("http://gateway.example:8001/", "port"),
    }

    @pytest.mark.parametrize(("leads", "reason"), LEADS.values(), ids=LEADS.keys())
    async def test_each_is_checked_anew(self, get, host, wire, leads, reason):
        host.on("/v", goes(leads))
        names = network(wire, {"inside.example": ["192.168.0.1"]})

        with pytest.raises(MediaRefused) as refused:
            await get("http://cdn.example/v", network=names)

        assert refused.value.reason == reason
        assert len(host.asked) == 1
        assert wire.meant == [(PUBLIC, 80)]

    async def test_from_https_alone_http_is_not_reached(self, get, host, wire):
        host.on("/v", goes("http://cdn.example/v"))

        with pytest.raises(MediaRefused) as refused:
            await get("http://gateway.example:8000/v", allow_http=False)

        assert refused.value.reason == "scheme"
        assert len(host.asked) == 1


class TestLimits:
    async def test_an_announced_giant_is_not_read(self, get, host):
        host.on("/v", says(200, b"x", length=10**12))

        with pytest.raises(MediaFailed) as failed:
            await get("http://cdn.example/v")

        assert (failed.value.reason, failed.value.again) == ("too_large", False)
        assert len(host.asked) == 1

    async def test_an_endless_body_ends_at_the_limit(self, get, host, tmp_path):
        host.on("/v", endless())

        with pytest.raises(MediaFailed) as failed:
            await get("http://cdn.example/v")

        assert failed.value.reason == "too_large"
        assert list(tmp_path.iterdir()) == []

    async def test_a_dripping_body_ends_in_time(self, get, host, tmp_path):
        host.on("/v", dripping())

        with pytest.raises(MediaFailed) as failed:
            await get("http://cdn.example/v", total_seconds=0.3)

        assert (failed.value.reason, failed.value.again) == ("too_slow", True)
        assert list(tmp_path.iterdir()) == []

    async def test_a_body_that_only_drips_does_not_hold_up_the_others(self, get, host):
        host.on("/v", dripping())

        with pytest.raises(MediaFailed) as failed:
            await get("http://cdn.example/v", idle_seconds=0.1)

        assert (failed.value.reason, failed.value.again) == ("stalled", True)
        assert len(host.asked) == 3

    async def test_a_head_that_drips_ends_in_time(self, get, host, tmp_path):
        async def head(asked, writer):
            for _ in range(10_000):
                writer.write(b"X" if _ else b"HTTP/1.1 200 OK\r\n")
                await writer.drain()
                await asyncio.sleep(0.01)

        host.on("/v", head)

        with pytest.raises(MediaFailed) as failed:
            await get("http://cdn.example/v", idle_seconds=0.1)

        assert failed.value.reason == "too_slow"
        assert list(tmp_path.iterdir()) == []

    async def test_a_silent_body_ends_in_time(self, get, host):
        host.on("/v", endless(gap=asyncio.Event()))

        with pytest.raises(MediaFailed) as failed:
            await get("http://cdn.example/v", idle_seconds=0.1)

        assert failed.value.reason == "stalled"

    async def test_a_packed_bomb_ends_at_the_limit(self, get, host):
        bomb = gzip.compress(b"\0" * 50_000_000)
        host.on("/v", says(200, bomb, [("Content-Encoding", "gzip")]))

        with pytest.raises(MediaFailed) as failed:
            await get("http://cdn.example/v")

        assert failed.value.reason == "too_large"

    @pytest.mark.parametrize("packing", ["br", "zstd", "gzip, gzip", "what"])
    async def test_other_packings_are_refused(self, get, host, packing):
        host.on("/v", says(200, CLIP, [("Content-Encoding", packing)]))

        with pytest.raises(MediaFailed) as failed:
            await get("http://cdn.example/v")

        assert failed.value.reason == "packed"

    @pytest.mark.parametrize(
        ("name", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
    )
    async def test_a_host_that_packs_unasked_is_understood(self, get, host, name, pack):
        host.on("/v", says(200, pack(CLIP), [("Content-Encoding", name)]))

        fetched = await get("http://cdn.example/v")

        assert fetched.path.read_bytes() == CLIP
        assert host.asked[0].headers["accept-encoding"] == "identity"

    async def test_a_damaged_packing_is_said(self, get, host):
        host.on("/v", says(200, b"no gzip", [("Content-Encoding", "gzip")]))

        with pytest.raises(MediaFailed) as failed:
            await get("http://cdn.example/v")

        assert failed.value.reason == "packed"

    async def test_an_empty_file_is_none(self, get, host, tmp_path):
        host.on("/v", says(200))

        with pytest.raises(MediaFailed) as failed:
            await get("http://cdn.example/v")

        assert failed.value.reason == "empty"
        assert list(tmp_path.iterdir()) == []


async def test_a_host_that_speaks_no_http_is_said(get, host):
    async def nonsense(asked, writer):
        writer.write(b"220 mail.example ESMTP\r\n")

    host.on("/v", nonsense)

    with pytest.raises(MediaFailed) as failed:
        await get("http://cdn.example/v")

    assert failed.value.reason == "incomplete"


async def test_a_huge_head_is_given_up(get, host):
    async def heads(asked, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-Pad: " + b"y" * 8000 + b"\r\n")
            await writer.drain()

    host.on("/v", heads)

    with pytest.raises(MediaFailed):
        await get("http://cdn.example/v")


STATUSES = {
    "gone for good": (410, "gone", 1),
    "signature ended": (403, "denied", 1),
    "asks for sign-in": (401, "denied", 1),
    "no content": (204, "status", 1),
    "not found, for three tries": (404, "missing", 3),
    "too early": (425, "not_ready", 3),
    "a fault of its own": (502, "server", 3),
}


@pytest.mark.parametrize(("status", "reason", "tries"), STATUSES.values(), ids=STATUSES.keys())
async def test_what_a_status_means(get, host, status, reason, tries):
    host.on("/v", says(status, b"" if status == 204 else b"words", length=-1))

    with pytest.raises(MediaFailed) as failed:
        await get("http://cdn.example/v")

    assert failed.value.reason == reason
    assert len(host.asked) == tries


async def test_a_fresh_link_that_is_not_ready_yet_is_waited_for(get, host):
    host.on("/v", says(404), says(503), file_of(CLIP))

    assert (await get("http://cdn.example/v")).size == len(CLIP)


async def test_a_full_disk_is_said(policy, host, tmp_path):
    host.on("/v", file_of(CLIP))

    with pytest.raises(StorageUnavailable):
        await fetch("http://cdn.example/v", policy=policy, into=tmp_path / "missing")


async def test_proxies_of_the_environment_are_not_used(get, host, wire, monkeypatch):
    """A proxy would resolve the name once more, unchecked."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    host.on("/v", file_of(CLIP))

    await get("http://cdn.example/v")

    assert wire.meant == [(PUBLIC, 80)]


async def test_a_cancelled_fetch_leaves_nothing(get, host, tmp_path):
    begun = asyncio.Event()
    host.on("/v", endless(gap=asyncio.Event()))
    task = asyncio.create_task(get("http://cdn.example/v", on_progress=lambda *_: begun.set()))
    await begun.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_a_gateway_on_this_machine_is_reached_by_the_real_network(host, tmp_path, name):
    host.on("/v", file_of(CLIP))
    origin = f"http://{name}:{host.port}"

    fetched = await fetch(
        f"{origin}/v", policy=FetchPolicy(own_origin=f"{origin}/v1"), into=tmp_path
    )

    assert fetched.size == len(CLIP)


async def test_the_real_network_does_not_lead_inside(host, tmp_path):
    host.on("/v", file_of(CLIP))

    with pytest.raises(MediaRefused):
        await fetch(f"http://127.0.0.1:{host.port}/v", policy=FetchPolicy(), into=tmp_path)

    assert host.asked == []
