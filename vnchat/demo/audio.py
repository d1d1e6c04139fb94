"""Sound of the demo: POST /v1/audio/speech, /v1/audio/transcriptions and /v1/audio/translations.

Speech is a soft tone for each word, made with the `wave` module and PyAV; a transcription says how
long the sound was and that nobody listened. Shapes as in OpenAI's audio API.
"""

from __future__ import annotations

import array
import asyncio
import base64
import io
import json
import math
import wave
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from .answers import words_of
from .protocol import Refused, is_chinese, pieces_of
from .studio import Studio
from .uploads import Upload

RATE = 24_000
A_WORD = 0.28  # seconds
SCALE = (0, 2, 4, 7, 9, 12, 9, 7)  # half tones over a low A: no two of them clash
TYPES = {
    "mp3": "audio/mpeg", "wav": "audio/wav", "pcm": "audio/pcm",
    "flac": "audio/flac", "aac": "audio/aac", "opus": "audio/ogg",
}  # fmt: skip
CODECS = {"mp3": "mp3", "flac": "flac", "aac": "aac", "opus": "libopus"}
FORMATS = {"mp3": "mp3", "flac": "flac", "aac": "adts", "opus": "ogg"}
REPLIES = ("json", "text", "srt", "verbose_json", "vtt")


async def speech(body: object, studio: Studio) -> Response:
    fields = body if isinstance(body, dict) else {}
    text, voice = fields.get("input"), fields.get("voice")
    if not isinstance(text, str) or not text.strip() or len(text) > 4096:
        raise _wrong("input", "must be text of 1 to 4096 characters")
    if not voice or not isinstance(voice, str | dict):
        raise _wrong("voice", "must name a voice")
    kind = fields.get("response_format") or "mp3"
    if kind not in TYPES:
        raise _wrong("response_format", f"must be one of {', '.join(TYPES)}")
    speed = fields.get("speed", 1)
    if isinstance(speed, bool) or not isinstance(speed, int | float) or not 0.25 <= speed <= 4:
        raise _wrong("speed", "must be from 0.25 to 4")
    await studio.wait(0.6)
    data = await asyncio.to_thread(spoken, text, str(voice), kind, float(speed))
    if fields.get("stream_format") == "sse":
        return StreamingResponse(_sound_events(data), media_type="text/event-stream")
    return Response(data, media_type=TYPES[kind])


async def transcription(body: object, studio: Studio) -> Response:
    return await _heard(body, studio, may_stream=True)


async def translation(body: object, studio: Studio) -> Response:
    return await _heard(body, studio, may_stream=False)


def spoken(text: str, voice: str, kind: str, speed: float = 1) -> bytes:
    """The sound file."""
    samples = _tones(words_of(text) or ["…"], voice, A_WORD / speed)
    if kind == "pcm":
        return samples.tobytes()
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return buffer.getvalue() if kind == "wav" else _encoded(buffer.getvalue(), kind)


def _tones(words: list[str], voice: str, length: float) -> array.array[int]:
    """One soft note a word; the voice decides how low it is."""
    low = 110 * 2 ** ((sum(map(ord, voice)) % 8) / 12)
    samples = array.array("h")
    for word in words[:400]:
        step = SCALE[sum(map(ord, word)) % len(SCALE)]
        pitch = low * 2 ** (step / 12) * math.tau / RATE
        count = int(RATE * length)
        for at in range(count):
            part = at / count
            loud = min(1, part * 14) * (1 - part) ** 2.2
            tone = math.sin(pitch * 2 * at) + 0.28 * math.sin(pitch * 4 * at)
            samples.append(int(7600 * loud * tone))
    return samples


def _encoded(wav: bytes, kind: str) -> bytes:
    import av
    from av.audio.stream import AudioStream

    buffer = io.BytesIO()
    with (
        av.open(io.BytesIO(wav), "r") as source,
        av.open(buffer, "w", format=FORMATS[kind]) as target,
    ):
        stream = target.add_stream(CODECS[kind], rate=RATE)
        if not isinstance(stream, AudioStream):
            raise Refused(500, "The demo gateway cannot write this format.", kind="server_error")
        stream.layout = "mono"
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return buffer.getvalue()


async def _sound_events(data: bytes) -> AsyncGenerator[str, None]:
    size = max(1, len(data) // 4 + 1)
    for at in range(0, len(data), size):
        piece = base64.b64encode(data[at : at + size]).decode()
        yield _event({"type": "speech.audio.delta", "audio": piece})
    usage = {"input_tokens": 1, "output_tokens": len(data) // 100, "total_tokens": 1}
    yield _event({"type": "speech.audio.done", "usage": usage})


async def _heard(body: object, studio: Studio, *, may_stream: bool) -> Response:
    fields: Mapping[str, Any] = body if isinstance(body, dict) else {}
    file = fields.get("file")
    if not isinstance(file, Upload):
        raise _wrong("file", "must be an audio file in a form")
    reply = fields.get("response_format") or "json"
    if reply not in REPLIES:
        raise _wrong("response_format", f"must be one of {', '.join(REPLIES)}")
    seconds = await asyncio.to_thread(length_of_sound, file.data)
    await studio.wait(0.8)
    chinese = fields.get("language") == "zh" or is_chinese(str(fields.get("prompt") or ""))
    text = (
        f"这是演示网关：收到了 {seconds:.1f} 秒的声音，但没有真正去听。"
        if chinese
        else f"This is the demo: {seconds:.1f} seconds of sound arrived, and nobody listened to it."
    )
    if may_stream and fields.get("stream") in ("true", True):
        return StreamingResponse(_words(text, studio), media_type="text/event-stream")
    match reply:
        case "text":
            return PlainTextResponse(text + "\n")
        case "srt":
            return PlainTextResponse(f"1\n{_clock(0, ',')} --> {_clock(seconds, ',')}\n{text}\n")
        case "vtt":
            return PlainTextResponse(
                f"WEBVTT\n\n{_clock(0, '.')} --> {_clock(seconds, '.')}\n{text}\n"
            )
    whole: dict[str, object] = {"text": text}
    if reply == "verbose_json":
        segment = {"id": 0, "seek": 0, "start": 0.0, "end": seconds, "text": text, "tokens": []}
        segment |= {"temperature": 0, "avg_logprob": 0, "compression_ratio": 1, "no_speech_prob": 0}
        language = "chinese" if chinese else "english"
        whole |= {"language": language, "duration": seconds, "segments": [segment]}
    whole["usage"] = {"type": "duration", "seconds": math.ceil(seconds)}
    return JSONResponse(whole)


def length_of_sound(data: bytes) -> float:
    """Seconds of the sound, or `Refused` if it is none."""
    import av

    try:
        with av.open(io.BytesIO(data), "r") as source:
            if not source.streams.audio:
                raise _wrong("file", "must hold sound")
            samples = sum(frame.samples / frame.sample_rate for frame in source.decode(audio=0))
    except (av.FFmpegError, ValueError) as error:
        raise _wrong("file", "must be an audio file") from error
    return round(samples, 2)


async def _words(text: str, studio: Studio) -> AsyncGenerator[str, None]:
    for piece in pieces_of(text):
        await studio.wait(0.03)
        yield _event({"type": "transcript.text.delta", "delta": piece})
    yield _event({"type": "transcript.text.done", "text": text})


def _event(payload: Mapping[str, object]) -> str:
    return f"event: {payload['type']}\ndata: {json.dumps(payload, ensure_ascii=False)}\n\n"


def _clock(seconds: float, point: str) -> str:
    whole, part = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point}{part:03}"


def _wrong(param: str, must: str) -> Refused:
    return Refused(400, f"Invalid '{param}': {must}.", code="invalid_value", param=param)
