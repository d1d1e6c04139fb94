"""What a gateway lists, kept for a while: a page never waits long for it."""

from __future__ import annotations

import concurrent.futures
import contextlib
import threading
import time

from vnchat.engine import engine
from vnchat.errors import VnchatError
from vnchat.gateway.modellist import ModelList
from vnchat.ui.loop import on_the_loop

FRESH_SECONDS = 600.0
RETRY_SECONDS = 15.0
WAIT_SECONDS = 4.0

_lock = threading.Lock()
_known: dict[str, tuple[float, ModelList]] = {}


def listed(gateway: str) -> ModelList:
    """The models of a gateway; an empty list with a note when it does not tell. Never raises."""
    profile, key = engine().gateways.get(gateway)
    name = f"{profile.id} {profile.base_url}"
    with _lock:
        until, known = _known.get(name, (0.0, ModelList()))
    if time.monotonic() < until:
        return known
    try:
        known = on_the_loop(engine().runner.client.models(profile, key), seconds=WAIT_SECONDS)
        until = time.monotonic() + FRESH_SECONDS
    except VnchatError as error:
        known, until = ModelList(note=str(error)), time.monotonic() + RETRY_SECONDS
    except concurrent.futures.TimeoutError:
        known = ModelList(note="The gateway has not told its models yet; type a name.")
        until = time.monotonic() + RETRY_SECONDS
    with _lock:
        _known[name] = (until, known)
    return known


def at_hand(gateway: str) -> ModelList:
    """What is known of a gateway right now; asked beside the page when that is old. Never waits."""
    profile, _ = engine().gateways.get(gateway)
    name = f"{profile.id} {profile.base_url}"
    with _lock:
        until, known = _known.get(name, (0.0, ModelList()))
        if time.monotonic() >= until:  # who comes meanwhile does not ask too
            _known[name] = (time.monotonic() + RETRY_SECONDS, known)
            threading.Thread(target=_renew, args=(gateway, name), daemon=True).start()
    return known


def _renew(gateway: str, name: str) -> None:
    with _lock:
        _known.pop(name, None)
    with contextlib.suppress(VnchatError):  # the gateway was removed, or the server ends
        listed(gateway)


def forget() -> None:
    """Ask anew at the next look: a gateway was added or changed."""
    with _lock:
        _known.clear()
