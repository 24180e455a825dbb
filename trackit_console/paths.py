"""Where things lie on disk: everything that is not in a database server is below one data directory (PKG-02)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


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
    def database_url(self) -> str:
        """SQLAlchemy URL of the embedded database (DB-01)."""
        return f"sqlite:///{self.database.as_posix()}"

    @property
    def key_file(self) -> Path:
        return self.root / "secret.key"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def window_settings(self) -> Path:
        return self.root / "console.ini"

    def make(self) -> DataDir:
        """Makes the folder, readable by its owner alone where the platform has such modes."""
        self.root.mkdir(parents=True, exist_ok=True)
        if os.name == "posix":
            self.root.chmod(0o700)
        return self
