"""The frame for diagrams: without an origin, and with the library's own scripts only."""

from __future__ import annotations

import pytest

from vnchat.errors import NotFound
from vnchat.web.diagrams import MERMAID, POLICY, piece


def test_the_frame_has_no_origin_and_no_network() -> None:
    assert "sandbox allow-scripts;" in POLICY
    assert "allow-same-origin" not in POLICY
    assert "default-src 'none'" in POLICY
    assert "eval" not in POLICY


def test_a_script_of_the_library_is_found() -> None:
    assert piece("mermaid.esm.min.mjs") == MERMAID / "mermaid.esm.min.mjs"


@pytest.mark.parametrize(
    "path",
    ["", "../README.md", "LICENSE", "../../main.js", "/etc/passwd", "a\0.mjs", "chunks", "no.mjs"],
)
def test_nothing_else_is(path: str) -> None:
    with pytest.raises(NotFound):
        piece(path)
