"""One file made playable, by a process that has nothing else to do: `convert.py` runs it.

`python -m vnchat.library.converting KIND SOURCE TARGET MOST_BYTES` writes H.264 and AAC in MP4 with
the libraries that PyAV brings along, so no program needs to be installed. It limits its own memory,
time and file size before it opens anything, and says how far it is, one number a line.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from vnchat.library.apart import limit
from vnchat.library.pictures import MOST_PIXELS
from vnchat.library.sniff import HEAD, container_of

MOST_MEMORY = 3_000_000_000
MOST_SECONDS = 1500  # of work of all its threads
LONGEST_SIDE = 1920  # of the copy
_RATE = 48_000
_TELL_SECONDS = 0.5
_COVER = 0x400  # AV_DISPOSITION_ATTACHED_PIC: a picture in a sound file
_TICKS = 90_000  # of a second
_FASTEST = 60  # frames a second; a file that claims more is thinned to this


def main() -> int:
    kind, source, target, most = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    limit(memory=MOST_MEMORY, seconds=MOST_SECONDS, file_bytes=int(most))
    with source.open("rb") as file:
        container = container_of(file.read(HEAD))
        if container is None or container.kind == "image":
            raise ValueError("neither video nor sound")
        file.seek(0)
        _convert(file, container.demuxer, target, kind)
    return 0


def _convert(file: Any, demuxer: str, target: Path, kind: str) -> None:
    import av

    first = _first_frame(file, demuxer) if kind == "video" else None
    with (
        _opened(file, demuxer) as opened,
        av.open(target, "w", format="mp4", options={"movflags": "+faststart"}) as made,
    ):
        outs: dict[int, Out] = {}
        if first is not None:
            outs[_moving(opened).index] = Film(made, _moving(opened), first)
        if opened.streams.audio:
            sound = opened.streams.audio[0]
            outs[sound.index] = Sound(made, sound)
        elif kind == "audio":
            raise ValueError("no sound in it")
        length = float(opened.duration or 0) / av.time_base
        said = 0.0
        for packet in opened.demux([opened.streams[index] for index in outs]):
            try:
                frames = packet.decode()
            except av.InvalidDataError:
                continue  # damaged there: what follows may be whole
            for frame in frames:
                made.mux(list(outs[packet.stream_index].take(frame)))
            if packet.pts is not None and length and time.monotonic() - said > _TELL_SECONDS:
                said = time.monotonic()
                at = float(packet.pts * packet.time_base)
                print(f"{min(1.0, max(0.0, at / length)):.3f}", flush=True)  # noqa: T201
        for out in outs.values():
            made.mux(list(out.end()))
        if not any(out.count for out in outs.values()):
            raise ValueError("nothing of it could be read")


def _opened(file: Any, demuxer: str) -> Any:
    import av

    file.seek(0)
    options = {"protocol_whitelist": "", "probesize": "5000000"}
    return av.open(file, format=demuxer, options=options, metadata_errors="replace")


def _moving(opened: Any) -> Any:
    return next(one for one in opened.streams.video if not int(one.disposition) & _COVER)


def _first_frame(file: Any, demuxer: str) -> Any:
    """Its size and which way up it is; the copy's stream is made by it."""
    with _opened(file, demuxer) as opened:
        stream = _moving(opened)
        context = stream.codec_context
        if not 0 < context.width * context.height <= MOST_PIXELS:
            raise ValueError(f"{context.width} x {context.height}")
        context.options = {"max_pixels": str(MOST_PIXELS)}  # it may grow on the way
        return next(opened.decode(stream))


class Out:
    """One stream of the copy. The times of its frames only go forward."""

    def __init__(self) -> None:
        self.count = 0

    def take(self, frame: Any) -> Iterator[Any]:
        raise NotImplementedError

    def end(self) -> Iterator[Any]:
        raise NotImplementedError


class Film(Out):
    def __init__(self, made: Any, source: Any, first: Any) -> None:
        super().__init__()
        source.thread_type = "AUTO"
        source.codec_context.thread_count = 2
        source.codec_context.options = {"max_pixels": str(MOST_PIXELS)}
        self._turn = int(first.rotation) % 360
        self._rate = min(Fraction(source.average_rate or 25), Fraction(_FASTEST))
        self._last = -1
        width, height = first.width, first.height
        if self._turn % 180:
            width, height = height, width
        scale = min(1.0, LONGEST_SIDE / max(width, height))
        self._stream = made.add_stream("libx264", rate=self._rate)
        self._stream.width = max(2, round(width * scale / 2) * 2)
        self._stream.height = max(2, round(height * scale / 2) * 2)
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = Fraction(1, _TICKS)
        self._stream.codec_context.thread_count = 2
        self._stream.codec_context.options = {"preset": "veryfast", "crf": "21"}

    def take(self, frame: Any) -> Iterator[Any]:
        import av

        at = frame.time
        pts = round(at * _TICKS) if at is not None else self._last + int(_TICKS / self._rate)
        if pts < self._last + _TICKS // (_FASTEST + 1) and self._last >= 0:
            return  # doubled, or more than can be seen
        if self._turn:
            turned = frame.to_image().rotate(self._turn, expand=True)
            frame = av.VideoFrame.from_image(turned)  # type: ignore[no-untyped-call]
        small = frame.reformat(self._stream.width, self._stream.height, "yuv420p")
        small.pts, small.time_base = pts, Fraction(1, _TICKS)
        small.pict_type = 0
        self._last = pts
        self.count += 1
        yield from self._stream.encode(small)

    def end(self) -> Iterator[Any]:
        yield from self._stream.encode(None)


class Sound(Out):
    def __init__(self, made: Any, source: Any) -> None:
        import av

        super().__init__()
        stereo = (source.codec_context.channels or 2) > 1
        layout = "stereo" if stereo else "mono"
        self._stream = made.add_stream("aac", rate=_RATE, layout=layout)
        self._stream.bit_rate = 160_000 if stereo else 96_000
        self._resampled = av.AudioResampler(format="fltp", layout=layout, rate=_RATE)

    def take(self, frame: Any) -> Iterator[Any]:
        for part in self._resampled.resample(frame):
            self.count += 1
            yield from self._stream.encode(part)

    def end(self) -> Iterator[Any]:
        for part in self._resampled.resample(None):
            yield from self._stream.encode(part)
        yield from self._stream.encode(None)


if __name__ == "__main__":
    sys.exit(main())
