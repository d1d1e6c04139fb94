"""A record filled with what a person wants, as a request; and requests for polls. Pure.

Placeholders: {prompt} {model} {seconds} {size} {ratio} {resolution} {image} {images} {last_image}
{source_id} {task_id} … A text that is one placeholder keeps the value's type; a place whose value
is missing is left out, so that only what was set is sent. {seconds:s} is text, {image:file} an
uploaded part, {image:b64} bare base64, {size:colon} 1280:720, {size:star} 1280*720,
{resolution:P} 720P, {model:head} and {model:tail} the name around its first dash, {mask:black} the
mask as masks.py says.
"""

from __future__ import annotations

import base64
import binascii
import copy
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from vnchat.errors import BadInput
from vnchat.gateway.client import encoded
from vnchat.gateway.masks import as_form
from vnchat.gateway.profile import Profile
from vnchat.gateway.records import Next, Overlay, Record, Send, matches

_PLACE = re.compile(r"\{([a-z_]+)(?::([a-z0-9]+|P))?\}")
_VERSION = re.compile(r"/v\d+[a-z]*\d*/?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What goes into a task."""

    model: str
    prompt: str
    images: tuple[str, ...] = ()  # data: addresses, in order
    controls: Mapping[str, str] = field(default_factory=dict)
    source: str = ""  # id of the task that is changed or extended
    choice: str = ""  # the button that was pressed
    mask: str = ""  # over the first picture, as a data: address: transparent is to change


@dataclass(frozen=True, slots=True)
class Asking:
    """A request ready to be sent; `path` carries its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    content: bytes | None
    form: tuple[tuple[str, Any], ...] = ()  # fields of a form: text, or (name, bytes, type)
    alternatives: tuple[str, ...] = ()
    base: str = ""  # where it is not the record's
    otherwise: Asking | None = None  # sent after 404 or 405, which no gateway charges


def base_of(profile: Profile, record: Record, asking: Asking | None = None) -> Profile:
    """The profile whose address the record's paths follow: with or without the version."""
    base = (asking.base if asking else "") or record.base
    return profile if base == "api" else root_of(profile)


def root_of(profile: Profile) -> Profile:
    """The gateway beside its versioned address, where providers' own routes are."""
    return replace(profile, base_url=_VERSION.sub("", profile.base_url.rstrip("/")))


def submit_of(record: Record, wanted: Wanted, *, step: str = "") -> Asking:
    """The create. `step` names one of record.next instead. Raises BadInput with one sentence."""
    values = _values(wanted)
    if step:
        told = next_of(record, step)
        asking = replace(_filled(told.send, values), base=told.base)
        if told.otherwise:
            asking = replace(asking, otherwise=submit_of(record, wanted, step=told.otherwise))
        return asking
    if record.needs_image and not wanted.images:
        raise BadInput(f"{record.title} needs a picture to begin with. Attach one.")
    many = len(wanted.images)
    if many < record.least or (record.most and many > record.most):
        raise BadInput(
            f"{record.title} takes {record.least} to {record.most} pictures; attached are {many}."
        )
    if not wanted.prompt.strip() and not wanted.images:
        raise BadInput("Write what is to be made.")
    if wanted.mask and not record.takes_mask:
        raise BadInput(f"{record.title} takes no mask. Leave it out or choose another model.")
    send = _laid_over(record, wanted)
    return _filled(send, values)


def next_of(record: Record, step: str) -> Next:
    for one in record.next:
        if one.id == step:
            return one
    raise BadInput(f"{record.title} offers no such step.")


def poll_of(record: Record, task: Mapping[str, Any]) -> list[Asking]:
    """The question after a task: the usual path first, then its alternatives."""
    asking = _filled(record.poll, _task_values(task), keep=True)
    first = [asking] if asking.path.strip("/") else []
    others = [replace(asking, path=path) for path in asking.alternatives if path.strip("/")]
    return [*first, *others]


def _task_values(task: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "task_id": str(task.get("id", "")),
        "submit_path": str(task.get("path", "")),
        "model": str(task.get("model", "")),
        "response_path": _only_path(task.get("response_url")),
    }


def cancel_of(record: Record, task: Mapping[str, Any]) -> Asking | None:
    """The request that asks for the end of a task; None if none is known."""
    if record.cancel is None:
        return None
    asking = _filled(record.cancel, _task_values(task), keep=True)
    return asking if asking.path.startswith("/") and task.get("id") else None


def hop_of(record: Record, taken: str) -> Asking | None:
    return _filled(record.hop, {"take": taken}, keep=True) if record.hop is not None else None


def content_of(record: Record, profile: Profile, task_id: str) -> str:
    """The address of the made thing's bytes at the gateway itself; "" if there is none."""
    if not record.content:
        return ""
    path = _text(record.content, {"task_id": task_id}, escape=True)
    return base_of(profile, record).base_url.rstrip("/") + path


def wants_key(profile: Profile, link: str) -> bool:
    """Is this the content of a task at the gateway's own address, which needs its key?"""
    base = profile.base_url.rstrip("/")
    if not link.startswith(base + "/videos/"):
        return False
    return re.fullmatch(r"/videos/[\w%:.~-]+/content", link[len(base) :]) is not None


def _laid_over(record: Record, wanted: Wanted) -> Send:
    pictures = len(wanted.images)
    use = wanted.controls.get("pictures", "")
    has = {overlay.when for overlay in record.overlays}
    when = {"always"}
    if pictures:
        many = pictures > 1 and "images" in has and use != "first_last"
        alone = "image" not in has or use == "references"
        if many or (alone and "images" in has):
            when.add("images")
        else:
            when.add("image")
        if pictures > 1 and "last_image" in has and not many:
            when.add("last_image")
    if wanted.mask:
        when.add("mask")
    send = record.submit
    for overlay in record.overlays:
        if overlay.when in when and (not overlay.models or matches(wanted.model, overlay.models)):
            send = _over(send, overlay)
    return send


def _over(send: Send, overlay: Overlay) -> Send:
    changes = dict(overlay.changes)
    if "body" in changes:
        body: Any = {} if overlay.fresh else copy.deepcopy(dict(send.body))
        changes["body"] = _merged(body, changes["body"])
    send = replace(send, **changes)
    if overlay.drop:
        body = copy.deepcopy(dict(send.body))
        for place in overlay.drop:
            *outer, last = place.split(".")
            inside: Any = body
            for name in outer:
                inside = inside.get(name, {}) if isinstance(inside, dict) else {}
            if isinstance(inside, dict):
                inside.pop(last, None)
        send = replace(send, body=body)
    return send


def _merged(below: Any, above: Any) -> Any:
    """Tables are laid over each other, lists follow each other."""
    if isinstance(below, dict) and isinstance(above, Mapping):
        return below | {k: _merged(below.get(k), v) for k, v in above.items()}
    if isinstance(below, list) and isinstance(above, list):
        return below + above
    return above


def _values(wanted: Wanted) -> dict[str, Any]:
    values: dict[str, Any] = {
        "model": wanted.model,
        "prompt": wanted.prompt,
        "source_id": wanted.source,
        "choice": wanted.choice,
    }
    if wanted.mask:
        values["mask"] = wanted.mask
    if wanted.images:
        values["image"] = wanted.images[0]
        values["images"] = list(wanted.images)
    if len(wanted.images) > 1:
        values["last_image"] = wanted.images[-1]
    for name, value in wanted.controls.items():
        if value != "" and name not in values:
            values[name] = _number(value)
    return values


def _number(value: str) -> Any:
    if re.fullmatch(r"-?\d{1,12}", value):
        return int(value)
    return {"true": True, "false": False}.get(value, value)


def _filled(send: Send, values: Mapping[str, Any], *, keep: bool = False) -> Asking:
    path = _text(send.path, values, escape=True)
    if ".." in path.split("/") or path.startswith("//"):
        raise BadInput("This name of a model cannot be part of an address.")
    query = {k: filled for k, v in send.query.items() if (filled := _text(v, values))}
    tail = f"?{urlencode(query)}" if query else ""
    headers = {k: _text(v, values) for k, v in send.headers.items()}
    content: bytes | None = None
    form: tuple[tuple[str, Any], ...] = ()
    if send.method != "GET" and send.encoding != "none":
        body = _in(send.body, values) or {}
        if send.encoding == "multipart":
            form = _form(body)
            content = None
        else:
            content = encoded(_no_files(body))
            headers["Content-Type"] = "application/json"
    others = tuple(_text(one, values, escape=True) + tail for one in send.alternatives)
    return Asking(send.method, path + tail, headers, content, form, others)


_GONE = object()


def _in(template: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(template, str):
        return _value(template, values)
    if isinstance(template, Mapping):
        if set(template) == {"each", "item"}:
            listed = _value(str(template["each"]), values)
            if not isinstance(listed, list):
                return _GONE
            return [_in(template["item"], {**values, "item": one}) for one in listed]
        made = {k: _in(v, values) for k, v in template.items()}
        made = {k: v for k, v in made.items() if v is not _GONE}
        return made if made or not template else _GONE
    if isinstance(template, list):
        if len(template) == 1 and isinstance(template[0], Mapping) and "each" in template[0]:
            return _in(template[0], values)
        return [v for one in template if (v := _in(one, values)) is not _GONE]
    return template


def _value(template: str, values: Mapping[str, Any]) -> Any:
    whole = _PLACE.fullmatch(template)
    if whole is None:
        return _text(template, values) if "{" in template else template
    value = values.get(whole[1])
    return _GONE if value is None or value == "" else _shaped(value, whole[2] or "")


def _text(template: str, values: Mapping[str, Any], *, escape: bool = False) -> str:
    def put(found: re.Match[str]) -> str:
        value = values.get(found[1])
        text = "" if value is None else str(_shaped(value, found[2] or ""))
        # An id is one step of a path; a path that we kept ourselves is one already.
        whole = found[1] in ("submit_path", "response_path") or (found[1] == "model")
        return quote(text, safe="/:" if whole else ":") if escape else text

    return _PLACE.sub(put, template)


@dataclass(frozen=True, slots=True)
class _File:
    data: bytes
    type: str


def _shaped(value: Any, form: str) -> Any:
    if not form:
        return value
    text = str(value)
    match form:
        case "s":
            return text
        case "colon":
            return text.replace("x", ":")
        case "star":
            return text.replace("x", "*")
        case "P":
            return text.upper()
        case "head":
            return text.partition("-")[0]
        case "tail":
            return text.partition("-")[2]
        case "b64":
            if isinstance(value, list):
                return [_shaped(one, form) for one in value]
            return text.partition(",")[2] if text.startswith("data:") else text
        case "file":
            return _file(text)
        case "black" | "white":
            return _file(as_form(text, form))
    return value


def _file(data_url: str) -> Any:
    head, _, data = data_url.partition(",")
    try:
        return _File(base64.b64decode(data), head[5:].partition(";")[0] or "image/png")
    except (ValueError, binascii.Error):
        return data_url


def _no_files(body: Any) -> Any:
    if isinstance(body, _File):
        return f"data:{body.type};base64,{base64.b64encode(body.data).decode()}"
    if isinstance(body, dict):
        return {k: _no_files(v) for k, v in body.items()}
    return [_no_files(one) for one in body] if isinstance(body, list) else body


def _form(body: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """The fields of multipart/form-data. A table goes as its JSON text, as new-api reads it."""
    parts: list[tuple[str, Any]] = []
    for name, value in body.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, _File):
                kind = one.type.partition("/")[2] or "png"
                parts.append((name, (f"{name}.{kind}", one.data, one.type)))
            else:
                parts.append((name, _plain(one)))
    return tuple(parts)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _only_path(url: object) -> str:
    """Of an address that a reply names only the path counts: the key goes to the gateway."""
    if not isinstance(url, str):
        return ""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return path if path.startswith("/") and not path.startswith("//") and ".." not in path else ""


def kept(
    record: Record, asking: Asking, wanted: Wanted, task_id: str, body: object
) -> dict[str, Any]:
    """What is stored of a task before anything is shown: enough to ask after it anywhere."""
    url = body.get("response_url") if isinstance(body, Mapping) else None
    return {
        "record": record.id,
        "id": task_id,
        "path": asking.path.partition("?")[0],
        "model": wanted.model,
        **({"response_url": _only_path(url)} if url else {}),
    }


def images_of(messages: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The pictures of the last message, as the chat form carries them."""
    content = messages[-1].get("content") if messages else None
    parts = content if isinstance(content, list) else []
    urls = []
    for part in parts:
        image = part.get("image_url") if isinstance(part, Mapping) else None
        url = image.get("url") if isinstance(image, Mapping) else image
        if isinstance(url, str) and url.startswith("data:image/"):
            urls.append(url)
    return tuple(urls)
