"""A quiet landscape for a prompt: its colours, hills, water and weather, drawn frame by frame.

Pure drawing with Pillow; everything that does not change is drawn once, a frame only puts layers
together. `film.py` encodes the frames, `lettering.py` writes the words on them.
"""

from __future__ import annotations

import hashlib
import math
import random
import re
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .layers import Palette, Size, bird, boat, gradient, mix, put, scroll

FAINT = [value * 13 // 100 for value in range(256)]
Water = tuple[Image.Image, Image.Image, Image.Image, Image.Image]  # see _paint_water
PIXELS_A_FRAME = 1  # of the slow layers at 24 frames a second: whole pixels move without jitter


PALETTES = {
    "dawn": Palette("#34406f", "#a5728f", "#f7cda9", "#fff0d2", "#8d7391", "#2c2b47"),
    "day": Palette("#3a78b5", "#8cc0e0", "#eaf4f6", "#fffdf0", "#8fb0c2", "#1f4658"),
    "dusk": Palette("#251f45", "#7f436c", "#f29a68", "#ffe0ac", "#6d4263", "#1d1730"),
    "night": Palette("#070c1e", "#152449", "#3b5787", "#f6f2df", "#25395f", "#080f22", night=True),
    "mint": Palette("#1f5358", "#62a69d", "#e8f2dd", "#fff8de", "#7aaca0", "#173f44"),
    "sand": Palette("#587d95", "#cbbba2", "#f8e8ca", "#fff7e2", "#bea58a", "#473629"),
    "winter": Palette("#5a7390", "#a9bccd", "#eef1f4", "#ffffff", "#a8b8c8", "#2f4156"),
}
# Words of the prompt that choose; else the prompt's hash does.
PALETTE_WORDS = {
    "night": r"night|moon|star|midnight|夜|月|星",
    "dusk": r"dusk|sunset|evening|lantern|fire|黄昏|傍晚|夕阳|日落|晚霞|灯",
    "dawn": r"dawn|sunrise|morning|日出|清晨|黎明|早晨|晨",
    "winter": r"snow|winter|ice|frost|雪|冬|冰",
    "mint": r"forest|garden|jungle|green|tea|森林|竹|花园|茶|草",
    "sand": r"desert|sand|autumn|horse|wheat|沙|秋|麦",
}
SEA_WORDS = (
    r"sea|ocean|boat|ship|sail|wave|lake|river|beach|harbour|harbor|lighthouse|otter"
    r"|海|湖|船|河|江|浪|水"
)
HILL_WORDS = (
    r"mountain|hill|forest|valley|field|garden|terrace|road|train|village|山|森林|谷|村|路|火车"
)
SNOW_WORDS, RAIN_WORDS = r"snow|雪", r"rain|storm|雨"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to draw: decided by the first prompt; changes add weather and birds, no new colours."""

    palette: Palette
    sea: bool
    snow: bool
    rain: bool
    birds: int
    seed: int


def plan_of(title: str, changes: tuple[str, ...] = (), variant: int = 0) -> Plan:
    mixed = title + "\n" * variant
    seed = int.from_bytes(hashlib.sha256(mixed.encode(errors="replace")).digest()[:6], "big")
    everything = " ".join((title, *changes))
    sea = _has(SEA_WORDS, title) or (not _has(HILL_WORDS, title) and seed % 2 == 0)
    return Plan(
        palette=_palette(title, seed),
        sea=sea,
        snow=_has(SNOW_WORDS, everything),
        rain=_has(RAIN_WORDS, everything),
        birds=2 + 2 * len(changes),
        seed=seed,
    )


def _palette(title: str, seed: int) -> Palette:
    for name, words in PALETTE_WORDS.items():
        if _has(words, title):
            return PALETTES[name]
    free = [name for name in PALETTES if name not in ("night", "winter")]
    return PALETTES[free[seed // 2 % len(free)]]


def _has(words: str, text: str) -> bool:
    """One of the words: whole ones in English, anywhere in Chinese, which has no spaces."""
    latin = "|".join(word for word in words.split("|") if word.isascii())
    other = "|".join(word for word in words.split("|") if not word.isascii())
    return re.search(rf"\b(?:{latin})(?:s|es|y)?\b|{other}", text, re.IGNORECASE) is not None


class Scene:
    """The layers of one plan at one size; `frame(n)` puts them together."""

    def __init__(self, plan: Plan, size: Size) -> None:
        self.size = size
        self.plan = plan
        self._random = random.Random(plan.seed)  # noqa: S311 -- a landscape, not a secret
        width, height = size
        self._horizon = int(height * (0.60 if plan.sea else 0.66))
        self._sun_x = int(width * self._random.uniform(0.56, 0.76))
        self._sky = self._paint_sky()
        self._clouds = self._paint_clouds()
        self._sun = self._paint_sun()
        self._ridges = self._paint_ridges()
        self._water = self._paint_water() if plan.sea else None
        self._boat = boat(int(min(size) * 0.24), plan.palette) if plan.sea else None
        self._birds = [bird(step / 8, plan.palette) for step in range(8)]
        self._flights = [
            (self._random.random(), self._random.random(), self._random.uniform(0.7, 1.2))
            for _ in range(plan.birds)
        ]
        self._weather = self._paint_weather()

    def frame(self, at: int) -> Image.Image:
        height = self.size[1]
        picture = self._sky.copy()
        rise = at * height / 2600
        put(picture, self._sun, self._sun_x, self._horizon * 0.62 - rise)
        scroll(picture, self._clouds, at * PIXELS_A_FRAME // 2, 0)
        for depth, (ridge, top) in enumerate(self._ridges):
            scroll(picture, ridge, at * depth * PIXELS_A_FRAME, top)
        if self._water is not None:
            self._draw_water(picture, at, self._water)
        self._draw_birds(picture, at)
        if self._weather is not None:
            self._fall(picture, at, self._weather)
        return picture

    def _paint_sky(self) -> Image.Image:
        palette = self.plan.palette
        width, height = self.size
        sky = gradient(
            (width, height),
            [(0, palette.top), (0.38, palette.middle), (0.66, palette.low), (1, palette.low)],
        )
        if palette.night:
            draw = ImageDraw.Draw(sky)
            for _ in range(140):
                x, y = self._random.randrange(width), self._random.randrange(int(height * 0.5))
                glow = self._random.randrange(70, 200)
                radius = 0.5 if glow < 165 else 1
                draw.ellipse(
                    (x - radius, y - radius, x + radius, y + radius), fill=(glow, glow, glow)
                )
        grain = Image.effect_noise((width, height), 5).convert("RGB")  # hides the bands of 8 bits
        return Image.blend(sky, ImageChops.add(sky, grain, 1, -128), 0.6)

    def _paint_sun(self) -> Image.Image:
        """A disc in a wide soft glow."""
        radius = int(min(self.size) * (0.045 if self.plan.palette.night else 0.06))
        side = radius * 10
        glow = Image.radial_gradient("L").resize((side, side), Image.Resampling.BICUBIC)
        glow = glow.point([int(110 * max(0.0, 1 - value / 180) ** 2.2) for value in range(256)])
        disc = Image.new("L", (side * 2, side * 2))
        ImageDraw.Draw(disc).ellipse(
            (side - 2 * radius, side - 2 * radius, side + 2 * radius, side + 2 * radius), fill=246
        )
        disc = disc.resize((side, side), Image.Resampling.LANCZOS)
        sun = Image.new("RGBA", (side, side), self.plan.palette.light)
        sun.putalpha(ImageChops.lighter(glow, disc))
        return sun

    def _paint_clouds(self) -> Image.Image:
        """Long thin veils, drawn on a strip that repeats."""
        width, height = self.size
        strip = Image.new("L", (width * 2 // 2, int(height * 0.42)))
        draw = ImageDraw.Draw(strip)
        for _ in range(9):
            x, y = (
                self._random.randrange(width),
                self._random.randrange(30, max(31, strip.height - 30)),
            )
            long = self._random.randrange(width // 7, width // 3)
            for part in range(5):
                shift, thick = (
                    self._random.randrange(-long // 3, long // 3),
                    self._random.randrange(2, 6),
                )
                for turn in (-width, 0, width):
                    left = x + shift + turn
                    draw.ellipse(
                        (left, y + part * 3 - thick, left + long, y + part * 3 + thick), fill=120
                    )
        soft = strip.filter(ImageFilter.GaussianBlur(7)).point(
            [value * 5 // 10 for value in range(256)]
        )
        clouds = Image.new("RGBA", strip.size, mix(self.plan.palette.low, "#ffffff", 0.35))
        clouds.putalpha(soft)
        return clouds

    def _paint_ridges(self) -> list[tuple[Image.Image, int]]:
        """Hills from far to near, each lighter at its foot as if mist lay there."""
        palette = self.plan.palette
        count = 2 if self.plan.sea else 4
        ridges = []
        for depth in range(count):
            nearness = (depth + 1) / count * (0.45 if self.plan.sea else 1)
            colour = mix(palette.far, palette.near, nearness**1.3)
            top = self._horizon - int(self.size[1] * (0.13 - 0.05 * depth)) if self.plan.sea else (
                int(self.size[1] * (0.44 + 0.125 * depth))
            )  # fmt: skip
            bottom = self._horizon + 2 if self.plan.sea else self.size[1]
            rough = 0.35 if self.plan.sea else 0.5 - 0.06 * depth
            foot = mix(colour, palette.low, 0.55 * (1 - nearness))
            ridges.append((self._ridge(bottom - top, colour, foot, rough), top))
        return ridges

    def _ridge(self, height: int, colour: str, foot: str, rough: float) -> Image.Image:
        width = self.size[0]
        waves = [
            (times, self._random.uniform(0, math.tau), 1 / times ** (1.25 - rough * 0.4))
            for times in (1, 2, 3, 5, 8, 13, 21)
        ]
        total = sum(share for _, _, share in waves)
        rise = min(height * 0.8, self.size[1] * 0.16)
        points = []
        for x in range(0, width * 2 + 1, 4):
            turn = x / (width * 2) * math.tau
            level = (
                sum(share * math.sin(times * turn + phase) for times, phase, share in waves) / total
            )
            points.append((x, rise * (0.95 - 0.9 * level)))
        mask = Image.new("L", (width * 2, height * 2))
        ImageDraw.Draw(mask).polygon([*points, (width * 2, height * 2), (0, height * 2)], fill=255)
        ridge = gradient((width, height), [(0, colour), (0.25, colour), (1, foot)]).convert("RGBA")
        ridge.putalpha(mask.resize((width, height), Image.Resampling.BOX))
        return ridge

    def _paint_water(self) -> Water:
        """The sea, two strips of glints that pass each other, and where the sun is mirrored."""
        palette = self.plan.palette
        width, height = self.size[0], self.size[1] - self._horizon
        sea = gradient(
            (width, height),
            [(0, mix(palette.low, palette.far, 0.45)), (0.25, mix(palette.far, palette.near, 0.45)),
             (1, mix(palette.near, "#000000", 0.12))],
        )  # fmt: skip
        column = Image.new("L", (width, height))
        draw = ImageDraw.Draw(column)
        for y in range(height):
            half = width * (0.025 + 0.1 * y / height)
            bright = int(210 * (1 - y / height) ** 0.7)
            draw.line((self._sun_x - half, y, self._sun_x + half, y), fill=bright)
        column = column.filter(ImageFilter.GaussianBlur(max(6, width // 50)))
        return sea, self._glints(width, height), self._glints(width, height), column

    def _glints(self, width: int, height: int) -> Image.Image:
        strip = Image.new("L", (width, height))
        draw = ImageDraw.Draw(strip)
        for _ in range(560):
            depth = self._random.random() ** 1.6
            y, x = depth * height, self._random.randrange(width)
            long, thick = 5 + 46 * depth, 0.4 + 1.8 * depth
            for turn in (-width, 0, width):
                draw.ellipse((x + turn, y - thick, x + turn + long, y + thick), fill=255)
        return strip.filter(ImageFilter.GaussianBlur(0.7))

    def _draw_water(self, picture: Image.Image, at: int, water: Water) -> None:
        sea, one, two, column = water
        light = mix(self.plan.palette.low, self.plan.palette.light, 0.6)
        picture.paste(sea, (0, self._horizon))
        passing = ImageChops.lighter(
            ImageChops.offset(one, at * PIXELS_A_FRAME, 0),
            ImageChops.offset(two, -at * PIXELS_A_FRAME, 0),
        )
        picture.paste(light, (0, self._horizon), ImageChops.multiply(passing, column))
        dim = ImageChops.offset(one, at * PIXELS_A_FRAME, 0).point(FAINT)
        picture.paste(light, (0, self._horizon), dim)
        if self._boat is not None:
            sway = self._boat.rotate(2.2 * math.sin(at / 15), Image.Resampling.BILINEAR)
            side = sway.width // 2
            sway = sway.reduce(2)
            x = self.size[0] * 0.14 + at * 0.7
            y = self._horizon - side * 0.60 + 2.2 * math.sin(at / 11)
            put(picture, sway, x + side / 2, y + side / 2)

    def _draw_birds(self, picture: Image.Image, at: int) -> None:
        width, height = self.size
        for along, up, pace in self._flights:
            x = (along * width * 1.2 + at * pace * 1.1) % (width * 1.2) - width * 0.1
            y = height * (0.12 + 0.24 * up) + 5 * math.sin(at / 21 + along * 9)
            wings = self._birds[int(at / 2.4 * pace + along * 8) % 8]
            put(picture, wings, x, y)

    def _paint_weather(self) -> Image.Image | None:
        if not (self.plan.snow or self.plan.rain):
            return None
        width, height = self.size
        tile = Image.new("L", self.size)
        draw = ImageDraw.Draw(tile)
        for _ in range(260):
            x, y, near = (
                self._random.randrange(width),
                self._random.randrange(height),
                self._random.random(),
            )
            if self.plan.snow:
                draw.ellipse((x, y, x + 1 + 3 * near, y + 1 + 3 * near), fill=int(90 + 140 * near))
            else:
                draw.line((x, y, x - 3, y + 9 + 12 * near), fill=int(50 + 70 * near))
        return tile.filter(ImageFilter.GaussianBlur(0.6))

    def _fall(self, picture: Image.Image, at: int, weather: Image.Image) -> None:
        down, aside = (2, int(9 * math.sin(at / 24))) if self.plan.snow else (16, -4 * at)
        tile = ImageChops.offset(weather, aside, at * down)
        picture.paste("#ffffff", (0, 0), tile)
