"""A gateway's dialect as a person types it, to fields of a profile and back. Pure.

Lines of headers, a JSON object, lines of patterns. The form itself is vnchat/ui/dialect.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from vnchat.errors import BadInput

MOST_LINES = 50
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
# Headers with a place of their own: the key, or what the client writes itself.
_OURS = frozenset(
    ["authorization", "connection", "content-length", "content-type", "cookie", "host",
     "idempotency-key", "proxy-authorization", "te", "transfer-encoding", "upgrade"]
)  # fmt: skip
_FIELDS = ("model", "messages", "stream")
_WORDS = {"on": True, "off": False, "true": True, "false": False, "yes": True, "no": False}


def headers_of(text: str) -> tuple[tuple[str, str], ...]:
    """`Name: value`, one a line. Raises BadInput with the line that is none."""
    found: dict[str, tuple[str, str]] = {}
    for line in _lines(text):
        name, colon, value = line.partition(":")
        name, value = name.strip(), value.strip()
        if not colon or not _NAME.fullmatch(name):
            raise BadInput(f"“{line[:60]}” is no header. Write it as Name: value, one a line.")
        if name.lower() in _OURS:
            raise BadInput(f"The header {name} is not set here: it has its own place.")
        if not all(31 < ord(char) < 127 for char in value):
            raise BadInput(f"The value of the header {name} holds letters that no header has.")
        found[name.lower()] = (name, value)
    return tuple(found.values())


def headers_text(headers: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers)


def body_of_text(text: str) -> dict[str, Any]:
    """A JSON object of extra fields; empty for nothing."""
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadInput("The extra fields are no JSON. Write an object like {…}.") from None
    if not isinstance(found, dict):
        raise BadInput("The extra fields must be a JSON object, like {…}.")
    for name in _FIELDS:
        if name in found:
            raise BadInput(f"{name} is not set among the extra fields: it has its own place.")
    return found


def body_text(body: Mapping[str, Any]) -> str:
    return json.dumps(dict(body), ensure_ascii=False, indent=2) if body else ""


def rules_of(text: str) -> tuple[tuple[str, bool], ...]:
    """`pattern on` or `pattern off`, one a line; the first that fits a model decides."""
    found: list[tuple[str, bool]] = []
    for line in _lines(text):
        words = re.split(r"[\s:=]+", line)
        if len(words) != 2 or words[1].lower() not in _WORDS:
            raise BadInput(f"“{line[:60]}” is no rule. Write a pattern and on or off: sora* on.")
        found.append((words[0], _WORDS[words[1].lower()]))
    return tuple(found)


def rules_text(rules: Iterable[tuple[str, bool]]) -> str:
    return "\n".join(f"{pattern} {'on' if stream else 'off'}" for pattern, stream in rules)


def _lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise BadInput(f"These are too many lines; at most {MOST_LINES} are read.")
    return lines
