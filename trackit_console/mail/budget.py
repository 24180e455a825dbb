"""What reading one message may still cost: parts, bytes that are unpacked, steps of unpacking (SEC-03).

One budget is shared by everything within a message, so that containers in containers do not multiply.
"""

from __future__ import annotations

from trackit_console.mail.limits import (
    PARTS_LIMIT,
    RTF_LIMIT,
    TEXT_FILES_LIMIT,
    UNPACKED_BASE,
    UNPACKED_FACTOR,
    UNPACKING_STEPS_LIMIT,
)


class Budget:
    """What is left of each. `size` is the length of the raw message."""

    parts: int = PARTS_LIMIT
    rtf: int = RTF_LIMIT
    text_files: int = TEXT_FILES_LIMIT
    steps: int = UNPACKING_STEPS_LIMIT
    spent: int = 0

    def __init__(self, size: int) -> None:
        self.size = size

    def room(self) -> int:
        """How many bytes may still be unpacked."""
        return max(0, UNPACKED_BASE + UNPACKED_FACTOR * self.size - self.spent)

    def spend(self, length: int) -> bool:
        """Takes `length` bytes from the budget; False if there are not so many left."""
        if length > self.room():
            return False
        self.spent += length
        return True

    def step(self) -> bool:
        """Takes one step; False if there is none left."""
        self.steps -= 1
        return self.steps >= 0
