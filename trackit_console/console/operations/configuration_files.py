"""Export and import of the whole configuration, with a preview (DB-06)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.settings.configuration_reading import ConfigurationFile
    from trackit_console.settings.import_plan import ImportPlan

MAX_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A configuration file, and what importing it would do."""

    file: ConfigurationFile
    plan: ImportPlan


class ConfigurationFiles:
    """Each operation is one transaction."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def export(self, path: Path, passphrase: str | None) -> None:
        """Writes the file; secrets are sealed under the passphrase, or left out. Raises `FileNotWritten`, `PassphraseTooShort`."""
        from trackit_console.files import write_file
        from trackit_console.settings.configuration_writing import write_configuration
        from trackit_console.settings.passphrases import PassphraseSeal
        from trackit_console.store.config_export import export_configuration

        seal = PassphraseSeal.new(passphrase) if passphrase is not None else None
        with self._connection.database.reading() as transaction:
            configuration = export_configuration(transaction, secrets=seal is not None)
        write_file(path, write_configuration(configuration, seal).encode())

    def exists(self, path: Path) -> bool:
        """Whether an export would replace something; it answers no where that cannot be found out, and writing tells why."""
        try:
            return path.exists()
        except OSError:
            return False

    def read(self, path: Path, passphrase: str | None) -> ShownFile:
        """Reads the file and tells what importing it would do.

        Raises `FileUnreadable`, `FileTooLarge`, `FileNotText`, `ConfigurationRefused`, `PassphraseNeeded`, `WrongPassphrase`.
        """
        from trackit_console.files import FileNotText, read_file
        from trackit_console.settings.configuration_reading import read_configuration

        try:
            text = read_file(path, MAX_BYTES).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise FileNotText(str(error.reason), file=path.name) from None
        return self.preview(read_configuration(text, path.absolute().parent, passphrase))

    def preview(self, file: ConfigurationFile) -> ShownFile:
        """What importing the file would do now. Raises `ConfigurationRefused`."""
        from trackit_console.store.import_preview import preview_import

        return ShownFile(file, preview_import(self._connection.database, file, self._connection.actor))

    def import_file(self, shown: ShownFile) -> None:
        """Imports all of the file or nothing. Raises `ConfigurationChanged`, `ConfigurationRefused`."""
        from trackit_console.store.import_preview import import_as_shown

        import_as_shown(self._connection.database, shown.file, shown.plan, self._connection.actor)
