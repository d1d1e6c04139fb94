"""What the framework draws after a prompt is held for a moment; nothing else ever is."""

from __future__ import annotations

import asyncio
import time

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState, UploadedFileInfo

from vnchat.ui.turn_first import HELD_SECONDS, STREAM, TurnFirst, is_prompt


def message(**value: object) -> bytes:
    said = BackMsg()
    said.rerun_script.query_string = "c=1"
    one = said.rerun_script.widget_states.widgets.add(id="prompt", **value)  # type: ignore[arg-type]
    assert one.id
    return said.SerializeToString()


PROMPT = message(chat_input_value={"data": "a red kite"})
FILES = message(
    chat_input_value={
        "file_uploader_state": FileUploaderState(
            uploaded_file_info=[UploadedFileInfo(file_id="1", name="kite.png", size=9)]
        )
    }
)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (PROMPT, True),
        (FILES, True),
        (message(chat_input_value={}), False),
        (message(string_value="a red kite"), False),
        (message(json_trigger_value='{"event": "act", "value": {"do": "open"}}'), False),
        (BackMsg(stop_script=True).SerializeToString(), False),
        (b"\xff\xff\xffnonsense", False),
        (b"", False),
        (None, False),
    ],
)
def test_only_what_was_sent_from_a_chat_input_is_a_prompt(data: bytes | None, told: bool) -> None:
    assert is_prompt(data) is told


def answered_after(data: bytes, path: str = STREAM, kind: str = "websocket") -> float:
    """Seconds from a message of the page to the framework's answer, which comes through whole."""
    seen: list[tuple[float, Message]] = []

    async def framework(scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["bytes"] == data
        await send({"type": "websocket.send", "bytes": b"first"})
        await send({"type": "websocket.send", "bytes": b"second"})

    async def receive() -> Message:
        return {"type": "websocket.receive", "bytes": data}

    async def send(message: Message) -> None:
        seen.append((time.monotonic(), message))

    begun = time.monotonic()
    asyncio.run(TurnFirst(framework)({"type": kind, "path": path}, receive, send))
    assert [one["bytes"] for _, one in seen] == [b"first", b"second"]
    return seen[0][0] - begun


def test_what_is_drawn_after_a_prompt_waits() -> None:
    assert answered_after(PROMPT) >= HELD_SECONDS
    assert answered_after(PROMPT, f"/team{STREAM}") >= HELD_SECONDS


def test_nothing_else_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async def asleep(seconds: float) -> None:
        raise AssertionError(f"held for {seconds} s")

    monkeypatch.setattr(asyncio, "sleep", asleep)
    answered_after(message(string_value="a press"))
    answered_after(PROMPT, "/vnchat/live")
    answered_after(PROMPT, kind="http")
    with pytest.raises(AssertionError, match="held"):
        answered_after(PROMPT)
