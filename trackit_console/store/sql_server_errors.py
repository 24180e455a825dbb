"""Which `StoreError` an error of SQL Server or its ODBC driver becomes.

The exception classes of pyodbc and SQLAlchemy are no help: a deadlock is a plain `Error`, a lock time-out is a
`ProgrammingError` like a syntax error. Only SQL Server's native number identifies an error, and it appears only in the
message, which is translated. An unknown number means "not available now", never "this message is bad": a failover of
the server must not send good mail to quarantine. The numbers are in `store.sql_server_error_numbers`.
"""

from __future__ import annotations

from trackit_console.store.access_errors import DatabaseRightMissing, WindowsSignInRefused
from trackit_console.store.connection_errors import (
    DatabaseCertificateRefused,
    DatabaseDriverMissing,
    DatabaseTlsFailed,
    NotASqlServer,
)
from trackit_console.store.errors import DatabaseServerError, DatabaseUnavailable, StoreError
from trackit_console.store.odbc_errors import OdbcError, right_named_in
from trackit_console.store.sql_server_error_numbers import NETWORK_NUMBERS, NUMBERS, STATES

_CLASS_OF_NUMBER = {int(number): kind for kind, numbers in NUMBERS.items() for number in numbers.split()}
_CLASS_OF_STATE = {state: kind for kind, states in STATES.items() for state in states.split()}

_CERTIFICATE_NUMBERS = frozenset({-2146893019, -2146893022, -2146893016, -2146762487, -2146762481, -2146762495})
"""Windows: untrusted root, wrong name, expired; from SChannel (0x8009…) and the certificate API (0x800B…)."""
_NO_ENCRYPTION = 20


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
