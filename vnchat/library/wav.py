"""Any sound as a plain WAV, for gateways whose chat models take only that and MP3.

One channel, 16 bit, 24 kHz: what such models hear in anyway.
"""

from __future__ import annotations

import io
import wave

from vnchat.library.faults import MediaFailed
from vnchat.library.sniff import HEAD, container_of

RATE = 24_000
MOST_SECONDS = 1200  # 58 MB of WAV


def as_wav(data: bytes) -> bytes:
    """Raises MediaFailed for what holds no sound."""
    import av

    found = container_of(data[:HEAD])
    if found is None or found.kind == "image":
        raise MediaFailed("wrong_type")
    buffer = io.BytesIO()
    left = RATE * MOST_SECONDS * 2
    try:
        with (
            av.open(io.BytesIO(data), "r", format=found.demuxer) as source,
            wave.open(buffer, "wb") as target,
        ):
            target.setnchannels(1)
            target.setsampwidth(2)
            target.setframerate(RATE)
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            for frame in source.decode(audio=0):
                for piece in resampler.resample(frame):
                    samples = bytes(piece.planes[0])[: piece.samples * 2][:left]
                    left -= len(samples)
                    target.writeframes(samples)
                if left <= 0:
                    break
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise MediaFailed("broken", detail=repr(error)) from error
    return buffer.getvalue()
