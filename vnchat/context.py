"""How full a model's context is, roughly. Pure.

An estimate: four Latin letters are a token, a Chinese, Japanese or Korean one is a token of its
own. The size of a context is known for a few families and can be set; of any other model nothing
is said. What is done about it is the person's choice (ui/thread.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

NEARLY = 0.8  # from this part on the page speaks of it
DROPPED_TO = 20  # messages that still go along when the oldest are left out

# Published sizes of families that kept them for all of their models, in tokens.
KNOWN = (
    ("gpt-3.5-turbo*", 16_385),
    ("gpt-4o*", 128_000),
    ("gpt-4.1*", 1_047_576),
    ("gpt-4-turbo*", 128_000),
    ("claude-*", 200_000),
    ("gemini-1.5*", 1_000_000),
    ("gemini-2*", 1_000_000),
)


def size_of(model: str, told: Sequence[str] = ()) -> int:
    """Tokens that fit; 0 if that is not known. `told` are settings like `llama-3*=8192`."""
    name = model.lower().rsplit("/", 1)[-1]
    for one in told:
        pattern, _, size = one.rpartition("=")
        if size.strip().isdigit() and _is(model.lower(), name, pattern.strip().lower()):
            return int(size)
    return next((size for pattern, size in KNOWN if fnmatchcase(name, pattern)), 0)


def tokens(letters: int, octets: int) -> int:
    """Of a text with so many letters that is so long in UTF-8.

    A Chinese letter has three octets, a Latin one has one: their difference tells how many are
    which, without looking at the text.
    """
    wide = min(letters, max(0, octets - letters) // 2)
    return wide + -(-(letters - wide) // 4)


def tokens_of(text: str) -> int:
    return tokens(len(text), len(text.encode("utf-8", "replace")))


def _is(model: str, name: str, pattern: str) -> bool:
    return fnmatchcase(model, pattern) or fnmatchcase(name, pattern)
