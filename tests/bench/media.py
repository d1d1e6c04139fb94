"""What keeping and serving media costs: run by hand, `python tests/bench/media.py`.

Prints memory and first-byte time of the kept route for a 500 MB file at 1 and 20 viewers, seeking
into it, and time and peak memory for pictures. Judges nothing. The server is a process of its own,
so that its memory is its own.
"""

import argparse
import asyncio
import io
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2
import psutil
from PIL import Image

SECRET = b"s" * 32
SIZE = 500_000_000
KEY = "ab" + "0" * 62


def serve(folder: str, port: int) -> None:
    import uvicorn
    from starlette.applications import Starlette

    from vnchat.library.media import Shelf
    from vnchat.web.kept import KeptRow, kept_routes

    async def lookup(media_id: str, owner: str) -> KeptRow | None:
        return KeptRow(KEY, "video/mp4", SIZE, "big.mp4")

    app = Starlette(routes=kept_routes("", lookup, Shelf(folder), SECRET))
    uvicorn.run(app, port=port, log_level="error")


async def view(
    client: httpx2.AsyncClient, address: str, start: int, most: int
) -> tuple[float, int, float]:
    """Seconds to the first byte, bytes read, seconds in all."""
    began = time.perf_counter()
    first, got = 0.0, 0
    async with client.stream("GET", address, headers={"Range": f"bytes={start}-"}) as answer:
        async for chunk in answer.aiter_raw():
            first = first or time.perf_counter() - began
            got += len(chunk)
            if got >= most:
                break
    return first, got, time.perf_counter() - began


async def serving(viewers: int, address: str, server: psutil.Process, most: int) -> None:
    before = peak = server.memory_info().rss
    cpu = sum(server.cpu_times()[:2])
    async with httpx2.AsyncClient(timeout=600) as client:
        tasks = [
            asyncio.ensure_future(view(client, address, n * 17_000_000, most))
            for n in range(viewers)
        ]
        while not all(task.done() for task in tasks):
            await asyncio.sleep(0.02)
            peak = max(peak, server.memory_info().rss)
    done = [task.result() for task in tasks]
    firsts = [first * 1000 for first, _, _ in done]
    total = sum(got for _, got, _ in done) / 1e6
    print(
        f"{viewers:3} viewers: first byte median {statistics.median(firsts):6.1f} ms, "
        f"max {max(firsts):6.1f} ms; {total:6.0f} MB in {max(d[2] for d in done):5.1f} s; "
        f"memory {before / 1e6:5.1f} -> peak {peak / 1e6:5.1f} MB "
        f"(+{(peak - before) / 1e6:.1f}); CPU {sum(server.cpu_times()[:2]) - cpu:.1f} s"
    )


def media() -> None:
    from vnchat.web.kept import address_of

    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        path = Path(folder, KEY[:2], KEY)
        path.parent.mkdir()
        with path.open("wb") as file:
            file.truncate(SIZE)
        command = [sys.executable, __file__, "--serve", folder, str(port)]
        with subprocess.Popen(command) as process:
            address = f"http://127.0.0.1:{port}" + address_of("", "m", "ann", SECRET, time.time())
            for _ in range(200):
                try:
                    httpx2.head(address)
                    break
                except httpx2.ConnectError:
                    time.sleep(0.1)
            server = psutil.Process(process.pid)
            asyncio.run(serving(1, address, server, 1))  # warm
            asyncio.run(serving(1, address, server, SIZE))
            asyncio.run(serving(20, address, server, 25_000_000))
            asyncio.run(serving(20, address, server, 300_000))
            process.terminate()


PICTURES = {
    "12 MP phone JPEG": ("JPEG", "RGB", (4000, 3000)),
    "40 MP JPEG": ("JPEG", "RGB", (8000, 5000)),
    "12 MP CMYK JPEG": ("JPEG", "CMYK", (4000, 3000)),
    "12 MP PNG": ("PNG", "RGB", (4000, 3000)),
    "40 MP palette PNG": ("PNG", "P", (8000, 5000)),
    "12 MP transparent PNG": ("PNG", "RGBA", (4000, 3000)),
    "40 MP transparent PNG": ("PNG", "RGBA", (8000, 5000)),
    "12 MP WebP": ("WEBP", "RGB", (4000, 3000)),
    "screenshot PNG": ("PNG", "RGB", (2560, 1440)),
}


def photo(form: str, mode: str, size: tuple[int, int]) -> bytes:
    """Noise over gradients: about as hard to pack as a photograph."""
    grain = Image.effect_noise((size[0] // 4, size[1] // 4), 40).resize(size)
    slope = Image.linear_gradient("L").resize(size)
    image = Image.merge("RGB", (grain, slope, Image.blend(grain, slope, 0.5)))
    if mode == "RGBA":
        image.putalpha(slope)
    elif mode != "RGB":
        image = image.convert(mode)
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    image.save(out, form, **({"exif": exif, "quality": 92} if form == "JPEG" else {}))
    return out.getvalue()


def rebuild_one(path: str) -> None:
    """In a process of its own: prints seconds, peak memory above the start, and the result."""
    from vnchat.library.pictures import rebuild

    def peak_now() -> int:
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0])

    data = Path(path).read_bytes()
    rebuild(photo("JPEG", "RGB", (64, 64)))
    before = peak_now()
    took = []
    for _ in range(3):
        began = time.perf_counter()
        picture = rebuild(data)
        took.append(time.perf_counter() - began)
    peak = peak_now()
    print(
        f"{min(took):.2f} s, +{(peak - before) / 1000:.0f} MB at the peak, "
        f"{len(data) / 1e6:.1f} -> {len(picture.data) / 1e6:.2f} MB, "
        f"{picture.width} x {picture.height} {picture.type}"
    )


def pictures() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, (form, mode, size) in PICTURES.items():
            path = Path(folder, "picture")
            path.write_bytes(photo(form, mode, size))
            command = [sys.executable, __file__, "--rebuild", str(path)]
            result = subprocess.run(command, capture_output=True, text=True, check=True)
            print(f"{name:24} {result.stdout.strip()}")


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    parser = argparse.ArgumentParser()
    parser.add_argument("--serve", nargs=2)
    parser.add_argument("--rebuild")
    options = parser.parse_args()
    if options.serve:
        serve(options.serve[0], int(options.serve[1]))
    elif options.rebuild:
        rebuild_one(options.rebuild)
    else:
        media()
        pictures()
