"""Where things lie: everything that is not in a database server is below one data directory (PKG-02)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem


class DatabaseUrlRefused(Problem):
    """The address of the database, as it was given on the command line, cannot be used."""

    context = "paths"
    code = "database_url_refused"
    sentence = QT_TRANSLATE_NOOP("paths", "This is not the address of a database: {url}")
    remedy = QT_TRANSLATE_NOOP(
        "paths",
        "Write it like mssql+pyodbc://user:password@server/database or sqlite:///C:/folder/file.sqlite3. In a password, write %40 for @, %3A for : and %2F for /.",
    )


class DataDirRefused(Problem):
    """There is no data directory, and it cannot be made."""

    context = "paths"
    code = "data_dir_refused"
    sentence = QT_TRANSLATE_NOOP("paths", "The folder {folder} cannot be made.")
    remedy = QT_TRANSLATE_NOOP("paths", "Name a folder that this account may write to with --data-dir.")


class DatabaseUrl(str):
    """The SQLAlchemy URL of a database. It is a `str` for SQLAlchemy alone: printed, formatted or logged it hides the password."""

    __slots__ = ()

    def __str__(self) -> str:
        # To the last @, for a password with one in it; and no options, for those may hold a password as well.
        address, _, options = self.partition("?")
        if not address.startswith("sqlite"):
            address = re.sub(r":(?!//).*@", ":***@", address)
        return f"{address}?***" if options else address

    def __repr__(self) -> str:
        return f"DatabaseUrl({str(self)!r})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


@dataclass(frozen=True, slots=True)
class DataDir:
    """The folder that holds the embedded database, the logs, the key file and the processed-mail archive."""

    root: Path

    @classmethod
    def default(cls) -> DataDir:
        """The folder of this user, as the platform wants it (`%LOCALAPPDATA%`, `~/.local/share`)."""
        import platformdirs  # not needed where a folder is named

        return cls(Path(platformdirs.user_data_dir("TrackItConsole", appauthor=False)))

    @property
    def database(self) -> Path:
        return self.root / "trackit.sqlite3"

    @property
    def database_url(self) -> DatabaseUrl:
        """SQLAlchemy URL of the embedded database (DB-01)."""
        return DatabaseUrl(f"sqlite:///{self.database.as_posix()}")

    @property
    def keys(self) -> Path:
        """The folder with a key file for each database, where there is no keyring (SEC-02)."""
        return self.root / "keys"

    @property
    def key_file(self) -> Path:
        """The one key of older versions; serves a database that has none in `keys`."""
        return self.root / "secret.key"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def window_settings(self) -> Path:
        return self.root / "console.ini"

    def make(self) -> DataDir:
        """Makes the folder where there is none; raises `DataDirRefused`."""
        try:
            make_private_folder(self.root)
        except OSError as error:
            raise DataDirRefused(str(error), folder=self.root) from error
        return self


def make_private_folder(folder: Path) -> None:
    """Makes `folder` for its owner alone where the platform has such modes. One that is there keeps the permissions it has."""
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(0o700 if os.name == "posix" else 0o777, exist_ok=True)
