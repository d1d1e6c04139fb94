"""Answers in a form of their own: no choices, no candidates, but words all the same.

Pure. `chunks.py` asks here last, when a chunk or body is nothing that it knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vnchat.reading.events import Event, Fields, Finished, Text


def words_of(body: Fields) -> Iterator[Event]:
    """A body that is an answer in a form of its own: {"output": {"text": …}} and its like."""
    for name in ("output", "result", "data", "response", "output_text", "text", "answer"):
        value = body.get(name)
        if isinstance(value, Mapping):
            value = next((v for n in ("text", "response", "answer") if (v := value.get(n))), None)
        if isinstance(value, str) and value.strip():
            yield Text(0, value, whole=True)
            yield Finished(0, "stop")
            return


def piece_of(chunk: Fields) -> Iterator[Event]:
    """A piece of an answer that is streamed in a form of its own."""
    for name, inside in (("answer", ""), ("response", ""), ("output", "text"), ("token", "text")):
        value = chunk.get(name)
        if inside:
            value = value.get(inside) if isinstance(value, Mapping) else None
        if isinstance(value, str) and value:
            yield Text(0, value, whole=name == "output")  # which says all of it each time
            break
    output = chunk.get("output")
    reason = output.get("finish_reason") if isinstance(output, Mapping) else None
    if isinstance(reason, str) and reason not in ("", "null"):
        yield Finished(0, reason.lower())
