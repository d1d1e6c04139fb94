"""A file that browsers do not play becomes one that they do; real encoders on both sides."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

from vnchat.library import converting
from vnchat.library.convert import to_playable
from vnchat.library.faults import MediaFailed
from vnchat.library.probe import probe

pytestmark = pytest.mark.anyio
Maker = Callable[..., Path]


def silence(rate: int, layout: str, samples: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="fltp", layout=layout, samples=samples)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.sample_rate = rate
    return frame


@pytest.fixture
def film(tmp_path: Path) -> Maker:
    def made(
        container: str,
        codec: str = "",
        sound: str = "",
        size: tuple[int, int] = (320, 180),
        pixels: str = "yuv420p",
    ) -> Path:
        """Two seconds at 25 frames a second."""
        path = tmp_path / "in"
        with av.open(path, "w", format=container) as out:
            video = audio = None
            if codec:
                video = out.add_stream(codec, rate=25)
                video.width, video.height, video.pix_fmt = *size, pixels
            if sound:
                audio = out.add_stream(sound, rate=44100, layout="stereo")
            for n in range(50 if video is not None else 0):
                picture = Image.new("RGB", size, (n * 5, 90, 160))
                out.mux(video.encode(av.VideoFrame.from_image(picture)))
            if audio is not None:
                resampler = av.AudioResampler(
                    format=audio.format, layout="stereo", rate=44100, frame_size=audio.frame_size
                )
                frame = silence(44100, "stereo", 88200)
                frame.pts, frame.time_base = 0, Fraction(1, 44100)
                for part in [*resampler.resample(frame), *resampler.resample(None)]:
                    out.mux(audio.encode(part))
                out.mux(audio.encode(None))
            if video is not None:
                out.mux(video.encode(None))
        return path

    return made


@pytest.mark.parametrize(
    ("container", "codec", "sound", "why"),
    [
        ("mp4", "mpeg4", "aac", "codec"),
        ("mp4", "hevc", "", "codec"),
        ("avi", "mpeg4", "mp3", "container"),
        ("matroska", "libx264", "ac3", "container"),
        ("mov", "prores", "", "codec"),
        ("mpegts", "mpeg2video", "mp2", "container"),
    ],
)
async def test_a_film_becomes_playable(
    film: Maker, tmp_path: Path, container: str, codec: str, sound: str, why: str
) -> None:
    pixels = "yuv422p10le" if codec == "prores" else "yuv420p"
    source = film(container, codec, sound, pixels=pixels)
    assert probe(source).why == why

    await to_playable(source, tmp_path / "out", "video", most_bytes=50_000_000)

    made = probe(tmp_path / "out")
    assert (made.kind, made.type, made.codec, made.playable) == ("video", "video/mp4", "h264", True)
    assert (made.width, made.height) == (320, 180)
    assert made.sound == ("aac" if sound else "")
    assert made.seconds == pytest.approx(2, abs=0.2)
    head = (tmp_path / "out").read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")  # it begins to play before it is all there


async def test_pixels_no_browser_takes_and_odd_sizes_become_plain(
    film: Maker, tmp_path: Path
) -> None:
    source = film("mp4", "libx264", size=(318, 182), pixels="yuv444p")
    assert probe(source).why == "pixels"

    await to_playable(source, tmp_path / "out", "video", most_bytes=50_000_000)

    made = probe(tmp_path / "out")
    assert (made.playable, made.width, made.height) == (True, 318, 182)


async def test_a_sound_becomes_playable(film: Maker, tmp_path: Path) -> None:
    source = film("matroska", "", "ac3")

    await to_playable(source, tmp_path / "out", "audio", most_bytes=5_000_000)

    made = probe(tmp_path / "out")
    assert (made.kind, made.codec, made.playable) == ("audio", "aac", True)


async def test_it_says_how_far_it_is(
    film: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[float] = []
    source = film("avi", "mpeg4")

    await to_playable(
        source, tmp_path / "out", "video", most_bytes=50_000_000, on_progress=heard.append
    )

    assert heard
    assert all(0 <= one <= 1 for one in heard)
    assert heard == sorted(heard)


@pytest.mark.parametrize("data", [b"", b"<html>", b"\0\0\0\x20ftypisom" + bytes(900)])
async def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "in").write_bytes(data)

    with pytest.raises(MediaFailed) as failed:
        await to_playable(tmp_path / "in", tmp_path / "out", "video", most_bytes=50_000_000)
    assert "could not be converted" in str(failed.value)


async def test_it_ends_at_the_size_and_at_the_time(film: Maker, tmp_path: Path) -> None:
    source = film("avi", "mpeg4")

    with pytest.raises(MediaFailed, match="could not be converted"):
        await to_playable(source, tmp_path / "out", "video", most_bytes=500)
    with pytest.raises(MediaFailed, match="too long") as failed:
        await to_playable(source, tmp_path / "out", "video", most_bytes=50_000_000, seconds=0)
    assert failed.value.reason == "too_slow"


def test_a_huge_picture_in_a_small_file_is_refused(film: Maker, monkeypatch) -> None:
    monkeypatch.setattr(converting, "MOST_PIXELS", 1000)
    source = film("avi", "mpeg4")

    with source.open("rb") as file, pytest.raises(ValueError, match="320 x 180"):
        converting._convert(file, "avi", source.with_name("out"), "video")
