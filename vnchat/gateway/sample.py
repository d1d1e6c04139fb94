"""Address, key and model out of a pasted sample: curl, Python, JavaScript, settings. Pure.

Tolerant on purpose: line continuations of three shells, both quotes, placeholders instead of
keys. What an address means is read in `address.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sample:
    url: str = ""
    key: str | None = field(default=None, repr=False)
    model: str | None = None


_NAMED = (
    r"base[_-]?ur[il]|api[_-]?base(?:[_-]?url)?|openai[_-]?(?:api[_-]?)?base(?:[_-]?url)?"
    r"|endpoint|host|url|接口地址|地址"
)
_URL = re.compile(r"https?://[^\s\"'`<>，。；、）)\\]+", re.IGNORECASE)
_NAMED_URL = re.compile(
    rf"\b(?:{_NAMED})[\"']?\s*(?:[=:：]|=>)\s*[\"'`]?([^\s\"'`,，;；)]+)", re.IGNORECASE
)
_NAMED_KEY = re.compile(
    r"(?:api[_-]?key|apikey|openai_key|secret|token|密钥|令牌)[\"']?\s*[=:：]\s*[\"'`]?([^\s\"'`,，;；)]+)",
    re.IGNORECASE,
)
_BEARER = re.compile(
    r"authorization[\"']?\s*[:=,]\s*[\"'`]?(?:bearer\s+)?([^\s\"'`,]+)", re.IGNORECASE
)
_MODEL = re.compile(r"\bmodel[\"']?\s*[:=：]\s*[\"']?([^\s\"',，]+)", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r".*(api[_-]?key|your[_-]?key|(token|key|secret)[_-]?here|your[_-]?token)", re.IGNORECASE
)
_SK = re.compile(r"(?<![\w-])sk-[A-Za-z0-9_-]{8,}")


def looks_like_sample(text: str) -> bool:
    """More than one address: a command, a program, or lines of settings."""
    start = text.lstrip("$># \t")
    if re.match(r"curl(\.exe)?\s", start, re.IGNORECASE) or "\n" in text.strip():
        return True
    if re.match(r"(export\s+|set\s+)?[\w.]{1,40}\s*[=:]\s*[\"']?https?://", text, re.IGNORECASE):
        return True
    return bool(re.search(r"\s", text)) and bool(
        _NAMED_URL.search(text) or _SK.search(text) or re.search(r"\s-H\s|\bcurl\b", text)
    )


def read_sample(text: str) -> Sample:
    if re.search(r"(^|[\s$>#])curl(\.exe)?\s", text, re.IGNORECASE):
        return _read_curl(text)
    url = ""
    for found in _NAMED_URL.finditer(text):
        if "://" in found[1] or "." in found[1] or "localhost" in found[1]:
            url = found[1]
            break
    if not url:
        url = found_url[0] if (found_url := _URL.search(text)) else ""
    key = _first_key(text)
    model = found_model[1] if (found_model := _MODEL.search(text)) else None
    return Sample(url, key, usable_model(model))


def usable_key(value: str) -> str | None:
    """The value if it can be a key; None for what samples write in its place."""
    value = value.strip().strip("\"'`").strip()
    if value.lower().startswith("bearer "):
        value = value[7:].strip()
    if len(value) < 4 or not all(32 < ord(char) < 127 for char in value):
        return None
    if re.search(r"[$%{}<>()]|\.\.\.|\*{2,}|x{4,}", value, re.IGNORECASE):
        return None
    if _PLACEHOLDER.fullmatch(value):
        return None
    return None if value.lower() in ("bearer", "token", "none", "null", "empty") else value


def usable_model(value: str | None) -> str | None:
    if not value or re.search(r"[$%{}<>]", value) or len(value) > 200:
        return None
    return value


def _first_key(text: str) -> str | None:
    for pattern in (_BEARER, _NAMED_KEY):
        for found in pattern.finditer(text):
            if key := usable_key(found[1]):
                return key
    for found in _SK.finditer(text):
        if key := usable_key(found[0]):
            return key
    return None


_DATA = ("-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json")
_HEADER = ("-H", "--header")
# Options with a value that is none of ours; the value must not be taken for the address.
_OTHER = (
    "-X", "--request", "-o", "--output", "-m", "--max-time", "-x", "--proxy", "-u", "--user",
    "-A", "--user-agent", "-e", "--referer", "-b", "--cookie", "-F", "--form", "-w", "--retry",
    "--connect-timeout", "--cacert", "--cert", "--resolve", "--location-trusted",
)  # fmt: skip


def _read_curl(text: str) -> Sample:
    url, key, model = "", None, None
    words = iter(_words(text[re.search(r"curl(\.exe)?\s", text, re.IGNORECASE).start() :]))  # type: ignore[union-attr]
    next(words, None)
    for word in words:
        option, value = _option(word, words)
        if option in _HEADER:
            name, _, content = value.partition(":")
            if name.strip().lower() in ("authorization", "x-api-key", "api-key", "x-goog-api-key"):
                key = usable_key(content) or key
        elif option == "--oauth2-bearer":
            key = usable_key(value) or key
        elif option in _DATA:
            model = _model_in(value) or model
        elif option == "--url" or (not option and not url and _may_be_url(value)):
            url = value
    return Sample(url, key, model)


def _option(word: str, words: Iterator[str]) -> tuple[str, str]:
    """(option, its value), or ("", word) for a word that stands alone."""
    if not word.startswith("-") or word == "-":
        return "", word
    name, equals, attached = word.partition("=")
    if word.startswith("--"):
        if equals:
            return name, attached
        takes = word in (*_DATA, *_HEADER, *_OTHER, "--url", "--oauth2-bearer")
        return word, next(words, "") if takes and word != "--location-trusted" else ""
    if word[:2] in (*_DATA, *_HEADER, *_OTHER):
        return word[:2], word[2:] or next(words, "")
    return word, ""


def _may_be_url(word: str) -> bool:
    return "://" in word or "." in word or word.startswith("localhost")


def _model_in(data: str) -> str | None:
    try:
        body = json.loads(data)
    except ValueError:
        found = re.search(r"[\"']?model[\"']?\s*:\s*[\"']([^\"']+)[\"']", data)
        return usable_model(found[1]) if found else None
    model = body.get("model") if isinstance(body, dict) else None
    return usable_model(model) if isinstance(model, str) else None


def _words(command: str) -> list[str]:
    """The words of a shell command: quotes of sh, cmd and PowerShell, lines continued by all."""
    command = re.sub(r"[ \t]*[\\^`][ \t]*\r?\n", " ", command)
    command = command.replace('^"', '"')
    words: list[str] = []
    word, quote, inside, i = "", "", False, 0
    while i < len(command):
        char = command[i]
        if quote:
            if char == quote:
                quote = ""
            elif char == "\\" and quote == '"' and command[i + 1 : i + 2] in ('"', "\\"):
                i += 1
                word += command[i]
            else:
                word += char
        elif char in "\"'":
            if word == "$" and char == "'":  # bash's $'…', as browsers copy it
                word = ""
            quote, inside = char, True
        elif char.isspace():
            if inside or word:
                words.append(word)
            word, inside = "", False
        elif char == "\\" and i + 1 < len(command):
            i += 1
            word += command[i]
        else:
            word += char
        i += 1
    if inside or word:
        words.append(word)
    return words
