"""What is known about an answer, in words and numbers, for whoever reads an export."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from vnchat.conversation import Run
from vnchat.words import say


def usage_facts(run: Run) -> dict[str, Any]:
    """Only what is known: model, times, tokens, cost if the gateway told it."""
    told: dict[str, Any] = {"model": run.model}
    if run.reply.model and run.reply.model != run.model:
        told["answered_as"] = run.reply.model
    if run.first_byte and run.started:
        told["first_token_s"] = round(run.first_byte - run.started, 3)
    if run.ended and run.started:
        told["took_s"] = round(run.ended - run.started, 2)
    usage: Mapping[str, Any] = run.reply.usage or {}
    for name, key in (
        ("tokens_in", "prompt_tokens"),
        ("tokens_out", "completion_tokens"),
        ("cost", "cost"),
    ):
        value = usage.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            told[name] = value
    return told


def line(run: Run, lang: str) -> str:
    """The same as one line for a person."""
    told = usage_facts(run)
    parts = [str(told["model"])]
    if "answered_as" in told:
        parts.append(say(lang, "facts.answered_as", model=told["answered_as"]))
    if "tokens_in" in told or "tokens_out" in told:
        parts.append(
            say(
                lang,
                "facts.tokens",
                given=told.get("tokens_in", "–"),
                got=told.get("tokens_out", "–"),
            )
        )
    if "took_s" in told:
        parts.append(say(lang, "facts.took", time=f"{max(told['took_s'], 0):g} s"))
    if "cost" in told:
        parts.append(say(lang, "export.cost", cost=told["cost"]))
    parts += settings_of(run)
    return " · ".join(part for part in parts if part)


def settings_of(run: Run) -> list[str]:
    """`temperature 0.5` and the like, as they were sent."""
    fields = run.parameters.get("fields")
    if not isinstance(fields, Mapping):
        return []
    return [f"{name} {value}"[:200] for name, value in fields.items()]


def when(seconds: float) -> str:
    """UTC, so that a file reads the same everywhere."""
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds)) if seconds else ""


def why_empty(run: Run, lang: str) -> str:
    """One sentence for an answer that failed or was cut, "" for a good one."""
    if run.reply.failure is not None:
        return say(lang, "export.failed", why=run.reply.failure.message[:500])
    if run.state in ("stopped", "interrupted", "unknown"):
        return say(lang, "export.cut")
    return ""
