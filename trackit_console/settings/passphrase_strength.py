"""How good a passphrase is (DB-06)."""

from __future__ import annotations

import math
from enum import IntEnum

LEAST_LETTERS = 8


class Strength(IntEnum):
    """How long guessing would take somebody who has the file."""

    TOO_SHORT = 0
    WEAK = 1
    FAIR = 2
    STRONG = 3


def strength(passphrase: str) -> Strength:
    """An estimate by length and kinds of characters; what is repeated counts little."""
    if len(passphrase) < LEAST_LETTERS:
        return Strength.TOO_SHORT
    kinds = ((str.islower, 26), (str.isupper, 26), (str.isdigit, 10), (lambda each: not each.isalnum(), 33))
    pool = sum(size for is_kind, size in kinds if any(map(is_kind, passphrase))) or 26
    bits = (len(set(passphrase)) + len(passphrase)) / 2 * math.log2(pool)
    return Strength.WEAK if bits < 50 else Strength.FAIR if bits < 75 else Strength.STRONG
