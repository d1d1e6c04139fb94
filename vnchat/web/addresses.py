"""Every address of our own routes is built here, under the path the product lives at."""

from __future__ import annotations

import time
from dataclasses import dataclass

from vnchat.conversation import Media
from vnchat.web.kept import address_of


@dataclass(frozen=True, slots=True)
class Addresses:
    """`base` is "" or "/path", as `server.baseUrlPath` says."""

    base: str
    secret: bytes

    def kept(self, media: str, *, owner: str) -> str:
        """A signed address of a kept file. Under /app/static: `st.video` accepts only that."""
        return address_of(self.base, media, owner, self.secret, time.time())

    def of(self, media: Media) -> str | None:
        return self.kept(media.id, owner=media.owner) if media.key else None


def base_of(base_url_path: str) -> str:
    """ "chat/" → "/chat", "" → "" """
    path = base_url_path.strip("/")
    return f"/{path}" if path else ""
