"""HEIC and AVIF pictures, read by a process that has nothing else to do: `pictures.py` runs it.

`python -m vnchat.library.decoding LONGEST MOST_BYTES < file` writes one line of JSON (type and size
of the file, type and size of the picture) and the picture, rebuilt like any other. Their decoders
are large and take their measures from more than one place, so this process limits itself first.
LONGEST 0 only reads the header.
"""

from __future__ import annotations

import json
import sys

from vnchat.errors import BadInput
from vnchat.library.apart import limit

MOST_MEMORY = 1_500_000_000
MOST_SECONDS = 30


def main() -> int:
    limit(memory=MOST_MEMORY, seconds=MOST_SECONDS)
    longest, most = int(sys.argv[1]), int(sys.argv[2])
    data = sys.stdin.buffer.read()

    import pillow_heif

    from vnchat.library import pictures

    pillow_heif.options.DECODE_THREADS = 2
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    picture = b""
    try:
        found = pictures.header_here(data, pictures.APART)
        told: dict[str, object] = {"header": [found.type, found.width, found.height]}
        if longest:
            made = pictures.rebuild_here(data, pictures.APART, longest, most)
            told["made"] = [made.type, made.width, made.height]
            picture = made.data
    except BadInput as error:
        told = {"problem": str(error), "detail": error.detail}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + picture)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
