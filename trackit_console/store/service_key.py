"""Gives a service what it needs to open the database without a keyring (SEC-02, PKG-02).

A Windows service has no logon session, so Credential Manager refuses it. What the user who set up the database has in the
keyring is written into files of the data directory, which are looked at first. Later changes keep the files up to date.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from trackit_console.paths import DataDir
from trackit_console.store.chosen_database import keep_choice_in_files
from trackit_console.store.database import open_database
from trackit_console.store.file_rights import keep_readers
from trackit_console.store.key_storage_errors import KeyNotKept
from trackit_console.store.windows_accounts import own_sid, sid_of


@dataclass(frozen=True, slots=True)
class ServiceFiles:
    """The files that were written, and the SIDs of the accounts that were given the right to read them (Windows)."""

    files: tuple[Path, ...]
    readers: tuple[str, ...] = ()


def write_service_files(url: str, data_dir: DataDir, account: str | None, *, chosen: bool) -> ServiceFiles:
    """Writes the key of the database at `url`, and, if it is the `chosen` one, its password; `account` may read them as well.

    Called again it does the same again; an account that was named before is not given the files any more.

    Raises `AccountUnknown`, `AccountNotNeeded`, `KeyNotKept`, `ChoiceNotKept`, `DatabasePasswordMissing`, `StoreError`.
    """
    # This user too: a key that the service writes must stay readable here.
    readers = tuple(dict.fromkeys(each for each in (own_sid(), sid_of(account) if account else "") if each))
    with closing(open_database(url, data_dir)) as database:
        # First: the files that follow are written with these rights.
        if readers:
            _keep(readers, data_dir)
        with database.reading() as transaction:
            key_file = transaction.recovery_key.keep_in_file()
    return ServiceFiles((key_file, *(keep_choice_in_files(data_dir) if chosen else [])), readers)


def _keep(readers: tuple[str, ...], data_dir: DataDir) -> None:
    try:
        keep_readers(data_dir, readers)
    except OSError as error:
        raise KeyNotKept(str(error), file=data_dir.key_readers) from error
