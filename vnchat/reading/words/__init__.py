"""The words by which gateways tell progress, queues, success and failure.

One small table a language; nothing here decides. Each entry is a lower-case pattern, kept to plain
words and bounded gaps so that searching stays linear. A new spelling is one more entry, a new
language one more file in `TABLES`. `progress.py` and `failure.py` use what is joined here.
"""

from __future__ import annotations

import re
from typing import Any

from vnchat.reading.words import chinese, english, others, signs

TABLES: tuple[Any, ...] = (chinese, english, others, signs)


def joined(*names: str) -> re.Pattern[str]:
    """All languages' entries under these names as one pattern that matches any of them."""
    entries = [entry for table in TABLES for name in names for entry in getattr(table, name, ())]
    return re.compile("|".join(entries), re.IGNORECASE)


PROGRESS = joined("PROGRESS")
QUEUE = joined("QUEUE")
WORKING = joined("WORKING")
REVIEW = joined("REVIEW")
RETRY = joined("RETRY")
SUCCESS = joined("SUCCESS")
FAILURE = joined("FAILURE")
FAILURE_OPENING = joined("FAILURE_OPENING")  # how a sentence that is nothing but a failure begins
FAILED_STATUS = joined("FAILED_STATUS")  # a line "status: failed"
FAILURE_SIGN = joined("FAILURE_SIGN")
DISCUSSION = joined("DISCUSSION")  # the sentence talks about failures, it is none
ECHO = joined("ECHO")  # what follows is the person's own prompt
NO_PROGRESS = joined("NO_PROGRESS", "ECHO")  # a percentage after it is of something else
PLAY = joined("PLAY")  # the text of a link to a clip
DOWNLOAD = joined("DOWNLOAD")
PREVIEW = joined("PREVIEW")
PAGE = joined("PAGE")  # the text of a link to a status page or raw data
AUDIO = joined("AUDIO")
PICTURE = joined("PICTURE")
REFUND = joined("REFUND")
RETRIED = joined("RETRIED")  # the retries are over

# Kinds of failure in the order in which they are asked: an empty quota is told with "token" in it,
# a safety refusal with "request", so the more telling words come first.
KIND_ORDER = (
    "quota", "moderation", "auth", "model", "rate_limit", "timeout", "bad_request", "network",
    "upstream",
)  # fmt: skip
KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (
        kind,
        re.compile(
            "|".join(
                entry for table in TABLES for entry in getattr(table, "KINDS", {}).get(kind, ())
            ),
            re.IGNORECASE,
        ),
    )
    for kind in KIND_ORDER
)
OF_INPUT_PICTURE = joined("OF_INPUT_PICTURE")  # what a refusal is about: three stages
OF_PROMPT = joined("OF_PROMPT")
OF_RESULT = joined("OF_RESULT")
