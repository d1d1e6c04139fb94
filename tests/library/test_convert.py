"""Converting by ffmpeg: a stand-in program shows what it is asked and what becomes of its ends."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from vnchat.library.convert import can_convert, to_playable
from vnchat.library.faults import MediaFailed

pytestmark = pytest.mark.anyio


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An `ffmpeg` that writes its arguments into its target."""
    folder = tmp_path / "bin"
    folder.mkdir()
    path = folder / "ffmpeg"
    path.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "open(sys.argv[-1].removeprefix('file:'), 'w').write('\\n'.join(sys.argv[1:]))\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))
    return path


async def test_it_may_open_only_files_and_says_how_much_it_may_write(
    program: Path, tmp_path: Path
) -> None:
    await to_playable(tmp_path / "in", tmp_path / "out", "video", most_bytes=1234)

    asked = (tmp_path / "out").read_text().split("\n")
    assert asked[asked.index("-protocol_whitelist") + 1] == "file"
    assert asked[asked.index("-fs") + 1] == "1234"
    assert asked[asked.index("-c:v") + 1] == "libx264"


async def test_a_failure_is_one_sentence_with_the_words_in_the_log(
    program: Path, tmp_path: Path
) -> None:
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('moov atom not found')\n")

    with pytest.raises(MediaFailed) as failed:
        await to_playable(tmp_path / "in", tmp_path / "out", "audio", most_bytes=10)
    assert "could not be converted" in str(failed.value)
    assert "moov atom" in failed.value.detail


async def test_without_the_program_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert not can_convert()
    with pytest.raises(MediaFailed) as failed:
        await to_playable(tmp_path / "in", tmp_path / "out", "video", most_bytes=10)
    assert "not installed" in str(failed.value)
