"""A mask drawn over a picture: transparent is what is to change, as OpenAI's edits read it. Pure.

A record asks for other forms: `{mask:black}` is Ideogram's (black is what is to change),
`{mask:white}` that of midjourney-proxy (white is). Where masks are kept is web/masks.py.
"""

from __future__ import annotations

import base64
import binascii
import io

from PIL import Image, UnidentifiedImageError

from vnchat.errors import BadInput

MOST_PIXELS = 40_000_000


def checked(data: bytes, size: tuple[int, int]) -> bytes:
    """The mask as a clean PNG, only black and transparent. Raises BadInput with one sentence."""
    alpha = _alpha(data)
    if alpha.size != size:
        there, here = "×".join(map(str, alpha.size)), "×".join(map(str, size))
        raise BadInput(f"The mask measures {there}, the picture {here}.")
    low, _ = alpha.getextrema()
    if low == 255:
        raise BadInput("Nothing is marked on the picture. Paint over what is to change.")
    mask = Image.new("RGBA", alpha.size, (0, 0, 0, 0))
    mask.putalpha(alpha)
    return _png(mask)


def as_form(data_url: str, form: str) -> str:
    """The mask as another provider reads it, as a data: address."""
    if form not in ("black", "white"):
        return data_url
    try:
        alpha = _alpha(base64.b64decode(data_url.partition(",")[2]))
    except binascii.Error as error:
        raise BadInput("The mask cannot be read.") from error
    told = alpha if form == "black" else alpha.point(lambda value: 255 - value)
    return "data:image/png;base64," + base64.b64encode(_png(told)).decode()


def _alpha(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise BadInput("The mask is too large.")
            return opened.convert("RGBA").getchannel("A").point(lambda v: 255 if v > 127 else 0)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise BadInput("The mask is no PNG picture.") from error


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
