"""The options of a connection to SQL Server: those of its URL, completed with defaults (DB-01, DB-05, SEC-01)."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any

from sqlalchemy.engine import URL

from trackit_console.settings.database import SqlServerTarget

_MOVES = "MultiSubnetFailover"
_HERE = frozenset({".", "(local)", "localhost", "127.0.0.1", "::1"})
_BRACED = re.compile(r"\{(?:[^}]|\}\})*\}")
"""A value of an ODBC connection string that may hold semicolons."""


def with_defaults(url: URL) -> URL:
    """`url` with defaults for the driver, encryption and certificate check. Options that it names are not changed."""
    # Encryption is always named: driver 18 encrypts by default, driver 17 does not. LongAsMax: no NTEXT for long text.
    options = {"Encrypt": "yes", "TrustServerCertificate": "no", "LongAsMax": "Yes"}
    given = {name.lower(): value for name, value in url.query.items()}
    if isinstance(text := given.get("odbc_connect"), str):
        named = _options_in(text)
        if _may_move(named.get("driver", ""), named.get("server", ""), named):
            options[_MOVES] = "Yes"
        missing = [f"{name}={value}" for name, value in options.items() if name.lower() not in named]
        # Appended, because ODBC uses the first value of an option that is given twice.
        return url.set(query={**_known_names(url), "odbc_connect": ";".join([text.rstrip("; "), *missing])})
    options["driver"] = str(SqlServerTarget.model_fields["driver"].default)
    # Without a database, the host is the name of an ODBC data source.
    if url.database and _may_move(str(given.get("driver", options["driver"])), url.host or "", given):
        options[_MOVES] = "Yes"
    if uses_free_tds(url) and url.port:  # it takes no port behind the server's name
        options["Port"] = str(url.port)
        url = url._replace(port=None)  # `set` leaves a port that is None as it was
    missing_options = {name: value for name, value in options.items() if name.lower() not in given}
    return url.set(query={**_known_names(url), **missing_options})


def _options_in(text: str) -> dict[str, str]:
    """The options of an ODBC connection string, by their names in lower case."""
    braced: list[str] = []

    def hide(value: re.Match[str]) -> str:
        braced.append(value[0])
        return f"{{{len(braced) - 1}}}"

    found: dict[str, str] = {}
    for part in _BRACED.sub(hide, text).split(";"):
        name, _, value = part.partition("=")
        number = re.fullmatch(r"\s*\{(\d+)\}\s*", value)
        found.setdefault(name.strip().lower(), braced[int(number[1])].strip("{}") if number else value.strip())
    return found


def _may_move(driver: str, server: str, options: Container[str]) -> bool:
    """Whether the driver may be told that the server's name can lead to several addresses, as that of a listener does (DB-05).

    With MultiSubnetFailover, Microsoft's drivers try them all at once, so that a failover takes seconds. It does no harm where
    there is one address. It is not supported with a named instance, with other protocols than TCP, and with mirroring; without
    a port, a server on this computer is reached by shared memory.

    Sources: Microsoft, "High availability and disaster recovery" of the ODBC driver; the errors 47 to 49 of its network
    interface (`SNI_ERROR_48` is about named instances).
    """
    if not driver.lower().startswith("odbc driver") or "failover_partner" in options:
        return False
    name = server.lower().removeprefix("tcp:").partition(",")[0].strip()
    return bool(name) and "\\" not in name and not name.startswith(("np:", "lpc:")) and name not in _HERE


def uses_free_tds(url: URL) -> bool:
    """Whether `url` names Debian's only driver for SQL Server. It serves tests: it checks no certificate (SEC-01)."""
    return any(isinstance(value, str) and "freetds" in value.lower() for value in url.query.values())


def _known_names(url: URL) -> dict[str, Any]:
    """The options of `url`. Those that SQLAlchemy handles must be lower case; ODBC ignores case."""
    own = ("driver", "odbc_connect", "timeout")
    return {name.lower() if name.lower() in own else name: value for name, value in url.query.items()}
