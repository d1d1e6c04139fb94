"""How much a long conversation costs: python -m tests.bench.long [--lengths 0,10,100,500,1000]

For each length, in Chromium against the real server and the demo gateway: opening by its address,
switching to it inside the page, one further message; time in the browser, bytes of the live socket
and the server's CPU. Prints a table; judges nothing.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

from tests.browser.conftest import BOX, CHROMIUM, FLAGS, say
from tests.serving import Server
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.server import DemoGateway
from vnchat.exchange.shapes import ToldConversation, ToldMessage, ToldRun
from vnchat.reading.reply import Reply
from vnchat.settings import Settings
from vnchat.store import Store

ROUNDS = 5
WORDS = (
    "The **harbour** lies still at dawn; 港口在黎明时分很安静。 Boats come in one by one.\n\n"
    "- nets are mended\n- ice is loaded\n\n```python\nprint('a boat')\n```\n\n| a | b |\n|---|---|\n"
    "| 1 | 2 |\n\n"
)


@dataclass
class Measured:
    seconds: list[float] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def row(self) -> str:
        middle = [statistics.median(one) for one in (self.seconds, self.bytes, self.cpu)]
        return f"{middle[0]:7.3f} s {middle[1] / 1000:8.1f} kB {middle[2] * 1000:7.0f} ms"


def fill(folder: Path, lengths: list[int]) -> dict[int, str]:
    """A conversation of each length; the title says which."""
    store = Store.open(Settings(data_dir=folder))
    try:
        ids = {}
        for length in lengths:
            if length:
                told = conversation(length)
                [ids[length]] = store.imports.write([told], {}, owner="local")
        return ids
    finally:
        store.close()


def conversation(length: int) -> ToldConversation:
    messages = []
    for n in range(length):
        person = n % 2 == 0
        text = f"Question {n}" if person else f"Answer {n}. {WORDS * 3}"
        reply = Reply(text=text, raw=text, finish="stop", model="plain")
        run = None if person else ToldRun(state="done", model="plain", reply=reply, made="text")
        messages.append(
            ToldMessage(
                id=f"{n}",
                parent=f"{n - 1}" if n else "",
                role="user" if person else "assistant",
                text=text,
                created=1.7e9 + n,
                run=run,
            )
        )
    return ToldConversation(
        title=f"length {length}",
        head=f"{length - 1}",
        messages=tuple(messages),
        created=1.7e9,
        updated=1.7e9 + length,
        options={"model": "plain"},
    )


class Tab:
    """A page whose socket is counted."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self._server = server
        self._process = psutil.Process(server.process.pid if server.process else 0)
        self.context = browser.new_context(viewport={"width": 1200, "height": 900})
        self.page: Page = self.context.new_page()
        self.got = 0
        self.page.on("websocket", self._count)

    def _count(self, socket: WebSocket) -> None:
        if socket.url.endswith("/vnchat/live"):
            socket.on("framereceived", lambda data: self._add(data))

    def _add(self, data: str | bytes) -> None:
        self.got += len(data.encode() if isinstance(data, str) else data)

    def measured(self, into: Measured, work: Callable[[], None]) -> None:
        got, cpu, begun = self.got, self.cpu(), time.perf_counter()
        work()
        into.seconds.append(time.perf_counter() - begun)
        self.page.wait_for_timeout(400)  # what the server still does for it
        into.bytes.append(self.got - got)
        into.cpu.append(self.cpu() - cpu)

    def cpu(self) -> float:
        used = self._process.cpu_times()
        return float(used.user + used.system)

    def open(self, id: str, length: int) -> None:
        self.page.goto(f"{self._server.url}/?c={id}" if id else f"{self._server.url}/?model=plain")
        self.page.locator(BOX).wait_for()
        self._shown(length)

    def switch(self, length: int) -> None:
        if length:
            self.page.locator(".vn-item").get_by_text(f"length {length}", exact=True).click()
        else:
            self.page.locator(".st-key-new button").click()
        self._shown(length)

    def _shown(self, length: int) -> None:
        if length:
            self.page.get_by_text(f"Answer {length - 1}.").wait_for()
        else:
            self.page.locator(".vn-empty-words").wait_for()

    def ask(self, n: int) -> None:
        say(self.page, f"Further {n}")
        self.page.locator(".vn-bubble").get_by_text(f"Further {n}", exact=True).wait_for()
        self.page.locator(".vn-last .vn-answer strong").wait_for()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="tests.bench.long")
    parser.add_argument("--lengths", default="0,10,100,500,1000")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args(arguments)
    lengths = [int(one) for one in asked.lengths.split(",")]
    print(f"{'messages':>8}  {'what':<8} {'time':>9} {'socket':>11} {'server CPU':>10}")
    with tempfile.TemporaryDirectory() as folder, DemoGateway(pace=0) as gateway:
        gateway.script("plain", Script(text_chunks("**Yes**, of course. 当然。")))
        data = Path(folder) / "data"
        ids = fill(data, lengths)
        key = {"OPENAI_BASE_URL": gateway.base_url, "OPENAI_API_KEY": "sk-test-0123456789"}
        server = Server(data, key).start()
        try:
            with sync_playwright() as play:
                browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                Tab(browser, server).open("", 0)  # the first visit warms the server
                for length in lengths:
                    for what, found in of_length(browser, server, ids, length, asked.rounds):
                        print(f"{length:>8}  {what:<8} {found.row()}", flush=True)
                browser.close()
        finally:
            server.stop()


def of_length(
    browser: Browser, server: Server, ids: dict[int, str], length: int, rounds: int
) -> list[tuple[str, Measured]]:
    opened, switched, further = Measured(), Measured(), Measured()
    other = next((one for one in ids if one != length), 0)
    for _ in range(rounds):
        tab = Tab(browser, server)
        tab.measured(opened, lambda tab=tab: tab.open(ids.get(length, ""), length))  # type: ignore[misc]
        tab.switch(other)
        tab.measured(switched, lambda tab=tab: tab.switch(length))  # type: ignore[misc]
        tab.context.close()
    tab = Tab(browser, server)
    tab.open(ids.get(length, ""), length)
    for n in range(rounds):
        tab.measured(further, lambda n=n: tab.ask(n))  # type: ignore[misc]
    tab.context.close()
    return [("open", opened), ("switch", switched), ("further", further)]


if __name__ == "__main__":
    main(sys.argv[1:])
