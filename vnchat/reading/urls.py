"""What an address is of, by its form alone: video, picture, sound, page; and may it count?

Pure: nothing is resolved or fetched. The guarded fetcher (`library/addresses.py`) judges again by
the resolved addresses; here only what can never be a result is kept out.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

UrlKind = Literal["video", "image", "audio", "page", ""]

VIDEO = frozenset((
    "mp4", "webm", "mov", "m4v", "mkv", "avi", "ogv", "flv", "wmv", "mpg", "mpeg", "3gp", "m3u8",
    "mpd",
))  # fmt: skip
AUDIO = frozenset((
    "mp3", "wav", "m4a", "ogg", "oga", "opus", "aac", "flac", "weba", "wma", "aiff",
))  # fmt: skip
IMAGE = frozenset((
    "png", "jpg", "jpeg", "jpe", "jfif", "webp", "gif", "avif", "bmp", "heic", "heif", "tif",
    "tiff", "apng",
))  # fmt: skip
PAGE = frozenset((
    "html", "htm", "php", "asp", "aspx", "jsp", "json", "xml", "txt", "md", "pdf", "zip", "js",
    "css", "py", "srt", "vtt", "ipynb", "rs", "svg",
))  # fmt: skip
UNPLAYABLE = frozenset((
    "m3u8", "mpd", "mkv", "avi", "flv", "wmv", "mpg", "mpeg", "3gp", "wma", "aiff", "heic",
    "heif", "tif", "tiff",
))  # fmt: skip
_PAGES = (
    "youtube.com", "youtu.be", "vimeo.com", "bilibili.com", "b23.tv", "tiktok.com", "douyin.com",
    "twitter.com", "x.com", "dailymotion.com", "wikipedia.org", "github.com", "facebook.com",
    "instagram.com", "stackoverflow.com", "reddit.com", "chatgpt.com",
)  # fmt: skip
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{2,5})$")
_NAMED = re.compile(
    r"(?:^|[&;])(?:file|filename|name|key|path|object|response-content-type|response-content-disposition|rsct|rscd|mime|type|format|ext|f|fn)="
    r"([^&]{1,300})", re.IGNORECASE,
)  # fmt: skip
_IN_VALUE = re.compile(
    r"(?:^|[./])(mp4|webm|mov|m3u8|mp3|wav|m4a|flac|png|jpe?g|webp|gif)\b[\"';]?$|^(video|audio|image)/",
    re.IGNORECASE,
)
_PAGE_HOST = re.compile(r"(?:docs?|help|wiki|support|blog|status|console|developers?|learn)\.")
_PAGE_PATH = re.compile(
    r"/(?:web|source|status|tasks?|docs?|wiki|help|dashboard|console|login|logs?|topup|pricing|blog)(?:/|$)",
    re.IGNORECASE,
)
_OF_VIDEO = re.compile(r"(?<![a-z])videos?(?![a-z])|/v/|/content$", re.IGNORECASE)
_OF_AUDIO = re.compile(r"(?<![a-z])(?:audio|music|songs?|speech)(?![a-z])", re.IGNORECASE)
_OF_IMAGE = re.compile(r"(?<![a-z])(?:images?|pictures?|img)(?![a-z])", re.IGNORECASE)
_DOWNLOAD_PATH = re.compile(r"/(?:download|downloads|dl)(?=/)", re.IGNORECASE)
_DOWNLOAD_QUERY = re.compile(
    r"[?&](?:download|dl|attachment)=?(?:1|true|yes)?(?=&|$)", re.IGNORECASE
)
_PREVIEW_NAME = re.compile(
    r"(?:^|[/_\-.])(?:preview|thumb(?:nail)?|poster|lowres|draft|teaser)(?:[/_\-.]|$)",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?:^|&)(?:sig|signature|expires|x-amz-[\w-]+|x-goog-[\w-]+|token|se|policy|auth_key|ossaccesskeyid|x-oss-[\w-]+|key|t|v|w|h|size)=",
    re.IGNORECASE,
)
_LEGACY_IP = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}", re.IGNORECASE)
_NAMES_OF_INSIDE = (
    "localhost",
    "localhost.localdomain",
    "metadata",
    "metadata.google.internal",
    "instance-data",
    "ip6-localhost",
)
LONGEST = 8192  # of anything but a data address


def parts_of(url: str) -> SplitResult | None:
    """The parts of an address; None if it has no sensible ones."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def extension_of(url: str) -> str:
    """The extension in an address' path, lower-case; "" if there is none."""
    parts = parts_of(url[:LONGEST])
    found = _EXTENSION.search(unquote(parts.path).rstrip("/")) if parts else None
    return found[1].lower() if found else ""


def kind_of(url: str) -> UrlKind:
    """What the address says it is of; "" if it does not say."""
    if url.startswith("data:"):
        kind = url[5:10]
        return kind if kind in ("video", "image", "audio") else ""  # type: ignore[return-value]
    extension = extension_of(url)
    for kinds, kind_name in ((VIDEO, "video"), (IMAGE, "image"), (AUDIO, "audio"), (PAGE, "page")):
        if extension in kinds:
            return kind_name  # type: ignore[return-value]
    parts = parts_of(url[:LONGEST])
    if parts is None:
        return "page"
    for value in _NAMED.findall(parts.query)[:8]:
        if found := _IN_VALUE.search(unquote(value)):
            if found[2]:
                return kind_of("data:" + found[2].lower())
            return kind_of("x." + found[1])
    return "page" if is_page(url) else ""


def is_page(url: str) -> bool:
    """Does this lead to something to read: a status page, documentation, a video site?"""
    parts = parts_of(url[:LONGEST])
    if parts is None:
        return True
    host = (parts.netloc.rpartition("@")[2]).partition(":")[0].lower()
    known = any(host == name or host.endswith("." + name) for name in _PAGES)
    return (
        known
        or bool(_PAGE_HOST.match(host))
        or bool(_PAGE_PATH.search(parts.path))
        or parts.path in ("", "/")
    )


def hinted_kind(url: str) -> UrlKind:
    """What the words of the address hint at, where it has no extension."""
    parts = parts_of(url[:LONGEST])
    path = f"{parts.path}?{parts.query}" if parts else ""
    if parts and parts.path.rstrip("/").endswith("/content"):
        return "audio" if _OF_AUDIO.search(path) else "video"
    for pattern, kind in ((_OF_VIDEO, "video"), (_OF_AUDIO, "audio"), (_OF_IMAGE, "image")):
        if pattern.search(path):
            return kind  # type: ignore[return-value]
    return ""


def is_signed_or_plain(url: str) -> bool:
    """Is the query, if any, that of a storage link? Others may carry words away."""
    parts = parts_of(url[:LONGEST])
    return parts is not None and (not parts.query or bool(_SIGNED.search(parts.query)))


def playable(url: str) -> bool:
    """Can a browser play it from one address? HLS and the like cannot be kept as one file."""
    return url.startswith("data:") or extension_of(url) not in UNPLAYABLE


def twin_key(url: str) -> str:
    """The same for an address and its download twin."""
    if url.startswith("data:"):
        return url
    head, _, query = _DOWNLOAD_QUERY.sub("", url).partition("?")
    scheme, _, rest = head.partition("//")
    return scheme + "//" + _DOWNLOAD_PATH.sub("", rest) + ("?" + query.lstrip("&") if query else "")


def is_download(url: str) -> bool:
    """Does the address itself say that it is for saving?"""
    return twin_key(url) != url


def is_preview(url: str) -> bool:
    """Does its path say that it is a preview?"""
    parts = parts_of(url[:LONGEST])
    return bool(parts and _PREVIEW_NAME.search(parts.path))


def absolute(url: str, origin: str) -> str:
    """The address with scheme and host; otherwise byte for byte as written."""
    if not url or re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", url):
        return url
    if url.startswith("//"):
        return (origin.partition("//")[0] or "https:") + url
    if not origin:
        return ""
    return origin.rstrip("/") + (url if url.startswith("/") else "/" + url.removeprefix("./"))


def may_count(url: str, origin: str) -> bool:
    """Can this ever be fetched or shown? Inside hosts only if they are the gateway itself."""
    if url.startswith("data:"):
        known = url.startswith(("data:image/", "data:video/", "data:audio/"))
        return known and ";base64," in url[:200] and not url.startswith("data:image/svg")
    if len(url) > LONGEST or any(c <= " " or c in '"<>\\`\x7f' for c in url):
        return False
    parts = parts_of(url)
    if parts is None or parts.scheme.lower() not in ("http", "https"):
        return False
    try:
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or "*" in host or "%" in host:
        return False
    if origin and (parts.scheme.lower(), host, port or _default(parts.scheme)) == _origin(origin):
        return True
    return not _is_inside(host)


def _is_inside(host: str) -> bool:
    if host in _NAMES_OF_INSIDE or host.endswith((".localhost", ".internal", ".local")):
        return True
    # full-width digits and dots are folded by resolvers
    folded = host.translate(str.maketrans("０１２３４５６７８９．。", "0123456789.."))
    try:
        address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(folded)
    except ValueError:
        if not _LEGACY_IP.fullmatch(folded):
            return False
        try:  # 2130706433, 0x7f.1, 0177.0.0.1: what inet_aton takes
            address = ipaddress.IPv4Address(socket.inet_aton(folded))
        except OSError:
            return True
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None or address in ipaddress.ip_network("64:ff9b::/96"):
            return True
    return not address.is_global or address.is_multicast


def _origin(origin: str) -> tuple[str, str, int | None]:
    parts = parts_of(origin)
    if parts is None:
        return ("", "", None)
    try:
        return (
            parts.scheme.lower(),
            (parts.hostname or "").rstrip("."),
            parts.port or _default(parts.scheme),
        )
    except ValueError:
        return ("", "", None)


def _default(scheme: str) -> int:
    return 443 if scheme.lower() == "https" else 80
