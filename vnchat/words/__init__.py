"""The one catalogue of strings, a JSON file a language; the browser reads the same files."""

from __future__ import annotations

import functools
import json
from pathlib import Path

LANGUAGES = ("en", "zh")


def path_of(language: str) -> Path:
    return Path(__file__).parent / f"{language}.json"


@functools.cache
def catalogue(language: str) -> dict[str, str]:
    if language not in LANGUAGES:
        language = "en"
    loaded: dict[str, str] = json.loads(path_of(language).read_text(encoding="utf-8"))
    return loaded


def say(language: str, key: str, /, **fields: object) -> str:
    """The string in this language, else in English, else the key itself."""
    text = catalogue(language).get(key) or catalogue("en").get(key) or key
    for name, value in fields.items():
        text = text.replace("{" + name + "}", str(value))
    return text
