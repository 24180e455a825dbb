"""What SQL Server and its ODBC driver report, sorted by what the caller does next.

The exception classes of pyodbc and SQLAlchemy are no help: a deadlock is a plain `Error`, a lock time-out is a
`ProgrammingError` like a syntax error. Only SQL Server's native number identifies an error, and it appears only in the
message, which is translated. An unknown number means "not available now", never "this message is bad": a failover of
the server must not send good mail to quarantine.

Sources: Microsoft, "Database Engine events and errors"; "Troubleshoot connectivity issues and other errors with Azure SQL
Database and Azure SQL Managed Instance".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from trackit_console.store.access_errors import (
    DatabaseAccountLocked,
    DatabaseCertificateRefused,
    DatabaseDriverMissing,
    DatabaseFirewall,
    DatabasePasswordExpired,
    DatabaseRightMissing,
    DatabaseTlsFailed,
    NoAccessToDatabase,
    NotASqlServer,
    SignInToDatabaseRefused,
    WindowsSignInRefused,
    right_named_in,
)
from trackit_console.store.errors import (
    DatabaseBusy,
    DatabaseOffline,
    DatabaseReadOnly,
    DatabaseServerError,
    DatabaseTimedOut,
    DatabaseUnavailable,
    DiskFull,
    NotStorable,
    StoreError,
    UniqueTaken,
)

NUMBERS: Mapping[type[StoreError], str] = {
    # about this row
    UniqueTaken: "2601 2627",
    NotStorable: (
        "515 547 8152 2628 "  # NULL, foreign key or CHECK, too long
        "206 220 232 235 241 242 244 245 248 257 293 295 296 298 517 529 1007 8114 8115 8134 8169 "  # conversions
        "511 1946"  # row or index key too large
    ),
    # passes by itself
    DatabaseBusy: (
        "1205 1222 3960 3961 41301 41302 41305 41325 "  # deadlock, lock, snapshot and in-memory conflicts
        "701 802 1204 8645 8651 17809 "  # out of memory, locks or connections
        "10928 10929 40501 49918 49919 49920"  # Azure: throttled
    ),
    DatabaseOffline: (
        "615 904 921 922 923 924 926 927 941 942 945 952 954 955 956 959 "  # the database: starting, restored, offline, mirrored
        "976 978 979 982 983 988 4221 "  # a replica that is not the primary, or not yet
        "40020 40143 40166 40197 40540 40613 42108 42109 "  # Azure: moved, upgraded, paused
        "596 6002 6005 17142 17148 18401 18451 18461"  # the session is ended, the server goes down or starts
    ),
    DatabaseReadOnly: "3906",
    # an admin must fix it
    DiskFull: "1101 1105 9002",
    SignInToDatabaseRefused: "18456 18450 18457",
    DatabasePasswordExpired: "18463 18464 18465 18466 18467 18468 18487 18488",
    DatabaseAccountLocked: "18470 18486",
    WindowsSignInRefused: "18452",
    NoAccessToDatabase: "911 916 4060",
    DatabaseFirewall: "40615 40914",
    DatabaseRightMissing: "229 230 262 297 300 2760 15247",
}
"""SQL Server's native error numbers, by what the caller does next."""

ENDS_SESSION = frozenset({10928, 10929, 17809, 40501, 49918, 49919, 49920})
"""Numbers after which the server hangs up, although the database is only busy: they have a severity of 20, or refuse a sign-in."""

NETWORK_NUMBERS = frozenset({64, 121, 233, 10053, 10054, 10060})
"""Numbers of Windows and its sockets for a connection that was cut. The driver reports them on every system."""

STATES: Mapping[type[StoreError], str] = {
    DatabaseBusy: "40001",
    DatabaseTimedOut: "HYT00 HYT01",
    DatabaseUnavailable: "08",
    SignInToDatabaseRefused: "28",
    DatabaseDriverMissing: "IM",
    NotStorable: "22 23 HY003 HY004 HY104 HY105",  # HY1..: a value that pyodbc could not turn into a parameter
}
"""SQLSTATEs or their first characters, for errors without a native number or with an unknown one."""

_CLASS_OF_NUMBER = {int(number): kind for kind, numbers in NUMBERS.items() for number in numbers.split()}
_CLASS_OF_STATE = {state: kind for kind, states in STATES.items() for state in states.split()}

_CERTIFICATE_NUMBERS = frozenset({-2146893019, -2146893022, -2146893016, -2146762487, -2146762481, -2146762495})
"""Windows: untrusted root, wrong name, expired; from SChannel (0x8009…) and the certificate API (0x800B…)."""
_NO_ENCRYPTION = 20
_SQLSTATE = re.compile(r"[0-9A-Z]{5}")
_TAGS = re.compile(r"(?:\[[^\]]*\]\s*)*")
_NUMBER = re.compile(r"\((-?\d+)\) \((SQL\w+)\)")


@dataclass(frozen=True, slots=True)
class OdbcError:
    """The parts of a pyodbc exception. `number` is 0 if there is none."""

    state: str
    words: str
    number: int
    from_server: bool
    connecting: bool


def odbc_error(error: BaseException) -> OdbcError | None:
    """The parts of `error`; None if it is not from pyodbc.

    Its arguments are a SQLSTATE and a text, `[state] [vendor][driver][SQL Server]text (number) (function)`. On Windows
    further diagnostic records follow in the same text, without a function. In errors of pyodbc itself the arguments are
    swapped, or there is no SQLSTATE.
    """
    arguments = [str(argument) for argument in error.args]
    state = next((argument for argument in arguments if _SQLSTATE.fullmatch(argument)), "")
    if not state and type(error).__module__ != "pyodbc":
        return None
    words = next((argument for argument in arguments if argument != state), "")
    tags = _TAGS.match(words)
    # The last match: the text before it may quote a stored value that looks like one.
    number, function = next(reversed(_NUMBER.findall(words)), ("0", ""))
    from_server = tags is not None and "[SQL Server]" in tags[0]
    return OdbcError(state, words, int(number), from_server, function == "SQLDriverConnect")


def sql_server_error(error: OdbcError, database: str) -> StoreError:
    """The `StoreError` to raise instead; `database` is the name of the database for people."""
    kind = class_of(error)
    facts: dict[str, object] = {"database": database}
    if kind is DatabaseRightMissing:
        facts["right"] = right_named_in(error.words)
    return kind(error.words, **facts)


def class_of(error: OdbcError) -> type[StoreError]:
    """The class of `StoreError` for `error`, which says what to do next."""
    # Without the tag of the server, the number is one of Windows or the network and means something else.
    if error.from_server and (known := _CLASS_OF_NUMBER.get(error.number)):
        return known
    if error.connecting and not error.from_server and (found := _class_before_sign_in(error)):
        return found
    if not error.from_server and error.number in NETWORK_NUMBERS:
        return DatabaseUnavailable
    return next((kind for state, kind in _CLASS_OF_STATE.items() if error.state.startswith(state)), DatabaseServerError)


def _class_before_sign_in(error: OdbcError) -> type[StoreError] | None:
    """Sorts driver errors while connecting, by abbreviations that are not translated."""
    if "SSPI" in error.words:
        return WindowsSignInRefused
    if error.number in _CERTIFICATE_NUMBERS or "certificate verify failed" in error.words:
        return DatabaseCertificateRefused
    if "SSL" in error.words or error.number == _NO_ENCRYPTION:
        return DatabaseTlsFailed
    return {"HY000": NotASqlServer, "01000": DatabaseDriverMissing}.get(error.state)  # 01000: unixODBC cannot load the driver
