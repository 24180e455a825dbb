"""Parses messages, each in a process of its own, and tells what that cost.

In the test's own process neither memory nor its limit would be that of one message. `python -m tests.mail.measured` is the program
that forks those processes, so that none has to import anything: it reads messages with their lengths and answers with lines of JSON.
Linux only.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import resource
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from trackit_console.mail import parse

MEGABYTE = 2**20
ADDRESS_SPACE_LIMIT = 400 * MEGABYTE
"""What the process may allocate on top; beyond it Python raises MemoryError, and the machine of the tests lives on."""


@dataclass(frozen=True)
class Cost:
    """Processor time, the peak of memory above that before parsing, and the public JSON of the message."""

    seconds: float
    megabytes: float
    message: dict[str, object]

    @property
    def text(self) -> str:
        return str(self.message["text"])


def cost_of(raw: bytes) -> Cost:
    """Parses `raw` in a process of its own; fails when that breaks down."""
    messages, answers = _forker()
    messages.write(len(raw).to_bytes(LENGTH) + raw)
    messages.flush()
    answer = json.loads(answers.readline())
    assert answer is not None, "the process broke down"
    return Cost(**answer)


LENGTH = 8
FIRST_USE = b"Content-Type: text/html\n\n<p>what is imported at first use</p>"


@functools.cache
def _forker() -> tuple[IO[bytes], IO[bytes]]:
    """Where the program takes messages and where it answers; it is started once."""
    program = subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(program.communicate)
    return cast(IO[bytes], program.stdin), cast(IO[bytes], program.stdout)


def _answer_messages() -> None:
    parse(FIRST_USE)  # before any fork
    messages = sys.stdin.buffer
    while length := messages.read(LENGTH):
        raw = messages.read(int.from_bytes(length))
        if not (child := os.fork()):
            _answer(raw)
        _, status = os.waitpid(child, 0)
        if status:
            print("null", flush=True)


def _answer(raw: bytes) -> None:
    """Ends the process."""
    try:
        print(json.dumps(measure(raw)), flush=True)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _status(field: str) -> int:
    """A size of this process in bytes. Peak memory by getrusage would start at that of the parent."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) * 1024


def measure(raw: bytes) -> dict[str, object]:
    """The fields of a `Cost`, of parsing `raw` in this process, whose address space is limited meanwhile."""
    parse(FIRST_USE)
    before, limit = _status("VmHWM:"), _status("VmSize:") + ADDRESS_SPACE_LIMIT
    _, allowed = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit, allowed))
    start = time.process_time()
    message = parse(raw)
    seconds, peak = time.process_time() - start, _status("VmHWM:")
    resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    answer = {**message.as_dict(), "html": None}
    return {"seconds": seconds, "megabytes": (peak - before) / MEGABYTE, "message": answer}


if __name__ == "__main__":
    _answer_messages()
