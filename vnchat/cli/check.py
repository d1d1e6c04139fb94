"""`python -m vnchat check`: what `gateway.check` finds out, a line for each finding."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import sys

from vnchat.cli.gateways import Chosen, from_flags, from_settings
from vnchat.errors import BadInput
from vnchat.gateway.address import Pasted, parse_address
from vnchat.gateway.keys import Key
from vnchat.gateway.profile import to_json
from vnchat.settings import Settings, load


def check(options: argparse.Namespace) -> int:
    settings = load()
    pasted, chosen = _asked(options, settings)
    for sentence in filter(None, () if options.json else (chosen.note, chosen.warning)):
        sys.stdout.write(f"      {sentence}\n")
    return asyncio.run(_check(options, settings, pasted, chosen))


def _asked(options: argparse.Namespace, settings: Settings) -> tuple[Pasted, Chosen]:
    address = " ".join(options.address) or options.base_url or ""
    if address:
        return parse_address(address), from_flags(address, options.api_key or "", settings)
    chosen = from_settings(settings)
    if chosen is None:
        raise BadInput(
            "Give an address: python -m vnchat check https://api.example.com/v1; or set "
            "OPENAI_BASE_URL."
        )
    if options.api_key:
        chosen = dataclasses.replace(chosen, key=Key(options.api_key))
    return parse_address(settings.base_url or chosen.profile.base_url), chosen


async def _check(
    options: argparse.Namespace, settings: Settings, pasted: Pasted, chosen: Chosen
) -> int:
    from vnchat.gateway.check import Finding, check_gateway
    from vnchat.gateway.client import GatewayClient

    def tell(finding: Finding) -> None:
        if options.json:
            return
        mark = {True: "ok", False: "fail", None: "-"}[finding.ok]
        line = f"{mark:<5} {finding.sentence}"
        sys.stdout.write(line + (f" {finding.advice}" if finding.advice else "") + "\n")
        sys.stdout.flush()

    client = GatewayClient(idle_seconds=min(settings.idle_seconds, 60.0), unstreamed_seconds=60.0)
    try:
        report = await check_gateway(
            client,
            pasted,
            chosen.key,
            model=options.model or chosen.model,
            paid=options.paid,
            on_finding=tell,
        )
    finally:
        await client.aclose()
    profile = to_json(report.profile)
    if options.json:
        sys.stdout.write(
            json.dumps(
                {
                    "usable": report.usable,
                    "preset": report.preset,
                    "profile": profile,
                    "models": list(report.models.names),
                    "findings": [dataclasses.asdict(one) for one in report.findings],
                },
                ensure_ascii=True,
            )
            + "\n"
        )
    elif report.usable:
        shown = {k: v for k, v in profile.items() if k not in ("id", "name") and v not in ([], {})}
        told = json.dumps(shown, ensure_ascii=False)
        sys.stdout.write(f"      Usable. The configuration that fits: {told}\n")
    else:
        sys.stdout.write("      Not usable as it is.\n")
    return 0 if report.usable else 1
