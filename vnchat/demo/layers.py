"""Small pieces that `scene.py` puts together: colours, gradients, pasted layers, a boat, a bird.

Pure drawing with Pillow; nothing here knows what a scene is.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """Sky from top to horizon, what shines, and the land from far to near."""

    top: str
    middle: str
    low: str
    light: str
    far: str
    near: str
    night: bool = False


def put(picture: Image.Image, layer: Image.Image, x: float, y: float) -> None:
    """Pastes a small layer centred at x, y; parts of pixels are kept, so slow things glide."""
    left, top = x - layer.width / 2, y - layer.height / 2
    whole_x, whole_y = math.floor(left), math.floor(top)
    moved = layer.transform(
        layer.size, Image.Transform.AFFINE,
        (1, 0, whole_x - left, 0, 1, whole_y - top), Image.Resampling.BILINEAR,
    )  # fmt: skip
    picture.paste(moved, (whole_x, whole_y), moved)


def scroll(picture: Image.Image, strip: Image.Image, by: int, top: int) -> None:
    """Pastes a strip as wide as the picture, moved to the left; it repeats."""
    by %= strip.width
    picture.paste(strip, (-by, top), strip)
    if by:
        picture.paste(strip, (strip.width - by, top), strip)


def gradient(size: Size, stops: list[tuple[float, str]]) -> Image.Image:
    """From top to bottom through these colours."""
    width, height = size
    line = Image.new("RGB", (1, max(1, height)))
    for y in range(height):
        share = y / max(1, height - 1)
        for (start, one), (end, two) in itertools.pairwise(stops):
            if start <= share <= end:
                part = (share - start) / (end - start or 1)
                line.putpixel(
                    (0, y), rgb(mix(one, two, part * part * (3 - 2 * part) * 0.5 + part * 0.5))
                )
                break
    return line.resize((width, max(1, height)), Image.Resampling.NEAREST)


def boat(side: int, palette: Palette) -> Image.Image:
    """A small sailing boat at twice its size, so that it turns smoothly."""
    big = side * 4
    boat = Image.new("RGBA", (big, big), (*rgb(palette.near), 0))
    draw = ImageDraw.Draw(boat)
    dark = mix(palette.near, "#000000", 0.25)
    sail, shade = mix(palette.low, "#ffffff", 0.55), mix(palette.low, palette.far, 0.35)

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * big, y * big) for x, y in points]

    draw.polygon(at((0.27, 0.62), (0.75, 0.62), (0.68, 0.71), (0.34, 0.71)), fill=dark)
    draw.line(at((0.5, 0.2), (0.5, 0.62)), fill=dark, width=max(2, big // 90))
    draw.polygon(at((0.515, 0.22), (0.515, 0.585), (0.71, 0.585)), fill=sail)
    draw.polygon(at((0.485, 0.28), (0.485, 0.585), (0.33, 0.585)), fill=shade)
    return boat.reduce(2)


def bird(beat: float, palette: Palette) -> Image.Image:
    """One position of the wings."""
    bird = Image.new("RGBA", (120, 80), (0, 0, 0, 0))
    draw = ImageDraw.Draw(bird)
    lift = 16 * math.sin(beat * math.tau)
    colour = (*rgb(mix(palette.near, palette.top, 0.25)), 210)
    for side in (-1, 1):
        wing = [(60, 42), (60 + side * 16, 36 - lift * 0.7), (60 + side * 34, 42 - lift)]
        draw.line(wing, fill=colour, width=5, joint="curve")
    return bird.reduce(3)


def rgb(colour: str) -> Colour:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def mix(one: str, two: str, share: float) -> str:
    """A colour between two, `share` of the way to the second."""
    first, second = rgb(one), rgb(two)
    mixed = (round(a + (b - a) * min(1, max(0, share))) for a, b in zip(first, second, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)
