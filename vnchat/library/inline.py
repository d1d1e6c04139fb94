"""Results that came inside the answer itself, as a `data:` address (RFC 2397).

Pure. The length is judged before anything is decoded.
"""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from vnchat.library.faults import MediaFailed, MediaRefused

_HEAD = re.compile(r"data:([^,]{0,500}),", re.IGNORECASE)


def decoded(url: str, max_bytes: int) -> tuple[bytes, str]:
    """The bytes and the declared type."""
    head = _HEAD.match(url)
    if not head:
        raise MediaRefused("unreadable")
    declared, *parameters = (part.strip().lower() for part in head[1].split(";"))
    if "base64" not in parameters:
        if len(url) - head.end() > 3 * max_bytes:
            raise MediaFailed("too_large")
        data = unquote_to_bytes(url[head.end() :])
    else:
        if len(url) - head.end() > max_bytes * 4 // 3 + max_bytes // 8 + 1024:
            raise MediaFailed("too_large")
        data = _unpacked(url[head.end() :])
    if len(data) > max_bytes:
        raise MediaFailed("too_large")
    return data, declared or "text/plain"


def _unpacked(text: str) -> bytes:
    """Base64 as it is found in the wild: wrapped, percent-encoded, url-safe, without padding."""
    try:
        raw = unquote_to_bytes(text) if "%" in text else text.encode("ascii")
        raw = b"".join(raw.split()).translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
        return base64.b64decode(raw + b"=" * (-len(raw) % 4), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise MediaFailed("broken", detail=str(error)) from error
