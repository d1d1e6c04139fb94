"""Chat models that hear and speak: what is added to a request, and which ones they are. Pure.

Names and fields as in OpenAI's chat completions (gpt-4o-audio and its successors): without a sound
in or out such a model refuses, and a stream carries bare PCM only. The reading side is
reading/sounds.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vnchat.gateway.records import Control

_NAMES = re.compile(r"gpt-(?:[\w.]+-)?(?:mini-)?audio(?!\w)|^demo-voice$", re.IGNORECASE)
VOICES = ("alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer")
CONTROLS: tuple[Control, ...] = (
    Control("reply", (("*", ("sound", "text")),)),
    Control("voice", (("*", VOICES),)),
)


def talks(model: str) -> bool:
    """Does it hear and speak? Only names that leave no doubt."""
    return _NAMES.search(model[:200]) is not None


def talking(
    model: str, controls: Mapping[str, str], parameters: Mapping[str, Any], *, stream: bool
) -> dict[str, Any]:
    """`parameters` with what makes the model speak; what a person set there stays."""
    given = dict(parameters)
    if not talks(model) or controls.get("reply") == "text" or "modalities" in given:
        return given
    audio = {"voice": controls.get("voice") or VOICES[0], "format": "pcm16" if stream else "mp3"}
    return {**given, "modalities": ["text", "audio"], "audio": given.get("audio") or audio}
