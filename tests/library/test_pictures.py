"""Pictures are rebuilt: a corpus made here, from plain to hostile."""

import io
import itertools
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from vnchat.errors import BadInput
from vnchat.library.pictures import header, preview, rebuild

RED, GREEN, BLUE = (220, 30, 30), (30, 200, 30), (30, 30, 220)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def near(got: Any, wanted: tuple[int, ...], by: int = 30) -> bool:
    return all(abs(a - b) <= by for a, b in zip(got, wanted, strict=True))


def quarters(size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Red top left, green top right, blue bottom left, white bottom right."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    middle, half = size[0] // 2, size[1] // 2
    draw.rectangle((0, 0, middle - 1, half - 1), RED)
    draw.rectangle((middle, 0, size[0], half - 1), GREEN)
    draw.rectangle((0, half, middle - 1, size[1]), BLUE)
    return image


def corners(image: Image.Image) -> list[Any]:
    x, y = image.width - 4, image.height - 4
    pixels = image.convert("RGB")
    return [pixels.getpixel(at) for at in ((3, 3), (x, 3), (3, y), (x, y))]


PLAIN_FORMS = {
    "PNG": (saved(quarters(), "PNG"), "image/png"),
    "JPEG": (saved(quarters(), "JPEG", quality=95), "image/jpeg"),
    "progressive JPEG": (saved(quarters(), "JPEG", progressive=True), "image/jpeg"),
    "WebP": (saved(quarters(), "WEBP", lossless=True), "image/webp"),
    "GIF": (saved(quarters().quantize(16), "GIF"), "image/gif"),
    "palette PNG": (saved(quarters().quantize(16), "PNG"), "image/png"),
    "CMYK JPEG": (saved(quarters().convert("CMYK"), "JPEG", quality=95), "image/jpeg"),
}


@pytest.mark.parametrize(("data", "kind"), PLAIN_FORMS.values(), ids=PLAIN_FORMS.keys())
def test_every_allowed_form_keeps_its_colours(data: bytes, kind: str) -> None:
    picture = rebuild(data)

    assert header(data).type == kind
    assert (picture.type, picture.width, picture.height) == ("image/jpeg", 64, 48)
    drawn = opened(picture.data)
    assert drawn.format == "JPEG"
    for got, wanted in zip(corners(drawn), (RED, GREEN, BLUE, (255, 255, 255)), strict=True):
        assert near(got, wanted)


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    inverse = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    held = quarters() if inverse is None else quarters().transpose(inverse)
    return saved(held, "JPEG", exif=exif, quality=95)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(orientation: int) -> None:
    picture = rebuild(turned(orientation))

    assert (picture.width, picture.height) == (64, 48)
    found = corners(opened(picture.data))
    assert all(map(near, found, (RED, GREEN, BLUE, (255, 255, 255))))


SECRET = b"52.520008 Alice Example"


def with_everything(form: str, image: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x013B] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = SECRET.decode()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options: dict[str, Any] = {"exif": exif, "icc_profile": profile}
    if form == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", SECRET.decode())
        text.add_itxt("Comment", SECRET.decode(), zip=False)
        options["pnginfo"] = text
    else:
        options["xmp"] = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    if form == "JPEG":
        options["comment"] = SECRET
    return saved(image, form, **options)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_nothing_but_pixels_is_kept(form: str, mode: str) -> None:
    image = quarters().convert(mode)
    if mode == "RGBA" and form != "JPEG":
        image.putpixel((0, 0), (0, 0, 0, 0))
    data = with_everything(form, image.convert("RGB") if form == "JPEG" else image)
    assert SECRET in data

    picture = rebuild(data)

    drawn = opened(picture.data)
    assert SECRET not in picture.data
    assert not dict(drawn.getexif())
    assert not {"icc_profile", "exif", "xmp", "comment", "Author", "Comment"} & drawn.info.keys()


def test_a_gif_comment_is_not_carried_over() -> None:
    data = saved(quarters().quantize(16), "GIF", comment=SECRET)
    assert SECRET in data

    assert SECRET not in rebuild(data).data


def holed(mode: str) -> bytes:
    """A red picture with a transparent left half, in several ways of saying so."""
    image = Image.new("RGBA", (64, 64), (*RED, 255))
    image.paste((0, 0, 0, 0), (0, 0, 32, 64))
    if mode == "P":
        flat = Image.new("P", (64, 64), 1)
        flat.putpalette([0, 0, 0, *RED])
        flat.paste(0, (0, 0, 32, 64))
        return saved(flat, "PNG", transparency=0)
    if mode == "RGB":
        flat = Image.new("RGB", (64, 64), RED)
        flat.paste((1, 2, 3), (0, 0, 32, 64))
        return saved(flat, "PNG", transparency=(1, 2, 3))
    if mode == "WEBP":
        return saved(image, "WEBP", lossless=True)
    if mode == "GIF":
        return saved(image, "GIF")
    if mode == "LA":
        return saved(image.convert("LA"), "PNG")
    return saved(image, "PNG")


@pytest.mark.parametrize("mode", ["RGBA", "P", "RGB", "WEBP", "GIF", "LA"])
@pytest.mark.parametrize("longest", [2048, 16])
def test_what_is_transparent_stays_so(mode: str, longest: int) -> None:
    picture = rebuild(holed(mode), longest=longest)

    assert picture.type == "image/png"
    drawn = opened(picture.data).convert("RGBA")
    left, right = drawn.getpixel((2, 8)), drawn.getpixel((drawn.width - 3, 8))
    assert left[3] == 0  # type: ignore[index]
    assert right[3] == 255  # type: ignore[index]
    wanted = RED if mode != "LA" else (87, 87, 87)
    assert near(right[:3], wanted, 20)  # type: ignore[index]


def test_an_edge_beside_nothing_does_not_darken() -> None:
    """Averaging transparent black into red would give dark red."""
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    for x in range(0, 400, 2):
        image.paste((*RED, 255), (x, 0, x + 1, 400))

    drawn = opened(rebuild(saved(image, "PNG"), longest=100).data).convert("RGBA")

    assert near(drawn.getpixel((50, 50))[:3], RED)  # type: ignore[index]


def test_opaque_alpha_becomes_jpeg() -> None:
    opaque = saved(quarters().convert("RGBA"), "PNG")
    assert rebuild(opaque).type == "image/jpeg"


def sixteen_bit_grey(transparent: int | None = None) -> bytes:
    """A 16-bit grey PNG written by hand: left half 1/4 grey, right half 3/4."""
    row = b"\0" + struct.pack(">H", 0x4000) * 32 + struct.pack(">H", 0xC000) * 32
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 16, 0, 0, 0, 0))]
    if transparent is not None:
        chunks.append((b"tRNS", struct.pack(">H", transparent)))
    chunks += [(b"IDAT", zlib.compress(row * 64)), (b"IEND", b"")]
    return png_of(chunks)


def png_of(chunks: list[tuple[bytes, bytes]]) -> bytes:
    parts = [b"\x89PNG\r\n\x1a\n"]
    for name, body in chunks:
        crc = zlib.crc32(name + body)
        parts.append(struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc))
    return b"".join(parts)


@pytest.mark.parametrize("longest", [2048, 16])
def test_sixteen_bit_grey_keeps_its_shades(longest: int) -> None:
    drawn = opened(rebuild(sixteen_bit_grey(), longest=longest).data).convert("L")

    assert abs(int(drawn.getpixel((2, 8))) - 0x40) < 8  # type: ignore[arg-type]
    assert abs(int(drawn.getpixel((drawn.width - 3, 8))) - 0xC0) < 8  # type: ignore[arg-type]


def test_sixteen_bit_grey_with_a_transparent_value() -> None:
    drawn = opened(rebuild(sixteen_bit_grey(transparent=0x4000)).data).convert("RGBA")

    assert drawn.getpixel((3, 8))[3] == 0  # type: ignore[index]
    assert near(drawn.getpixel((60, 8)), (0xC0, 0xC0, 0xC0, 255), 8)


def test_sixteen_bit_colour() -> None:
    row = b"\0" + struct.pack(">HHH", 0xE000, 0x2000, 0x2000) * 8
    body = zlib.compress(row * 8)
    ihdr = struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0)

    drawn = opened(rebuild(png_of([(b"IHDR", ihdr), (b"IDAT", body), (b"IEND", b"")])).data)

    assert near(drawn.convert("RGB").getpixel((4, 4)), (0xE0, 0x20, 0x20), 12)


@pytest.mark.parametrize("mode", ["1", "L"])
def test_black_and_white_and_grey(mode: str) -> None:
    image = Image.new(mode, (64, 64), 0)
    image.paste(255, (32, 0, 64, 64))

    drawn = opened(rebuild(saved(image, "PNG")).data).convert("L")

    assert int(drawn.getpixel((4, 4))) < 10  # type: ignore[arg-type]
    assert int(drawn.getpixel((60, 4))) > 245  # type: ignore[arg-type]


def test_colours_of_another_profile_are_brought_to_the_webs() -> None:
    """A profile in which red and green have changed places: not kept, so it must be applied."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    profile = profile.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))

    drawn = opened(rebuild(saved(quarters(), "PNG", icc_profile=profile)).data)

    top_left, top_right = corners(drawn)[:2]
    assert near(top_left, GREEN, 60)
    assert near(top_right, RED, 60)


@pytest.mark.parametrize("profile", [b"not a profile", b"\0" * 200], ids=["words", "zeros"])
def test_a_damaged_profile_is_ignored(profile: bytes) -> None:
    drawn = opened(rebuild(saved(quarters(), "JPEG", quality=95, icc_profile=profile)).data)

    assert near(corners(drawn)[0], RED)


def test_damaged_exif_is_ignored() -> None:
    data = saved(quarters(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 30)

    assert rebuild(data).width == 64


def test_only_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in (RED, GREEN, BLUE)]
    for form in ("GIF", "WEBP", "PNG"):
        data = saved(frames[0], form, save_all=True, append_images=frames[1:], duration=50)

        drawn = opened(rebuild(data).data)

        assert getattr(drawn, "n_frames", 1) == 1
        assert near(drawn.convert("RGB").getpixel((9, 9)), RED)


class TestSize:
    def test_the_longest_side_is_fitted(self) -> None:
        picture = rebuild(saved(Image.new("RGB", (3000, 1000), RED), "JPEG"), longest=600)

        assert (picture.width, picture.height) == (600, 200)

    def test_a_small_picture_does_not_grow(self) -> None:
        assert rebuild(saved(Image.new("RGB", (10, 20)), "PNG")).height == 20

    def test_a_hair_keeps_a_pixel(self) -> None:
        picture = rebuild(saved(Image.new("RGB", (5000, 1)), "PNG"), longest=100)

        assert (picture.width, picture.height) == (100, 1)

    @pytest.mark.parametrize("mode", ["RGB", "RGBA"])
    def test_bytes_are_fitted_even_for_noise(self, mode: str) -> None:
        noise = Image.effect_noise((900, 900), 120)
        image = Image.merge(mode, [noise.rotate(90 * n) for n in range(len(mode))])

        picture = rebuild(saved(image, "PNG"), max_bytes=60_000)

        assert len(picture.data) <= 60_000
        assert opened(picture.data).size == (picture.width, picture.height)

    def test_a_preview_is_small(self) -> None:
        picture = preview(saved(Image.effect_noise((1500, 900), 90), "JPEG"))

        assert picture.width <= 512
        assert len(picture.data) <= 60_000

    @pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "CMYK"])
    def test_reducing_in_bands_leaves_no_seam(self, mode: str) -> None:
        wide = Image.linear_gradient("L").resize((1000, 3001))
        image = wide.convert(mode) if mode != "CMYK" else wide.convert("RGB").convert("CMYK")
        if mode == "RGBA":
            image.putpixel((0, 0), (0, 0, 0, 0))
        data = saved(image, "JPEG" if mode == "CMYK" else "PNG")

        drawn = opened(rebuild(data, longest=700).data).convert("L")

        column = [int(drawn.getpixel((100, y))) for y in range(drawn.height)]  # type: ignore[arg-type]
        assert drawn.height == 700
        assert max(abs(a - b) for a, b in itertools.pairwise(column)) <= 6


def bomb(width: int, height: int) -> bytes:
    ihdr = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return png_of([(b"IHDR", ihdr), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")])


WHOLE_JPEG = saved(quarters((600, 400)), "JPEG")
WHOLE_PNG = saved(Image.effect_noise((200, 200), 80), "PNG")


def scan_bomb(times: int, hidden: bytes = b"") -> bytes:
    """A progressive JPEG whose smallest scan comes again and again."""
    whole = saved(quarters((256, 256)), "JPEG", progressive=True)
    starts = [at for at in range(len(whole)) if whole[at : at + 2] == b"\xff\xda"]
    ends = [*starts[1:], len(whole) - 2]
    scans = [whole[a:b] for a, b in zip(starts, ends, strict=True)][1:]
    return whole[:-2] + (hidden + min(scans, key=len)) * times + whole[-2:]


REFUSED = {
    "empty": b"",
    "drawn over and over": scan_bomb(200),
    "drawn over behind a comment": scan_bomb(200, b"\xff\xfe\0\4\xff\xd9"),
    "words": b"hello, I am a picture",
    "page": b"<!doctype html><title>Sign in</title>",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "TIFF": saved(quarters(), "TIFF"),
    "BMP": saved(quarters(), "BMP"),
    "ICO": saved(quarters(), "ICO"),
    "PDF": saved(quarters(), "PDF"),
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "just over the limit": bomb(8000, 5001),
    "a library's warning": bomb(10_000, 10_000),
    "a library's error": bomb(60_000, 60_000),
    "no size": bomb(0, 10),
    "truncated JPEG": WHOLE_JPEG[: len(WHOLE_JPEG) // 2],
    "truncated PNG": WHOLE_PNG[: len(WHOLE_PNG) // 2],
    "truncated WebP": (w := saved(quarters((300, 300)), "WEBP"))[: len(w) - 40],
    "truncated GIF": (g := saved(Image.effect_noise((200, 200), 80), "GIF"))[: len(g) // 2],
    "pixels missing": bomb(300, 300),
    "flipped bits": WHOLE_PNG[:60] + bytes(b ^ 0x55 for b in WHOLE_PNG[60:]),
    "head only": WHOLE_PNG[:33],
    "text bomb": png_of(
        [
            (b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 0, 0, 0, 0)),
            (b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * 80_000_000)),
            (b"IDAT", zlib.compress((b"\0" + b"\0" * 4) * 4)),
            (b"IEND", b""),
        ]
    ),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_used_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        rebuild(data)

    assert str(refused.value).endswith(".")


def test_a_film_behind_a_photograph_does_no_harm() -> None:
    data = saved(quarters(), "JPEG", progressive=True) + b"\xff\xda" * 500

    assert rebuild(data).width == 64


def test_a_picture_of_exactly_the_limit_is_taken() -> None:
    data = saved(Image.new("1", (8000, 5000)), "PNG")

    assert rebuild(data, longest=64).width == 64


@pytest.mark.parametrize("step", range(0, 400, 7))
def test_a_picture_broken_anywhere_is_refused_or_drawn_but_never_a_traceback(step: int) -> None:
    whole = with_everything("PNG" if step % 2 else "JPEG", quarters((120, 90)))
    at = step * len(whole) // 400
    broken = whole[:at] + bytes([whole[at] ^ 0xFF, 0xFF]) + whole[at + 2 :]

    try:
        width = rebuild(broken).width
    except BadInput:
        width = 0

    assert width <= 2048
