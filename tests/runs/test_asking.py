"""What is attached goes in the form the gateway takes: words as text, films as their own parts."""

from __future__ import annotations

import base64
from typing import Any

from vnchat.conversation import Media, Message
from vnchat.gateway.profile import Profile
from vnchat.runs.asking import messages_of

FILE = Media("f", "local", "file", "given", "kept", name='a "b".pdf', tokens=3)
FILM = Media("v", "local", "video", "given", "kept", type="video/mp4")
SOUND = Media("s", "local", "audio", "given", "kept", type="audio/mpeg")
PICTURE = Media("p", "local", "image", "given", "kept", type="image/png")


def content(text: str, *given: Media) -> Any:
    message = Message("m", "c", "", "user", text, 1, 0.0)
    data = {one.id: b"bytes" for one in given}
    (told,) = messages_of([message], {"m": list(given)}, data)
    return told["content"]


def test_a_document_alone_stays_one_string() -> None:
    assert content("Read", FILE) == "Read\n\n<file name=\"a 'b'.pdf\">\nbytes\n</file>"


def test_a_document_with_a_picture_comes_as_parts_words_first() -> None:
    kinds = [part["type"] for part in content("Read", PICTURE, FILE)]

    assert kinds == ["text", "text", "image_url"]


def test_videos_and_sounds_have_their_own_parts() -> None:
    _, film, sound = content("Look", FILM, SOUND)

    assert film["video_url"]["url"].startswith("data:video/mp4;base64,")
    assert sound["input_audio"] == {
        "data": base64.b64encode(b"bytes").decode(),
        "format": "mp3",
    }


def test_a_gateway_takes_films_only_where_its_record_says_so() -> None:
    usual = Profile(id="", name="", base_url="")

    assert [usual.takes(kind) for kind in ("image", "file", "video", "audio")] == [
        *(True, True, False, False)
    ]
    assert Profile(id="", name="", base_url="", video_in=True).takes("video")
