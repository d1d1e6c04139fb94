"""Headers that the `openai` package reads from the environment, and that no gateway gets.

OPENAI_ORG_ID, OPENAI_PROJECT_ID and OPENAI_CUSTOM_HEADERS are set for one account at one place;
here a request may go to any of several gateways. What a gateway needs stands in its own profile.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

ALWAYS = ("OpenAI-Organization", "OpenAI-Project")


def not_ours(given: Iterable[str]) -> list[str]:
    """The names to leave out, but for those that the request itself gives."""
    ours = {name.lower() for name in given}
    lines = os.environ.get("OPENAI_CUSTOM_HEADERS", "").split("\n")
    names = [line.partition(":")[0].strip() for line in lines if ":" in line]
    return [name for name in (*ALWAYS, *names) if name and name.lower() not in ours]
