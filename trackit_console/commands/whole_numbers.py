"""The numbers that commands take: a limit, an age in days, the id of a message."""

from __future__ import annotations

import argparse
from collections.abc import Callable

MOST = 2**31 - 1
"""SQL Server keeps an id as INT, which holds no more."""


def whole_number(most: int = MOST) -> Callable[[str], int]:
    """The type of an argument of argparse: a whole number from 1 to `most`."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = 0
        if not 1 <= number <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to {most}")
        return number

    return parse
