"""Which models listen and which speak: for the microphone and for reading aloud."""

from __future__ import annotations

from typing import Any

from vnchat.engine import engine
from vnchat.gateway.audio import SPEECH
from vnchat.gateway.routing import route_for
from vnchat.ui.models import at_hand, listed
from vnchat.ui.state import choice, owner

MOST = 30  # of a kind


def able() -> dict[str, list[dict[str, Any]]]:
    """{hear, speak}: the models of each, those of the chosen gateway first.

    Other gateways are only asked beside the page: whoever types waits for none of them.
    """
    here = engine()
    now = choice().gateway
    chosen = here.store.routes.of(owner=owner())
    found: dict[str, list[dict[str, Any]]] = {"hear": [], "speak": []}
    every = here.gateways.all()
    for profile in sorted(every, key=lambda one: one.id != now):
        models = listed(profile.id) if profile.id == now else at_hand(profile.id)
        own = [model for (gateway, model) in chosen if gateway == profile.id]
        for name in dict.fromkeys([*own, *models.names]):
            route = route_for(
                name,
                models.types.get(name, ()),
                chosen=chosen.get((profile.id, name), ""),
                records=here.records,
            )
            one = {"gateway": profile.id, "model": name}
            if len(every) > 1:
                one["where"] = profile.name
            if route.kind == "transcription":
                found["hear"].append(one)
            elif route.kind == "speech":
                voices = SPEECH[0].for_model(name)
                found["speak"].append({**one, "voices": list(voices)})
    return {name: some[:MOST] for name, some in found.items()}
