"""Words from sound: what /audio/transcriptions and /audio/translations answer. Pure.

JSON, plain text, subtitles or a stream; times and speakers where they are told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vnchat.reading.answered import Answered, counted

_SRT = re.compile(r"1\s*\n\d\d:\d\d:\d\d[,.]\d{3} --> ")


class Transcript(Answered):
    """/audio/transcriptions and /translations: JSON, plain text or a stream."""

    timed = True  # times are shown where they are told

    def _event(self, kind: str, value: Mapping[str, Any]) -> bool:
        if kind.endswith("text.delta") and isinstance(value.get("delta"), str):
            self.text_parts.append(value["delta"])
            return True
        if kind.endswith("text.done"):
            self._over = True
            whole, have = value.get("text"), "".join(self.text_parts)
            if isinstance(whole, str) and whole.startswith(have):
                self.text_parts.append(whole[len(have) :])
            return True
        return self._said(value)

    def _whole(self, value: object, text: str) -> None:
        if isinstance(value, Mapping):
            if self.timed and (timed := _timed(value.get("segments"))):
                self.text_parts.append(timed)
            elif isinstance(said := value.get("text"), str):
                self.text_parts.append(said)
            if self.text_parts:
                if isinstance(usage := value.get("usage"), Mapping):
                    self.usage = counted(usage)
            elif not self._said(value):
                self.odd(f"The answer holds no text: {text[:300]}")
        elif text and not text.startswith("<"):
            kind = "vtt" if text.startswith("WEBVTT") else "srt" if _SRT.match(text) else ""
            self.text_parts.append(f"```{kind}\n{text}\n```" if kind else text)
        else:
            self.odd(f"The answer holds no text: {text[:300]}")


class Words(Transcript):
    """The words alone, for a draft."""

    timed = False


def _timed(segments: object) -> str:
    """Segments of a transcription as lines of Markdown: when, who if it is told, and what."""
    lines = []
    for one in segments if isinstance(segments, list) else ():
        words = one.get("text") if isinstance(one, Mapping) else None
        begin = one.get("start") if isinstance(one, Mapping) else None
        if not isinstance(words, str) or not isinstance(begin, int | float) or begin < 0:
            continue
        whole = int(min(begin, 360_000))
        clock = f"{whole // 60 % 60:02}:{whole % 60:02}"
        if whole >= 3600:
            clock = f"{whole // 3600}:{clock}"
        who = f"**{one['speaker'][:60]}** " if isinstance(one.get("speaker"), str) else ""
        lines.append(f"`{clock}` {who}{words.strip()}")
    return "  \n".join(lines)
