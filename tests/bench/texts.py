"""The texts that the scripted gateway streams: deterministic Markdown with places marked in it.

A model's name is its script: `text-<tokens>-<tokens per second>`. Every seventh token and the first
carry a marker (`m15e`), and the last is `ENDMARK<n>`, so that whoever shows or hears the text can
say when each place came, and that nothing of it was lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_SAID = """stream model token window render server browser latency frame message reply gateway
    video image prompt answer simple steady measure buffer socket thread render table code"""
WORDS = _SAID.split()
MARK = re.compile(r"m(\d+)e")
MARK_EVERY = 7  # prime: no gathering of several tokens meets the marks at one place each time
MARK_AT = 5
# 50 tokens and 60 frames a second meet in five phases, a fifth of a frame apart. Evenly paced, all
# the tokens of a run would meet the page's frames in those five, and a run's p95 would tell which
# they happened to be. Spread over what lies between them each run has all phases.
SPREAD_SECONDS = 1 / 300
GOLDEN = 0.618034  # multiples of it, without their whole part, are spread evenly


@dataclass(frozen=True, slots=True)
class Script:
    tokens: int
    rate: int

    @classmethod
    def named(cls, model: str) -> Script:
        _, tokens, rate = model.split("-")
        return cls(int(tokens), int(rate))

    @property
    def name(self) -> str:
        return f"text-{self.tokens}-{self.rate}"

    @property
    def seconds(self) -> float:
        return self.tokens / self.rate


def pieces(tokens: int, n: int) -> list[str]:
    """Exactly `tokens` pieces: paragraphs, lists, code and tables in turn, then the end mark."""
    out: list[str] = []
    section = 0
    while len(out) < tokens - 1:
        out += SECTIONS[section % len(SECTIONS)](section)
        section += 1
    del out[tokens - 1 :]
    for at in marked(tokens):
        if out[at].strip() and not out[at].endswith("\n"):
            out[at] += f"m{at}e "
    return [*out, f"\n\nENDMARK{n}"]


@cache
def seconds(script: Script) -> list[float]:
    """When each token is due after the first, ascending."""
    assert script.rate * SPREAD_SECONDS < 1
    spread = (SPREAD_SECONDS * (at * GOLDEN % 1) for at in range(script.tokens))
    return [at / script.rate + late for at, late in enumerate(spread)]


def marked(tokens: int) -> list[int]:
    """The places that a marker was meant for; where a line ends it is left out."""
    return [0, *range(MARK_AT, tokens - 1, MARK_EVERY)]


def _paragraph(i: int) -> list[str]:
    words = [WORDS[(i * 7 + k) % len(WORDS)] + " " for k in range(60)]
    return ["## Part ", f"{i}", "\n\n", *words, "\n\n"]


def _list(i: int) -> list[str]:
    out: list[str] = []
    for k in range(8):
        out += ["- ", WORDS[(i + k) % len(WORDS)] + " ", WORDS[(i * 3 + k) % len(WORDS)], "\n"]
    return [*out, "\n"]


def _code(i: int) -> list[str]:
    out = ["```python\n"]
    for k in range(8):
        out += [f"value_{k} ", "= ", f"{k * i}", "\n"]
    return [*out, "```\n\n"]


def _table(i: int) -> list[str]:
    out = ["| a ", "| b ", "|\n", "|---|---|\n"]
    for k in range(6):
        out += [f"| {k} ", f"| {k * k} ", "|\n"]
    return [*out, "\n"]


SECTIONS = (_paragraph, _list, _code, _table)
