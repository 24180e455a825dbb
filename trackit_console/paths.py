"""The locations of the program's data: one data directory, and the URL of the database (PKG-02, DB-01)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem


class DatabaseUrlRefused(Problem):
    """The database URL from the command line cannot be used."""

    context = "paths"
    code = "database_url_refused"
    sentence = QT_TRANSLATE_NOOP("paths", "This is not the address of a database: {url}")
    remedy = QT_TRANSLATE_NOOP(
        "paths",
        "Write it like mssql+pyodbc://user:password@server/database or sqlite:///C:/folder/file.sqlite3. In a password, write %40 for @, %3A for : and %2F for /.",
    )


class DataDirRefused(Problem):
    """The data directory does not exist and cannot be created."""

    context = "paths"
    code = "data_dir_refused"
    sentence = QT_TRANSLATE_NOOP("paths", "The folder {folder} cannot be created.")
    remedy = QT_TRANSLATE_NOOP("paths", "Name a folder that this account may write to with --data-dir.")


class DatabaseUrl(str):
    """The SQLAlchemy URL of a database. SQLAlchemy reads it as a `str`; printed, formatted or logged it hides the password."""

    __slots__ = ()

    def __str__(self) -> str:
        # Up to the last @, as the password may contain one. Options are left out, as PWD= may be among them.
        # A plain text first: without a ? the parts would be this object, and `format` would come back here.
        address, _, options = super().__str__().partition("?")
        if not address.startswith("sqlite"):
            address = re.sub(r":(?!//).*@", ":***@", address)
        return f"{address}?***" if options else address

    def __repr__(self) -> str:
        return f"DatabaseUrl({str(self)!r})"

    def __format__(self, spec: str) -> str:
        # With a width, `str.__format__` would write the text as it is.
        return format(str(self), spec)


def sqlite_url(file: str) -> DatabaseUrl:
    """The URL of a database file. What SQLAlchemy would read as options or as an escape is escaped."""
    return DatabaseUrl("sqlite:///" + file.replace("%", "%25").replace("?", "%3F"))


@dataclass(frozen=True, slots=True)
class DataDir:
    """The folder that holds the embedded database, the logs, the keys and the settings of the window."""

    root: Path

    @classmethod
    def default(cls) -> DataDir:
        """The usual folder of this user and platform (`%LOCALAPPDATA%`, `~/.local/share`)."""
        import platformdirs  # not needed if a folder was named

        return cls(Path(platformdirs.user_data_dir("TrackItConsole", appauthor=False)))

    @property
    def database(self) -> Path:
        return self.root / "trackit.sqlite3"

    @property
    def database_url(self) -> DatabaseUrl:
        """SQLAlchemy URL of the embedded database (DB-01)."""
        return sqlite_url(self.database.as_posix())

    @property
    def keys(self) -> Path:
        """The folder with a key file for each database, used if there is no keyring (SEC-02)."""
        return self.root / "keys"

    @property
    def key_file(self) -> Path:
        """The single key file of older versions; used for a database that has no key of its own."""
        return self.root / "secret.key"

    @property
    def chosen_database(self) -> Path:
        """What the Connection dialog chose (DB-02); there is no such file while it is the embedded database."""
        return self.root / "database.json"

    @property
    def database_password(self) -> Path:
        """The password of the chosen database, where there is no keyring."""
        return self.keys / "database.password"

    @property
    def key_readers(self) -> Path:
        """Which accounts may read the files with keys and passwords beside their owner (Windows)."""
        return self.keys / "readers.json"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def window_settings(self) -> Path:
        return self.root / "console.ini"

    def make(self) -> DataDir:
        """Creates the folder if it does not exist; raises `DataDirRefused`."""
        try:
            make_private_folder(self.root)
        except OSError as error:
            raise DataDirRefused(str(error), folder=self.root) from error
        return self


def make_private_folder(folder: Path) -> None:
    """Creates `folder` with mode 0700 (POSIX). An existing folder keeps its permissions: it may be shared, such as /opt."""
    if folder.is_dir():
        return
    # The folders above it may be shared: they get the usual rights.
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(0o700 if os.name == "posix" else 0o777, exist_ok=True)


def flush_folder(folder: Path) -> None:
    """Waits until a rename in `folder` is on the disk. Windows cannot, and writes renames in order. Raises OSError."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
