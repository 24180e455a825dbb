"""The error numbers of SQL Server and the SQLSTATEs of ODBC, by what the caller does next.

Sources: Microsoft, "Database Engine events and errors"; "Troubleshoot connectivity issues and other errors with Azure SQL
Database and Azure SQL Managed Instance".
"""

from __future__ import annotations

from collections.abc import Mapping

from trackit_console.store.access_errors import (
    DatabaseAccountLocked,
    DatabaseFirewall,
    DatabasePasswordExpired,
    DatabaseRightMissing,
    NoAccessToDatabase,
    SignInToDatabaseRefused,
    WindowsSignInRefused,
)
from trackit_console.store.connection_errors import DatabaseDriverMissing
from trackit_console.store.errors import (
    DatabaseBusy,
    DatabaseOffline,
    DatabaseReadOnly,
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
    DatabaseRightMissing: (
        "229 230 262 297 300 2760 4613 15247 "
        "1088 4902 15151"  # an index, a column or a right for a table that is not there, or that the account may not change
    ),
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
