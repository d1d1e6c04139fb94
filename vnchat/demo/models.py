"""The demo's models: their names, what answers them, and which endpoints they are for."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from .filming import by_history, by_id
from .painting import picture, refusal
from .protocol import Ask, Said
from .studio import Studio
from .talking import chat, reasoner, speaker

Answer = Callable[[Ask, Studio], AsyncGenerator[Said, None]]


@dataclass(frozen=True, slots=True)
class Model:
    name: str
    answer: Answer | None  # None: not a model for chat
    endpoints: tuple[str, ...] = ("openai",)
    listed: bool = True  # unlisted names work too; they are for tests and the curious


MODELS = {
    model.name: model
    for model in (
        Model("demo-chat", chat),
        Model("demo-reasoner", reasoner),
        Model("demo-voice", speaker),
        Model("demo-claude", None, ("anthropic",)),
        Model("demo-gemini", None, ("gemini",)),
        Model("demo-video", by_history),
        Model("demo-video-landscape-5s", by_history),
        Model("demo-video-landscape-10s", by_history),
        Model("demo-video-portrait-5s", by_history),
        Model("demo-video-portrait-10s", by_history),
        Model("demo-clip", by_id),
        Model("demo-clip-landscape", by_id),
        Model("demo-clip-portrait", by_id),
        Model("demo-image", picture, ("openai", "image-generation")),
        Model("demo-image-inline", picture, listed=False),
        Model("demo-paint", None, ("image-generation",)),
        Model("mj_imagine", None, ()),
        Model("mj_blend", None, ()),
        Model("mj_describe", None, ()),
        Model("suno_music", None, ()),
        Model("suno_lyrics", None, ()),
        Model("demo-film", None, ("openai-video",)),
        Model("demo-speech", None, ("audio-speech",)),
        Model("demo-transcribe", None, ("audio-transcription",)),
        Model("demo-refused", refusal),
        Model("demo-refused-picture", refusal, listed=False),
        Model("demo-refused-prompt", refusal, listed=False),
        Model("demo-refused-result", refusal, listed=False),
    )
}
CREATED = 1_790_000_000


# Made up, as nothing here is charged: of each way in which gateways publish prices one.
PRICES: tuple[dict[str, object], ...] = (
    {"model_name": "demo-chat", "quota_type": 0, "model_ratio": 0.25, "completion_ratio": 4},
    {"model_name": "demo-paint", "quota_type": 1, "model_price": 0.04},
    {"model_name": "mj_imagine", "quota_type": 1, "model_price": 0.06},
    {"model_name": "demo-film", "quota_type": 1, "model_price": 0, "price_per_second": 0.1},
)


def price_list() -> dict[str, object]:
    """The answer of GET /api/pricing in new-api's form."""
    return {"success": True, "data": list(PRICES), "group_ratio": {"default": 1}}


def model_list() -> dict[str, object]:
    """The answer of GET /v1/models."""
    data = [
        {
            "id": model.name,
            "object": "model",
            "created": CREATED,
            "owned_by": "vnchat-demo",
            "supported_endpoint_types": list(model.endpoints),
        }
        for model in MODELS.values()
        if model.listed
    ]
    return {"object": "list", "success": True, "data": data}
