"""The ODBC drivers for SQL Server on this computer (DB-02)."""

from __future__ import annotations

from trackit_console.store.connection_errors import DatabaseDriverMissing

PREFERRED = ("ODBC Driver 18 for SQL Server", "ODBC Driver 17 for SQL Server")
"""Microsoft's drivers, the best one first. Older ones know no TLS 1.2 or check no certificate, and so does FreeTDS (SEC-01)."""


def installed_drivers() -> list[str]:
    """Those of `PREFERRED` that are installed. Raises `DatabaseDriverMissing` where there is no ODBC at all."""
    return [driver for driver in PREFERRED if driver in _all_drivers()]


def require_driver(driver: str) -> None:
    """Raises `DatabaseDriverMissing` unless `driver` is installed."""
    if driver not in (known := _all_drivers()):
        raise DatabaseDriverMissing("Installed: " + (", ".join(known) or "none"))


def _all_drivers() -> list[str]:
    try:
        import pyodbc  # loads the ODBC driver manager, so only if it is needed
    except ImportError as error:  # Linux without unixODBC
        raise DatabaseDriverMissing(str(error)) from error
    return list(pyodbc.drivers())
