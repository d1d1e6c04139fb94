"""The processes under measurement: the gateway, vnchat, and the `st.write_stream` page.

Starting, waiting, CPU seconds and memory of each with its children. Nothing is judged here.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.serving import ROOT, free_port


@dataclass
class Process:
    """One process, started by `start` and ready when its address answers 200."""

    command: list[str]
    folder: Path
    port: int
    health: str = "/"
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    seconds: float = 0.0  # from start to the first 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Process:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("OPENAI_", "VNCHAT_", "STREAMLIT_"))
        }
        began = time.monotonic()
        with (self.folder / f"{self.port}.out").open("ab") as out:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=kept | dict(self.environment), stdout=out, stderr=out
            )
        while not self._well():
            if self.process.poll() is not None or time.monotonic() - began > 60:
                raise RuntimeError(f"{self.command[2:5]} did not start:\n{self.said()}")
            time.sleep(0.01)
        self.seconds = time.monotonic() - began
        return self

    def said(self) -> str:
        return (self.folder / f"{self.port}.out").read_text()[-2000:]

    def _well(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + self.health, timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.HTTPError):
            return False

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)

    def _tree(self) -> list[psutil.Process]:
        assert self.process is not None
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def cpu(self) -> float:
        """Seconds of CPU so far, user and system."""
        return sum(sum(one.cpu_times()[:2]) for one in self._tree())

    def memory(self) -> float:
        """Resident megabytes."""
        return float(sum(one.memory_info().rss for one in self._tree()) / 1e6)


def gateway(folder: Path) -> Process:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.gateway"]
    command += ["--port", str(port), "--log", str(folder / "gateway.log")]
    return Process(command, folder, port, "/v1/models").start()


def vnchat(folder: Path, asked: Process, data: str = "data") -> Process:
    """The product. The limits for one owner are lifted: without sign-in everybody is one owner."""
    port = free_port()
    return Process(
        [*_streamlit("streamlit_app.py", port)],
        folder,
        port,
        "/healthz",
        {
            "VNCHAT_DATA_DIR": str(folder / data),
            "VNCHAT_RUNS_FOR_EACH": "1000",
            "VNCHAT_RUNS_IN_ALL": "1000",
            "VNCHAT_LOG_LEVEL": "warning",
            **_keys(asked),
        },
    )


def baseline(folder: Path, asked: Process) -> Process:
    port = free_port()
    command = [*_streamlit("tests/bench/baseline_app.py", port), "--server.headless", "true"]
    return Process(command, folder, port, "/_stcore/health", _keys(asked))


def _streamlit(app: str, port: int) -> list[str]:
    return [sys.executable, "-m", "streamlit", "run", app, "--server.port", str(port)]


def _keys(asked: Process) -> dict[str, str]:
    return {"OPENAI_BASE_URL": f"{asked.url}/v1", "OPENAI_API_KEY": "sk-bench-0123456789"}


@contextlib.contextmanager
def running(*several: Process) -> Iterator[None]:
    try:
        yield
    finally:
        for one in several:
            one.stop()
