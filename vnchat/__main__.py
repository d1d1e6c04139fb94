"""`python -m vnchat`: ask a gateway, check one, run the demo gateway, clean up.

Only the arguments are read here; each command is a file of `vnchat.cli`, loaded when it is asked
for, so that starting costs little. No command ends in a traceback.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    options = _parser().parse_args(arguments)
    from vnchat.errors import VnchatError

    try:
        match options.command:
            case "ask":
                from vnchat.cli.ask import ask

                return ask(options)
            case "check":
                from vnchat.cli.check import check

                return check(options)
            case "clean":
                from vnchat.cli.clean import clean

                return clean(options)
            case _:
                from vnchat.cli.demo import demo

                return demo(options)
    except VnchatError as error:
        print(str(error), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of a pipe went away (`| head`); nobody is left to tell.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        # A mistake of ours. The sentence names its kind; the place is for whoever reports it.
        place = _place(error)
        print(f"vnchat made a mistake: {type(error).__name__} in {place}.", file=sys.stderr)
        return 2


def _place(error: BaseException) -> str:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    return f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "?"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m vnchat", description="Chat with any gateway.")
    commands = parser.add_subparsers(dest="command", required=True)

    ask = commands.add_parser("ask", help="one completion; the answer goes to standard output")
    ask.add_argument("prompt", nargs="*", help="the question; else standard input is read")
    ask.add_argument("--messages", metavar="FILE", help="a JSON list of messages instead")
    ask.add_argument("--system", help="system message put in front")
    ask.add_argument("--image", metavar="FILE", action="append", default=[], help="picture to send")
    ask.add_argument("--model")
    ask.add_argument("--base-url", help="address in any spelling, or a curl sample")
    ask.add_argument("--api-key", help="the key, or env:NAME")
    ask.add_argument("--no-stream", action="store_true", help="ask for the answer in one piece")
    ask.add_argument("--json", action="store_true", help="print one JSON object")
    ask.add_argument(
        "--param", metavar="NAME=VALUE", action="append", default=[], help="e.g. temperature=0.2"
    )

    check = commands.add_parser("check", help="is this gateway usable, and how")
    check.add_argument("address", nargs="*", help="address in any spelling, or a curl sample")
    check.add_argument("--base-url", help="the same as the address")
    check.add_argument("--api-key", "--key", dest="api_key", help="the key, or env:NAME")
    check.add_argument("--model", help="text model for the test completion")
    check.add_argument(
        "--paid", action="store_true", help="send a completion even to a model that may cost"
    )
    check.add_argument("--json", action="store_true", help="print the report as JSON")

    clean = commands.add_parser("clean", help="what is kept that nothing names, and free it")
    clean.add_argument("--delete", action="store_true", help="delete it; else it is only said")

    demo = commands.add_parser("demo", help="run the demo gateway")
    demo.add_argument("--port", type=int, default=8188)
    demo.add_argument("--pace", type=float, default=None, help="0 answers at once")
    return parser


if __name__ == "__main__":
    sys.exit(main())
