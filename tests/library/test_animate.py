"""A video as a small moving picture, and what is none."""

from __future__ import annotations

import io
from pathlib import Path

import av
import pytest
from PIL import Image

from vnchat.library.animate import animated
from vnchat.library.faults import MediaFailed


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Two seconds at 20 frames a second, 640 × 360, getting brighter."""
    path = tmp_path / "clip"
    with av.open(path, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=20)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for n in range(40):
            picture = Image.new("RGB", (640, 360), (n * 6, 80, 160))
            film.mux(stream.encode(av.VideoFrame.from_image(picture)))
        film.mux(stream.encode())
    return path


@pytest.mark.parametrize(("form", "width"), [("webp", 480), ("gif", 360)])
def test_a_preview_moves_loops_and_is_small(clip: Path, form: str, width: int) -> None:
    with Image.open(io.BytesIO(animated(clip, form))) as made:
        assert made.format == form.upper()
        assert made.width == width
        assert 15 <= made.n_frames <= 21  # type: ignore[attr-defined]
        assert made.info["loop"] == 0


def test_what_is_no_video_has_no_preview(tmp_path: Path) -> None:
    path = tmp_path / "page"
    path.write_bytes(b"<html>please sign in</html>")

    with pytest.raises(MediaFailed) as refused:
        animated(path, "webp")
    assert refused.value.reason == "wrong_type"


def test_a_cut_video_is_one_sentence(clip: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut"
    path.write_bytes(clip.read_bytes()[:200])

    with pytest.raises(MediaFailed) as refused:
        animated(path, "webp")
    assert refused.value.reason == "broken"
