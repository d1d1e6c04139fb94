"""Whatever a person pastes as a gateway's address, as base address, key and model. Pure.

An address in any spelling is read here; a curl, Python or settings sample is taken apart in
`sample.py`. Whether anything answers there is found out by `check.py`, which tries `candidates`.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from vnchat.errors import BadInput
from vnchat.gateway.sample import Sample, looks_like_sample, read_sample, usable_key

LONGEST = 50_000


@dataclass(frozen=True, slots=True)
class Pasted:
    base_url: str
    key: str | None = None
    model: str | None = None
    note: str = ""  # what was understood, in a sentence or two; never holds the key
    candidates: tuple[str, ...] = ()  # base_url first, then what else it may be

    @property
    def host(self) -> str:
        """Host and port as written; a first name for the gateway."""
        return urlsplit(self.base_url).netloc

    def __repr__(self) -> str:
        key = "'••••'" if self.key else None
        return f"Pasted(base_url={self.base_url!r}, key={key}, model={self.model!r})"


def parse_address(pasted: str) -> Pasted:
    """Raises BadInput with one sentence when this is no address of a gateway."""
    if len(pasted) > LONGEST:
        raise BadInput("This is far too long for an address. Paste only the address.")
    text = _bare(pasted)
    if not text:
        raise BadInput("The address is empty. Paste the address of your gateway.")
    sample = read_sample(text) if looks_like_sample(text) else Sample(url=text)
    if not sample.url:
        raise BadInput("No address was found in this sample. Paste the address by itself.")
    address = _Address.of(_bare(sample.url))
    key = sample.key or address.key
    notes = list(address.notes)
    if sample.url != text:
        taken = [
            "The address",
            *(["the key"] if key else []),
            *(["the model"] if sample.model else []),
        ]
        listed = " and ".join([", ".join(taken[:-1]), taken[-1]]) if taken[1:] else taken[0]
        notes.insert(0, f"{listed} came from the sample.")
    return Pasted(address.base_url, key, sample.model, " ".join(notes), address.candidates)


def _bare(text: str) -> str:
    """Without what comes along when copying: blanks, quotes, backticks, invisible marks."""
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf"))
    before = None
    while before != text:
        before = text
        text = text.strip().strip("\"'`“”‘’「」《》，。；、,;").strip()
        if text.startswith("<") and text.endswith(">"):
            text = text[1:-1]
    return text


# What people copy along from a sample: the call itself. The base address is what stands before.
_CALL = re.compile(
    r"/(chat/completions|completions|models(/[^/]+)?|embeddings|responses|moderations|messages"
    r"|images/(generations|edits|variations)|audio/(speech|transcriptions|translations)"
    r"|videos?(/generations)?|files|rerank)$",
    re.IGNORECASE,
)
_VERSION = re.compile(r"/v\d+([a-z]+\d*)?(?=/|$)", re.IGNORECASE)
_DOUBLED = re.compile(r"(/v\d+)(?:\1)+(?=/|$)", re.IGNORECASE)
# Hosts whose documentation names another path than /v1.
_KNOWN_PATHS = {
    "openrouter.ai": "/api/v1",
    "generativelanguage.googleapis.com": "/v1beta/openai",
    "open.bigmodel.cn": "/api/paas/v4",
    "ark.cn-beijing.volces.com": "/api/v3",
    "dashscope.aliyuncs.com": "/compatible-mode/v1",
    "dashscope-intl.aliyuncs.com": "/compatible-mode/v1",
    "api.groq.com": "/openai/v1",
}


@dataclass(frozen=True, slots=True)
class _Address:
    base_url: str
    candidates: tuple[str, ...]
    notes: tuple[str, ...]
    key: str | None

    @classmethod
    def of(cls, typed: str) -> _Address:
        text = typed.replace("\\", "/")
        if re.search(r"\s", text):
            raise BadInput("An address has no spaces in it. Paste the address by itself.")
        scheme, rest = _scheme(text)
        try:
            parts = urlsplit(f"{scheme or 'https'}://{rest}")
            port = parts.port
        except ValueError:
            raise BadInput("This is no address: its host or port is not written right.") from None
        if "@" in parts.netloc:
            raise BadInput(
                "The address holds a name or key before “@”. Leave that out; the key goes in its "
                "own field."
            )
        host = _host(parts.hostname or "", told=bool(scheme) or port is not None)
        if not scheme:
            scheme = "http" if _near(host) else "https"
        default_port = {"http": 80, "https": 443}[scheme]
        place = f"[{host}]" if ":" in host else host
        origin = f"{scheme}://{place}" + (f":{port}" if port and port != default_port else "")
        path, notes = _path(parts.path)
        key = None
        for name, value in parse_qsl(parts.query):
            if name.lower() in ("key", "api_key", "apikey", "token"):
                key = usable_key(value)
        if parts.query:
            notes.append("What stood after “?” was left out.")
        bases = _bases(host, path)
        if len(bases) > 1 and bases[0] != path:
            notes.append(f"{bases[0].removeprefix(path) or bases[0]} was added.")
        candidates = tuple(dict.fromkeys(origin + base for base in bases))
        return cls(candidates[0], candidates, tuple(notes), key)


def _scheme(text: str) -> tuple[str, str]:
    """("https" | "http" | "" if not told, what follows)."""
    if found := re.match(r"(https?)(?::/*|//+)(?=[^/\d]|\d+\.|\[)", text, re.IGNORECASE):
        return found[1].lower(), text[found.end() :]
    if found := re.match(r"([a-z][a-z0-9+.-]*)://", text, re.IGNORECASE):
        raise BadInput(f"An address begins with https:// or http://, not with {found[1][:20]}://.")
    if re.match(r"[a-z][a-z0-9+-]*:(?!\d+(/|$|\?|#))", text, re.IGNORECASE):
        raise BadInput("An address begins with https:// or http://.")
    return "", text.lstrip("/")


def _host(host: str, *, told: bool) -> str:
    host = unicodedata.normalize("NFKC", host).lower().rstrip(".")
    if ":" in host:
        try:
            return str(ipaddress.IPv6Address(host.split("%")[0]))
        except ValueError:
            host = ""
    try:
        host = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        host = ""
    if not re.fullmatch(r"(?!-)[a-z0-9_-]+(\.[a-z0-9_-]+)*", host) or len(host) > 253:
        raise BadInput("This is no address. It looks like https://api.example.com/v1.")
    if "." not in host and host != "localhost" and not told:
        raise BadInput("This is no address: a host like api.example.com is missing.")
    if re.fullmatch(r"[\d.]+", host) and not _is_ip(host):
        raise BadInput("This is no address: the number of the host is not written right.")
    return host


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _near(host: str) -> bool:
    """Hosts that are seldom reached by https when nothing is said: own machine, own network."""
    return "." not in host or _is_ip(host) or host.endswith((".local", ".lan", ".localhost"))


def _path(typed: str) -> tuple[str, list[str]]:
    notes: list[str] = []
    path = re.sub(r"/{2,}", "/", typed).rstrip("/")
    while found := _CALL.search(path):
        if not _CALL.sub("", path) and found[0].lower() in ("/files", "/messages"):
            break
        notes.append(f"{found[0]} was left out.")
        path = path[: found.start()].rstrip("/")
    if _DOUBLED.search(path):
        path = _DOUBLED.sub(r"\1", path)
        notes.append("A doubled version was left out.")
    return path, notes


def _bases(host: str, path: str) -> list[str]:
    """Paths to try, the likeliest first."""
    if _VERSION.search(path):
        return [path]
    if not path and host in _KNOWN_PATHS:
        return [_KNOWN_PATHS[host], "/v1"]
    # A page of the gateway's site (/console, /docs) is often copied instead of the address.
    return [path + "/v1", path, "/v1"] if path else ["/v1", ""]
