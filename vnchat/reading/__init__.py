"""Reading what a gateway sends: bytes in, a frozen reply out.

Pure: no network, no clock, no files. `Reader` is the way in; the other modules are its parts.
"""

from vnchat.reading.asjson import ask_json, from_json, to_json
from vnchat.reading.failure import failure_of
from vnchat.reading.reader import Fault, Reader
from vnchat.reading.reply import Activity, Choice, Failure, Handle, Reply, Result, ToolCall

__all__ = [
    "Activity", "Choice", "Failure", "Fault", "Handle", "Reader", "Reply", "Result", "ToolCall",
    "ask_json", "failure_of", "from_json", "to_json",
]  # fmt: skip
