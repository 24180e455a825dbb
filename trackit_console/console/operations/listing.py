"""The first rows of a long list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
MAX_ROWS = 300
"""Maximum number of rows that a list reads; searching narrows it."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """The first rows of a list, and their total number."""

    rows: Sequence[Row]
    count: int
