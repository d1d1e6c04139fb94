"""The words on a clip or picture: the prompt, what was changed, and that it is the demo.

Pure drawing with Pillow: one transparent layer that is pasted on every frame.
"""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFilter

from .fonts import Font, font, wrapped, writable
from .protocol import is_chinese


def lettering(
    size: tuple[int, int], title: str, changes: tuple[str, ...] = (), *, shade: int = 120
) -> Image.Image:
    """`shade` is how dark the foot of the picture gets under the words, of 255."""
    width, height = size
    layer = Image.new("RGBA", size, (0, 0, 0, 0))
    unit = min(size) / 540
    margin = round(40 * unit)
    room = width - 2 * margin
    large, small, tiny = (
        font(round(36 * unit), bold=True),
        font(round(21 * unit)),
        font(round(15 * unit)),
    )

    lines: list[tuple[str, Font, int, int]] = []  # text, font, height of the line, opacity
    title, tall = writable(title), 46
    if len(wrapped(title, large, room, 3)) > 2:
        large, tall = font(round(27 * unit), bold=True), 36
    for line in wrapped(title, large, room, 3):
        lines.append((line, large, round(tall * unit), 255))
    if changes:
        lines.append(("", small, round(10 * unit), 0))
        count = f"第 {len(changes)} 次修改" if is_chinese(changes[-1]) else f"change {len(changes)}"
        for line in wrapped(f"{count} · {writable(changes[-1])}", small, room, 2):
            lines.append((line, small, round(30 * unit), 235))

    total = sum(deep for _, _, deep, _ in lines)
    y = height - margin - total
    ground = Image.new("L", (1, height))
    reach = total + margin * 3
    for row in range(height):
        share = max(0.0, (row - (height - reach)) / reach)
        ground.putpixel((0, row), int(shade * share**1.2))
    layer.putalpha(ground.resize(size))

    shadow = Image.new("RGBA", size, (0, 0, 0, 0))
    words = Image.new("RGBA", size, (255, 255, 255, 0))
    for text, face, deep, strength in lines:
        ImageDraw.Draw(shadow).text((margin, y + 1), text, font=face, fill=(0, 0, 0, 150))
        ImageDraw.Draw(words).text((margin, y), text, font=face, fill=(255, 255, 255, strength))
        y += deep
    mark = "vnchat demo"
    place = (width - margin - tiny.getlength(mark), margin * 0.7)
    ImageDraw.Draw(words).text(place, mark, font=tiny, fill=(255, 255, 255, 170))
    layer.alpha_composite(shadow.filter(ImageFilter.GaussianBlur(3 * unit)))
    layer.alpha_composite(words)
    return layer
