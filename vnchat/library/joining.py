"""Pieces of sound, one after the other, as one file: packets are passed on, nothing is encoded.

For an answer that was read aloud in several requests. Formats differ from piece to piece only when
a gateway answers oddly; then there is no one file, and the pieces stay what they are.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from vnchat.library.faults import MediaFailed
from vnchat.library.sniff import HEAD, container_of

_MUXERS = {"mp3": "mp3", "wav": "wav", "ogg": "ogg", "aac": "adts"}


def joined(sounds: Sequence[bytes]) -> bytes:
    """One file of the same format. Raises MediaFailed."""
    if len(sounds) == 1:
        return sounds[0]
    import av

    demuxers = {found.demuxer if (found := container_of(one[:HEAD])) else "" for one in sounds}
    form = demuxers.pop() if len(demuxers) == 1 else ""
    if form not in _MUXERS:
        raise MediaFailed("broken", detail="pieces of different formats")
    buffer = io.BytesIO()
    try:
        with av.open(buffer, "w", format=_MUXERS[form]) as target:
            stream: Any = None
            at = 0
            for one in sounds:
                with av.open(io.BytesIO(one), "r", format=form) as source:
                    heard = source.streams.audio[0]
                    if stream is None:
                        stream = target.add_stream_from_template(heard)
                    end = at
                    for packet in source.demux(heard):
                        if packet.dts is None:
                            continue
                        packet.dts = packet.pts = at + max(0, packet.dts)
                        end = max(end, packet.dts + (packet.duration or 0))
                        packet.stream = stream
                        target.mux(packet)
                    at = end
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise MediaFailed("broken", detail=repr(error)) from error
    return buffer.getvalue()
