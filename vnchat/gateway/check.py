"""Is this gateway usable, and how? Tries it out and says what was found and what to do.

The page's connect form and `python -m vnchat check` show the same report. Nothing that may cost
more than a few words of text is sent unless `paid` says so.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from vnchat.gateway.address import Pasted
from vnchat.gateway.client import GatewayClient
from vnchat.gateway.completion import run_completion
from vnchat.gateway.families import kind_hint
from vnchat.gateway.faults import GatewayFault, GatewayRefused
from vnchat.gateway.keys import Key
from vnchat.gateway.modellist import ModelList
from vnchat.gateway.profile import PRESETS, Preset, Profile
from vnchat.gateway.request import body_of
from vnchat.gateway.routing import chats
from vnchat.reading.reply import Reply

About = Literal["address", "key", "models", "text", "stream", "profile"]
TRIES = 3  # text models that are tried when the list names some that are not to be had


@dataclass(frozen=True, slots=True)
class Finding:
    about: About
    ok: bool | None  # None: not tried, or only worth knowing
    sentence: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class CheckReport:
    usable: bool
    profile: Profile  # as it should be configured
    models: ModelList
    findings: tuple[Finding, ...]
    preset: str = ""  # id of the preset that fits, if that could be told


@dataclass(slots=True)
class _Notes:
    tell: Callable[[Finding], None]
    found: list[Finding] = field(default_factory=list)

    def add(self, about: About, ok: bool | None, sentence: str, advice: str = "") -> None:
        finding = Finding(about, ok, sentence, advice)
        self.found.append(finding)
        self.tell(finding)


async def check_gateway(
    client: GatewayClient,
    pasted: Pasted,
    key: Key,
    *,
    model: str = "",
    paid: bool = False,
    on_finding: Callable[[Finding], None] | None = None,
) -> CheckReport:
    """Look for the address among the candidates, list the models, try one short completion."""
    notes = _Notes(on_finding or (lambda _: None))
    place = await _find_place(client, pasted, key, notes)
    profile, models = place.profile, place.models
    if not place.usable:
        return CheckReport(False, profile, models, tuple(notes.found))
    preset = preset_for(models, profile)
    if preset is not None:
        profile = dataclasses.replace(profile, **preset.fields)
        notes.add("profile", None, f"This looks like {preset.name}: {preset.about}")
    profile, usable = await _try_completion(client, profile, key, models, model, paid, notes)
    return CheckReport(usable, profile, models, tuple(notes.found), preset.id if preset else "")


@dataclass(frozen=True, slots=True)
class _Place:
    usable: bool
    profile: Profile
    models: ModelList = field(default_factory=ModelList)


async def _find_place(client: GatewayClient, pasted: Pasted, key: Key, notes: _Notes) -> _Place:
    first = Profile(id="", name=pasted.host, base_url=pasted.base_url)
    answering: Profile | None = None
    for base_url in pasted.candidates or (pasted.base_url,):
        profile = dataclasses.replace(first, base_url=base_url)
        try:
            models = await client.models(profile, key)
        except GatewayFault as fault:
            notes.add("address", False, f"{base_url}: {fault}", "Check address and network.")
            return _Place(False, profile)
        except GatewayRefused as refused:
            if refused.moved_to:
                if safer := _by_https(pasted, refused.moved_to):
                    return await _find_place(client, safer, key, notes)
                notes.add("address", False, f"{base_url}: {refused}")
                return _Place(False, profile)
            if refused.failure.kind in ("auth", "quota"):
                return await _refused_key(client, profile, key, refused, notes)
            if refused.failure.status not in (404, 405):
                answering = answering or profile
        else:
            if models.names:
                notes.add("address", True, f"{base_url} answers.")
                notes.add("key", None if not key else True, _key_sentence(key))
                shown = ", ".join(models.names[:5]) + (", …" if len(models.names) > 5 else "")
                notes.add("models", True, f"{len(models.names)} models: {shown}")
                return _Place(True, profile, models)
    return await _without_list(client, pasted, answering or first, key, notes)


def _by_https(pasted: Pasted, moved_to: str) -> Pasted | None:
    """The same address by https, if that is all that the redirect asks for."""
    here, there = urlsplit(pasted.base_url), urlsplit(moved_to)
    if (here.scheme, there.scheme) != ("http", "https") or here.hostname != there.hostname:
        return None

    def moved(address: str) -> str:
        return urlsplit(address)._replace(scheme="https", netloc=there.netloc).geturl()

    return dataclasses.replace(
        pasted,
        base_url=moved(pasted.base_url),
        candidates=tuple(moved(one) for one in pasted.candidates),
    )


def _key_sentence(key: Key) -> str:
    return "The key is accepted for the list of models." if key else "No key was needed so far."


async def _refused_key(
    client: GatewayClient, profile: Profile, key: Key, refused: GatewayRefused, notes: _Notes
) -> _Place:
    """The gateway is there but does not like the key: perhaps it wants it bare."""
    notes.add("address", True, f"{profile.base_url} answers.")
    if not key:
        notes.add("key", False, "The gateway wants a key.", "Give its key.")
        return _Place(False, profile)
    if refused.failure.kind == "auth":
        bare = dataclasses.replace(profile, bearer=False)
        try:
            models = await client.models(bare, key)
        except (GatewayFault, GatewayRefused):
            pass
        else:
            if models.names:
                notes.add("key", True, "The key is accepted only without “Bearer” before it.")
                notes.add("models", True, f"{len(models.names)} models.")
                return _Place(True, bare, models)
    what = "is used up" if refused.failure.kind == "quota" else "was refused"
    said = refused.failure.message or "no reason given"
    notes.add("key", False, f"The key {what}: {said}", "Check the key, its credit and its groups.")
    return _Place(False, profile)


async def _without_list(
    client: GatewayClient, pasted: Pasted, guess: Profile, key: Key, notes: _Notes
) -> _Place:
    """No list of models: ask for a completion of nothing, which is refused and costs nothing."""
    for base_url in dict.fromkeys((guess.base_url, *pasted.candidates)):
        profile = dataclasses.replace(guess, base_url=base_url)
        nothing = {"model": "", "messages": []}
        try:
            async with client.completion(
                profile, key, nothing, run_id=str(uuid.uuid4()), stream=False
            ) as answer:
                body = b"".join([chunk async for chunk in answer.bytes()])[:10_000]
                status, is_json = answer.status, body.lstrip()[:1] == b"{"
        except GatewayFault as fault:
            notes.add("address", False, f"{base_url}: {fault}", "Check address and network.")
            return _Place(False, profile)
        if is_json and status in (400, 401, 403, 422, 429, 500, 503):
            notes.add("address", True, f"{base_url} answers, but gives no list of models.")
            if status in (401, 403):
                what = "was refused" if key else "is missing"
                notes.add("key", False, f"The key {what}.", "Check the key.")
                return _Place(False, profile)
            notes.add("models", None, "There is no list of models.", "Type the model's name.")
            return _Place(True, profile)
    notes.add(
        "address",
        False,
        f"Nothing at {pasted.base_url} speaks this protocol.",
        "Copy the API address from the gateway's documentation; it usually ends in /v1.",
    )
    return _Place(False, guess)


async def _try_completion(
    client: GatewayClient,
    profile: Profile,
    key: Key,
    models: ModelList,
    model: str,
    paid: bool,
    notes: _Notes,
) -> tuple[Profile, bool]:
    """One short answer, streamed; in one piece if the stream is no good."""
    wanted = [model] if model else text_models(models)[:TRIES]
    if model and kind_hint(model) != "text" and not paid:
        notes.add(
            "text", None, f"Nothing was sent to {model}: it may cost.", "--paid sends a request."
        )
        return profile, bool(models.names)
    if not wanted:
        advice = "Name a text model to try, or use it: a video is the test."
        notes.add("text", None, "No text model is known, so nothing was sent.", advice)
        return profile, bool(models.names)
    reply = Reply()
    for name in wanted:
        reply = await _short(client, profile, key, name, stream=True)
        if reply.failure is None:
            notes.add("text", True, f"{name} answers.")
            notes.add("stream", True, "Streaming works.")
            return profile, True
        if reply.failure.kind == "bad_response" and kind_hint(name) == "text":
            whole = await _short(client, profile, key, name, stream=False)
            if whole.failure is None:
                notes.add("text", True, f"{name} answers.")
                notes.add("stream", False, "Streaming does not work; answers come in one piece.")
                return dataclasses.replace(profile, stream="off"), True
        if reply.failure.kind != "model":
            break
    failure = reply.failure
    said = failure.message if failure else ""
    kind = failure.kind if failure else ""
    notes.add("text", False, f"{name} gave no answer ({kind}): {said}", _ADVICE.get(kind, ""))
    return profile, False


_ADVICE = {
    "auth": "Check the key and whether it may use this model.",
    "quota": "Top up the account, or use another key.",
    "rate_limit": "Wait a little and check again.",
    "model": "Name another model with --model.",
    "upstream": "The gateway or its provider is in trouble; try again later.",
    "timeout": "Try again; if it stays so, the gateway is overloaded.",
    "bad_request": "Look at the gateway's documentation for what it accepts.",
    "bad_response": "This may be the address of a web page; the API address usually ends in /v1.",
    "network": "Check address and network.",
}


async def _short(
    client: GatewayClient, profile: Profile, key: Key, model: str, *, stream: bool
) -> Reply:
    text = kind_hint(model) == "text"
    prompt = "Answer with the word OK." if text else "A paper boat on calm water."
    reply = Reply()
    # Some models refuse max_tokens and say so; then the answer is short because of the question.
    for parameters in ({"max_tokens": 16}, {}) if text else ({},):
        body = body_of(
            [{"role": "user", "content": prompt}],
            model=model,
            parameters=parameters,
            profile=profile,
            stream=stream,
        )
        reply = await run_completion(
            client,
            profile,
            key,
            body,
            run_id=str(uuid.uuid4()),
            kind="text" if text else "create",
            wait_limit=10,
        )
        if reply.failure is None or reply.failure.kind != "bad_request":
            break
    return reply


def text_models(models: ModelList) -> list[str]:
    """The models to try, the small and cheap first, the thinking ones last."""

    def rank(name: str) -> tuple[int, int]:
        low = name.lower()
        small = any(word in low for word in ("mini", "nano", "flash", "lite", "haiku", "small"))
        slow = any(word in low for word in ("think", "reason", "-r1", "o1", "o3", "pro", "max"))
        return (slow - small, len(name))

    text = (n for n in models.names if kind_hint(n) == "text" and chats(models.types.get(n, ())))
    return sorted(text, key=rank)


def preset_for(models: ModelList, profile: Profile) -> Preset | None:
    """The family that this gateway shows by its host or by the names it lists; None: unknown."""
    by_id = {preset.id: preset for preset in PRESETS}
    if profile.base_url.startswith("https://openrouter.ai/"):
        return by_id["openrouter"]
    names = [name.lower() for name in models.names]
    if not names or any(kind_hint(name) == "text" and "grok" not in name for name in names):
        # A seller of many makes. new-api tells the endpoint types of each model.
        chat = any("openai" in kinds for kinds in models.types.values())
        return by_id["reseller"] if chat else None
    if _share(names, "veo_", "gemini-", "imagen") > 0.9 and _share(names, "veo_") > 0:
        return by_id["flow2api"]
    if _share(names, "sora2-", "sora2pro-", "sora-image", "gpt-image", "prompt-enhance") > 0.9:
        return by_id["sora2api"] if _share(names, "sora2-") > 0 else None
    if _share(names, "grok-") == 1 and any("imagine" in name for name in names):
        return by_id["grok2api"]
    return None


def _share(names: Sequence[str], *starts: str) -> float:
    return sum(name.startswith(starts) for name in names) / len(names)
