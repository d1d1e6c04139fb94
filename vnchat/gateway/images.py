"""Pictures by their own endpoints: generate, and edit when pictures are attached.

What can be set follows the name, by the `openai` package's own notes (types/image_generate_params)
and new-api's checks (relay/helper/valid_request.go): what a gateway drops silently is not offered.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from vnchat.errors import BadInput
from vnchat.gateway.once import Ask
from vnchat.gateway.records import Control, matches
from vnchat.gateway.tasks import Wanted

_SIZES = ("1024x1024", "1536x1024", "1024x1536")
_GPT = ("gpt-image*", "chatgpt-image*")
# Whose /images/edits reads a mask (OpenAI's guide; DALL·E 2 was the first), and whose pictures
# have /images/variations, which is DALL·E 2's alone.
_MASKED = (*_GPT, "dall-e-2*", "demo-paint*")
_VARIED = ("dall-e-2*", "demo-paint*")
VARIATIONS = "image_variations"  # the record of that route
CONTROLS: tuple[Control, ...] = (
    Control(
        "size",
        (
            ("dall-e-3*", ("1024x1024", "1792x1024", "1024x1792")),
            ("dall-e-2*", ("256x256", "512x512", "1024x1024")),
            ("imagen*", ("1:1", "16:9", "9:16", "4:3", "3:4")),
            ("grok*", ()),
            ("*", _SIZES),
        ),
    ),
    Control(
        "quality",
        (
            ("gpt-image*", ("low", "medium", "high")),
            ("chatgpt-image*", ("low", "medium", "high")),
            ("dall-e-3*", ("standard", "hd")),
            ("*", ()),
        ),
    ),
    Control("n", (("dall-e-3*", ()), ("*", ("1", "2", "4")))),
    Control(
        "background", (("gpt-image*", ("opaque", "transparent")), ("*", ())),
    ),
    Control("style", (("dall-e-3*", ("vivid", "natural")), ("*", ()))),
    Control("partials", (("dall-e*", ()), ("imagen*", ()), ("*", ("0", "1", "2", "3")))),
)  # fmt: skip


def takes_mask(model: str) -> bool:
    return matches(model, _MASKED)


def takes_variations(model: str) -> bool:
    return matches(model, _VARIED)


def images_ask(wanted: Wanted) -> Ask:
    """Generate, or edit what is attached. Raises BadInput."""
    if wanted.mask and not (wanted.images and takes_mask(wanted.model)):
        raise BadInput(f"{wanted.model} takes no mask. Leave it out or choose another model.")
    if not wanted.prompt.strip():
        raise BadInput("Write what the picture is to show.")
    fields = _fields(wanted)
    partials = _partials(wanted)
    if partials:
        fields |= {"stream": True, "partial_images": partials}
    if not wanted.images:

        def generate(client: Any, options: Mapping[str, Any]) -> Any:
            return client.images.with_streaming_response.generate(**fields, **options)

        return generate
    files = [_file(url, f"picture-{n + 1}") for n, url in enumerate(wanted.images[:16])]
    if wanted.mask:
        fields["mask"] = _file(wanted.mask, "mask")

    def edit(client: Any, options: Mapping[str, Any]) -> Any:
        image = files if len(files) > 1 else files[0]
        return client.images.with_streaming_response.edit(image=image, **fields, **options)

    return edit


def _fields(wanted: Wanted) -> dict[str, Any]:
    fields: dict[str, Any] = {"model": wanted.model, "prompt": wanted.prompt}
    for control in CONTROLS:
        value = wanted.controls.get(control.name, "")
        if value and value in control.for_model(wanted.model) and control.name != "partials":
            fields[control.name] = int(value) if control.name == "n" else value
    if fields.get("background") == "transparent":
        fields["output_format"] = "png"
    return fields


def _partials(wanted: Wanted) -> int:
    """Pictures on the way: asked for only where the stream is known, or by a person's wish."""
    told = wanted.controls.get("partials", "")
    if int(wanted.controls.get("n") or 1) > 1:
        return 0  # a stream is of one picture
    if told.isdigit():
        return min(int(told), 3)
    return 2 if matches(wanted.model, _GPT) else 0


def _file(url: str, name: str) -> tuple[str, bytes, str]:
    head, _, data = url.partition(",")
    kind = head[5:].partition(";")[0] or "image/png"
    try:
        return f"{name}.{kind.partition('/')[2]}", base64.b64decode(data), kind
    except binascii.Error as error:
        raise BadInput("The picture cannot be read.") from error
