"""What one tab has of the conversation that it shows, so that nothing is sent to it twice.

Messages are compared as the page would draw them; the frames go out by `live.py`.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from vnchat.states import GOING

View = dict[str, Any]


class Window:
    def __init__(self) -> None:
        self._has: dict[str, str] = {}  # message → what the tab has of it, in order
        self._about: View = {}  # and of the conversation

    def __contains__(self, message: str) -> bool:
        return message in self._has

    @property
    def last(self) -> str:
        return next(reversed(self._has), "")

    def whole(self, messages: list[View], about: View) -> View | None:
        """What to tell of the window as it is now; None when the tab has all of it."""
        had, known = len(self._has), self._about
        told, self._about = self._news(messages), about
        if about == known and [one.get("same") for one in told] == [had]:
            return None
        return {"messages": told, **about}

    def longer(self, messages: list[View], title: str) -> View:
        """The window as the tab has it, and after it these; `title` is that of a new one."""
        known = [{"id": next(iter(self._has)), "same": len(self._has)}] if self._has else []
        if not known:
            self._about = {"more": False, "title": title, "context": None}
        self._has |= {one["id"]: _mark(one) for one in messages}
        return {"messages": [*known, *messages], **self._about}

    def filled(self, context: View | None) -> bool:
        """Whether to tell how full the model's context is by now: not what the tab knows."""
        known, self._about = self._about, {**self._about, "context": context}
        return known.get("context") != context

    def ended(self, view: View) -> None:
        """The tab gets the final form of a message another way."""
        if view["id"] in self._has:
            self._has[view["id"]] = _mark(view)

    def _news(self, messages: list[View]) -> list[View]:
        """The messages; of what the tab has already only where it begins and how many."""
        had, self._has = self._has, {one["id"]: _mark(one) for one in messages}
        order = {known: n for n, known in enumerate(had)}
        told: list[View] = []
        follows = -1  # the place in the tab's list of what would go on with the last entry
        for one in messages:
            place = order.get(one["id"], -1)
            beside = one.get("beside", 0)
            if had.get(one["id"]) != self._has[one["id"]]:
                told.append(one)
                follows = -1
            elif place == follows and not beside:
                told[-1]["same"] += 1
                follows += 1
            else:
                told.append({"id": one["id"], "same": 1} | ({"beside": beside} if beside else {}))
                follows = -1 if beside else place + 1
        return told


def _mark(view: View) -> str:
    """Two views with the same mark look the same; of a run that goes on its follower tells."""
    plain = {name: value for name, value in view.items() if name != "beside"}
    if view["run"] is not None and view["run"]["state"] in GOING:
        plain = {name: view[name] for name in ("id", "parent", "versions")}
        plain["run"] = view["run"]["id"]
    told = json.dumps(plain, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    return hashlib.blake2b(told, digest_size=16).hexdigest()
