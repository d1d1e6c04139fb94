"""The responses form: text, summaries of the reasoning, refusals, pictures made on the way. Pure.

Events and fields are those of OpenAI's API (types of the `openai` package).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vnchat.reading import failure as failing
from vnchat.reading.answered import Answered, counted
from vnchat.reading.jsonlinks import as_data
from vnchat.reading.reply import Activity, Reply, Result, ToolCall
from vnchat.reading.said import Said, said_in


class Responses(Answered):
    """/responses: text, summaries of the reasoning, refusals, pictures made on the way."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**about)
        self._calls: dict[str, ToolCall] = {}

    def snapshot(self) -> Reply:
        reply = super().snapshot()
        if self._calls and self._reply is None:
            return replace(reply, tool_calls=tuple(self._calls.values()))
        return reply

    def _closed(self) -> None:
        if "".join(self.text_parts).strip() or self.results or self._calls:
            return
        if self._finish == "content_filter":
            said = Said("The answer was withheld by the gateway's filter.")
            self.fail(failing.failure(said, kind="moderation_prompt", keys=self._keys))
        elif not (self._finish == "length" and self.reasoning_parts):
            self.odd("The answer was empty.")

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
        if kind.endswith(("image_generation_call.in_progress", "image_generation_call.generating")):
            self.activity, self.media_like = Activity("working"), True
            return True
        if kind.endswith("output_item.done"):
            return self._item_done(value.get("item"))
        if kind.endswith("image_generation_call.partial_image"):
            if isinstance(picture := value.get("partial_image_b64"), str):
                self.preview, self.media_like = as_data(picture, ""), True
            return True
        if kind.endswith(("response.completed", "response.incomplete", "response.failed")):
            self._over = True
            # Some gateways stream no deltas, or leave the output out of the last event.
            self._response(value.get("response"))
            return True
        if kind in ("error", "response.error") or value.get("error"):
            inner = value.get("error")
            return self._said({"error": inner if inner else value})
        return False

    def _whole(self, value: object, text: str) -> None:
        output = value.get("output") if isinstance(value, Mapping) else None
        if not isinstance(output, list):
            if not self._said(value):
                self.odd(f"This is no answer: {text[:300]}")
            return
        self._response(value)
        self._over = True

    def _item_done(self, item: object) -> bool:
        """A picture or a call as soon as it is there; words came by their deltas."""
        if not isinstance(item, Mapping):
            return False
        if item.get("type") in ("image_generation_call", "function_call"):
            self._item(item, said=True, thought=True)
            return True
        return False

    def _response(self, value: object) -> None:
        if not isinstance(value, Mapping):
            return
        said, thought = bool(self.text_parts), bool(self.reasoning_parts)
        output = value.get("output")
        for item in output if isinstance(output, list) else ():
            if isinstance(item, Mapping):
                self._item(item, said, thought)
        if isinstance(model := value.get("model"), str):
            self.model = model
        if isinstance(usage := value.get("usage"), Mapping):
            self.usage = counted(usage)
        if isinstance(name := value.get("id"), str):
            self.extra["id"] = name[:200]
        if value.get("status") == "failed" or value.get("error"):
            why = said_in(value) or Said("The answer failed.")
            self.fail(failing.failure(why, keys=self._keys))
        elif value.get("status") == "incomplete":
            details = value.get("incomplete_details")
            reason = details.get("reason") if isinstance(details, Mapping) else ""
            self._finish = "content_filter" if reason == "content_filter" else "length"
        elif self._calls and not self.text_parts:
            self._finish = "tool_calls"

    def _item(self, item: Mapping[str, Any], said: bool, thought: bool) -> None:
        """`said` and `thought`: the words of that kind came already, piece by piece."""
        kind = item.get("type")
        if kind == "image_generation_call" and isinstance(item.get("result"), str):
            url = as_data(item["result"], "")
            if item["result"] and all(one.url != url for one in self.results):
                self.results += (Result("image", url),)
        if kind == "function_call":
            name, told = str(item.get("name", ""))[:200], item.get("arguments")
            call = str(item.get("call_id") or item.get("id") or name)[:200]
            self._calls[call] = ToolCall(call, name, told if isinstance(told, str) else "")
        for part in item.get("content") or ():
            if isinstance(part, Mapping) and not said:
                words = part.get("text") or part.get("refusal")
                if kind == "message" and isinstance(words, str):
                    self.text_parts.append(words)
        for part in item.get("summary") or ():
            words = part.get("text") if isinstance(part, Mapping) else None
            if kind == "reasoning" and isinstance(words, str) and not thought:
                self.reasoning_parts += ["\n\n", words] if self.reasoning_parts else [words]
