"""`python -m vnchat ask`: one completion from the shell, by the same code as the page's runs.

Standard output holds the answer and nothing else; progress and why it failed go to standard
error. What bytes mean is decided in `vnchat.reading`.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import sys
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vnchat.cli.gateways import Chosen, from_flags, from_settings
from vnchat.errors import BadInput, VnchatError
from vnchat.gateway.keys import Key
from vnchat.gateway.profile import Profile
from vnchat.gateway.request import body_of
from vnchat.reading.made import Follows
from vnchat.reading.reply import Reply
from vnchat.settings import Settings, load


def ask(options: argparse.Namespace) -> int:
    settings = load()
    messages = messages_of(options)
    with _gateway(options, settings) as gateway:
        model = options.model or gateway.model
        return asyncio.run(_ask(options, settings, gateway, model, messages))


async def _ask(
    options: argparse.Namespace,
    settings: Settings,
    gateway: Chosen,
    model: str,
    messages: list[dict[str, Any]],
) -> int:
    from vnchat.gateway.client import GatewayClient
    from vnchat.gateway.completion import run_completion
    from vnchat.gateway.families import kind_hint
    from vnchat.reading import ask_json

    profile = gateway.profile
    client = GatewayClient(idle_seconds=settings.idle_seconds)
    try:
        model = model or await _first_model(client, gateway)
        stream = False if options.no_stream else profile.streams(model)
        parameters = dict(_parameter(one) for one in options.param)
        body = body_of(messages, model=model, parameters=parameters, profile=profile, stream=stream)
        told = _Told(quiet=options.json, live=kind_hint(model) not in ("video", "image", "audio"))
        reply = await run_completion(
            client,
            profile,
            gateway.key,
            body,
            run_id=str(uuid.uuid4()),
            kind="create",  # nothing is remembered here of what this model makes: the careful kind
            on_change=told.grow,
            on_wait=told.wait,
            wait_limit=settings.wait_limit_seconds,
        )
    finally:
        await client.aclose()
    if options.json:
        text = json.dumps(ask_json(reply), ensure_ascii=False)
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
        sys.stdout.buffer.flush()
    else:
        told.end(reply)
        if reply.results and profile.id == "demo":
            _say("The demo gateway ends with this call, and its links with it.")
    return 0 if reply.failure is None else 1


@contextlib.contextmanager
def _gateway(options: argparse.Namespace, settings: Settings) -> Iterator[Chosen]:
    """From the flags, else the settings, else a demo gateway that lives as long as this call."""
    if options.base_url:
        chosen = from_flags(options.base_url, options.api_key or "", settings)
        if chosen.warning:
            _say(chosen.warning)
        yield chosen
        return
    if found := from_settings(settings):
        if options.api_key:
            found = Chosen(found.profile, Key(options.api_key), found.model)
        yield found
        return
    from vnchat.demo.server import DemoGateway

    demo = DemoGateway(pace=settings.demo_pace)
    demo.start()
    _say("No gateway is set (OPENAI_BASE_URL): the built-in demo gateway answers.")
    try:
        yield Chosen(Profile("demo", "demo", demo.base_url), Key(""))
    finally:
        demo.stop()


async def _first_model(client: Any, gateway: Chosen) -> str:
    if gateway.profile.id == "demo":
        names = (await client.models(gateway.profile, gateway.key)).names
        if names:
            return str(names[0])
    raise BadInput("No model is named: give --model NAME; “python -m vnchat check” lists them.")


def messages_of(options: argparse.Namespace) -> list[dict[str, Any]]:
    """The messages to send: those of the file, or one made of the words and pictures."""
    prompt = " ".join(options.prompt)
    messages: list[dict[str, Any]] = []
    if options.messages:
        messages = _read_messages(Path(options.messages))
    elif not prompt and not options.image and not sys.stdin.isatty():
        prompt = sys.stdin.buffer.read().decode("utf-8", "replace").strip()
    if options.system:
        messages = [{"role": "system", "content": options.system}, *messages]
    pictures = [_picture(name) for name in options.image]
    if prompt or pictures:
        text: list[dict[str, Any]] = [{"type": "text", "text": prompt}] if prompt else []
        messages.append({"role": "user", "content": [*text, *pictures] if pictures else prompt})
    if not any(message.get("role") == "user" for message in messages) and not options.messages:
        raise BadInput('There is nothing to ask: python -m vnchat ask "your question".')
    return messages


def _read_messages(path: Path) -> list[dict[str, Any]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"The file {path.name} cannot be read: {error.strerror}.") from error
    try:
        # Half characters, as a cut-off answer holds them, pass through as they are.
        text = data.decode("utf-8", "surrogatepass").removeprefix("\ufeff")
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"The file {path.name} is no JSON in UTF-8.") from error
    if isinstance(found, dict):
        found = found.get("messages")
    if not isinstance(found, list) or not found:
        raise BadInput(f"The file {path.name} must hold a list of messages.")
    for number, message in enumerate(found, 1):
        if not isinstance(message, Mapping) or not isinstance(message.get("role"), str):
            raise BadInput(f"Message {number} of {path.name} has no role.")
    return [dict(message) for message in found]


def _picture(name: str) -> dict[str, Any]:
    if name.startswith(("http://", "https://", "data:", "extend://")):
        return {"type": "image_url", "image_url": {"url": name}}
    try:
        data = Path(name).read_bytes()
    except OSError as error:
        raise BadInput(
            f"The picture {Path(name).name} cannot be read: {error.strerror}."
        ) from error
    from vnchat.library.pictures import rebuild  # the original bytes are never passed on

    picture = rebuild(data)
    encoded = base64.b64encode(picture.data).decode()
    return {"type": "image_url", "image_url": {"url": f"data:{picture.type};base64,{encoded}"}}


def _parameter(text: str) -> tuple[str, Any]:
    """name=value, where the value is JSON if it reads as JSON, else text."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise BadInput(f"--param takes name=value; “{text[:60]}” has no “=”.")
    try:
        return name.strip(), json.loads(value)
    except ValueError:
        return name.strip(), value


class _Told:
    """What was written so far, so that each word and each percentage is written once."""

    def __init__(self, *, quiet: bool, live: bool) -> None:
        self._quiet = quiet
        self._live = live  # False: the words around a video are notes, only its link is wanted
        self._parts = 0
        self._progress = 0
        self._written = ""

    def grow(self, reader: Follows) -> None:
        if self._quiet:
            return
        for percent in reader.progress[self._progress :]:
            _say(f"{percent:g} %")
        self._progress = len(reader.progress)
        if self._live and not reader.media_like:
            for part in reader.text_parts[self._parts :]:
                self._write(part)
        self._parts = len(reader.text_parts)

    def wait(self, seconds: float, attempt: int, why: str) -> None:
        cause = {"429": "Too many requests", "not_sent": "The gateway was not reached"}.get(why)
        _say(f"{cause or 'The gateway is busy'}; try {attempt} in {seconds:.0f} s.")

    def end(self, reply: Reply) -> None:
        if not self._written and reply.text and not reply.results:
            self._write(reply.text)
        if self._written and not self._written.endswith("\n"):
            self._write("\n")
        for result in reply.results:
            shown = result.url if len(result.url) < 4000 else f"{result.url[:60]}…"
            self._write(f"{shown}\n")
        if reply.failure is not None:
            _say(f"{reply.failure.kind}: {reply.failure.message or 'the run failed'}")

    def _write(self, text: str) -> None:
        self._written = (self._written + text)[-1:]
        sys.stdout.write(text)
        sys.stdout.flush()


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def fail(error: VnchatError) -> int:
    """One sentence for the person; exit code of a command that could not do its work."""
    _say(str(error))
    return 2
