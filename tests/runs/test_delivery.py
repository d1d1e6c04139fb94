"""From a link to a kept file, within a quota; and freeing what nothing uses."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import io
import os
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import av
import pytest
from PIL import Image

from vnchat.conversation import Media
from vnchat.engine import Engine
from vnchat.library.pictures import rebuild
from vnchat.runs.keeping import orphans
from vnchat.store import Plan, Turn

OWNER = "local"


def run(engine: Engine, work: Any) -> Any:
    return asyncio.run_coroutine_threadsafe(work, engine.runner.loop).result(30)


def asked(engine: Engine) -> Turn:
    return engine.store.conversations.add_turn(
        owner=OWNER,
        conversation="",
        parent="",
        question="Pears",
        plan=Plan("m", "settings", True, True, state="done"),
    )


def link_to(engine: Engine, turn: Turn, data: bytes, kind: str = "image/png") -> Media:
    """A result that came inside the answer, delivered as any other; gives its row afterwards."""
    row = Media(
        id=uuid4().hex,
        owner=OWNER,
        kind=kind.partition("/")[0],
        origin="result",
        state="waiting",
        conversation=turn.conversation,
        message=turn.answer.id,
        run=turn.run,
        link=f"data:{kind};base64,{base64.b64encode(data).decode()}",
    )
    engine.store.media.add(row)
    run(engine, engine.delivery.deliver(turn.answer.id, OWNER, "settings"))
    return engine.store.media.get(row.id, owner=OWNER)


def picture(size: tuple[int, int] = (64, 48), form: str = "PNG") -> bytes:
    file = io.BytesIO()
    noise = Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3))
    noise.save(file, form)
    return file.getvalue()


def sound() -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="wav") as out:
        stream = out.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame(format="s16", layout="mono", samples=8000)
        frame.planes[0].update(bytes(16000))
        frame.sample_rate = 8000
        out.mux(stream.encode(frame))
    return file.getvalue()


def bytes_of(engine: Engine, one: Media) -> bytes:
    return bytes(run(engine, engine.delivery.load(one)))


def keys(engine: Engine) -> set[str]:
    async def look() -> set[str]:
        return {one.key async for one in engine.shelf.kept()}

    return set(run(engine, look()))


def test_a_picture_is_kept_byte_for_byte_and_large_ones_get_a_small_one(engine: Engine) -> None:
    data = picture((1400, 900))

    kept = link_to(engine, asked(engine), data)

    assert (kept.state, kept.type, kept.width, kept.height) == ("kept", "image/png", 1400, 900)
    assert bytes_of(engine, kept) == data
    assert kept.link == ""  # the bytes are in the shelf now
    poster = engine.store.media.get(kept.poster, owner=OWNER)
    with Image.open(io.BytesIO(bytes_of(engine, poster))) as small:
        assert max(small.size) <= 640


def test_a_small_picture_needs_no_smaller_one(engine: Engine) -> None:
    assert link_to(engine, asked(engine), picture()).poster == ""


def test_a_sound_has_no_measures_and_is_kept(engine: Engine) -> None:
    kept = link_to(engine, asked(engine), sound(), "audio/wav")

    assert (kept.state, kept.kind, kept.width) == ("kept", "audio", 0)
    assert kept.seconds == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("spoil", [lambda d: d[: len(d) // 2], lambda d: d[:60] + os.urandom(900)])
def test_a_picture_that_does_not_decode_is_not_shown(
    engine: Engine, spoil: Callable[[bytes], bytes]
) -> None:
    kept = link_to(engine, asked(engine), spoil(picture((300, 200))))

    assert (kept.state, kept.reason, kept.key) == ("failed", "broken", "")
    assert keys(engine) == set()


def test_over_the_quota_nothing_is_kept_and_it_is_said(engine_with: Callable[..., Engine]) -> None:
    data = picture((100, 100))
    engine = engine_with(media_quota=len(data) + 10)
    turn = asked(engine)

    first = link_to(engine, turn, data)
    same = link_to(engine, turn, data)  # costs nothing more
    other = link_to(engine, turn, picture((100, 100)))

    assert (first.state, same.state) == ("kept", "kept")
    assert (other.state, other.reason, other.again) == ("failed", "quota", True)
    with pytest.raises(Exception, match="used up"):
        run(
            engine,
            engine.delivery.keep_given(rebuild(picture((200, 200))), "x.png", owner=OWNER),
        )


def test_the_quota_of_all_counts_everybody(engine_with: Callable[..., Engine]) -> None:
    data = picture((100, 100))
    engine = engine_with(media_quota_in_all=len(data) + 10)
    first = link_to(engine, asked(engine), data)
    engine.store.media.add(dataclasses.replace(first, id="theirs", owner="bob", message="m"))

    assert link_to(engine, asked(engine), picture((90, 90))).reason == "quota"


def test_a_conversation_gone_for_good_frees_what_nothing_else_uses(engine: Engine) -> None:
    first, second = asked(engine), asked(engine)
    shared = picture((1200, 800))
    link_to(engine, first, shared)
    alone = link_to(engine, first, picture((1300, 800)))
    also = link_to(engine, second, shared)

    freed = run(engine, engine.delivery.forget(first.conversation, owner=OWNER))

    assert freed >= alone.size
    poster = engine.store.media.get(also.poster, owner=OWNER)
    assert keys(engine) == {also.key, poster.key}
    assert bytes_of(engine, also) == shared


def test_a_copy_shares_file_and_small_one_until_the_last_goes(engine: Engine) -> None:
    first = asked(engine)
    made = link_to(engine, first, picture((1200, 800)))
    forked = engine.store.conversations.fork(first.answer.id, owner=OWNER)

    run(engine, engine.delivery.forget(first.conversation, owner=OWNER))
    assert made.key in keys(engine)
    assert engine.store.media.get(made.poster, owner=OWNER).key in keys(engine)

    run(engine, engine.delivery.forget(forked, owner=OWNER))
    assert keys(engine) == set()


def test_the_clean_up_finds_orphans_and_spares_young_ones(engine: Engine) -> None:
    kept = link_to(engine, asked(engine), picture())
    old = run(engine, engine.shelf.put_bytes(b"left by a crash"))
    young = run(engine, engine.shelf.put_bytes(b"on its way to a row"))
    folder = engine.settings.data_dir / "media"
    hours = time.time() - 7200
    for key in (old, kept.key):
        os.utime(folder / key[:2] / key, (hours, hours))

    found = run(engine, orphans(engine.store, engine.shelf))
    assert [one.key for one in found] == [old]

    run(engine, engine.delivery.keeping.free([old, kept.key]))
    assert keys(engine) == {kept.key, young}
