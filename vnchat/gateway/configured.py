"""The gateways that can be chosen: from the settings, from the page's form, or the demo.

Profiles added in the page are kept in `gateways.json` of the data folder, their keys apart
(keys.py). The demo gateway is started when nothing else is configured.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from vnchat.errors import BadInput, NotFound, StorageUnavailable
from vnchat.gateway.address import parse_address
from vnchat.gateway.keys import Key, KeyRing
from vnchat.gateway.profile import Profile, from_json, to_json, with_dialect_of
from vnchat.settings import Settings

FROM_SETTINGS = "settings"
DEMO = "demo"
OPENAI = "https://api.openai.com/v1"


class Gateways:
    """Safe to use from any thread. `start_demo` gives the base address of the demo gateway."""

    def __init__(self, settings: Settings, start_demo: Callable[[], str]) -> None:
        self._path = settings.data_dir / "gateways.json"
        self._ring = KeyRing(settings.data_dir)
        self._start_demo = start_demo
        self._lock = threading.Lock()
        self._demo: Profile | None = None
        self._given, self._given_key = _from_settings(settings)
        self._added, self._default = self._read()

    def all(self) -> list[Profile]:
        """The default first."""
        with self._lock:
            known = ([self._given] if self._given else []) + list(self._added)
        if not known:
            return [self._demo_profile()]
        return sorted(known, key=lambda one: one.id != self._default)

    def default(self) -> Profile:
        return self.all()[0]

    @property
    def only_demo(self) -> bool:
        return self._given is None and not self._added

    def get(self, id: str) -> tuple[Profile, Key | None]:
        """The profile and its key; "" names the default. Raises NotFound."""
        if not id:
            id = self.default().id
        if id == DEMO:
            return self._demo_profile(), Key("sk-demo")
        if self._given is not None and id == FROM_SETTINGS:
            return self._given, self._given_key
        for one in self._added:
            if one.id == id:
                return one, self._ring.get(id)
        raise NotFound("gateway")

    def add(self, profile: Profile, typed_key: str) -> Profile:
        """Keep a new gateway; its key goes into the file of keys. The first becomes the default."""
        profile = dataclasses.replace(profile, id=uuid4().hex[:12])
        self._ring.put(profile.id, typed_key)
        with self._lock:
            self._added = [*self._added, profile]
            if len(self._added) == 1 and self._given is None:
                self._default = profile.id
            self._write()
        return profile

    def change(self, profile: Profile, typed_key: str = "") -> None:
        """Change a kept gateway. A changed address needs its key typed again.

        Of the one from the settings only the dialect can be changed.
        """
        before, key = self.get(profile.id)
        if profile.id == FROM_SETTINGS:
            with self._lock:
                self._given = with_dialect_of(before, profile)
                self._write()
            return
        if before.origin != profile.origin and not typed_key and key:
            raise BadInput("The address has changed: type its key again.")
        if typed_key:
            self._ring.put(profile.id, typed_key)
        with self._lock:
            self._added = [profile if one.id == profile.id else one for one in self._added]
            self._write()

    def remove(self, id: str) -> None:
        with self._lock:
            if not any(one.id == id for one in self._added):
                raise NotFound("gateway")
            self._added = [one for one in self._added if one.id != id]
            if self._default == id:
                self._default = FROM_SETTINGS if self._given else next(iter(self._ids()), "")
            self._write()
        self._ring.forget(id)

    def make_default(self, id: str) -> None:
        self.get(id)
        with self._lock:
            self._default = id
            self._write()

    def _ids(self) -> list[str]:
        return [one.id for one in self._added]

    def _demo_profile(self) -> Profile:
        with self._lock:
            if self._demo is None:
                self._demo = Profile(id=DEMO, name="Demo", base_url=self._start_demo())
            return self._demo

    def _read(self) -> tuple[list[Profile], str]:
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return [], FROM_SETTINGS
        except (OSError, ValueError) as error:
            raise StorageUnavailable(
                f"The file {self._path.name} in the data folder cannot be read; mend or remove it.",
                detail=repr(error),
            ) from error
        kept = from_json(data.get("settings") or {})
        if self._given is not None and kept.base_url == self._given.base_url:
            self._given = with_dialect_of(self._given, kept)
        return [from_json(one) for one in data.get("gateways", ())], str(data.get("default", ""))

    def _write(self) -> None:
        data = {
            "default": self._default,
            "gateways": [to_json(one) for one in self._added],
            # the dialect only; address and key of this one stay in the settings
            "settings": to_json(self._given) if self._given else {},
        }
        temporary = ""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=".gateways-")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(data, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self._path)
        except OSError as error:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise StorageUnavailable(
                "The gateway could not be saved; check space and rights of the data folder.",
                detail=repr(error),
            ) from error


def _from_settings(settings: Settings) -> tuple[Profile | None, Key | None]:
    if not settings.base_url and not settings.api_key:
        return None, None
    pasted = parse_address(settings.base_url or OPENAI)
    key = Key(settings.api_key or pasted.key or "")
    name = pasted.base_url.split("://", 1)[-1].split("/", 1)[0]
    return Profile(id=FROM_SETTINGS, name=name, base_url=pasted.base_url), key
