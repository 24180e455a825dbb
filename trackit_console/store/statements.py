"""Building blocks of the hot path: IN lists and batches that fit, and statements with their values in the text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import BindParameter, ClauseElement, ColumnElement, CompoundSelect, Connection, Select, case, literal_column
from sqlalchemy.sql.visitors import replacement_traverse

T = TypeVar("T")
S = TypeVar("S", bound=ClauseElement)
_YES: ColumnElement[int] = literal_column("1")
NO: ColumnElement[int] = literal_column("0")
"""What `flag` answers where nothing is found."""
VALUES_IN_A_LIST = 500
"""Values in one IN list: SQL Server takes 2,100 parameters at most."""


def in_parts(values: Collection[T]) -> Iterator[Sequence[T]]:
    """`values` in pieces that fit an IN list."""
    everything = list(values)
    for begin in range(0, len(everything), VALUES_IN_A_LIST):
        yield everything[begin : begin + VALUES_IN_A_LIST]


def within_bytes(sizes: Iterable[tuple[int, int]], most: int) -> list[int]:
    """Of pairs of an id and a size in bytes, the first ids that have at most so many bytes together; at least one."""
    taken: list[int] = []
    total = 0
    for number, size in sizes:
        total += size
        if taken and total > most:
            break
        taken.append(number)
    return taken


def size_of(values: Iterable[Any]) -> int:
    """How much of a row's memory its texts and bytes take, roughly: their lengths together."""
    return sum(len(each) for each in values if isinstance(each, str | bytes))


def flag(asked: Select[Any] | CompoundSelect[Any]) -> ColumnElement[int]:
    """Whether `asked` finds something, as a number: SQL Server has no type for what is true or false."""
    return case((asked.exists(), _YES), else_=NO)


def written_out(connection: Connection, asked: S) -> S:
    """`asked` with its values in the text, for what is asked again and again: a statement with parameters costs SQL Server's driver
    a second round trip. Only for values of our own, never for what people or mail wrote.
    """
    if connection.dialect.name != "mssql":
        return asked
    return cast(S, replacement_traverse(asked, {}, _in_the_text))


def _in_the_text(element: Any, **_: Any) -> BindParameter[Any] | None:
    return element.render_literal_execute() if isinstance(element, BindParameter) and not element.literal_execute else None
