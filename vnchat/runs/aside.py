"""A small request beside the conversation: a title, a better prompt. Nothing of it is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import uuid4

from vnchat.errors import VnchatError
from vnchat.gateway.client import GatewayClient
from vnchat.gateway.completion import run_completion
from vnchat.gateway.configured import Gateways
from vnchat.gateway.request import body_of

LONGEST_PROMPT = 20_000
FOR_VIDEO = (
    "Rewrite the user's prompt for a video model, in the same language. Say in at most 120 words "
    "what is seen: subject, action, place, light, camera, mood. Keep every fact, name and number, "
    "and any lines of the form [5.0s]. Answer with the prompt alone."
)


async def ask_aside(
    client: GatewayClient,
    gateways: Gateways,
    gateway: str,
    model: str,
    messages: Sequence[dict[str, str]],
    *,
    seconds: float = 60.0,
) -> str:
    """The text of one answer. Raises VnchatError with its sentence when there is none."""
    profile, key = gateways.get(gateway)
    stream = profile.streams(model)
    body = body_of(messages, model=model, parameters={}, profile=profile, stream=stream)
    asking = run_completion(client, profile, key, body, run_id=uuid4().hex, kind="text")
    try:
        reply = await asyncio.wait_for(asking, seconds)
    except TimeoutError as error:
        raise VnchatError("The model did not answer in time. Try again.") from error
    if reply.failure is not None:
        raise VnchatError(reply.failure.message or "The gateway refused the request.")
    if reply.results or not reply.text.strip():
        raise VnchatError("The model gave no text. Choose a text model for this.")
    return reply.text.strip()
