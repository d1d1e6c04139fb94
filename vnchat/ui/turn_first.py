"""After Enter, the turn and a quick answer's first words come before what the framework draws.

Its part of the page (an empty box, a menu, the sidebar's line) keeps a browser busy for 25 ms and
more. What comes over the live socket meanwhile would be drawn behind it: the person's own message
70 ms after Enter instead of 35, and the first words with it (measured with Streamlit 1.67).
"""

from __future__ import annotations

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

STREAM = "/_stcore/stream"
HELD_SECONDS = 0.045  # an answer that begins later finds the page drawn
ALONE_SECONDS = 0.02  # for the server's own loop, which now asks the gateway


class TurnFirst:
    """Around the framework's own socket: it sends nothing for a moment after a prompt came."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket" or not scope["path"].endswith(STREAM):
            await self._app(scope, receive, send)
            return
        until = 0.0

        async def received() -> Message:
            nonlocal until
            message = await receive()
            if is_prompt(message.get("bytes")):
                until = time.monotonic() + HELD_SECONDS
            return message

        async def sent(message: Message) -> None:
            if (left := until - time.monotonic()) > 0:
                await asyncio.sleep(left)
            await send(message)

        await self._app(scope, received, sent)


def is_prompt(data: bytes | None) -> bool:
    """Does this message of the page bring what somebody sent from a chat input?"""
    if not data:
        return False
    try:
        said = BackMsg.FromString(data)
    except Exception:  # of whatever kind: the framework says what is wrong with it
        return False
    return any(
        one.WhichOneof("value") == "chat_input_value" and one.chat_input_value.ByteSize()
        for one in said.rerun_script.widget_states.widgets
    )


def step_aside() -> None:
    """In a script's thread, once its run has begun: what it draws now is held anyway.

    The loop would have to share the interpreter with it, and asks the gateway 5 ms later.
    """
    time.sleep(ALONE_SECONDS)
