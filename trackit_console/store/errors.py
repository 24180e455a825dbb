"""What can go wrong with the database, named by what the caller does next.

    StoreError
    +-- DatabaseUnavailable    wait and try again: away, or not reachable
    |   +-- DatabaseLocked     wait: another program holds it
    +-- DatabaseMissing        tell the admin: there is no such file yet
    +-- DiskFull               tell the admin, wait: nothing is taken until there is room
    +-- DatabaseDamaged        tell the admin: the file is not a database any more, or not one of ours
    +-- SchemaNewer            tell the admin: made by a newer version of the program
    +-- SchemaOlder            ask the admin to upgrade it
    +-- WrongKey               tell the admin: the secrets were sealed on another computer
    +-- NotStorable            set the message aside: the database refuses this row
    +-- LeaseLost              stop this poll cycle: another monitor has the mailbox
    +-- Conflict               show both versions: somebody else saved first (DB-04)
    +-- Cancelled              nothing: the person who waited asked for it

Everything else that comes out of SQLAlchemy is a mistake of ours and passes unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError as SqlDatabaseError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, StatementError

from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem


class StoreError(Problem):
    """Base: something with the database."""

    context = "store"


class DatabaseUnavailable(StoreError):
    """The database cannot be reached now (DB-05)."""

    code = "database_unavailable"
    sentence = QT_TRANSLATE_NOOP("store", "The database cannot be reached.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "Check that the database server runs and that this computer can reach it. Nothing is lost meanwhile."
    )


class DatabaseLocked(DatabaseUnavailable):
    """Another program holds the database longer than we wait."""

    code = "database_locked"
    sentence = QT_TRANSLATE_NOOP("store", "Another program keeps the database locked.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "Close other programs that have the database open, a backup for example. It is tried again by itself."
    )


class DatabaseMissing(StoreError):
    """Asked about, but never made."""

    code = "database_missing"
    sentence = QT_TRANSLATE_NOOP("store", "There is no database {file} yet.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "It is made when the console or the email monitor is started, or by “db upgrade”. Look at the path for a typing error.",
    )


class DiskFull(StoreError):
    """No room for the database to grow; nothing was written."""

    code = "disk_full"
    sentence = QT_TRANSLATE_NOOP("store", "There is no room left on the disk of the database.")
    remedy = QT_TRANSLATE_NOOP("store", "Free some space. Mail stays on the mail server until there is room.")


class DatabaseDamaged(StoreError):
    """The file is no database, or parts of it cannot be read."""

    code = "database_damaged"
    sentence = QT_TRANSLATE_NOOP("store", "{database} is damaged or is not a database of this program.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Put the last backup in its place, or move the file away to begin with an empty database. The file was not changed.",
    )


class SchemaNewer(StoreError):
    """A newer version of the program has upgraded this database (DB-03)."""

    code = "database_newer"
    sentence = QT_TRANSLATE_NOOP("store", "The database was upgraded by a newer version of this program.")
    remedy = QT_TRANSLATE_NOOP("store", "Install the newer version on this computer. The database was not changed.")


class SchemaOlder(StoreError):
    """The database must be upgraded before this version can use it (DB-03)."""

    code = "database_older"
    sentence = QT_TRANSLATE_NOOP("store", "The database was made by an older version of this program.")
    remedy = QT_TRANSLATE_NOOP("store", "Make a backup, then upgrade it: trackit-console db upgrade.")


class WrongKey(StoreError):
    """The secrets in the database were sealed with a key that this computer does not have (SEC-02)."""

    code = "wrong_key"
    sentence = QT_TRANSLATE_NOOP(
        "store", "The passwords in this database were sealed with a key that this computer does not have."
    )
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Show the recovery key on the first computer (trackit-console db key) and enroll this one (trackit-console db enroll).",
    )


class NotStorable(StoreError):
    """The database refuses what we wrote: a value does not fit."""

    code = "not_storable"
    sentence = QT_TRANSLATE_NOOP("store", "The database refused to store this.")
    remedy = QT_TRANSLATE_NOOP("store", "Read the message and try it again; report it if it happens again.")


class LeaseLost(StoreError):
    """Another monitor has taken the mailbox over; nothing was written (RUN-02)."""

    code = "lease_lost"
    sentence = QT_TRANSLATE_NOOP("store", "Another monitor has taken over this mailbox.")
    remedy = QT_TRANSLATE_NOOP("store", "Nothing needs to be done: the other monitor carries on.")


class Conflict(StoreError):
    """Somebody else saved in the meantime; `saved` is what the database holds now, None when it was deleted (DB-04)."""

    code = "changed_meanwhile"
    sentence = QT_TRANSLATE_NOOP("store", "Somebody else changed this in the meantime.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "Look at what was saved, then save yours again or take theirs. Nothing that you typed is lost."
    )

    def __init__(self, saved: object) -> None:
        super().__init__()
        self.saved = saved


class Cancelled(StoreError):
    """Whoever waited does not want it any more; the transaction was rolled back."""

    code = "cancelled"
    sentence = QT_TRANSLATE_NOOP("store", "Cancelled.")
    remedy = ""


_NATIVE_NUMBER = re.compile(r"\((\d+)\) \(SQL")
_RETRY_NUMBERS = {"1205", "1222", "3960", "40197", "40501", "40613", "10928"}
_FULL_NUMBERS = {"1105", "9002"}
_AWAY_NUMBERS = {"911", "916", "942", "4060", "6005", "17142", "17148", "17809", "18401", "18452", "18456", "40615"}
_AWAY_NUMBERS |= {"18470", "18486", "18487", "18488"}
"""What SQL Server says at the login, whatever class the driver makes of it."""


@contextmanager
def mapped(database: str) -> Iterator[None]:
    """Raises ours for what SQLAlchemy raises inside; `database` is its name for people, without credentials."""
    try:
        yield
    except DBAPIError as error:
        raise _ours(error, database) from error
    except StatementError as error:
        raise NotStorable(str(error.orig)) from error
    except (UnicodeEncodeError, OverflowError) as error:  # half a character, a number beyond every column: the driver's own
        raise NotStorable(str(error)) from error


def _ours(error: DBAPIError, database: str) -> Exception:
    words = str(error.orig)
    lowered = words.lower()
    if "database or disk is full" in lowered or _number(words) in _FULL_NUMBERS:
        return DiskFull(words)
    if "database is locked" in lowered or "database table is locked" in lowered or _number(words) in _RETRY_NUMBERS:
        return DatabaseLocked(words)
    if "malformed" in lowered or "not a database" in lowered or "disk i/o error" in lowered:
        return DatabaseDamaged(words, database=database)
    if isinstance(error, OperationalError | InterfaceError) and (error.connection_invalidated or _away(lowered)):
        return DatabaseUnavailable(words)
    if _number(words) in _AWAY_NUMBERS:
        return DatabaseUnavailable(words)
    if isinstance(error, SqlDatabaseError | InterfaceError) and not isinstance(error, OperationalError):
        return NotStorable(words)
    return error


def _away(lowered: str) -> bool:
    signs = (
        "unable to open database",
        "readonly database",
        "login timeout",
        "communication link",
        "not found",
        "[08",
        "[28000]",
        "im002",
    )
    return any(sign in lowered for sign in signs)


def _number(words: str) -> str:
    """SQL Server's own number: only the text has it, and the exception's class does not tell."""
    numbers = _NATIVE_NUMBER.findall(words)
    return numbers[-1] if numbers else ""
