"""Media tags out of HTML in an answer: <video>, <audio>, <source>, <img>, <a>.

Pure. Only addresses are taken, never an attribute or any markup. Fed piece by piece, as the
Markdown parser gives it; the address may also stand as text inside of the element.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Literal

TagKind = Literal["video", "audio", "image", "link"]

# html.parser decodes "&copy=1" too; a signed address must keep it, so only what ends in ";" counts
_NO_ENTITY = re.compile(r"&(?!(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});)")
_HIDDEN = ("code", "pre", "script", "style", "template", "textarea", "iframe", "object", "noscript")
_OWN = frozenset((
    "video", "audio", "source", "img", "a", "br", "p", "div", "span", "picture", "figure",
    "figcaption", "center", "b", "strong", "track",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tag:
    kind: TagKind
    url: str
    poster: str = ""
    label: str = ""


class Tags(HTMLParser):
    """Collects tags; `feed` gives those that are complete."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.media_ids: list[str] = []
        self.others = False  # tags were seen that no result has
        self.inside: TagKind | Literal[""] = ""  # inside of <video> or <audio>
        self._url = self._poster = ""
        self._href, self._label = "", ""
        self._hidden = 0
        self._ready: list[Tag] = []
        self._texts: list[str] = []

    def feed(self, data: str) -> list[Tag]:  # type: ignore[override]
        """Take markup; the tags that it completes."""
        super().feed(_NO_ENTITY.sub("&amp;", data))
        return self._take()

    def address(self, url: str) -> bool:
        """An address as text: is it inside of a media element, and so its own?"""
        if not self.inside:
            return bool(self._hidden)
        self._url = self._url or url
        return True

    def block_end(self) -> list[Tag]:
        """A block of HTML ended; an element may stay open, half a tag may not."""
        inside, url, poster = self.inside, self._url, self._poster
        self.reset()
        self.inside, self._url, self._poster = inside, url, poster
        return self._take()

    def end(self) -> list[Tag]:
        """Close what was left open."""
        self._close()
        return self._take()

    def texts(self) -> list[str]:
        """Text outside of media elements since the last call."""
        texts, self._texts = self._texts, []
        return texts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip() for name, value in reversed(attrs)}
        if media := given.get("data-media-id") or given.get("data-mediaid"):
            self.media_ids.append(media[:300])
        if tag in _HIDDEN:
            self._hidden += 1
        if tag not in _OWN:
            self.others = True
        if self._hidden:
            return
        if tag in ("video", "audio"):
            self._close()
            self.inside = "video" if tag == "video" else "audio"
            self._url = given.get("src") or given.get("data-src") or ""
            self._poster = given.get("poster", "")
        elif tag == "source" and self.inside:
            self._url = self._url or given.get("src", "")
        elif tag == "source" and given.get("type", "").lower().startswith(("video/", "audio/")):
            kind: TagKind = "video" if given["type"].lower().startswith("video/") else "audio"
            self._ready.append(Tag(kind, given.get("src", "")))  # its element was left out
        elif tag == "img" and not self.inside:
            if given.get("src"):
                self._ready.append(Tag("image", given["src"], label=given.get("alt", "")))
        elif tag == "a" and given.get("href"):
            self._href, self._label = given["href"], ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in ("video", "audio"):
            self._close()
        elif tag == "a" and self._href:
            if self.inside:  # the link for browsers that cannot play
                self._url = self._url or self._href
            else:
                self._ready.append(
                    Tag("link", self._href, label=" ".join(self._label.split())[:200])
                )
            self._href = ""

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self.inside:
            bare = data.strip()
            if (
                not self._url
                and bare.startswith(("http://", "https://", "/"))
                and not any(c.isspace() for c in bare)
            ):
                self._url = bare
        elif self._href:
            self._label += data
        elif data.strip():
            self._texts.append(data)

    def _close(self) -> None:
        if self.inside and self._url:
            self._ready.append(Tag(self.inside, self._url, self._poster))
        self.inside, self._url, self._poster = "", "", ""

    def _take(self) -> list[Tag]:
        ready, self._ready = self._ready, []
        return ready
