"""A mask is of the picture's size, says what is to change, and reads as each provider wants it."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from vnchat.errors import BadInput
from vnchat.gateway.images import images_ask, takes_mask
from vnchat.gateway.masks import as_form, checked
from vnchat.gateway.records import shipped
from vnchat.gateway.tasks import Wanted, submit_of


def drawn(size: tuple[int, int] = (40, 30), hole: bool = True, kind: str = "PNG") -> bytes:
    picture = Image.new("RGBA", size, (200, 10, 10, 255))
    if hole:
        picture.paste((0, 0, 0, 0), (10, 10, 20, 20))
    buffer = io.BytesIO()
    (picture if kind == "PNG" else picture.convert("RGB")).save(buffer, kind)
    return buffer.getvalue()


def url(data: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(data).decode()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_mask_is_kept_as_black_with_holes() -> None:
    mask = opened(checked(drawn(), (40, 30)))

    assert mask.mode == "RGBA"
    assert (mask.getpixel((0, 0)), mask.getpixel((12, 12))) == ((0, 0, 0, 255), (0, 0, 0, 0))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (drawn((30, 40)), "measures 30×40"),
        (drawn(hole=False), "Nothing is marked"),
        (drawn(kind="JPEG"), "no PNG"),
        (b"", "no PNG"),
        (drawn()[:60], "no PNG"),
    ],
    ids=["another size", "nothing marked", "a JPEG", "empty", "cut off"],
)
def test_what_is_no_mask_is_said(data: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        checked(data, (40, 30))


def test_a_provider_that_reads_black_gets_black_where_it_is_to_change() -> None:
    mask = checked(drawn(), (40, 30))
    asking = submit_of(
        shipped()["ideogram"],
        Wanted("ideogram-v3", "a hat", (url(drawn()),), controls={"ratio": "16x9"}, mask=url(mask)),
    )

    assert asking.path == "/ideogram/v1/ideogram-v3/edit"
    form = dict(asking.form)
    assert "aspect_ratio" not in form
    black = opened(form["mask"][1])
    assert (black.getpixel((0, 0)), black.getpixel((12, 12))) == (255, 0)
    white = opened(base64.b64decode(as_form(url(mask), "white").partition(",")[2]))
    assert (white.getpixel((0, 0)), white.getpixel((12, 12))) == (0, 255)


@pytest.mark.parametrize("record", ["openai_videos", "replicate"])
def test_a_record_without_masks_refuses_one(record: str) -> None:
    wanted = Wanted("sora-2", "a hat", (url(drawn()),), mask=url(drawn()))
    with pytest.raises(BadInput, match="takes no mask"):
        submit_of(shipped()[record], wanted)


def test_only_models_that_read_masks_are_sent_one() -> None:
    named = ("gpt-image-1", "dall-e-2", "DALL-E-3", "flux-pro")
    assert [name for name in named if takes_mask(name)] == ["gpt-image-1", "dall-e-2"]
    with pytest.raises(BadInput, match="takes no mask"):
        images_ask(Wanted("dall-e-3", "a hat", (url(drawn()),), mask=url(drawn())))
