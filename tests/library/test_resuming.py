"""A download that breaks is taken up again, but only with bytes that belong together."""

import pytest

from vnchat.library.faults import MediaFailed

from .hostile import file_of, says

pytestmark = pytest.mark.anyio
CLIP = bytes(range(256)) * 256  # 64 kB
URL = "http://cdn.example/v"
HALF = len(CLIP) // 2


def part(first: int, last: int, total: object, body: bytes, tag: str = '"v1"'):
    headers = [("ETag", tag), ("Content-Range", f"bytes {first}-{last}/{total}")]
    return says(206, body, headers)


async def test_the_rest_is_asked_for(get, host):
    host.on("/v", file_of(CLIP, breaks_after=30_000))

    fetched = await get(URL)

    assert fetched.path.read_bytes() == CLIP
    assert [asked.start for asked in host.asked] == [None, 30_000, 60_000]
    assert host.asked[1].headers["if-range"] == '"v1"'


async def test_a_reset_connection_is_taken_up_again(get, host):
    broken = says(200, CLIP[:HALF], [("ETag", '"v1"')], length=len(CLIP), cut=True)
    host.on("/v", broken, file_of(CLIP))

    assert (await get(URL)).path.read_bytes() == CLIP


async def test_after_three_tries_it_is_given_up(get, host, tmp_path):
    host.on("/v", file_of(CLIP, breaks_after=10_000))

    with pytest.raises(MediaFailed) as failed:
        await get(URL)

    assert (failed.value.reason, failed.value.again) == ("incomplete", True)
    assert len(host.asked) == 3
    assert list(tmp_path.iterdir()) == []


async def test_a_file_that_changed_is_fetched_from_the_start(get, host):
    other = CLIP[::-1]
    host.on("/v", file_of(CLIP, breaks_after=HALF), file_of(other, tag='"v2"'))

    fetched = await get(URL)

    assert fetched.path.read_bytes() == other
    assert host.asked[1].start == HALF


async def test_a_host_that_knows_no_ranges_sends_all_again(get, host):
    host.on("/v", file_of(CLIP, breaks_after=HALF), says(200, CLIP))

    assert (await get(URL)).path.read_bytes() == CLIP


class TestWithoutStrongTag:
    """Nothing proves that the rest belongs to the beginning: the end held so far is asked again."""

    @pytest.mark.parametrize("tag", ["", 'W/"weak"'])
    async def test_an_overlap_is_compared(self, get, host, tag):
        host.on("/v", file_of(CLIP, tag="", breaks_after=HALF))

        fetched = await get(URL)

        assert fetched.path.read_bytes() == CLIP
        assert host.asked[1].start == HALF - 4096

    async def test_an_overlap_that_differs_starts_anew(self, get, host):
        other = CLIP[::-1]
        host.on("/v", file_of(CLIP, tag="", breaks_after=HALF), file_of(other, tag=""))

        fetched = await get(URL)

        assert fetched.path.read_bytes() == other
        assert [asked.start for asked in host.asked] == [None, HALF - 4096, None]

    async def test_a_date_is_used_as_condition(self, get, host):
        date = "Sat, 21 Nov 2026 03:00:00 GMT"
        broken = says(200, CLIP[:HALF], [("Last-Modified", date)], length=len(CLIP))
        host.on("/v", broken, says(200, CLIP))

        await get(URL)

        assert host.asked[1].headers["if-range"] == date


LIES = {
    "another start": part(0, len(CLIP) - 1, len(CLIP), CLIP),
    "one byte off": part(HALF - 1, len(CLIP) - 1, len(CLIP), CLIP[HALF - 1 :]),
    "another total": part(HALF, len(CLIP) - 1, len(CLIP) + 9, CLIP[HALF:]),
    "end past the total": part(HALF, len(CLIP), len(CLIP), CLIP[HALF:] + b"x"),
    "more bytes than named": part(HALF, len(CLIP) - 2, len(CLIP), CLIP[HALF:]),
    "another tag": part(HALF, len(CLIP) - 1, len(CLIP), CLIP[HALF:], tag='"v2"'),
    "no range named": says(206, CLIP[HALF:], [("ETag", '"v1"')]),
    "range in words": part("half", "end", "all", CLIP[HALF:]),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
async def test_after_a_lie_about_ranges_the_whole_is_asked_for(get, host, lie):
    host.on("/v", file_of(CLIP, breaks_after=HALF), lie, file_of(CLIP))

    fetched = await get(URL)

    assert fetched.path.read_bytes() == CLIP
    assert [asked.start for asked in host.asked] == [None, HALF, None]


async def test_a_part_that_nobody_asked_for_is_no_file(get, host):
    host.on("/v", part(10, 19, 100, b"0123456789"))

    with pytest.raises(MediaFailed) as failed:
        await get(URL)

    assert failed.value.reason == "dishonest"


async def test_a_part_that_stops_short_is_continued(get, host):
    host.on(
        "/v",
        file_of(CLIP, breaks_after=HALF),
        part(HALF, HALF + 99, len(CLIP), CLIP[HALF : HALF + 100]),
        file_of(CLIP),
    )

    fetched = await get(URL)

    assert fetched.path.read_bytes() == CLIP
    assert host.asked[2].start == HALF + 100


async def test_a_range_beyond_the_end_means_another_file(get, host):
    host.on("/v", file_of(CLIP, breaks_after=HALF), says(416), file_of(CLIP[:100]))

    fetched = await get(URL)

    assert fetched.path.read_bytes() == CLIP[:100]


async def test_a_shorter_body_than_announced_is_no_whole_file(get, host):
    host.on("/v", says(200, CLIP[:100], length=200))

    with pytest.raises(MediaFailed) as failed:
        await get(URL)

    assert failed.value.reason == "incomplete"


async def test_a_longer_body_than_announced_is_cut_at_its_word(get, host):
    host.on("/v", says(200, CLIP[:200], length=100))

    assert (await get(URL)).size == 100
