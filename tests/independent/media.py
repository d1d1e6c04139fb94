"""What aimock answers at the endpoints of pictures, sound and video: small real files, made here."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

from PIL import Image

from vnchat.demo.audio import spoken

HEARD = "The harbour is quiet."


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "PNG")
    return file.getvalue()


def write(path: Path) -> Path:
    """The file of fixtures."""

    def coded(data: bytes) -> str:
        return base64.b64encode(data).decode()

    def one(model: str, endpoint: str, **response: Any) -> dict[str, Any]:
        return {"match": {"model": model, "endpoint": endpoint}, "response": response}

    segments = [
        {"id": 0, "start": 0, "end": 1.5, "text": "The harbour"},
        {"id": 1, "start": 61, "end": 62, "text": "is quiet."},
    ]
    fixtures = [
        one("picture-inside", "image", image={"b64Json": coded(picture())}),
        one("picture-many", "image", images=[{"b64Json": coded(picture())}] * 2),
        one("picture-refused", "image", error={"message": "rejected by the safety system",
            "type": "image_generation_user_error", "code": "moderation_blocked"}, status=400),
        one("tts-mock", "speech", audio=coded(spoken("one two", "nova", "mp3")), format="mp3"),
        one("whisper-mock", "transcription", transcription={"text": HEARD}),
        one("whisper-times", "transcription", transcription={"text": HEARD, "segments": segments,
            "language": "english", "duration": 62.0}),
        one("whisper-mock", "translation", transcription={"text": "In English."}),
        one("video-mock", "video", video={"id": "video_1", "status": "completed"}),
        one("video-refused", "video", video={"id": "video_2", "status": "failed",
            "error": "Your prompt was rejected by the safety system."}),
        one("o1-pro", "chat", content="Six times seven is 42.", reasoning="Six sevens."),
        one("claude-mock", "chat", content="Six times seven is 42.", reasoning="Six sevens."),
        one("gemini-mock", "chat", content="Six times seven is 42.", reasoning="Six sevens."),
    ]  # fmt: skip
    path.write_text(json.dumps({"fixtures": fixtures}), encoding="utf-8")
    return path
