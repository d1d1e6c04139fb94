"""One reply in headless Chromium, measured from outside: what a person at the page gets.

The text is read from `innerText` at each change of the page, and with each piece's place marked
in it the lag of every place is known: from the gateway's write to the page's text, and to the
frame that shows it. Bytes are those of the
page's sockets (as the browser counts them, before any compression) and of HTTP, the page's code
left out.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from tests.bench.gateway import rows
from tests.bench.machine import Disturbed
from tests.bench.processes import Process
from tests.bench.texts import Script

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BOX = "textarea[data-testid=stChatInputTextArea]"
LOOK_SECONDS = 2.0  # how often a going reply is asked whether it still counts
CODE = {"Document", "Script", "Stylesheet", "Font", "Image", "Manifest", "Other"}

# Where the newest answer is, for each page: its blocks are its children. It is asked at each change,
# so it may not go through the earlier messages: their number would be in each lag.
ANSWER = {
    "vnchat": "document.querySelector('.vn-log')?.lastElementChild?.querySelector('.vn-answer')",
    "baseline": """[...document.querySelectorAll(
      '[data-testid=stChatMessage] [data-testid=stMarkdownContainer]')].at(-1)""",
}

# Each change of the page is looked at as it is made: that is when a place is in the page. When it
# is seen is told apart, by the end of the frame that draws it: one comes each 16.7 ms, and because
# the marks come 200 or 50 ms apart (12 or 3 frames) a single run shows one phase of the two clocks.
# The last blocks are enough to look at: `innerText` lays out what it reads, and all of a long
# answer would cost more than drawing it. vnchat keeps its blocks in parts of 24.
WATCH = """() => {
  const watch = window.__watch = {seen: {}, drawn: {}, end: 0, endMark: '', frames: 0, long: 0};
  const add = list => list.getEntries().forEach(one => watch.long += one.duration);
  new PerformanceObserver(add).observe({type: 'longtask'});
  const now = () => (performance.timeOrigin + performance.now()) / 1000;
  let fresh = [];
  const newest = () => ANSWER;
  const earlier = newest();
  const look = () => {
    let root = newest();
    if (!root || root === earlier) return;
    while (root.children.length === 1) root = root.children[0];
    const last = [...root.children].slice(-8);
    const parted = last.length && last.every(one => one.className === 'vn-part');
    const blocks = parted ? last.slice(-2).flatMap(one => [...one.children]).slice(-8) : last;
    const text = blocks.length ? blocks.map(one => one.innerText).join('\\n') : root.innerText;
    for (const [, mark] of text.matchAll(/m(\\d+)e/g)) {
      if (mark in watch.seen) continue;
      watch.seen[mark] = now();
      fresh.push(mark);
    }
    const end = /ENDMARK(\\d+)/.exec(text);
    if (end && watch.endMark !== end[1]) [watch.endMark, watch.end] = [end[1], now()];
  };
  watch.observer = new MutationObserver(look);
  const changes = {subtree: true, childList: true, characterData: true};
  watch.observer.observe(document.body, {...changes, attributeFilter: ['hidden', 'class', 'style']});
  const after = new MessageChannel();
  after.port1.onmessage = () => fresh.splice(0).forEach(mark => watch.drawn[mark] = now());
  const frame = () => {
    watch.frames++;
    if (fresh.length) after.port2.postMessage(0);
    watch.frame = requestAnimationFrame(frame);
  };
  watch.frame = requestAnimationFrame(frame);
}"""
READ = """() => {
  const {observer, frame, ...told} = window.__watch;
  cancelAnimationFrame(frame);
  observer.disconnect();
  return {...told, text: ANSWER?.innerText ?? ''};
}"""


@dataclass(slots=True)
class Reply:
    """The figures of one reply. Times in milliseconds, bytes in thousands, CPU in seconds."""

    enter: float
    first: float
    p50: float
    p95: float
    drawn: float  # p95, to the end of the frame
    last: float
    lost: int  # marks that the page's text does not have at the end
    socket_kb: float
    http_kb: float
    frames: int
    cpu: float
    page_cpu: float
    long_ms: float
    fps: float
    memory: float

    @property
    def kb(self) -> float:
        return self.socket_kb + self.http_kb


@dataclass
class Counter:
    """What a page receives, as the browser's own tools tell it."""

    session: CDPSession
    socket: float = 0
    frames: int = 0
    http: float = 0
    requests: list[str] = field(default_factory=list)
    _kinds: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.session.send("Network.enable")
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})  # CPU, no waiting
        self.session.on("Network.webSocketFrameReceived", self._frame)
        self.session.on("Network.requestWillBeSent", self._request)
        self.session.on("Network.dataReceived", self._data)

    def reset(self) -> None:
        self.socket = self.http = self.frames = 0
        self.requests.clear()

    def _frame(self, event: dict[str, Any]) -> None:
        told = event["response"]
        binary = told["opcode"] == 2  # handed over in base64
        length = len(told["payloadData"]) * 3 / 4 if binary else len(told["payloadData"].encode())
        self.socket += length
        self.frames += 1

    def _request(self, event: dict[str, Any]) -> None:
        self._kinds[event["requestId"]] = event.get("type", "Other")
        self.requests.append(event["request"]["url"])

    def _data(self, event: dict[str, Any]) -> None:
        if self._kinds.get(event["requestId"], "Other") not in CODE:
            self.http += event["dataLength"]

    def page_cpu(self) -> float:
        told = self.session.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in told if one["name"] == "TaskDuration"))


def chromium_path() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield opened
        opened.close()


def fresh(browser: Browser) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    context.set_default_timeout(60_000)
    return context


def open_page(context: BrowserContext, address: str) -> tuple[Page, float]:
    """A page whose input can be typed into, and the seconds that took."""
    page = context.new_page()
    began = time.monotonic()
    page.goto(address, wait_until="commit")
    box = page.locator(BOX).first
    box.wait_for()
    box.click()
    return page, time.monotonic() - began


def reply(
    page: Page,
    kind: str,
    server: Process,
    log: Path,
    script: Script,
    prompt: str = "hello there",
    undisturbed: Callable[[], None] = lambda: None,
) -> Reply:
    """Send one prompt and follow its answer to the end, or stop it when `undisturbed` raises."""
    counter = Counter(page.context.new_cdp_session(page))
    page.locator(BOX).first.click()
    page.keyboard.type(prompt)
    page.wait_for_timeout(900)  # what typing sets going (a draft is kept) is over
    page.evaluate(WATCH.replace("ANSWER", ANSWER[kind]))
    counter.reset()
    before, cpu, page_cpu = len(rows(log)), server.cpu(), counter.page_cpu()
    pressed = time.time()
    page.keyboard.press("Enter")
    try:
        for part in parts(script.seconds):
            undisturbed()
            page.wait_for_timeout(part * 1000)
    except Disturbed:
        _stop(page, kind, log, before)
        raise
    row = _ended(page, log, before, script.seconds + 60)
    with contextlib.suppress(Exception):
        page.wait_for_function(
            "n => window.__watch.endMark === n", arg=str(row["n"]), timeout=60_000
        )
    page.wait_for_timeout(800)  # what follows the end (saving, the list) belongs to the reply
    cpu, page_cpu = server.cpu() - cpu, counter.page_cpu() - page_cpu
    watch = page.evaluate(READ.replace("ANSWER", ANSWER[kind]))
    counter.session.detach()
    sent = row["marks"]
    text = watch["text"]
    lags = [1000 * (seen - sent[mark][0]) for mark, seen in watch["seen"].items()]
    drawn = [1000 * (seen - sent[mark][0]) for mark, seen in watch["drawn"].items()]
    return Reply(
        enter=1000 * (row["received"] - pressed),
        first=1000 * (watch["seen"].get("0", 0) - sent["0"][0]),
        p50=quantile(lags, 0.5),
        p95=quantile(lags, 0.95),
        drawn=quantile(drawn, 0.95),
        last=1000 * (watch["end"] - row["last_sent"]),
        lost=sum(f"m{mark}e" not in text for mark in sent) + (f"ENDMARK{row['n']}" not in text),
        socket_kb=counter.socket / 1000,
        http_kb=counter.http / 1000,
        frames=counter.frames,
        cpu=cpu,
        page_cpu=page_cpu,
        long_ms=watch["long"],
        fps=watch["frames"] / (time.time() - pressed),
        memory=server.memory(),
    )


def parts(seconds: float) -> list[float]:
    """Seconds in pieces of two at most."""
    whole = int(seconds // LOOK_SECONDS)
    return [LOOK_SECONDS] * whole + [seconds - whole * LOOK_SECONDS]


def _stop(page: Page, kind: str, log: Path, before: int) -> None:
    """End the reply, so that it is over before the next begins: vnchat's would go on alone."""
    if kind == "vnchat":
        page.evaluate("document.querySelector('.vn-going [data-do=stop]')?.click()")
    else:
        page.close()
    deadline = time.monotonic() + 30
    while len(rows(log)) == before and time.monotonic() < deadline:
        time.sleep(0.2)


def _ended(page: Page, log: Path, before: int, seconds: float) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        new = rows(log)[before:]
        if new:
            return new[-1]
        page.wait_for_timeout(100)
    raise RuntimeError("the gateway got no request, or did not end it")


@dataclass(frozen=True, slots=True)
class Idle:
    frames: int
    requests: int
    cpu: float


def idle(page: Page, server: Process, seconds: float) -> Idle:
    """What a page without anything to do gets. A run of its script would send frames."""
    page.wait_for_timeout(1500)
    counter = Counter(page.context.new_cdp_session(page))
    cpu = server.cpu()
    page.wait_for_timeout(seconds * 1000)
    told = Idle(counter.frames, len(counter.requests), server.cpu() - cpu)
    counter.session.detach()
    return told


def quantile(values: list[float], part: float) -> float:
    if not values:
        return float("nan")
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]
