"""The parts of the benchmark: what is run, how often, and which rows come of it.

W1 is 400 tokens at 50 a second, W2 4,000 at 200, W3 is W1 with earlier messages, W4 many users
with a W1 reply each. How one reply is measured is in `browser.py`, the many in `crowd.py`.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.bench import browser, earlier, processes
from tests.bench.browser import Reply
from tests.bench.crowd import Crowd, crowd
from tests.bench.machine import BEARS, Machine
from tests.bench.processes import Process
from tests.bench.table import Row
from tests.bench.texts import Script

Say = Callable[[str], None]
# Shares of the machine's time that others may take while these are measured.
SECONDS_BEAR = 0.1  # starting, opening a page
CPU_BEARS = 0.05  # long replies: CPU, and lags longer than a frame
W1, W2, LONG = Script(400, 50), Script(4000, 200), Script(8000, 200)


@dataclass(frozen=True, slots=True)
class Plan:
    runs: int = 3
    turns: int = 9  # of W3: a factor of two medians swings more than either
    pairs: int = 4  # of growth: half of them begin with the longer
    w1: Script = W1
    w2: Script = W2
    long: Script = LONG
    earlier: tuple[int, ...] = (100, 500)
    users: tuple[int, ...] = (50, 100, 200)
    beside: int = 50  # users of the page to compare with
    idle_seconds: float = 10.0
    further: int = 5
    patient: bool = True  # waits until others leave the machine alone

    @classmethod
    def short(cls) -> Plan:
        return cls(
            runs=1,
            turns=1,
            pairs=1,
            w1=Script(40, 50),
            w2=Script(200, 200),
            long=Script(400, 200),
            earlier=(6,),
            users=(4,),
            beside=4,
            idle_seconds=1.0,
            further=1,
            patient=False,
        )


@dataclass
class Bench:
    folder: Path
    plan: Plan
    say: Say
    gateway: Process
    ours: Process
    theirs: Process | None
    machine: Machine
    rows: list[Row] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.folder / "gateway.log"

    @property
    def pages(self) -> list[tuple[str, Process]]:
        both = [("vnchat", self.ours)]
        return both if self.theirs is None else [*both, ("baseline", self.theirs)]

    def row(
        self,
        name: str,
        unit: str,
        ours: float | None,
        goal: float | None = None,
        theirs: float | None = None,
        note: str = "",
    ) -> None:
        self.rows.append(Row(name, unit, ours, goal, theirs, note))

    def reply(self, kind: str, server: Process, script: Script, query: str = "") -> Reply:
        """One reply in a browser of its own, so that no run inherits another's memory."""
        with browser.chromium() as opened:
            page, _ = browser.open_page(
                browser.fresh(opened), f"{server.url}/?model={script.name}{query}"
            )
            page.wait_for_timeout(1200)
            with self.machine.measuring(script.seconds) as undisturbed:
                told = browser.reply(page, kind, server, self.log, script, undisturbed=undisturbed)
        self.say(f"{kind} {script.name}{query} {told}")
        return told

    def one(
        self, kind: str, server: Process, script: Script, query: str = "", bears: float = BEARS
    ) -> Reply:
        """One reply while others leave the machine alone. Of those broken off no loss is known."""
        tries: list[Reply] = []

        def run() -> Reply:
            tries.append(self.reply(kind, server, script, query))
            return tries[-1]

        told = self.machine.quiet(run, bears)
        told.lost = max(one.lost for one in tries)  # nothing excuses one
        return told


def median(values: Sequence[float]) -> float:
    known = [value for value in values if value == value]
    return statistics.median(known) if known else float("nan")


def _most(values: Sequence[float]) -> float:
    return max(values, default=float("nan"))


def _started(server: Process) -> float:
    server.stop()
    return server.start().seconds


def start(bench: Bench) -> None:
    """From the start of the process to the first 200 of /healthz, the disk warm, data there."""
    took: dict[str, list[float]] = {}
    for _ in range(bench.plan.runs):
        for kind, server in bench.pages:
            seconds = bench.machine.quiet(partial(_started, server), SECONDS_BEAR)
            took.setdefault(kind, []).append(seconds)
    theirs = median(took.get("baseline", []))
    bench.row("server start to /healthz 200, warm disk", "s", median(took["vnchat"]), 2.5, theirs)


def _opened(plan: Plan, server: Process) -> tuple[list[float], float, float]:
    """Seconds to open further pages, MB of the server with one, and MB that each of them adds."""
    _started(server)
    took = []
    with browser.chromium() as opened:
        context = browser.fresh(opened)
        page, _ = browser.open_page(context, server.url)
        page.wait_for_timeout(2000)
        alone = server.memory()
        for _ in range(max(plan.runs, plan.further)):
            _, seconds = browser.open_page(context, server.url)
            took.append(seconds)
            page.wait_for_timeout(500)
        page.wait_for_timeout(1000)
        return took, alone, (server.memory() - alone) / len(took)


def opening(bench: Bench) -> None:
    """Page open to input usable in a warm browser; memory with one page and with further ones."""
    took: dict[str, list[float]] = {}
    memory: dict[str, list[float]] = {}
    for kind, server in bench.pages:
        run = partial(_opened, bench.plan, server)
        took[kind], *memory[kind] = bench.machine.quiet(run, SECONDS_BEAR)
    alone, further = memory["vnchat"]
    theirs = memory.get("baseline", [None, None])
    bench.row(
        *("page open to input usable, warm", "s", median(took["vnchat"]), 1.5),
        median(took.get("baseline", [])),
    )
    bench.row("memory of the server with one page", "MB", alone, 130, theirs[0])
    bench.row("memory of a further page", "MB", further, 1, theirs[1])


def idle(bench: Bench) -> None:
    told = {}
    for kind, server in bench.pages:
        with browser.chromium() as opened:
            page, _ = browser.open_page(browser.fresh(opened), server.url)
            told[kind] = browser.idle(page, server, bench.plan.idle_seconds)
    theirs = told.get("baseline")
    seconds = f"{bench.plan.idle_seconds:.0f} s"
    ours = told["vnchat"]
    bench.row(
        *("idle page: messages on its sockets, which runs of the script would send", ""),
        *(ours.frames, 0, theirs and theirs.frames, seconds),
    )
    bench.row(
        *("idle page: HTTP requests", "", ours.requests, 0, theirs and theirs.requests, seconds)
    )


def replies(bench: Bench, script: Script, bears: float = BEARS) -> dict[str, list[Reply]]:
    told: dict[str, list[Reply]] = {}
    for _ in range(bench.plan.runs):
        for kind, server in bench.pages:
            told.setdefault(kind, []).append(bench.one(kind, server, script, bears=bears))
    return told


def _rows(
    bench: Bench,
    told: dict[str, list[Reply]],
    wanted: Sequence[tuple[str, str, Callable[[Reply], float], float | None]],
) -> None:
    for name, unit, of, goal in wanted:
        over = _most if name.endswith("lost") else median
        theirs = [of(one) for one in told.get("baseline", [])]
        bench.row(name, unit, over([of(one) for one in told["vnchat"]]), goal, over(theirs))


def w1(bench: Bench) -> None:
    told = replies(bench, bench.plan.w1)
    _rows(
        bench,
        told,
        [
            ("W1 lag p50, token to page", "ms", lambda one: one.p50, 4),
            ("W1 lag p95, token to page", "ms", lambda one: one.p95, 8),
            ("W1 lag p95, token to the frame that shows it", "ms", lambda one: one.drawn, None),
            ("W1 bytes down, socket and HTTP", "kB", lambda one: one.kb, 12),
            ("W1 server CPU", "s", lambda one: one.cpu, 0.4),
            ("W1 browser long tasks", "ms", lambda one: one.long_ms, 0),
            ("W1 marks lost", "", lambda one: one.lost, 0),
            ("Enter to the request at the gateway", "ms", lambda one: one.enter, 35),
            ("first token, gateway to page", "ms", lambda one: one.first, 30),
        ],
    )


def w2(bench: Bench) -> None:
    told = replies(bench, bench.plan.w2, CPU_BEARS)
    _rows(
        bench,
        told,
        [
            ("W2 lag p50, token to page", "ms", lambda one: one.p50, None),
            ("W2 lag p95, token to page", "ms", lambda one: one.p95, 30),
            ("W2 lag p95, token to the frame that shows it", "ms", lambda one: one.drawn, None),
            ("W2 last token late", "ms", lambda one: one.last, 20),
            ("W2 bytes down, socket and HTTP", "kB", lambda one: one.kb, 60),
            ("W2 server CPU", "s", lambda one: one.cpu, 0.9),
            ("W2 browser long tasks", "ms", lambda one: one.long_ms, 0),
            ("W2 marks lost", "", lambda one: one.lost, 0),
            ("W2 CPU of the page's main thread", "s", lambda one: one.page_cpu, None),
        ],
    )


def growth(bench: Bench) -> None:
    """How W2's cost grows with its length: the server's CPU and the page's.

    Each factor is of two runs, one right after the other and made again together: what the same
    run costs in CPU differs by a fifth from one minute of a shared machine to the next.
    """
    plan = bench.plan
    of_server, of_page = [], []
    for turn in range(plan.pairs):
        scripts = (plan.w2, plan.long) if turn % 2 == 0 else (plan.long, plan.w2)

        def run(scripts: tuple[Script, Script] = scripts) -> dict[Script, Reply]:
            return {one: bench.reply("vnchat", bench.ours, one) for one in scripts}

        told = bench.machine.quiet(run, CPU_BEARS)
        short, long = told[plan.w2], told[plan.long]
        of_server.append(long.cpu / max(0.01, short.cpu))
        of_page.append(long.page_cpu / short.page_cpu)
    server, page = median(of_server), median(of_page)
    bench.row(f"growth of the server's CPU, {plan.long.tokens:,} tokens", "×", server, 2.2)
    bench.row(f"growth of the page's CPU, {plan.long.tokens:,} tokens", "×", page, 2.2)


def w3(bench: Bench) -> None:
    """W1 in long conversations against an empty one, the runs in turns."""
    plan, server = bench.plan, bench.ours
    server.stop()
    data = Path(server.environment["VNCHAT_DATA_DIR"])
    long = {n: [earlier.conversation(data, n) for _ in range(plan.turns)] for n in plan.earlier}
    server.start()
    told: dict[int, list[Reply]] = {}
    bench.one("vnchat", server, plan.w1)  # what is loaded only once belongs to none of them
    of_each = [0, *plan.earlier]
    for run in range(plan.turns):
        first = run % len(of_each)
        for n in of_each[first:] + of_each[:first]:  # none is always the first of a round
            query = f"&c={long[n][run]}" if n else ""
            told.setdefault(n, []).append(bench.one("vnchat", server, plan.w1, query))
    wanted: list[tuple[str, Callable[[Reply], float], float]] = [
        ("bytes", lambda one: one.kb, 1.1),
        ("server CPU", lambda one: one.cpu, 1.2),
        ("lag p50", lambda one: one.p50, 1.2),
        ("lag p95", lambda one: one.p95, 1.2),
    ]
    for n in plan.earlier:
        for name, of, goal in wanted:
            factor = median([of(one) for one in told[n]]) / max(
                0.01, median([of(one) for one in told[0]])
            )
            bench.row(f"W3 {name} with {n} earlier messages", "×", factor, goal)
        bench.row(f"W3 marks lost, {n}", "", sum(one.lost for one in told[n]), 0)


W4_GOALS: dict[int, dict[str, float]] = {
    50: {"p95": 20, "cpu": 0.30, "enter": 100, "kb": 10, "memory": 150},
    100: {"p95": 100, "enter": 400},
    200: {"p95": 1000},
}


def _crowd(bench: Bench, users: int, kind: str = "vnchat") -> Crowd:
    server = dict(bench.pages)[kind]
    tries: list[Crowd] = []

    def run() -> Crowd:
        _started(server)
        with bench.machine.measuring():
            tries.append(crowd(server, bench.log, users, bench.plan.w1, kind=kind))
        return tries[-1]

    told = bench.machine.quiet(run)
    told.lost = max(one.lost for one in tries)
    bench.say(f"{kind} {told}")
    return told


def w4(bench: Bench) -> None:
    plan = bench.plan
    for users in plan.users:
        told = [_crowd(bench, users) for _ in range(plan.runs)]
        beside = bench.theirs is not None and users <= plan.beside
        theirs = _crowd(bench, users, "baseline") if beside else None
        goals = W4_GOALS.get(users, {})
        wanted: list[tuple[str, str, str, Callable[[Crowd], float]]] = [
            ("lag p95", "ms", "p95", lambda one: one.p95),
            ("Enter to the request at the gateway, p95", "ms", "enter", lambda one: one.enter),
            ("CPU for 1,000 tokens", "s", "cpu", lambda one: one.cpu),
            ("kB a reply", "kB", "kb", lambda one: one.kb - one.news_kb),
            ("kB of news of the others' replies", "kB", "", lambda one: one.news_kb),
            ("memory of the server", "MB", "memory", lambda one: one.memory),
            ("replies not whole", "", "lost", lambda one: one.lost),
        ]
        for name, unit, key, of in wanted:
            goal = 0 if key == "lost" else goals.get(key)
            bench.row(
                f"W4 {users} users: {name}",
                unit,
                (_most if key == "lost" else median)([of(one) for one in told]),
                goal,
                of(theirs) if theirs else None,
            )


PARTS: dict[str, Callable[[Bench], None]] = {
    "start": start,
    "open": opening,
    "idle": idle,
    "w1": w1,
    "w2": w2,
    "growth": growth,
    "w3": w3,
    "w4": w4,
}


def measure(
    folder: Path, plan: Plan, parts: Sequence[str], *, alone: bool = False, say: Say
) -> tuple[list[Row], str]:
    """The rows, and a sentence about the machine."""
    asked = processes.gateway(folder)
    bench = Bench(
        folder,
        plan,
        say,
        asked,
        processes.vnchat(folder, asked),
        None if alone else processes.baseline(folder, asked),
        Machine(say, patient=plan.patient),
    )
    with processes.running(asked, *(server for _, server in bench.pages)):
        for _, server in bench.pages:
            server.start()
        try:
            for part in parts:
                say(f"-- {part}")
                PARTS[part](bench)
        except Exception:
            for kind, server in bench.pages:
                say(f"-- {kind} said\n{server.said()}")
            raise
    return bench.rows, bench.machine.told()
