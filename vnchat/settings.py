"""All settings of the product, read once at start.

A value comes from the environment, else from `.streamlit/secrets.toml`, else from the default
written here. Each field names its variable and says what it does; README's table is made from
the same words. Gateways that were added in the page are not settings: see gateway/keys.py.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from vnchat.errors import BadInput


def _setting(default: Any, variable: str, help: str) -> Any:
    return field(default=default, metadata={"variable": variable, "help": help})


@dataclass(frozen=True, slots=True)
class Settings:
    base_url: str = _setting(
        "", "OPENAI_BASE_URL", "Address of the gateway, in any spelling, or a curl sample."
    )
    api_key: str = field(
        default="",
        repr=False,
        metadata={"variable": "OPENAI_API_KEY", "help": "Key of that gateway."},
    )
    data_dir: Path = _setting(
        Path("data"), "VNCHAT_DATA_DIR", "Folder of the database, kept media and keys."
    )
    database_url: str = _setting(
        "", "VNCHAT_DATABASE_URL", "SQLAlchemy address; empty: SQLite in the data folder."
    )
    media_url: str = _setting(
        "", "VNCHAT_MEDIA_URL", "Object store for media; empty: a folder in the data folder."
    )
    idle_seconds: float = _setting(
        300.0,
        "VNCHAT_IDLE_SECONDS",
        "A run ends after so long without a byte (keep-alives count).",
    )
    wait_limit_seconds: float = _setting(
        60.0,
        "VNCHAT_WAIT_LIMIT_SECONDS",
        "A 429 that asks for a longer wait is not waited for.",
    )
    tasks_file: str = _setting(
        "", "VNCHAT_TASKS_FILE", "TOML file of task records of your own, beside the shipped ones."
    )
    task_poll_seconds: float = _setting(
        0.0, "VNCHAT_TASK_POLL_SECONDS", "Between questions after a task; 0: as its record says."
    )
    task_silence_seconds: float = _setting(
        600.0, "VNCHAT_TASK_SILENCE_SECONDS", "So long a task may be unknown to its gateway."
    )
    task_give_up_seconds: float = _setting(
        7200.0,
        "VNCHAT_TASK_GIVE_UP_SECONDS",
        "So long a task is followed; later one press looks again.",
    )
    runs_for_each: int = _setting(
        20, "VNCHAT_RUNS_FOR_EACH", "Runs of one owner at once; more wait in a visible queue."
    )
    runs_in_all: int = _setting(
        250, "VNCHAT_RUNS_IN_ALL", "Runs of everybody at once; more wait in a visible queue."
    )
    media_hosts: tuple[str, ...] = _setting(
        (), "VNCHAT_MEDIA_HOSTS", "Hosts that results may come from, by comma; empty: any public."
    )
    media_http: bool = _setting(
        False, "VNCHAT_MEDIA_HTTP", "Fetch results over plain http from public hosts too."
    )
    media_max_bytes: int = _setting(
        2_000_000_000, "VNCHAT_MEDIA_MAX_BYTES", "Largest result that is kept."
    )
    media_quota: int = _setting(
        0, "VNCHAT_MEDIA_QUOTA", "Most bytes kept for one owner; 0: no limit."
    )
    media_quota_in_all: int = _setting(
        0, "VNCHAT_MEDIA_QUOTA_IN_ALL", "Most bytes kept for everybody together; 0: no limit."
    )
    media_redirect: str = _setting(
        "",
        "VNCHAT_MEDIA_REDIRECT",
        "Origin of the object store (https://host) if browsers read there by short addresses.",
    )
    picture_longest: int = _setting(
        2048, "VNCHAT_PICTURE_LONGEST", "Longest side of a picture that is sent, in pixels."
    )
    picture_max_bytes: int = _setting(
        1_500_000, "VNCHAT_PICTURE_MAX_BYTES", "Largest picture that is sent, in bytes."
    )
    context_sizes: tuple[str, ...] = _setting(
        (), "VNCHAT_CONTEXT_SIZES", "Tokens that models can read, by comma, like `llama-3*=8192`."
    )
    import_max_bytes: int = _setting(
        2_000_000_000, "VNCHAT_IMPORT_MAX_BYTES", "Largest file that is imported."
    )
    import_max_text: int = _setting(
        150_000_000, "VNCHAT_IMPORT_MAX_TEXT", "Most text in it, in bytes, the media apart."
    )
    public_url: str = _setting(
        "", "VNCHAT_PUBLIC_URL", "Address of ours that gateways reach, for pictures as links."
    )
    title_model: str = _setting(
        "", "VNCHAT_TITLE_MODEL", "Model that names conversations; empty: the prompt does."
    )
    prices_file: str = _setting(
        "", "VNCHAT_PRICES", "TOML file with the price of each model, to show what an answer cost."
    )
    hosts: tuple[str, ...] = _setting(
        (), "VNCHAT_HOSTS", "Host names that the server answers to, by comma, beside loopback."
    )
    share_with_network: bool = _setting(
        False,
        "VNCHAT_SHARE_WITH_NETWORK",
        "Answer to other machines: everybody who reaches the page shares conversations and key.",
    )
    demo_pace: float = _setting(
        1.0, "VNCHAT_DEMO_PACE", "Speed of the demo gateway: 0 makes it answer at once."
    )
    log_level: str = _setting("info", "VNCHAT_LOG_LEVEL", "debug, info, warning or error.")

    @property
    def sqlite_path(self) -> Path:
        return self.data_dir / "vnchat.sqlite3"


def load(
    environment: Mapping[str, str] | None = None, secrets_file: Path | None = None
) -> Settings:
    """The settings in force. Raises BadInput, naming the variable, for a value of no use."""
    environment = os.environ if environment is None else environment
    secrets = _secrets(secrets_file or Path(".streamlit/secrets.toml"))
    values: dict[str, Any] = {}
    for one in fields(Settings):
        variable = one.metadata["variable"]
        raw = environment.get(variable)
        if raw is None or raw == "":
            raw = secrets.get(variable)
        if raw is None or raw == "":
            continue
        try:
            values[one.name] = _typed(raw, one.default)
        except (TypeError, ValueError) as error:
            kind = type(one.default).__name__
            raise BadInput(
                f"The setting {variable} must be of the kind {kind}; it is {raw!r}."
                if variable != "OPENAI_API_KEY"
                else f"The setting {variable} must be text."
            ) from error
    return Settings(**values)


def _secrets(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return {}
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path} is not valid TOML: {error}. Correct it and start again.") from error


def _typed(raw: Any, default: Any) -> Any:
    match default:
        case bool():
            if str(raw).strip().lower() in {"1", "true", "yes", "on"}:
                return True
            if str(raw).strip().lower() in {"0", "false", "no", "off"}:
                return False
            raise ValueError(raw)
        case int():
            return int(str(raw).strip())
        case float():
            return float(str(raw).strip())
        case Path():
            return Path(str(raw)).expanduser()
        case tuple():
            parts = raw if isinstance(raw, list) else str(raw).split(",")
            return tuple(str(part).strip() for part in parts if str(part).strip())
        case _:
            return str(raw).strip()
