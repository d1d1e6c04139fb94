"""Short-lived signed addresses of kept files: who may read which file until when.

Pure but for `secret_of`, which keeps the signing secret in the data folder. The route that checks
the signature is `vnchat/web/kept.py`; that the owner owns the file is asked there, each time.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from vnchat.errors import StorageUnavailable

WINDOW_SECONDS = 6 * 3600  # an address stays the same so long, and dies after one to two of these
_SECRET_FILE = "media.secret"  # noqa: S105 - a file name
_SECRET_BYTES = 32


def sign(secret: bytes, media_id: str, owner: str, now: float) -> str:
    """The query string for one file and one owner; the same for hours, so browsers can cache."""
    expires = (int(now) // WINDOW_SECONDS + 2) * WINDOW_SECONDS
    return f"o={_b64(owner.encode())}&e={expires}&s={_mac(secret, media_id, owner, expires)}"


def check(secret: bytes, media_id: str, query: Mapping[str, str], now: float) -> str | None:
    """The owner that a query string was signed for; None if it is forged or has ended."""
    stamp = query.get("e", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16):
        return None
    try:
        owner = _unb64(query.get("o", "")).decode()
    except (binascii.Error, UnicodeError):
        return None
    expires = int(stamp)
    good = _mac(secret, media_id, owner, expires).encode()
    given = query.get("s", "").encode("utf-8", "replace")
    if not hmac.compare_digest(good, given) or now >= expires:
        return None
    return owner


def seconds_left(query: Mapping[str, str], now: float) -> int:
    """How long a checked address will live."""
    return max(0, int(query["e"]) - int(now))


def secret_of(data_dir: Path) -> bytes:
    """The secret of this installation, made on first use, readable by its owner only."""
    path = data_dir / _SECRET_FILE
    try:
        if not path.exists():
            _make(path)
        if os.name != "nt" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
        secret = path.read_bytes()
    except OSError as error:
        raise StorageUnavailable(
            "The data folder cannot be written, so files cannot be shown. Check its permissions.",
            detail=str(error),
        ) from error
    if len(secret) != _SECRET_BYTES:
        raise StorageUnavailable(
            f"The file {_SECRET_FILE} in the data folder is damaged. "
            "Delete it and start again; nothing but old media addresses is lost."
        )
    return secret


def _make(path: Path) -> None:
    """Written whole under another name first: two servers that start together agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _mac(secret: bytes, media_id: str, owner: str, expires: int) -> str:
    signed = json.dumps(["kept", media_id, owner, expires]).encode()
    return _b64(hmac.new(secret, signed, hashlib.sha256).digest())


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _unb64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
