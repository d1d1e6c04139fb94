"""Claude's and Gemini's own forms: streamed or in one piece, into the same reply. Pure.

Events and fields as Anthropic documents them for /v1/messages and Google for generateContent. Used
only for models that a gateway lists for these forms alone; the requests are gateway/native.py's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vnchat.reading import failure as failing
from vnchat.reading.answered import Answered
from vnchat.reading.jsonlinks import as_data
from vnchat.reading.plain import one_line
from vnchat.reading.reply import Finish, Reply, Result, ResultKind, ToolCall
from vnchat.reading.said import Said
from vnchat.reading.sounds import sound_url

_CLAUDE: Mapping[str, Finish] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "content_filter",
    "tool_use": "tool_calls",
}
_GEMINI_FILTERS = frozenset(
    ["SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
     "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"]
)  # fmt: skip


class Native(Answered):
    """What the two share: an answer that says nothing is a failure, told with its reason."""

    _reason = ""

    def _closed(self) -> None:
        words = "".join(self.text_parts).strip()
        if words or self.results or self._finish == "tool_calls":
            return
        if self._finish == "content_filter":
            said = Said(one_line(f"The answer was withheld: {self._reason}", self._keys, 300))
            self.fail(failing.failure(said, kind="moderation_prompt", keys=self._keys))
        elif self._finish == "length" and self.reasoning_parts:
            return
        else:
            self.odd(f"The answer was empty. {self._reason}".strip())

    def _text(self, text: object) -> bool:
        if not isinstance(text, str) or not text:
            return False
        self.text_parts.append(text)
        return True

    def _thought(self, text: object) -> bool:
        if not isinstance(text, str) or not text:
            return False
        self.reasoning_parts.append(text)
        return True


class Claude(Native):
    """/v1/messages."""

    def __init__(self, **about: Any) -> None:
        super().__init__(**about)
        self._calls: dict[int, tuple[str, str, list[str]]] = {}

    def _event(self, kind: str, value: Mapping[str, Any]) -> bool:
        match kind:
            case "message_start":
                self._message(value.get("message"))
                return False
            case "content_block_start":
                return self._block(value.get("index"), value.get("content_block"))
            case "content_block_delta":
                return self._delta(value.get("index"), value.get("delta"))
            case "message_delta":
                delta = value.get("delta")
                self._count(value.get("usage"))
                if isinstance(delta, Mapping) and delta.get("stop_reason"):
                    self._stopped(delta["stop_reason"])
                return False
            case "message_stop":
                self._over = True
                return False
            case "ping" | "content_block_stop":
                return False
        return self._said(value)

    def _whole(self, value: object, text: str) -> None:
        content = value.get("content") if isinstance(value, Mapping) else None
        if not isinstance(value, Mapping) or not isinstance(content, list):
            if not self._said(value):
                self.odd(f"This is no answer: {text[:300]}")
            return
        self._message(value)
        for at, block in enumerate(content):
            self._block(at, block)
        self._stopped(value.get("stop_reason"))

    def _message(self, message: object) -> None:
        if not isinstance(message, Mapping):
            return
        if isinstance(model := message.get("model"), str):
            self.model = one_line(model, longest=200)
        if isinstance(name := message.get("id"), str):
            self.extra["id"] = name[:200]
        self._count(message.get("usage"))

    def _block(self, at: object, block: object) -> bool:
        if not isinstance(block, Mapping):
            return False
        kind = block.get("type")
        if kind == "tool_use":
            number = at if isinstance(at, int) else len(self._calls)
            call: tuple[str, str, list[str]] = (
                str(block.get("id", ""))[:200],
                str(block.get("name", ""))[:200],
                [],
            )
            self._calls[number] = call
            if block.get("input"):
                call[2].append(json.dumps(block["input"], ensure_ascii=False))
            return True
        parted = self.text_parts if kind == "text" else self.reasoning_parts
        if parted and at and kind in ("text", "thinking"):
            parted.append("\n\n")
        return self._text(block.get("text")) or self._thought(block.get("thinking"))

    def _delta(self, at: object, delta: object) -> bool:
        if not isinstance(delta, Mapping):
            return False
        piece = delta.get("partial_json")
        if isinstance(piece, str) and isinstance(at, int) and at in self._calls:
            self._calls[at][2].append(piece)
            return False
        return self._text(delta.get("text")) or self._thought(delta.get("thinking"))

    def _stopped(self, reason: object) -> None:
        self._over = True
        self._reason = str(reason)[:60] if reason else ""
        self._finish = _CLAUDE.get(self._reason, "stop")

    def _count(self, usage: object) -> None:
        if not isinstance(usage, Mapping):
            return
        told = {**(self.usage or {}), **{k: v for k, v in usage.items() if v is not None}}
        names = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
        told["prompt_tokens"] = sum(_int(told.get(name)) for name in names)
        told["completion_tokens"] = _int(told.get("output_tokens"))
        told["total_tokens"] = told["prompt_tokens"] + told["completion_tokens"]
        if cached := _int(told.get("cache_read_input_tokens")):
            told["prompt_tokens_details"] = {"cached_tokens": cached}
        self.usage = told

    def snapshot(self) -> Reply:
        reply = super().snapshot()
        calls = tuple(ToolCall(i, n, "".join(a)) for i, n, a in self._calls.values())
        return replace(reply, tool_calls=calls) if calls and self._reply is None else reply


class Gemini(Native):
    """:generateContent and :streamGenerateContent."""

    def _event(self, kind: str, value: Mapping[str, Any]) -> bool:
        return self._chunk(value)

    def _whole(self, value: object, text: str) -> None:
        if isinstance(value, list):  # a stream without alt=sse is a list of chunks
            for one in value:
                if isinstance(one, Mapping):
                    self._chunk(one)
        elif isinstance(value, Mapping):
            self._chunk(value)
        if not self._over and self._reply is None:
            self.odd(f"This is no answer: {text[:300]}")

    def _chunk(self, chunk: Mapping[str, Any]) -> bool:
        if isinstance(model := chunk.get("modelVersion"), str):
            self.model = one_line(model, longest=200)
        if isinstance(name := chunk.get("responseId"), str):
            self.extra["id"] = name[:200]
        self._count(chunk.get("usageMetadata"))
        candidates = chunk.get("candidates")
        first = candidates[0] if isinstance(candidates, list) and candidates else None
        if not isinstance(first, Mapping):
            return self._said(chunk)
        content = first.get("content")
        parts = content.get("parts") if isinstance(content, Mapping) else None
        news = [self._part(one) for one in parts or () if isinstance(one, Mapping)]
        reason = first.get("finishReason")
        if isinstance(reason, str) and reason not in ("", "FINISH_REASON_UNSPECIFIED"):
            self._over = True
            words = first.get("finishMessage")
            self._reason = f"{reason} {words if isinstance(words, str) else ''}".strip()[:300]
            filtered = reason in _GEMINI_FILTERS
            self._finish = (
                "content_filter" if filtered else "length" if reason == "MAX_TOKENS" else "stop"
            )
        return any(news)

    def _part(self, part: Mapping[str, Any]) -> bool:
        data = part.get("inlineData") or part.get("inline_data")
        if isinstance(data, Mapping):
            return self._inline(data)
        file = part.get("fileData") or part.get("file_data")
        if isinstance(file, Mapping) and isinstance(link := file.get("fileUri"), str):
            return self._made(str(file.get("mimeType", "")), link)
        code, printed = part.get("executableCode"), part.get("codeExecutionResult")
        if isinstance(code, Mapping) and isinstance(code.get("code"), str):
            language = str(code.get("language", "")).lower()[:20]
            return self._text(f"\n\n```{language}\n{code['code'].strip()}\n```\n\n")
        if isinstance(printed, Mapping) and isinstance(printed.get("output"), str):
            return self._text(f"\n\n```\n{printed['output'].strip()}\n```\n\n")
        if part.get("thought") is True:
            return self._thought(part.get("text"))
        return self._text(part.get("text"))

    def _inline(self, data: Mapping[str, Any]) -> bool:
        kind = str(data.get("mimeType") or data.get("mime_type") or "")
        piece = data.get("data")
        if not isinstance(piece, str) or not piece:
            return False
        if kind.startswith("audio/"):
            known = "" if kind.lower().startswith(("audio/l16", "audio/pcm")) else kind
            return self._made(kind, sound_url([piece], known.partition(";")[0]))
        return self._made(kind, as_data(piece, kind.partition(";")[0]))

    def _made(self, kind: str, url: str) -> bool:
        made: ResultKind = "image"
        if kind.startswith("video/"):
            made = "video"
        elif kind.startswith("audio/"):
            made = "audio"
        usable = url.startswith(("https://", "http://", f"data:{made}/"))
        if not usable or any(one.url == url for one in self.results):
            return False
        self.results += (Result(made, url),)
        return True

    def _count(self, usage: object) -> None:
        if not isinstance(usage, Mapping):
            return
        thought = _int(usage.get("thoughtsTokenCount"))
        said = _int(usage.get("candidatesTokenCount"))
        told: dict[str, Any] = dict(usage)
        told["prompt_tokens"] = _int(usage.get("promptTokenCount"))
        told["completion_tokens"] = said + thought
        told["total_tokens"] = told["prompt_tokens"] + told["completion_tokens"]
        if thought:
            told["completion_tokens_details"] = {"reasoning_tokens": thought}
        if cached := _int(usage.get("cachedContentTokenCount")):
            told["prompt_tokens_details"] = {"cached_tokens": cached}
        self.usage = told


def _int(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
