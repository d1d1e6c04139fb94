"""`python -m vnchat demo`: only the demo gateway, until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
import threading
from typing import Any


def demo(options: argparse.Namespace) -> int:
    from vnchat.demo.server import DemoGateway

    extra: dict[str, Any] = {} if options.pace is None else {"pace": options.pace}
    gateway = DemoGateway(port=options.port, **extra)
    gateway.start()
    sys.stdout.write(f"The demo gateway answers at {gateway.base_url}; Ctrl-C ends it.\n")
    sys.stdout.flush()
    try:
        threading.Event().wait()
    finally:
        gateway.stop()
    return 0
