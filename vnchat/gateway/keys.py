"""Keys of gateways: one object that never shows itself, and one file that only its owner reads.

A stored value may be `env:NAME` instead of a key; then the variable is read at each use.
Where a key goes is decided in `client.py`: to the configured base address and nowhere else.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from vnchat.errors import BadInput, StorageUnavailable


class Key:
    """A secret. `reveal()` is the only way to its text; printing it shows a mask."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = clean(value)

    def reveal(self, environment: Mapping[str, str] | None = None) -> str:
        if not self._value.startswith("env:"):
            return self._value
        name = self._value.removeprefix("env:")
        found = clean((os.environ if environment is None else environment).get(name, ""))
        if not found:
            raise BadInput(f"The variable {name}, which should hold the key, is not set.")
        return found

    @property
    def said(self) -> str:
        """What may be shown: the variable's name, or that there is a key."""
        if self._value.startswith("env:"):
            return self._value
        return "••••••••" if self._value else ""

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"Key({self.said!r})"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not pickled")


def clean(typed: str) -> str:
    """The key in what a person pasted: no blanks, quotes, line ends, header name or "Bearer"."""
    value = typed.strip().strip("\"'`“”‘’").strip()
    for prefix in ("authorization:", "bearer "):
        if value.lower().startswith(prefix):
            value = value[len(prefix) :].strip()
    if any(not 32 < ord(char) < 127 for char in value):
        raise BadInput(
            "This is no key: it holds blanks or letters that no key has. Paste it again."
        )
    return value


class KeyRing:
    """Keys by profile id in `keys.json` of the data folder (mode 0600, replaced as a whole)."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "keys.json"
        self._lock = threading.Lock()

    def get(self, profile_id: str) -> Key | None:
        value = self._read().get(profile_id)
        return Key(value) if value else None

    def put(self, profile_id: str, typed: str) -> Key:
        key = Key(typed)
        text = "" if not key else clean(typed)
        with self._lock:
            self._write({**self._read(), profile_id: text})
        return key

    def forget(self, profile_id: str) -> None:
        with self._lock:
            kept = self._read()
            if kept.pop(profile_id, None) is not None:
                self._write(kept)

    def _read(self) -> dict[str, str]:
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StorageUnavailable(
                "The file of keys cannot be read; check the rights of the data folder.",
                detail=type(error).__name__,
            ) from error
        except ValueError as error:
            raise StorageUnavailable(
                f"The file {self._path.name} is damaged; remove it and type the keys again."
            ) from error
        if not isinstance(data, dict):
            return {}
        return {k: v for k, v in data.items() if isinstance(v, str)}

    def _write(self, keys: Mapping[str, str]) -> None:
        temporary = ""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # mkstemp makes the file readable by its owner only, before a byte is in it.
            handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=".keys-")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(dict(keys), file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self._path)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise StorageUnavailable(
                "The key could not be saved; check space and rights of the data folder.",
                detail=type(error).__name__,
            ) from error
