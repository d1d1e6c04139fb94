"""From any picture mode to plain RGB or RGBA, shrunk first, upright, in the colours of the web.

Works on opened Pillow images and bounds the memory: a large picture is reduced band by band before
it is converted. Which files may be opened at all is decided in `pictures.py`.
"""

import io
from typing import Any

from PIL import Image, ImageCms

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION = 0x0112
_LARGEST_PROFILE = 4_000_000
_BAND_ROWS = 256
_SIXTEEN_TO_EIGHT = [value >> 8 for value in range(65536)]


def shrunk(image: Image.Image, longest: int) -> Image.Image:
    """About the wanted size or up to twice it, cheaply; the exact size is left to `fitted`."""
    goal = _goal(image.size, longest)
    image.draft(image.mode, goal)  # JPEG only: decodes at a half, a quarter or an eighth
    image.load()
    factor = max(image.size) // max(goal)
    if factor < 2:
        return _reducible(image)
    return _reduced(image, factor)


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """Every factor × factor pixels made one, in bands so that conversion costs little memory."""
    rows = max(1, _BAND_ROWS // factor) * factor
    result: Image.Image | None = None
    for top in range(0, image.height, rows):
        box = (0, top, image.width, min(top + rows, image.height))
        band = image.crop(box)
        band.info = image.info  # names the transparent colour
        band = _reducible(band).reduce(factor)
        if result is None:
            height = -(-image.height // factor)
            result = Image.new(band.mode, (band.width, height))
        result.paste(band, (0, top // factor))
    return result or image


def _reducible(image: Image.Image) -> Image.Image:
    """A mode in which neighbouring pixels can be averaged: L, RGB, CMYK, or RGBA."""
    see_through = "transparency" in image.info
    if image.mode.startswith("I;16"):
        image = image.convert("I")
        if see_through:
            return _grey_with_hole(image)
    if image.mode == "I":
        return image.point(_SIXTEEN_TO_EIGHT, "L")
    if image.mode == "F":
        low, high = _extrema(image)
        scale = 255.0 / (high - low) if high > low else 0.0
        return image.point(lambda value: value * scale - low * scale).convert("L")
    if image.mode in ("LA", "La", "PA", "RGBa"):
        return image.convert("RGBA")
    if see_through and image.mode in ("1", "L", "P", "RGB"):
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("L", "RGB", "RGBA", "CMYK"):
        return image
    return image.convert("RGB")


def _grey_with_hole(image: Image.Image) -> Image.Image:
    """16-bit grey in which one exact value stands for transparent."""
    hole = image.info["transparency"]
    table = [0 if value == hole else 255 for value in range(65536)]
    grey = image.point(_SIXTEEN_TO_EIGHT, "L")
    return Image.merge("RGBA", (grey, grey, grey, image.point(table, "L")))


def _extrema(image: Image.Image) -> tuple[float, float]:
    found: Any = image.getextrema()
    return float(found[0]), float(found[1])


def plain(image: Image.Image, original: Image.Image) -> Image.Image:
    """RGB, or RGBA if anything shows through, in sRGB."""
    if image.mode == "RGBA":
        low, _ = _extrema(image.getchannel("A"))
        if low == 255:
            image = image.convert("RGB")
    image = _in_web_colours(image, original.info.get("icc_profile"))
    return image if image.mode in ("RGB", "RGBA") else image.convert("RGB")


def _in_web_colours(image: Image.Image, profile: object) -> Image.Image:
    """Colours of another profile (a phone's P3, a printer's CMYK) made sRGB, as the profile
    is not kept. A profile that cannot be used is ignored."""
    if not isinstance(profile, bytes) or not 0 < len(profile) <= _LARGEST_PROFILE:
        return image
    if image.mode not in ("RGB", "CMYK", "L", "RGBA"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return image
        changed = ImageCms.profileToProfile(
            image,
            source,
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if image.mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return changed or image


def upright(image: Image.Image, original: Image.Image) -> Image.Image:
    """Turned the way the camera was held."""
    try:
        turn = _TURNS.get(original.getexif().get(_ORIENTATION, 1))
    # Crafted metadata raises all sorts, and warns; the picture itself may still be good.
    except Exception:
        return image
    return image.transpose(turn) if turn is not None else image


def fitted(image: Image.Image, longest: int) -> Image.Image:
    """At most `longest` pixels on a side; never larger than it was."""
    goal = _goal(image.size, longest)
    return image if goal == image.size else image.resize(goal, Image.Resampling.LANCZOS)


def _goal(size: tuple[int, int], longest: int) -> tuple[int, int]:
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
