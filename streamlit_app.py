"""The server: Streamlit's own routes, ours beside them, and the engine on the server's loop.

Start it with `streamlit run streamlit_app.py`. The script of every page is vnchat/ui/navigation.py
(a `pages/` folder beside the script itself would let a first visit run past it).
"""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import FrameType

import streamlit as st
from starlette.middleware import Middleware

from vnchat import engine, settings
from vnchat.errors import VnchatError
from vnchat.ui.framework import lighten
from vnchat.ui.turn_first import TurnFirst
from vnchat.web.addresses import base_of
from vnchat.web.guard import Guard
from vnchat.web.routes import routes

SAVE_AT_STOP_SECONDS = 2.0

try:
    SETTINGS = settings.load()
except VnchatError as error:
    sys.stderr.write(f"{error}\n")
    os._exit(1)  # the framework would go on with a page that shows a traceback

logging.basicConfig(
    level=SETTINGS.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
)
for chatty in ("httpx2", "alembic"):  # a line for each request, and for each step otherwise
    logging.getLogger(chatty).setLevel("WARNING")
# A page's script computes in a thread of its own. The loop gets its turn after this many seconds
# at most, not after five milliseconds each time.
sys.setswitchinterval(0.0005)
lighten()
BASE = base_of(st.get_option("server.baseUrlPath") or "")
PAGE = Path(st.__file__).parent / "static" / "index.html"


@contextlib.asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    here = await asyncio.to_thread(engine.Engine.open, SETTINGS, base=BASE)
    engine.install(here)
    await here.begin()
    save_at_signal(here)
    if here.broken:
        sys.stderr.write(f"\n  {here.broken}\n\n")
    warming = asyncio.create_task(asyncio.to_thread(warm, here))
    try:
        yield
    finally:
        warming.cancel()
        await here.end()


def warm(here: engine.Engine) -> None:
    """Load what the first page and the first message need, beside the loop and before they come.

    What is loaded by then stays: the collector of cycles need not walk through it each time.
    """
    if not here.broken:
        here.runner.client.warm()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def save_at_signal(here: engine.Engine) -> None:
    """Save at the signal itself: with an open connection the lifespan's end may come too late."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def handler(sig: int, frame: FrameType | None, before: object = before) -> None:
            async def save_and_go() -> None:
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(here.end(), SAVE_AT_STOP_SECONDS)
                if callable(before):
                    before(sig, frame)

            asyncio.run_coroutine_threadsafe(save_and_go(), loop)

        signal.signal(number, handler)


app = st.App(
    "vnchat/ui/navigation.py",
    routes=routes(BASE),
    lifespan=lifespan,
    middleware=[
        Middleware(
            Guard,
            hosts=SETTINGS.hosts,
            shared=SETTINGS.share_with_network,
            page=PAGE,
            media=SETTINGS.media_redirect,
        ),
        Middleware(TurnFirst),
    ],
)
