"""`python -m vnchat demo`: only the demo gateway, until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
import threading

from vnchat.settings import load


def demo(options: argparse.Namespace) -> int:
    from vnchat.demo.server import DemoGateway

    pace = load().demo_pace if options.pace is None else options.pace
    gateway = DemoGateway(port=options.port, pace=pace)
    gateway.start()
    sys.stdout.write(f"The demo gateway answers at {gateway.base_url}; Ctrl-C ends it.\n")
    sys.stdout.flush()
    try:
        threading.Event().wait()
    finally:
        gateway.stop()
    return 0
