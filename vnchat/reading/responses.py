"""The responses form: text, summaries of the reasoning, refusals, pictures made on the way. Pure.

Events and fields are those of OpenAI's API (types of the `openai` package).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vnchat.reading import failure as failing
from vnchat.reading.answered import Answered, counted
from vnchat.reading.jsonlinks import as_data
from vnchat.reading.reply import Result
from vnchat.reading.said import Said, said_in


class Responses(Answered):
    """/responses: text, summaries of the reasoning, refusals, pictures made on the way."""

    def _event(self, kind: str, value: Mapping[str, Any]) -> bool:
        delta = value.get("delta")
        if isinstance(delta, str) and kind.endswith(("output_text.delta", "refusal.delta")):
            self.text_parts.append(delta)
            return True
        if isinstance(delta, str) and "reasoning" in kind and kind.endswith("text.delta"):
            self.reasoning_parts.append(delta)
            return True
        if kind.endswith("reasoning_summary_part.added") and self.reasoning_parts:
            self.reasoning_parts.append("\n\n")
            return True
        if kind.endswith("image_generation_call.partial_image"):
            if isinstance(picture := value.get("partial_image_b64"), str):
                self.preview, self.media_like = as_data(picture, ""), True
            return True
        if kind.endswith(("response.completed", "response.incomplete", "response.failed")):
            self._over = True
            self._response(value.get("response"), grown=True)
            return True
        return kind in ("error", "response.error") and self._said({"error": value})

    def _whole(self, value: object, text: str) -> None:
        output = value.get("output") if isinstance(value, Mapping) else None
        if not isinstance(output, list):
            if not self._said(value):
                self.odd(f"This is no answer: {text[:300]}")
            return
        self._response(value, grown=False)

    def _response(self, value: object, *, grown: bool) -> None:
        if not isinstance(value, Mapping):
            return
        for item in value.get("output") or ():
            if isinstance(item, Mapping):
                self._item(item, grown)
        if isinstance(model := value.get("model"), str):
            self.model = model
        if isinstance(usage := value.get("usage"), Mapping):
            self.usage = counted(usage)
        if isinstance(name := value.get("id"), str):
            self.extra["id"] = name[:200]
        if value.get("status") == "failed" or value.get("error"):
            said = said_in(value) or Said("The answer failed.")
            self.fail(failing.failure(said, keys=self._keys))
        elif value.get("status") == "incomplete":
            details = value.get("incomplete_details")
            reason = details.get("reason") if isinstance(details, Mapping) else ""
            self._finish = "content_filter" if reason == "content_filter" else "length"

    def _item(self, item: Mapping[str, Any], grown: bool) -> None:
        kind = item.get("type")
        if kind == "image_generation_call" and isinstance(item.get("result"), str):
            self.results += (Result("image", as_data(item["result"], "")),)
        for part in item.get("content") or ():
            if isinstance(part, Mapping) and not grown:
                words = part.get("text") or part.get("refusal")
                if kind == "message" and isinstance(words, str):
                    self.text_parts.append(words)
        for part in item.get("summary") or ():
            words = part.get("text") if isinstance(part, Mapping) else None
            if kind == "reasoning" and isinstance(words, str) and not grown:
                self.reasoning_parts.append(words)
