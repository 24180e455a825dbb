"""No message costs more than its bound, whatever it repeats, nests or mixes (SEC-03).

The normal run takes a handful of messages of 1 MB, which is enough to see anything that grows faster than the message.
`python -m pytest tests/mail/test_fuzz.py -m soak` takes several hundred of 25 MB, the largest that is promised, for some
ten minutes. A failure names seeds: `hostile(seed, size)` gives the message.

What is asserted is processor time of a process that does nothing else, so that a busy machine does not count; and three
times what is promised, because a busy core is slower too. Memory is the growth of the peak of that process.
"""

from __future__ import annotations

import sys

import pytest

pytestmark = [
    pytest.mark.covers("SEC-03"),
    pytest.mark.skipif(sys.platform != "linux", reason="measures a process by /proc"),
]
BUSY = 3
"""How much slower than alone a test may be on a busy machine."""


def excessive(size: int, seeds: range, *, seconds: float, megabytes: float) -> dict[int, object]:
    """The seeds whose message breaks a bound, or the process that parses it, with what it cost."""
    from tests.mail.hostile_messages import costs

    measured = costs(seeds, size)
    return {
        seed: cost or "the process broke down"
        for seed in seeds
        if not (cost := measured.get(seed))
        or max(cost["seconds"], cost["display_seconds"]) > BUSY * seconds
        or cost["megabytes"] > megabytes
        or cost["text"] > 4 * size + 1_000
    }


def test_hostile_messages_of_a_megabyte_cost_little() -> None:
    assert excessive(1_000_000, range(60), seconds=0.5, megabytes=60) == {}


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_hostile_messages_of_25_megabytes_cost_a_second() -> None:
    assert excessive(25_000_000, range(400), seconds=1, megabytes=200) == {}
