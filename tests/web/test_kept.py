"""Kept files over HTTP: to their owner, in parts, cached, harmless, and never whole in memory."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from vnchat.library.media import Shelf
from vnchat.web.kept import (
    KeptRow,
    address_of,
    disposition,
    kept_response,
    kept_routes,
    range_of,
)

pytestmark = pytest.mark.anyio
CLIP = bytes(range(256)) * 4000  # 1 MB
KEY = hashlib.sha256(CLIP).hexdigest()
SECRET = b"s" * 32
NOW = 1_795_000_000.0
OTHER = "f" * 64


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Site:
    """The route in an application, a clock that can be set, and what the database would know."""

    def __init__(self, shelf: Shelf, base: str = "") -> None:
        self.now = NOW
        self.base = base
        self.shelf = shelf
        self.rows = {
            ("clip", "ann"): KeptRow(KEY, "video/mp4", len(CLIP), "一只猫.mp4"),
            ("page", "ann"): KeptRow(KEY, "text/html", len(CLIP), "x.html"),
            ("lost", "ann"): KeptRow(OTHER, "video/mp4", 5, "lost.mp4"),
        }
        self.app = Starlette(
            routes=kept_routes(base, self.lookup, shelf, SECRET, clock=lambda: self.now)
        )
        transport = httpx2.ASGITransport(app=self.app)
        self.client = httpx2.AsyncClient(transport=transport, base_url="http://vnchat.test")

    async def lookup(self, media_id: str, owner: str) -> KeptRow | None:
        return self.rows.get((media_id, owner))

    def address(self, media_id: str = "clip", owner: str = "ann") -> str:
        return address_of(self.base, media_id, owner, SECRET, self.now)

    async def get(self, media_id: str = "clip", **headers: str) -> httpx2.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(self.address(media_id), headers=sent)


@pytest.fixture
async def shelf(tmp_path: Any) -> AsyncIterator[Shelf]:
    opened = Shelf(tmp_path / "kept")
    await opened.put_bytes(CLIP)
    yield opened
    opened.close()


@pytest.fixture
async def site(shelf: Shelf) -> AsyncIterator[Site]:
    made = Site(shelf)
    yield made
    await made.client.aclose()


async def test_the_owner_gets_the_file(site):
    answer = await site.get()

    assert answer.status_code == 200
    assert answer.content == CLIP
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-length"] == str(len(CLIP))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["content-disposition"].startswith("inline;")
    assert answer.headers["cache-control"] == "private, max-age=21600"


async def test_under_a_base_path(shelf):
    site = Site(shelf, base="/team/chat/")

    assert site.address().startswith("/team/chat/app/static/kept/clip?")
    assert (await site.get()).status_code == 200


class TestRefused:
    async def all_ways(self, site: Site) -> dict[str, httpx2.Response]:
        good = site.address()
        ways = {
            "unknown": site.address("nothing"),
            "foreign": site.address(owner="bob"),
            "no signature": good.split("?")[0],
            "forged": good[:-3] + "AAA",
            "of another file": site.address("page").replace("/page?", "/clip?"),
            "bytes are lost": site.address("lost"),
            "path in the id": good.replace("/clip?", "/..%2fclip?"),
            "ended": good,
        }
        answers = {}
        for name, address in ways.items():
            site.now = NOW + 13 * 3600 if name == "ended" else NOW
            answers[name] = await site.client.get(address)
        return answers

    async def test_every_refusal_looks_the_same(self, site):
        answers = await self.all_ways(site)

        looks = {
            (answer.status_code, answer.content, tuple(sorted(answer.headers.items())))
            for name, answer in answers.items()
            if name != "path in the id"  # no such route at all
        }
        assert len(looks) == 1
        assert answers["unknown"].status_code == 404
        assert answers["unknown"].headers["cache-control"] == "no-store"
        assert answers["path in the id"].status_code == 404

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    async def test_other_methods(self, site, method):
        assert (await site.client.request(method, site.address())).status_code == 405


SIZE = len(CLIP)
RANGES = {
    "beginning": ("bytes=0-9", (0, 10)),
    "one byte": ("bytes=5-5", (5, 6)),
    "open": ("bytes=999000-", (999_000, SIZE)),
    "all, as players ask": ("bytes=0-", (0, SIZE)),
    "suffix": ("bytes=-7", (SIZE - 7, SIZE)),
    "suffix longer than all": ("bytes=-99999999", (0, SIZE)),
    "past the end is cut": ("bytes=1000-99999999", (1000, SIZE)),
    "capitals and spaces": ("Bytes = 1 - 2", (1, 3)),
}


@pytest.mark.parametrize(("asked", "span"), RANGES.values(), ids=RANGES.keys())
async def test_a_part_is_sent(site, asked, span):
    answer = await site.get(Range=asked)

    assert answer.status_code == 206
    assert answer.content == CLIP[span[0] : span[1]]
    assert answer.headers["content-range"] == f"bytes {span[0]}-{span[1] - 1}/{SIZE}"
    assert answer.headers["content-length"] == str(span[1] - span[0])


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=99999999-", "bytes=-0"])
async def test_a_part_outside_is_refused(site, asked):
    answer = await site.get(Range=asked)

    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-1,5-6", "bytes=5-1", "bytes=", "bytes=-", "bytes=a-b", "items=0-1", "bytes=१-२", ""],
)
async def test_what_is_not_one_range_means_the_whole(site, asked):
    answer = await site.get(Range=asked) if asked.isascii() else None

    assert range_of(asked, SIZE) == ""
    assert answer is None or (answer.status_code == 200 and answer.content == CLIP)


def test_a_range_of_an_empty_file_lies_outside():
    assert [range_of(asked, 0) for asked in ("bytes=0-", "bytes=-5")] == ["none", "none"]


CONDITIONS = {
    "same tag": (f'"{KEY}"', 206),
    "another tag": ('"other"', 200),
    "weak tag": (f'W/"{KEY}"', 200),
    "date": ("Sat, 21 Nov 2026 03:00:00 GMT", 200),
}


@pytest.mark.parametrize(("tag", "status"), CONDITIONS.values(), ids=CONDITIONS.keys())
async def test_if_range(site, tag, status):
    answer = await site.get(Range="bytes=0-9", If_Range=tag)

    assert answer.status_code == status


@pytest.mark.parametrize("tag", [f'"{KEY}"', f'"x", W/"{KEY}"', "*"])
async def test_a_known_file_is_not_sent_again(site, tag):
    answer = await site.get(If_None_Match=tag, Range="bytes=0-9")

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == f'"{KEY}"'


async def test_another_tag_gets_the_file(site):
    assert (await site.get(If_None_Match='"other"')).status_code == 200


async def test_head_tells_the_size_and_sends_nothing(site):
    answer = await site.client.head(site.address(), headers={"Range": "bytes=0-9"})

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(SIZE)


async def test_caching_ends_with_the_address(site):
    address = site.address()
    site.now = NOW // 21600 * 21600 + 2 * 21600 - 100

    answer = await site.client.get(address)

    assert answer.headers["cache-control"] == "private, max-age=100"


async def test_a_type_that_browsers_would_run_is_only_a_download(site):
    answer = await site.get("page")

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")


async def test_download(site):
    answer = await site.client.get(site.address() + "&download=1")

    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"___.mp4\"; filename*=UTF-8''%E4%B8%80%E5%8F%AA%E7%8C%AB.mp4"
    )


NAMES = {
    "plain": ("cat.mp4", "cat.mp4"),
    "path": ("../../etc/passwd", "_.._etc_passwd"),
    "quotes and a header": ('a"b\r\nX: y.mp4', "a_b__X_ y.mp4"),
    "reading direction turned": ("cat\u202e4pm.exe", "cat_4pm.exe"),
    "nothing": ("", "file"),
    "dots only": ("...", "file"),
    "long": ("a" * 300 + ".mp4", "a" * 116 + ".mp4"),
    "lone surrogate": ("a\ud800.mp4", "a_.mp4"),
}


@pytest.mark.parametrize(("name", "plain"), NAMES.values(), ids=NAMES.keys())
def test_a_file_name_is_made_safe(name: str, plain: str) -> None:
    header = disposition(name, inline=False)

    assert f'filename="{plain}"' in header
    assert header.isascii()
    assert header.isprintable()


async def test_a_viewer_who_goes_stops_the_reading(site, monkeypatch):
    """The connection ends after the first chunk: the file is closed and not read to its end."""
    closed = asyncio.Event()
    chunks = 0

    async def endless(*_: object) -> AsyncIterator[bytes]:
        nonlocal chunks
        try:
            while True:
                chunks += 1
                yield b"x" * 1000
        finally:
            closed.set()

    monkeypatch.setattr(site.shelf, "read", endless)
    started = asyncio.Event()

    async def receive() -> dict[str, str]:
        await started.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            started.set()
            await asyncio.sleep(0)

    path, _, query = site.address().partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [],
        "asgi": {"spec_version": "2.3"},
    }
    await site.app(scope, receive, send)

    assert closed.is_set()
    assert chunks < 100


async def test_never_much_of_the_file_is_in_memory(site, monkeypatch):
    sizes = []
    read = site.shelf.read

    async def watched(*span: Any) -> AsyncIterator[bytes]:
        async for chunk in read(*span):
            sizes.append(len(chunk))
            yield chunk

    monkeypatch.setattr(site.shelf, "read", watched)

    await site.get()

    assert sum(sizes) == SIZE
    assert max(sizes) <= 256 * 1024


class Elsewhere(Shelf):
    """A shelf whose store hands out files itself."""

    async def direct(self, key: str, seconds: int) -> str | None:
        return f"https://store.example/{key}?expires={seconds}"


@pytest.mark.parametrize(
    ("more", "origin", "status"),
    [
        ("", "https://store.example", 302),
        ("&download=1", "https://store.example", 200),
        ("&here=1", "https://store.example", 200),
        ("", "https://other.example", 200),
        ("", "", 200),
    ],
)
async def test_an_object_store_serves_what_is_shown_where_the_setting_says_so(
    tmp_path, more, origin, status
):
    shelf = Elsewhere(tmp_path / "kept")
    key = await shelf.put_bytes(b"film")

    async def lookup(media_id, owner):
        return KeptRow(key, "video/mp4", 4, "film.mp4") if owner == "ann" else None

    async def serve(request):
        return await kept_response(request, lookup, shelf, b"s" * 32, elsewhere=origin)

    app = Starlette(routes=[Route("/app/static/kept/{media_id}", serve)])
    client = TestClient(app, follow_redirects=False)
    answer = client.get(address_of("", "m", "ann", b"s" * 32, time.time()) + more)

    assert answer.status_code == status
    if status == 302:
        assert answer.headers["location"] == f"https://store.example/{key}?expires=300"
    assert client.get(address_of("", "m", "bob", b"s" * 32, time.time())).status_code == 404
    shelf.close()
