"""Importing a configuration file as it was previewed, or not at all (DB-06)."""

from __future__ import annotations

from trackit_console.settings.configuration_plan import plan_import
from trackit_console.settings.configuration_reading import ConfigurationFile
from trackit_console.settings.import_plan import ImportPlan
from trackit_console.store.config_export import export_configuration
from trackit_console.store.config_import import import_configuration
from trackit_console.store.database import Database
from trackit_console.store.saving_errors import ConfigurationChanged


class _TriedOut(Exception):
    """Ends the transaction of a preview: nothing of it stays."""


def preview_import(database: Database, file: ConfigurationFile, by: str) -> ImportPlan:
    """What importing `file` would do now. Raises `ConfigurationRefused` when it does not fit what is there.

    The import is carried out and taken back: only so is everything found that it would be refused for.
    """
    try:
        with database.begin() as transaction:
            # Before the import, after which nothing would be left to add or change.
            plan = plan_import(export_configuration(transaction), file.configuration)
            import_configuration(transaction, file, by)
            raise _TriedOut
    except _TriedOut:
        return plan


def import_as_shown(database: Database, file: ConfigurationFile, shown: ImportPlan, by: str) -> None:
    """Imports `file`. Raises `ConfigurationChanged` if that would not do what was `shown`, and `ConfigurationRefused`."""
    with database.begin() as transaction:
        if plan_import(export_configuration(transaction), file.configuration) != shown:
            raise ConfigurationChanged
        import_configuration(transaction, file, by)
