"""`python -m tests.mail.measured < message`: parses a message in a process of its own and tells what that cost, as JSON.

In the test's own process neither memory nor its limit would be that of one message. Linux only.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

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
    """Parses `raw` in a child process; fails when that breaks down."""
    child = subprocess.run([sys.executable, "-m", __name__], input=raw, capture_output=True)
    assert child.returncode == 0, child.stderr.decode()[-500:]
    return Cost(**json.loads(child.stdout))


def _status(field: str) -> int:
    """A size of this process in bytes. Peak memory by getrusage would start at that of the parent."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) * 1024


def measure(raw: bytes) -> dict[str, object]:
    """The fields of a `Cost`, of parsing `raw` in this process, whose address space is limited meanwhile."""
    parse(b"Content-Type: text/html\n\n<p>what is imported at first use</p>")
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
    json.dump(measure(sys.stdin.buffer.read()), sys.stdout)
