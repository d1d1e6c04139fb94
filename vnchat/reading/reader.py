"""Folds the bytes of one response into a reply. No I/O, no clock.

Here the live side: frames to events to growing text, reasoning, progress. Work per chunk does not
grow with the length of the answer; the finished reply is made once, in `conclude.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from vnchat.reading import events
from vnchat.reading.alike import Alike
from vnchat.reading.bodies import DECODER, glued, is_end, is_outcry, lone_chunk
from vnchat.reading.choose import choose
from vnchat.reading.chunks import FAILED_EVENTS, PROGRESS_TYPES, events_of, plain_text
from vnchat.reading.conclude import Heard, conclude
from vnchat.reading.failure import failure_of
from vnchat.reading.fold import Choice
from vnchat.reading.links import links_in
from vnchat.reading.plain import is_page, one_line, without_keys
from vnchat.reading.progress import Lines, Note, read_line
from vnchat.reading.pulse import Pulse
from vnchat.reading.reply import Activity, Reply
from vnchat.reading.said import Said
from vnchat.reading.sse import Comment, Frame, Frames, Item, Stray

Change = Literal["text", "reasoning", "state"]
NOTHING: frozenset[Change] = frozenset()
MOST_STRAY = 64_000_000  # bytes of a body that is no event stream
MOST_ERROR = 1_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """How a response ended that did not end by itself."""

    how: Literal["reset", "stalled", "stopped", "timeout", "network", "shutdown"]
    message: str = ""


class Reader:
    """Folds one response's bytes into a reply."""

    def __init__(
        self,
        *,
        status: int = 200,
        content_type: str = "",
        origin: str = "",
        prompt: str = "",
        expect_stream: bool = True,
        keys: Sequence[str] = (),
        retry_after: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`origin` makes relative links absolute; links in `prompt`, the last user message, are no
        results; `keys` are masked in every message; `headers` may hold a request id.
        """
        self.text_parts: list[str] = []
        self.reasoning_parts: list[str] = []
        self.got_bytes = False
        self._status, self._type = status, content_type
        self._keys, self._headers = tuple(keys), dict(headers or {})
        self._origin, self._prompt = origin, prompt
        self._expect_stream = expect_stream
        self._frames = Frames()
        self._alike = Alike()
        self._error_body: list[bytes] = []
        self._error_length = 0
        self._stray: list[str] = []
        self._stray_length = 0
        self._choices: dict[int, Choice] = {}
        self._notes: list[Note] = []
        self._content = Lines("content", self._notes)
        self._reasoning = Lines("reasoning", self._notes)
        self._pulse = Pulse(self._notes, self._keys)
        self._broken: Said | None = None
        self._usage: Mapping[str, Any] | None = None
        self._model = ""
        self._extra: dict[str, Any] = {"retry_after": retry_after} if retry_after else {}
        self._done = self._understood = False
        self._version = 0
        self._changed: set[Change] = set()
        self._plain: list[str] = []  # deltas of the first choice, on their way to the page
        self._reply: Reply | None = None

    @property
    def progress(self) -> list[float]:
        """The percentages so far; after the end, those that count."""
        return self._pulse.progress

    @property
    def activity(self) -> Activity | None:
        """What goes on while nothing is finished."""
        return self._pulse.activity

    @property
    def media_like(self) -> bool:
        """Is something being made? Then a card is shown instead of the text."""
        return self._pulse.media_like

    @property
    def done(self) -> bool:
        """Has the gateway said that this is all?"""
        return self._done

    def feed(self, data: bytes) -> frozenset[Change]:
        """Take bytes; what changed by them."""
        if not data or self._reply is not None:
            return NOTHING
        self.got_bytes = True
        if not 200 <= self._status < 300:
            if self._error_length < MOST_ERROR:
                self._error_body.append(data)
                self._error_length += len(data)
            return NOTHING
        items = self._frames.feed(data)
        return self._take(items) if items else NOTHING

    def snapshot(self) -> Reply:
        """The reply so far; after the end, the reply."""
        if self._reply is not None:
            return self._reply
        first = self._choices.get(0)
        return Reply(
            version=self._version,
            text="".join(self.text_parts),
            raw="".join(first.raw) if first else "",
            reasoning="".join(self.reasoning_parts),
            progress=tuple(self.progress),
            activity=self.activity,
            tool_calls=first.calls() if first else (),
            usage=self._usage,
            model=self._model,
            extra=dict(self._extra),
        )

    def end(self, fault: Fault | None = None) -> Reply:
        """The finished reply. `fault` None: the body ended by itself. Idempotent."""
        if self._reply is not None:
            return self._reply
        refusal = None
        if not 200 <= self._status < 300:
            body = b"".join(self._error_body)
            refusal = failure_of(self._status, body, self._type, self._headers, self._keys)
            if (
                "retry-after" in {name.lower() for name in self._headers}
                and "retry_after" not in self._extra
            ):
                self._extra["retry_after"] = next(
                    v for n, v in self._headers.items() if n.lower() == "retry-after"
                )
        self._take(self._frames.end())
        page = self._read_stray() if self._stray else ""
        if page and refusal is None and self._is_answer(page):
            self._show(self._choice(0).text(page, whole=True)[0])
            self._done, page = fault is None, ""
        self._split_plain()
        for choice in self._choices.values():
            said, thought = choice.end()
            if choice.index == 0:
                self._show(said)
                self._think(thought)
        self._content.end()
        self._reasoning.end()
        self._follow_notes()
        heard = Heard(
            choices=[self._choices[index] for index in sorted(self._choices)],
            notes=self._notes,
            prose=self._content.prose,
            broken=self._broken,
            usage=self._usage,
            model=self._model,
            extra=self._extra,
            done=self._done,
            page=page,
            fault=fault.how if fault else "",
            fault_message=fault.message if fault else "",
            got_bytes=self.got_bytes,
            origin=self._origin,
            prompt=self._prompt,
            keys=self._keys,
            headers=self._headers,
            refusal=refusal,
            version=self._version + 1,
        )
        self._reply = conclude(heard)
        self.progress[:] = self._reply.progress
        self._pulse.media_like = heard.media_like
        self._pulse.activity = None
        return self._reply

    # -- frames ---------------------------------------------------------------------------------

    def _take(self, items: Iterable[Item]) -> frozenset[Change]:
        self._changed.clear()
        for item in items:
            if isinstance(item, Frame):
                self._frame(item)
            elif isinstance(item, Comment):
                self._split_plain()
                if self._pulse.alive():
                    self._changed.add("state")
            elif isinstance(item, Stray):
                self._split_plain()
                self._keep_stray(item.line)
        self._split_plain()
        if not self._changed:
            return NOTHING
        self._version += 1
        return frozenset(self._changed)

    def _frame(self, frame: Frame) -> None:
        data = frame.data
        if frame.name:
            if is_end(data, frame.name):
                self._done = self._understood = True
                return
        elif (words := self._alike.words(data)) is not None:
            self._words(words)
            return
        if not data.startswith("{"):
            data = data.strip()
            while data.startswith("data:"):  # an event wrapped in an event
                data = data[5:].lstrip()
            if not data:
                return
            if is_end(data, frame.name):
                self._done = self._understood = True
                return
        try:
            chunk = DECODER.decode(data)
        except (ValueError, RecursionError):
            self._odd_frame(frame.name, data)
            return
        if isinstance(chunk, str) and chunk.startswith(("{", "data:")):  # encoded twice
            self._frame(Frame(frame.name, chunk))
        elif (text := self._chunk(chunk, frame.name)) and not frame.name:
            self._alike.learn(data, text)

    def _odd_frame(self, name: str, data: str) -> None:
        """Data that is no one JSON value: several glued together, several lines, or words."""
        self._split_plain()
        pieces = glued(data)
        for piece in pieces:
            self._chunk(piece, name)
        if pieces:
            return
        if name in FAILED_EVENTS or is_outcry(data):
            self._break(Said(data))
        elif name in PROGRESS_TYPES and len(data) < 400:
            self._told(None, data)
        else:
            self._keep_stray(data)

    def _keep_stray(self, line: str) -> None:
        if is_end(line.strip(), "") and self._choices:
            self._done = True
            return
        if (chunk := lone_chunk(line)) is not None:
            self._chunk(chunk, "")
            if isinstance(chunk["choices"][0], dict) and "message" in chunk["choices"][0]:
                self._done = True  # a whole completion needs no [DONE]
            return
        if self._choices and is_outcry(line):
            self._break(Said(line.strip()))
        if self._stray_length < MOST_STRAY:
            self._stray.append(line)
            self._stray_length += len(line)

    def _read_stray(self) -> str:
        """A body that is no stream: JSON, a page or words. What is not JSON is returned."""
        text = "\n".join(self._stray).strip("\ufeff \t\r\n\x00")
        if text.startswith(("{", "[", '"')):
            try:
                body = DECODER.decode(text)
            except (ValueError, RecursionError):
                for line in self._stray:
                    if line.lstrip().startswith("{"):
                        try:
                            self._chunk(DECODER.decode(line.strip()), "", whole=True)
                        except (ValueError, RecursionError):
                            continue
                return "" if self._choices or self._broken else text[:4000]
            if isinstance(body, str) and body.startswith(("data:", "{")):  # encoded twice
                frames = Frames()
                self._take([*frames.feed(body.encode("utf-8", "replace")), *frames.end()])
                return ""
            self._chunk(body, "", whole=True)
            self._done = True
            if not isinstance(body, dict | list):
                return str(body)[:4000]
            return "" if self._choices or self._broken else text[:4000]
        return text[:20_000]

    def _is_answer(self, page: str) -> bool:
        """Words where a completion should be are its answer if what was made is linked in them."""
        if self._choices or self._broken is not None or is_page(page):
            return False
        links = links_in(page).links
        return bool(choose(links, prompt=self._prompt, origin=self._origin).results)

    # -- events ---------------------------------------------------------------------------------

    def _words(self, text: str) -> None:
        self._understood = True
        if new := self._choice(0).delta(text) if text else "":
            self._plain.append(new)

    def _chunk(self, chunk: object, name: str, *, whole: bool = False) -> str:
        """What a chunk says that says nothing but words, else ""."""
        if not self._model and isinstance(chunk, dict):
            self._name(chunk)
        text = plain_text(chunk)
        if text is not None:
            self._words(text)
            return text
        self._split_plain()
        heard = list(events_of(chunk, name, whole=whole))
        if heard or (isinstance(chunk, dict) and isinstance(chunk.get("choices"), list)):
            self._understood = True
        for event in heard:
            match event:
                case events.Text(number, text, is_whole):
                    last = (
                        len(heard) > 1
                        and len(text) > 24
                        and any(isinstance(e, events.Finished) for e in heard)
                    )
                    said, thought = self._choice(number).text(text, whole=is_whole, last=last)
                    if number == 0:
                        self._show(said)
                        self._think(thought)
                case events.Thought(number, text, is_whole):
                    new = self._choice(number).thought(text, whole=is_whole)
                    if number == 0:
                        self._think(new)
                case events.Finished(number, reason):
                    self._choice(number).finish_reason = reason
                    self._changed.add("state")
                case events.Usage(usage):
                    self._usage = usage
                case events.Told(value, told):
                    self._told(value, told)
                case events.Call(number):
                    self._choice(number).call(event)
                    self._changed.add("state")
                case events.Media(number, found):
                    self._choice(number).media.append(found)
                    self._pulse.media_like |= found.kind == "video"
                    self._changed.add("state")
                case events.Sound(number):
                    self._choice(number).sound(event)
                case events.Spoke(0, name, until):
                    known = self._extra.get("audio") or {}
                    self._extra["audio"] = {"id": name, "until": until or known.get("until", 0.0)}
                case events.Refusal(number, text):
                    self._choice(number).refusals.append(text)
                case events.Broken(error):
                    self._break(error)
        return ""

    def _split_plain(self) -> None:
        """What several deltas said in a row is looked at once."""
        if self._plain:
            said, thought = self._choice(0).split("".join(self._plain))
            self._plain.clear()
            self._show(said)
            self._think(thought)

    def _name(self, chunk: Mapping[str, Any]) -> None:
        model = chunk.get("model")
        if isinstance(model, str) and model:
            self._model = one_line(model, longest=200)
        for field in ("id", "system_fingerprint", "created", "service_tier", "provider"):
            value = chunk.get(field)
            if value and isinstance(value, str | int):
                self._extra.setdefault(
                    field, one_line(value, longest=200) if isinstance(value, str) else value
                )

    def _choice(self, number: int) -> Choice:
        choice = self._choices.get(number)
        if choice is None:
            choice = self._choices[number] = Choice(number)
        return choice

    def _break(self, said: Said) -> None:
        if self._broken is None or (not self._broken.message and said.message):
            self._broken = said
        self._understood = True
        self._changed.add("state")

    def _told(self, value: float | None, told: str) -> None:
        note = read_line(told, "told") if told else None
        note = note or Note("progress", "told", "", 0)
        if value is not None:
            note.kind, note.values = "progress", [value]
        if note.kind in ("prose", "meta"):
            note.kind = "working"
        self._notes.append(note)
        self._understood = True
        self._follow_notes()

    # -- live -----------------------------------------------------------------------------------

    def _show(self, text: str) -> None:
        if not text:
            return
        if self._keys:
            text = without_keys(text, self._keys)
        self.text_parts.append(text)
        self._changed.add("text")
        if self._content.feed(text):
            self._follow_notes()
        elif "<vid" in text and not self.media_like and self._content.begins_with("<vid"):
            self._pulse.media_like = True
            self._changed.add("state")

    def _think(self, text: str) -> None:
        if not text:
            return
        self.reasoning_parts.append(text)
        self._changed.add("reasoning")
        if self._reasoning.feed(text):
            self._follow_notes()

    def _follow_notes(self) -> None:
        if self._pulse.follow(self._content.prose):
            self._changed.add("state")
