"""One JSON chunk (or whole body) in, typed events out.

Pure: nothing is remembered. What a chunk means is decided here and nowhere else; `reader.py` folds
the events into a reply, `said.py` knows the shapes of errors, `jsonlinks.py` those of results.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from vnchat.reading.events import (
    Broken,
    Call,
    Event,
    Fields,
    Finished,
    Media,
    Refusal,
    Sound,
    Spoke,
    Text,
    Thought,
    Usage,
)
from vnchat.reading.jsonlinks import found_in
from vnchat.reading.ownforms import piece_of, words_of
from vnchat.reading.said import Said, said_in
from vnchat.reading.telling import share_of, thought_of, told_of
from vnchat.reading.urls import kind_of

_THOUGHTS = (
    "reasoning_content",
    "reasoning",
    "thinking",
    "reasoning_text",
    "thought",
    "reasoning_details",
)
_PLAIN = frozenset(("index", "delta", "finish_reason", "logprobs", "native_finish_reason"))
# What is known to hold no result; whatever a gateway invents beside it may hold one.
_CHUNK = frozenset((
    "id", "object", "created", "model", "choices", "usage", "system_fingerprint", "service_tier",
    "provider", "obfuscation", "prompt_filter_results", "x_groq", "error", "progress",
    "citations", "search_results",
))  # fmt: skip
_CHOICE = frozenset((
    *_PLAIN, "message", "text", "finishReason", "stop_reason", "usage", "error",
    "content_filter_results", "content_filter_result", "token_ids",
))  # fmt: skip
_TEXT_PART = frozenset(("type", "text", "content", "role", "id", "index"))
_MESSAGE = frozenset((
    *_THOUGHTS, "role", "content", "name", "id", "refusal", "tool_calls", "function_call", "audio",
    "progress", "error", "context",
))  # fmt: skip
_MADE = re.compile(
    r"video|clip|movie|image|picture|photo|audio|music|song|sound|speech|media|file|attach|asset|"
    r"output|result|generat|data|url|link|download",
    re.IGNORECASE,
)
_BROUGHT = re.compile(  # from elsewhere, to answer with
    r"search|^web|tool|retriev|context|document|knowledge|ground|source|related|suggest|user|history",
    re.IGNORECASE,
)
FAILED_EVENTS = ("error", "failed", "failure", "fail", "exception")
PROGRESS_TYPES = ("progress", "status", "heartbeat", "ping", "info", "log", "queue", "processing")
_MIMES = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "flac": "audio/flac",
    "aac": "audio/aac",
    "pcm16": "audio/wav",
}


def events_of(chunk: object, name: str = "", *, whole: bool = False) -> Iterator[Event]:
    """The events of one chunk, in reading order; none if it says nothing.

    `name` is the frame's event name; `whole`: the chunk is the entire body.
    """
    if isinstance(chunk, list):
        for part in chunk[:50]:
            yield from events_of(part, name, whole=whole)
        return
    if not isinstance(chunk, Mapping):
        if name in FAILED_EVENTS and isinstance(chunk, str):
            yield Broken(Said(chunk))
        return
    choices = chunk.get("choices")
    if isinstance(choices, Mapping):  # one choice, or all of them under their numbers
        one = {"delta", "message", "text"} & set(choices)
        choices = [choices] if one else list(choices.values())
    if choices and isinstance(choices, list):
        for position, choice in enumerate(choices[:64]):
            if isinstance(choice, Mapping):
                yield from _choice(choice, position)
    elif not isinstance(choices, list) or "error" in chunk or not chunk.keys() <= _CHUNK:
        yield from _other(chunk, name, whole)
    if choices:
        yield from _media(chunk, _CHUNK, 0)
        if "progress" in chunk:
            yield from share_of(chunk)
    if chunk.get("error") and choices and (said := said_in(chunk)):
        yield Broken(said)
    usage = chunk.get("usage") or chunk.get("usageMetadata")
    if isinstance(usage, Mapping) and usage:
        yield Usage(usage)
    elif isinstance(groq := chunk.get("x_groq"), Mapping) and isinstance(
        groq.get("usage"), Mapping
    ):
        yield Usage(groq["usage"])


def plain_text(chunk: object) -> str | None:
    """The text of a chunk that says nothing else, as nearly all do; None for any other."""
    if type(chunk) is not dict or not (chunk.keys() <= _CHUNK or _is_plain(chunk)):
        return None
    choices = chunk.get("choices")
    if (
        type(choices) is not list
        or len(choices) != 1
        or chunk.get("usage")
        or "error" in chunk
        or "x_groq" in chunk
        or "progress" in chunk
    ):
        return None
    choice = choices[0]
    if type(choice) is not dict or choice.get("index") or choice.get("finish_reason"):
        return None
    for name in choice:
        if name not in _PLAIN:
            return None
    delta = choice.get("delta")
    if type(delta) is not dict or not (len(delta) == 1 or (len(delta) == 2 and "role" in delta)):
        return None
    text = delta.get("content")
    return text if type(text) is str else None


def _is_plain(chunk: Fields) -> bool:
    """Is what else the chunk has a number or a word, in which nothing can be named?"""
    beside = [chunk[name] for name in chunk.keys() - _CHUNK]
    return all(
        not one
        or isinstance(one, int | float)
        or (isinstance(one, str) and len(one) < 400 and "/" not in one)
        for one in beside
    )


def _choice(choice: Fields, position: int) -> Iterator[Event]:
    index = choice.get("index")
    number = (
        index
        if isinstance(index, int) and not isinstance(index, bool) and 0 <= index < 128
        else position
    )
    delta = choice.get("delta")
    if isinstance(delta, str):
        yield Text(number, delta)
    elif isinstance(delta, Mapping):
        yield from _message(delta, number, whole=False)
    message = choice.get("message")
    if isinstance(message, str):
        yield Text(number, message, whole=True)
    elif isinstance(message, Mapping):
        yield from _message(message, number, whole=True)
    yield from _media(choice, _CHOICE, number)
    if isinstance(text := choice.get("text"), str) and not (message or _has_content(delta)):
        yield Text(number, text)
    if choice.get("error") and (said := said_in(choice)):
        yield Broken(said)
    if isinstance(usage := choice.get("usage"), Mapping) and usage:
        yield Usage(usage)
    reason = choice.get("finish_reason") or choice.get("finishReason")
    if isinstance(reason, str) and reason.strip() and reason.lower() not in ("null", "none"):
        yield Finished(number, reason.strip().lower())


def _message(fields: Fields, number: int, *, whole: bool) -> Iterator[Event]:
    for name in _THOUGHTS:  # some gateways send one thought under several names: the first counts
        value = fields.get(name)
        if value:
            thoughts = list(thought_of(value, number, whole))
            yield from thoughts
            if thoughts:
                break
    content = fields.get("content")
    if isinstance(content, str):
        if content:
            yield Text(number, content, whole)
    elif whole and isinstance(content, int | float) and not isinstance(content, bool):
        yield Text(number, str(content), whole)
    elif content:
        yield from _content(content, number, whole)
    if content is not None and (len(fields) == 1 or (len(fields) == 2 and "role" in fields)):
        return  # nothing else: by far the most chunks
    yield from _media(fields, _MESSAGE, number)
    if audio := fields.get("audio"):
        yield from _audio(audio, number, whole, spoken=not content)
    if calls := fields.get("tool_calls"):
        for call in calls[:128] if isinstance(calls, list) else [calls]:
            if isinstance(call, Mapping):
                yield _call(call, number, whole)
    if isinstance(legacy := fields.get("function_call"), Mapping):
        yield _call({"index": 0, "function": legacy}, number, whole)
    if isinstance(refusal := fields.get("refusal"), str) and refusal:
        yield Refusal(number, refusal)
    if "progress" in fields:
        yield from share_of(fields)
    if fields.get("error") and (said := said_in(fields)):
        yield Broken(said)


def _has_content(delta: object) -> bool:
    if isinstance(delta, Mapping):
        return bool(delta.get("content"))
    return isinstance(delta, str) and bool(delta)


def _media(fields: Fields, known: frozenset[str], number: int) -> Iterator[Event]:
    """What was made, in whatever field. One that is not named for it may hold anything: of it
    only clips count whose address says that they are clips."""
    for name, value in fields.items():
        if name in known or not value or _BROUGHT.search(name):
            continue
        named = _MADE.search(name)
        for found in found_in({name: value}):
            if named or (found.kind != "image" and kind_of(found.url) == found.kind):
                yield Media(number, found)


def _content(content: object, number: int, whole: bool) -> Iterator[Event]:
    """Content that is no string: a list of parts, or one part."""
    if isinstance(content, Mapping) and isinstance(content.get("parts"), list):
        content = content["parts"]
    parts = content if isinstance(content, list) else [content]
    if any(isinstance(part, list) for part in parts):
        parts = [one for part in parts for one in (part if isinstance(part, list) else [part])]
    texts: list[str] = []
    others: list[Event] = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, Mapping):
            kind = part.get("type")
            text = part.get("text", part.get("content"))
            if isinstance(text, Mapping):
                text = text.get("value")
            if kind in ("thinking", "reasoning", "reasoning_text"):
                others.extend(thought_of(part, number, whole))
            elif kind in ("input_audio", "output_audio", "audio") and isinstance(
                inner := part.get(str(kind), part.get("audio")), Mapping
            ):
                others.extend(_audio(inner, number, whole, spoken=False))
            elif isinstance(text, str) and kind in (None, "text", "output_text", "markdown"):
                texts.append(text)
                others.extend(_media(part, _TEXT_PART, number))
            elif isinstance(refusal := part.get("refusal"), str):
                others.append(Refusal(number, refusal))
            else:
                others.extend(Media(number, found) for found in found_in(part))
    if texts:
        yield Text(number, "".join(texts), whole)
    yield from others


def _audio(audio: object, number: int, whole: bool, *, spoken: bool) -> Iterator[Event]:
    if isinstance(audio, str | list):
        for found in found_in({"audio": audio}):
            yield Media(number, found)
    elif isinstance(audio, Mapping):
        data, form = audio.get("data"), audio.get("format")
        mime = _MIMES.get(form, "") if isinstance(form, str) else ""
        if isinstance(data, str) and data:
            if data.startswith("data:"):
                yield from (Media(number, found) for found in found_in({"audio": data}))
            else:
                yield Sound(number, data, mime or "audio/wav", whole)
        else:
            yield from (Media(number, found) for found in found_in({"audio": dict(audio)}))
        name, until = audio.get("id"), audio.get("expires_at")
        if isinstance(name, str) and name:
            seconds = until if isinstance(until, int | float) else 0.0
            yield Spoke(number, name[:200], float(seconds))
        if spoken and isinstance(script := audio.get("transcript"), str) and script:
            yield Text(number, script, whole)


def _call(call: Fields, number: int, whole: bool) -> Call:
    function = call.get("function")
    function = function if isinstance(function, Mapping) else call
    index, arguments = call.get("index"), function.get("arguments", function.get("input"))
    if arguments is not None and not isinstance(arguments, str):
        arguments = json.dumps(arguments, ensure_ascii=False)
    return Call(
        number,
        index if isinstance(index, int) and not isinstance(index, bool) else None,
        _string(call.get("id")),
        _string(function.get("name")),
        arguments or "",
        whole,
    )


def _other(chunk: Fields, name: str, whole: bool) -> Iterator[Event]:
    """A chunk without choices: an error, progress, another protocol's event, or a bare result."""
    kind = chunk.get("type") if isinstance(chunk.get("type"), str) else ""
    kind = str(kind or name).lower()
    if kind in PROGRESS_TYPES and not chunk.get("error"):
        yield told_of(chunk)
        return
    delta = chunk.get("delta")
    if kind.endswith("text.delta") and isinstance(delta, str):  # response.output_text.delta
        yield Thought(0, delta) if "reasoning" in kind else Text(0, delta)
        return
    if kind == "content_block_delta" and isinstance(delta, Mapping):
        text, thought = delta.get("text"), delta.get("thinking")
        if isinstance(text, str):
            yield Text(0, text)
        if isinstance(thought, str):
            yield Thought(0, thought)
        return
    if (
        kind == "message_delta"
        and isinstance(delta, Mapping)
        and isinstance(delta.get("stop_reason"), str)
    ):
        yield Finished(0, delta["stop_reason"].lower())
        return
    if said := said_in(chunk, whole=whole or name in FAILED_EVENTS):
        yield Broken(said)
        return
    if name in FAILED_EVENTS:
        yield Broken(Said(json.dumps(chunk, ensure_ascii=False)[:600]))
        return
    for wrapper in ("data", "response", "result", "output"):  # {"code": 0, "data": {completion}}
        inner = chunk.get(wrapper)
        if isinstance(inner, Mapping) and ("choices" in inner or "candidates" in inner):
            yield from events_of(inner, name, whole=whole)
            return
    if isinstance(candidates := chunk.get("candidates"), list):
        for position, candidate in enumerate(candidates[:16]):
            if isinstance(candidate, Mapping):
                yield from _candidate(candidate, position)
        return
    if kind in ("message", "assistant", "content", "text", "answer") and (
        content := chunk.get("content") or chunk.get("text")
    ):
        yield from _content(content, 0, whole=name.endswith(".completed"))
        if isinstance(reason := chunk.get("stop_reason"), str):
            yield Finished(0, reason.lower())
        return
    if isinstance(chunk.get("message"), Mapping):  # {"message": {"role", "content"}, "done": true}
        yield from _message(chunk["message"], 0, whole=False)
        if chunk.get("done") is True:
            yield Finished(0, _string(chunk.get("done_reason")) or "stop")
        return
    results = found_in(chunk)
    for found in results:
        yield Media(0, found)
    if not results and ("progress" in chunk or "percent" in chunk):
        yield told_of(chunk)
    if not results:
        yield from words_of(chunk) if whole else piece_of(chunk)
    if results and whole:
        yield Finished(0, "stop")


def _candidate(candidate: Fields, position: int) -> Iterator[Event]:
    content = candidate.get("content")
    parts = content.get("parts") if isinstance(content, Mapping) else None
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, Mapping) and isinstance(part.get("text"), str):
            yield (
                Thought(position, part["text"])
                if part.get("thought") is True
                else Text(position, part["text"])
            )
        else:
            yield from (Media(position, found) for found in found_in(part))
    if isinstance(reason := candidate.get("finishReason"), str) and reason:
        yield Finished(position, reason.lower())


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
