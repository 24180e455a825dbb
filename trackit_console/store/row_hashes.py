"""Sums up rows by a hash that both databases give alike, whatever their order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from trackit_console.store.row_inserts import Row

_HASHES = 1 << 256


@dataclass(frozen=True, slots=True)
class TableHash:
    """How many rows a table has, and a hash of all of them, in hexadecimal.

    The hash does not depend on the order of the rows, because databases sort text differently. It is the sum of their
    SHA-256 modulo 2^256: a row that is missing, twice there or changed makes another sum.
    """

    rows: int
    sha256: str


class RowHasher:
    """Sums up rows as they pass."""

    def __init__(self) -> None:
        self._rows = 0
        self._sum = 0

    def add(self, rows: Iterable[Row]) -> None:
        """Takes the values of each row in the order of its columns."""
        for row in rows:
            self._rows += 1
            self._sum = (self._sum + _number(row.values())) % _HASHES

    def result(self) -> TableHash:
        """The hash of what was added."""
        return TableHash(self._rows, f"{self._sum:064x}")


def _number(values: Iterable[Any]) -> int:
    digest = hashlib.sha256()
    for value in values:
        kind, content = _written(value)
        # With kind and length: neither NULL and an empty text, nor two texts that are divided otherwise, are the same.
        digest.update(b"%s%d:" % (kind, len(content)))
        digest.update(content)
    return int.from_bytes(digest.digest(), "big")


def _written(value: Any) -> tuple[bytes, bytes]:
    """A value in the form that both databases give back alike: numbers and booleans as digits, moments in UTC."""
    if value is None:
        return b"n", b""
    if isinstance(value, bytes):
        return b"b", value
    if isinstance(value, str):
        return b"s", value.encode()
    if isinstance(value, datetime | date):
        return b"d", value.isoformat().encode()
    return b"i", str(int(value)).encode()
