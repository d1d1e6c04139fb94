"""HEIC and AVIF: what phones photograph in, opened apart with limits."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator

import pillow_heif
import pytest
from PIL import Image

from tests.library.test_pictures import corners, near, opened, quarters, saved
from vnchat.errors import BadInput
from vnchat.library import pictures
from vnchat.library.pictures import header, rebuild
from vnchat.library.probe import probe

FORMS = ("HEIF", "AVIF")
SIZE = (256, 192)


@pytest.fixture(autouse=True, scope="module")
def encoder() -> Iterator[None]:
    """For these tests alone: the product opens no HEIC in its own process."""
    pillow_heif.register_heif_opener()
    yield
    for table in (Image.OPEN, Image.SAVE):
        table.pop("HEIF", None)
    if "HEIF" in Image.ID:
        Image.ID.remove("HEIF")


@pytest.mark.parametrize("form", FORMS)
def test_it_becomes_a_plain_picture_of_its_colours(form: str) -> None:
    data = saved(quarters(SIZE), form, quality=95)

    assert header(data).type == {"HEIF": "image/heic", "AVIF": "image/avif"}[form]
    made = rebuild(data)
    assert (made.type, made.width, made.height) == ("image/jpeg", *SIZE)
    wanted = corners(quarters(SIZE))
    assert all(near(a, b) for a, b in zip(corners(opened(made.data)), wanted, strict=True))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("turn", [3, 6, 8])
def test_it_is_upright_small_and_clean(form: str, turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    exif[0x010F] = "Maker of phones"
    data = saved(quarters(SIZE), form, quality=90, exif=exif.tobytes())

    made = rebuild(data, longest=128)

    assert (made.width, made.height) == ((128, 96) if turn == 3 else (96, 128))
    first = {3: (255, 255, 255), 6: (30, 30, 220), 8: (30, 200, 30)}[turn]
    assert near(corners(opened(made.data))[0], first, 45)
    assert b"Maker" not in made.data
    assert not opened(made.data).getexif()


@pytest.mark.parametrize("form", FORMS)
def test_what_is_transparent_stays_so(form: str) -> None:
    picture = quarters(SIZE).convert("RGBA")
    picture.putalpha(Image.new("L", SIZE, 90))

    made = opened(rebuild(saved(picture, form, quality=95)).data)

    assert made.mode == "RGBA"
    assert abs(made.getpixel((20, 20))[3] - 90) < 12  # type: ignore[index]


def claiming(data: bytes, size: tuple[int, int]) -> bytes:
    """Another size in its header than in its pixels."""
    at = data.index(b"ispe") + 8
    return data[:at] + size[0].to_bytes(4) + size[1].to_bytes(4) + data[at + 8 :]


@pytest.mark.parametrize("form", FORMS)
def test_too_many_pixels_are_refused_from_the_header(form: str) -> None:
    data = claiming(saved(quarters(SIZE), form), (8000, 5008))

    with pytest.raises(BadInput, match="40 million pixels"):
        rebuild(data)


@pytest.mark.parametrize("form", FORMS)
def test_a_header_that_says_too_little_never_gives_more(form: str) -> None:
    data = claiming(saved(Image.new("RGB", (4000, 3000)), form, quality=10), (64, 64))
    size = 0

    with contextlib.suppress(BadInput):
        size = rebuild(data).width
    assert size in (0, 64)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("cut", [20, 40, 200, -100])
def test_a_torn_one_is_one_sentence(form: str, cut: int) -> None:
    whole = saved(Image.effect_noise(SIZE, 60).convert("RGB"), form, quality=80)

    with pytest.raises(BadInput) as refused:
        rebuild(whole[:cut])
    assert str(refused.value).endswith(".")


def test_a_decoder_that_dies_or_hangs_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(quarters(SIZE), "AVIF")
    monkeypatch.setattr(pictures, "_SECONDS", 0.001)
    with pytest.raises(BadInput, match="damaged"):
        rebuild(data)

    monkeypatch.setattr(pictures, "_SECONDS", 30)
    monkeypatch.setattr(pictures, "_DECODER", "vnchat.no_such_module")
    with pytest.raises(BadInput, match="damaged"):
        rebuild(data)


def test_as_a_result_avif_is_shown_and_heic_has_a_picture_beside_it() -> None:
    avif = probe(saved(quarters(SIZE), "AVIF"))
    heic = probe(saved(quarters(SIZE), "HEIF"))

    assert (avif.type, avif.playable) == ("image/avif", True)
    assert (heic.type, heic.playable, heic.why) == ("image/heic", False, "codec")
    assert heic.poster
    assert Image.open(io.BytesIO(heic.poster)).format == "JPEG"
