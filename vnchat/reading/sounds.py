"""Sound inside a chat answer: base64 in pieces to one address that a player opens. Pure.

A stream carries bare PCM (16 bit, 24 kHz, one channel, as OpenAI documents for pcm16), and nothing
in it says so: what begins like no file is PCM and gets the head of a WAV.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Iterable

from vnchat.reading.jsonlinks import as_data

RATE = 24_000
_BEGINS = (b"RIFF", b"ID3", b"OggS", b"fLaC", b"\xff\xf1", b"\xff\xf9", b"\x1a\x45\xdf\xa3")


def sound_url(pieces: Iterable[str], mime: str) -> str:
    """The sound as a data: address; "" when nothing of it can be read."""
    data = b"".join(_bytes(one) for one in pieces)
    if not data:
        return ""
    if mime in ("audio/mpeg", "audio/ogg", "audio/flac", "audio/aac") or _is_file(data):
        return as_data(base64.b64encode(data).decode(), mime)
    return "data:audio/wav;base64," + base64.b64encode(wav(data)).decode()


def wav(pcm: bytes, rate: int = RATE) -> bytes:
    """PCM with the head of a WAV: 16 bit, one channel."""
    pcm = pcm[: len(pcm) // 2 * 2]
    head = struct.pack(
        "<4sI8sIHHIIHH4sI",
        *(b"RIFF", 36 + len(pcm), b"WAVEfmt ", 16, 1, 1, rate, rate * 2, 2, 16, b"data", len(pcm)),
    )
    return head + pcm


def _is_file(data: bytes) -> bool:
    mp3 = len(data) > 2 and data[0] == 0xFF and data[1] in (0xFB, 0xF3, 0xF2, 0xFA)
    return data.startswith(_BEGINS) or data[4:8] == b"ftyp" or mp3


def _bytes(piece: str) -> bytes:
    """One piece; cut in the middle of its base64, what of it is whole."""
    piece = "".join(piece.split())
    try:
        return base64.b64decode(piece + "=" * (-len(piece) % 4))
    except (binascii.Error, ValueError):
        whole = piece.rstrip("=")
        whole = whole[: len(whole) // 4 * 4]
        try:
            return base64.b64decode(whole)
        except (binascii.Error, ValueError):
            return b""
