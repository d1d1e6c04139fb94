"""The README says what is true of the settings and holds its two commands."""

from __future__ import annotations

from dataclasses import fields

import pytest

from tests.serving import ROOT
from vnchat.settings import Settings

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("one", fields(Settings), ids=lambda one: one.name)
def test_every_setting_is_described_in_the_words_of_the_code(one) -> None:  # type: ignore[no-untyped-def]
    row = next(line for line in README.splitlines() if f"`{one.metadata['variable']}` |" in line)

    assert one.metadata["help"] in row
    if one.default not in ("", ()):
        assert f"`{one.default}`" in row


def test_the_picture_of_the_readme_is_there() -> None:
    assert "![A conversation with a video in it](.github/conversation.png)" in README
    assert (ROOT / ".github/conversation.png").stat().st_size > 10_000
