"""A gateway that nobody here wrote: its own command in a process of its own, on loopback."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.serving import ROOT, free_port

READY_SECONDS = 90.0


class Foreign:
    """`command` may hold {port}; it answers once it has written a line with `ready` in it."""

    def __init__(
        self, command: Sequence[str], *, ready: str, key: str, environment: Mapping[str, str]
    ) -> None:
        self.key = key
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}/v1"
        self.said: list[str] = []
        self._ready_line = ready
        self._command = [part.format(port=self.port) for part in command]
        plain = {n: v for n, v in os.environ.items() if not n.startswith(("OPENAI_", "VNCHAT_"))}
        self._environment = plain | {"NO_PROXY": "127.0.0.1"} | dict(environment)

    def __enter__(self) -> Foreign:
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        looked = threading.Event()
        self._listener = threading.Thread(target=self._listen, args=(looked,), daemon=True)
        self._listener.start()
        in_time = looked.wait(READY_SECONDS)
        if not in_time or self._process.poll() is not None:
            self.__exit__()
            raise RuntimeError("the gateway did not start:\n" + "".join(self.said)[-3000:])
        return self

    def __exit__(self, *_: Any) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._listener.join(10)

    def _listen(self, looked: threading.Event) -> None:
        """Everything it says is read, else it would wait with a full pipe."""
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self.said.append(line)
                if self._ready_line in line:
                    looked.set()
        looked.set()  # it has ended


def installed(folder: str, program: str, required: str, how: str) -> Path:
    """The program in a folder that git ignores; skips with the reason where it is missing."""
    found = ROOT / folder / program
    if not found.exists():
        if os.environ.get(required):
            pytest.fail(f"{found.name} is required here ({required}) and is not installed")
        pytest.skip(f"{found.name} is not installed ({how})")
    return found
