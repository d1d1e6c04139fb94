"""How the chosen model is asked, and what can be set for it: drawn in the head's popover.

The controls of a task come from its record, those of pictures and sound from their modules; only
what is set is sent. A route that a person chooses is remembered for that model.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import threading
import time

import streamlit as st

from vnchat.engine import engine
from vnchat.errors import BadInput, VnchatError
from vnchat.gateway import audio, images, talking
from vnchat.gateway.prices import Price, read_prices
from vnchat.gateway.records import Control
from vnchat.gateway.routing import Route, choices, named, route_for
from vnchat.gateway.tasks import root_of
from vnchat.runs.choice import Choice
from vnchat.ui.loop import on_the_loop
from vnchat.ui.models import listed
from vnchat.ui.state import choice, choose, owner, say

FREE = ("*",)  # values of a control that is typed
FRESH_SECONDS = 1800.0

_lock = threading.Lock()
_prices: dict[str, tuple[float, dict[str, Price]]] = {}


def route_now(wanted: Choice) -> Route:
    """How this choice is asked: by what it continues, what was remembered, the list, the name."""
    records = engine().records
    if wanted.continuing and (told := _task_record(wanted.continuing.get("message", ""))):
        return Route("task", told)
    chosen = engine().store.routes.get(wanted.gateway, wanted.model, owner=owner())
    types = listed(wanted.gateway).types.get(wanted.model, ())
    return route_for(wanted.model, types, chosen=chosen, records=records)


def routed(wanted: Choice) -> Choice:
    """The choice with its route, ready to be sent. Raises BadInput for a model of no use here."""
    route = route_now(wanted)
    if route.kind == "none":
        raise BadInput(say(f"route.none.{route.why}"))
    offered = {one.name: values for one, values in offered_by(route, wanted.model)}
    controls = {
        name: value
        for name, value in wanted.controls.items()
        if name in offered and (offered[name] == FREE or value in offered[name])
    }
    return dataclasses.replace(wanted, route=route.name, controls=controls)


def offered_by(route: Route, model: str) -> list[tuple[Control, tuple[str, ...]]]:
    match route.kind:
        case "task":
            record = engine().records.get(route.record)
            return record.offered(model) if record else []
        case "image":
            every = images.CONTROLS
        case "speech":
            every = audio.SPEECH
        case "transcription":
            every = audio.TRANSCRIPTION
        case "chat" if talking.talks(model):
            every = talking.CONTROLS
        case _:
            return []
    return [(one, values) for one in every if (values := one.for_model(model))]


def draw() -> Route:
    """Draws them, and gives the route so that the chat's own parameters are left out elsewhere."""
    wanted = choice()
    route = route_now(wanted)
    if not wanted.model:
        return route
    if route.kind == "none":
        st.info(say(f"route.none.{route.why}"), icon=":material/info:")
    _how(wanted, route)
    for control, values in offered_by(route, wanted.model):
        _control(control, values, route)
    if price := prices(wanted.gateway).get(wanted.model):
        st.caption(told_price(price, wanted, route))
    return route


def _how(wanted: Choice, route: Route) -> None:
    types = listed(wanted.gateway).types.get(wanted.model, ())
    every = choices(wanted.model, types, engine().records, route)
    names = [one.name for one in every]
    key = f"route-{wanted.gateway}-{wanted.model}"
    st.selectbox(
        say("route"),
        names,
        index=names.index(route.name) if route.name in names else None,
        format_func=_title,
        placeholder=say("route.none"),
        help=say("route_help"),
        key=key,
        on_change=_chosen,
        args=(key,),
    )


def _title(name: str) -> str:
    route = named(name, engine().records)
    if route is not None and route.kind == "task":
        return engine().records[route.record].title
    return say(f"route.{name}")


def _chosen(key: str) -> None:
    wanted = choice()
    engine().store.routes.put(
        wanted.gateway, wanted.model, st.session_state[key] or "", owner=owner()
    )


def _control(control: Control, values: tuple[str, ...], route: Route) -> None:
    now = choice().controls.get(control.name, "")
    key = f"control-{route.name}-{control.name}-{choice().model}"
    label = say(f"control.{control.name}") if control.name in NAMED else control.name
    if values == FREE:
        st.text_input(label, value=now, key=key, on_change=_set, args=(control.name, key))
        return
    st.segmented_control(
        label,
        values,
        default=now if now in values else None,
        format_func=lambda value: _shown(control.name, value),
        key=key,
        on_change=_set,
        args=(control.name, key),
    )


NAMED = frozenset({
    "seconds", "size", "ratio", "resolution", "quality", "n", "background", "style", "partials",
    "voice", "speed", "format", "instructions", "into", "language", "form", "reply", "pictures",
    "seed",
    "mode", "title", "tags", "version", "instrumental", "loop", "movement", "frames",
    "bot", "dimensions",
})  # fmt: skip


def _shown(name: str, value: str) -> str:
    if name == "seconds":
        return f"{value} s"
    if name in ("pictures", "into", "form", "reply"):
        return say(f"control.{name}.{value}")
    return say("control.on") if value == "true" else value


def _set(name: str, key: str) -> None:
    wanted = choice()
    kept = {k: v for k, v in wanted.controls.items() if k != name}
    if value := (st.session_state[key] or "").strip()[:2000]:
        kept[name] = value
    choose(dataclasses.replace(wanted, controls=kept))


def _task_record(message: str) -> str:
    """The record of the task behind an answer; "" if it was made otherwise."""
    store = engine().store
    try:
        told = store.conversations.message(message, owner=owner())
        return str(store.runs.get(told.run, owner=owner()).task.get("record", ""))
    except VnchatError:
        return ""


def told_price(price: Price, wanted: Choice, route: Route) -> str:
    """The published price, and what the chosen length, size and number make of it."""
    if price.second is not None:
        told = say("price.second", usd=f"{price.second:.4g}")
    elif price.call is not None:
        told = say("price.call", usd=f"{price.call:.4g}")
    else:
        told = say("price.tokens", given=f"{price.given or 0:.4g}", got=f"{price.got or 0:.4g}")
    about = price.estimate(wanted.controls, videos=route.record == "openai_videos")
    if about is None:
        return told
    if about.low == about.high:
        said = say("price.about", usd=f"{about.low:.4g}")
    else:
        said = say("price.between", low=f"{about.low:.4g}", high=f"{about.high:.4g}")
    return f"{told} {said}"


def prices(gateway: str) -> dict[str, Price]:
    """What the gateway publishes; empty when it does not. Never raises, asked seldom."""
    profile, key = engine().gateways.get(gateway)
    name = f"{profile.id} {profile.base_url}"
    with _lock:
        until, known = _prices.get(name, (0.0, {}))
    if time.monotonic() < until:
        return known
    with _lock:  # whoever else draws meanwhile does not ask too
        _prices[name] = (time.monotonic() + FRESH_SECONDS, known)

    async def ask() -> dict[str, Price]:
        body = bytearray()
        async with engine().runner.client.call(
            "GET", "/api/pricing", root_of(profile), key, headers={}, silence=3.0
        ) as answer:
            async for chunk in answer.bytes():
                body += chunk
                if len(body) > 8_000_000:
                    break
            return read_prices(bytes(body)) if answer.status == 200 else {}

    try:
        known = on_the_loop(ask(), seconds=3.0)
    except (VnchatError, concurrent.futures.TimeoutError):
        return {}
    with _lock:
        _prices[name] = (time.monotonic() + FRESH_SECONDS, known)
    return known
