"""Column types that mean the same on SQLite and on SQL Server.

Text is NVARCHAR with a length in UTF-16 units, moments are DATETIME2(6) in UTC, keys that must tell letter case apart
are hashes: the default collation of SQL Server would take 'AbC' for 'aBc'.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime

from sqlalchemy import Date, DateTime, Dialect, LargeBinary, Unicode
from sqlalchemy.dialects import mssql
from sqlalchemy.types import TypeDecorator, TypeEngine

# SQLAlchemy leaves the constructors of these two without types.
_DATETIME2: Callable[[int], TypeEngine[datetime]] = mssql.DATETIME2
_VARBINARY: Callable[[str], TypeEngine[bytes]] = mssql.VARBINARY


class Moment(TypeDecorator[datetime]):
    """An aware datetime in UTC; stored without offset, to the microsecond (a generic DATETIME rounds to 3 ms)."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        if dialect.name == "mssql":
            return dialect.type_descriptor(_DATETIME2(6))
        return dialect.type_descriptor(DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def nvarchar(length: int) -> Unicode:
    """Text of at most `length` UTF-16 units."""
    return Unicode(length)


def long_text() -> Unicode:
    """Text of any length: NVARCHAR(max) on SQL Server."""
    return Unicode()


def day() -> TypeEngine[date]:
    """A date: by itself it becomes DATETIME in the SQL that is written without a connection."""
    return Date().with_variant(mssql.DATE(), "mssql")


def binary_text(length: int) -> TypeEngine[str]:
    """Text that compares byte by byte: the default collation of SQL Server takes width, blanks and letter case for equal."""
    return Unicode(length).with_variant(mssql.NVARCHAR(length, collation="Latin1_General_100_BIN2"), "mssql")


def hash_key() -> TypeEngine[str]:
    """A SHA-256 in hexadecimal: the key of identities that are long or tell letter case apart."""
    return Unicode(64).with_variant(mssql.NVARCHAR(64, collation="Latin1_General_100_BIN2"), "mssql")


def content() -> TypeEngine[bytes]:
    """Bytes of any length: VARBINARY(max) on SQL Server."""
    return LargeBinary().with_variant(_VARBINARY("max"), "mssql")


def key_of(*parts: str) -> str:
    """The hash key of an identity made of `parts`."""
    # surrogatepass: text with half a character, which no database takes, has a key all the same.
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def storable(value: str) -> str:
    """`value` with a question mark for each half of a character, which no database takes."""
    return value.encode("utf-8", "replace").decode()


def cut(value: str, units: int) -> str:
    """The longest beginning of `value` that fits a column of `units` UTF-16 units; whole characters only."""
    # No character takes more than two units, so most texts need not be encoded.
    if len(value) * 2 <= units or len(value.encode("utf-16-le", "surrogatepass")) // 2 <= units:
        return value
    kept = value.encode("utf-16-le", "surrogatepass")[: units * 2]
    # `ignore` drops half of a surrogate pair at the end.
    return kept.decode("utf-16-le", "ignore")
