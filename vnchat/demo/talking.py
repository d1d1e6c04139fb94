"""The models that answer in text, in pieces of about a token, forty a second at pace 1."""

from __future__ import annotations

import asyncio
import base64
import secrets
import time
from collections.abc import AsyncGenerator, Iterator

from .answers import answer, pictures_of, thought, tool_call
from .audio import length_of_sound, spoken
from .protocol import Ask, Finished, Reasoning, Refused, Said, Spoken, Text, pieces_of
from .studio import Studio

A_PIECE = 1 / 40  # seconds


async def chat(ask: Ask, studio: Studio) -> AsyncGenerator[Said, None]:
    pictures = await asyncio.to_thread(pictures_of, ask)
    if call := tool_call(ask):
        yield call
        yield Finished("tool_calls")
        return
    text = answer(ask, pictures)
    ends = [at for stop in ask.stops if stop and (at := text.find(stop)) >= 0]
    pieces = pieces_of(text[: min(ends)] if ends else text)
    for piece in pieces[: ask.limit]:
        await studio.wait(A_PIECE)
        yield Text(piece)
    yield Finished("length" if ask.limit and ask.limit < len(pieces) else "stop")


async def reasoner(ask: Ask, studio: Studio) -> AsyncGenerator[Said, None]:
    for piece in pieces_of(thought(ask)):
        await studio.wait(A_PIECE)
        yield Reasoning(piece)
    async for said in chat(ask, studio):
        yield said


async def speaker(ask: Ask, studio: Studio) -> AsyncGenerator[Said, None]:
    """Hears and speaks, as gpt-4o-audio does: bare PCM in a stream, a file in one piece."""
    heard = [await asyncio.to_thread(length_of_sound, data) for data in _sounds(ask)]
    aloud = "audio" in (ask.body.get("modalities") or ())
    if not heard and not aloud:
        raise Refused(400, "This model needs audio in the input or in the output.")
    text = _about(ask, heard)
    if not aloud:
        for piece in pieces_of(text):
            await studio.wait(A_PIECE)
            yield Text(piece)
        yield Finished("stop")
        return
    wish = ask.body.get("audio")
    wish = wish if isinstance(wish, dict) else {}
    form = wish.get("format")
    if not wish.get("voice") or form not in ("pcm16", "mp3", "wav", "flac", "opus", "aac"):
        raise Refused(400, "Invalid 'audio': must name a voice and a format.", param="audio")
    if ask.stream and form != "pcm16":
        raise Refused(400, "Only pcm16 is supported when stream is true.", param="audio.format")
    kind = "pcm" if form == "pcm16" else str(form)
    data = await asyncio.to_thread(spoken, text, str(wish["voice"]), kind)
    name, until = f"audio_{secrets.token_hex(8)}", int(time.time()) + 3600
    if not ask.stream:
        yield Spoken(name, text, base64.b64encode(data).decode(), until)
        yield Finished("stop")
        return
    words = pieces_of(text)
    step = len(data) // len(words) // 2 * 2 + 2
    for at, piece in enumerate(words):
        await studio.wait(A_PIECE)
        yield Spoken(name, piece, base64.b64encode(data[at * step : (at + 1) * step]).decode())
    yield Spoken(name, until=until)
    yield Finished("stop")


def _about(ask: Ask, heard: list[float]) -> str:
    back = any(isinstance(m, dict) and m.get("audio") for m in ask.body["messages"])
    if ask.chinese:
        told = f"我听到了 {sum(heard):.1f} 秒的声音。" if heard else "这是演示网关在说话。"
        return told + ("我还记得刚才说过的话。" if back else "")
    told = f"I heard {sum(heard):.1f} seconds of sound." if heard else "The demo is speaking."
    return told + (" I remember what I said." if back else "")


def _sounds(ask: Ask) -> Iterator[bytes]:
    """The sounds of the last message, decoded."""
    content = ask.body["messages"][-1].get("content")
    for part in content if isinstance(content, list) else ():
        sound = part.get("input_audio") if part.get("type") == "input_audio" else None
        if sound is None:
            continue
        if not isinstance(sound, dict) or sound.get("format") not in ("wav", "mp3"):
            raise Refused(400, "Invalid 'input_audio.format': must be wav or mp3.")
        try:
            yield base64.b64decode(str(sound.get("data")), validate=True)
        except ValueError as error:
            raise Refused(400, "Invalid 'input_audio.data': must be base64.") from error
