"""The scenes of exporting and importing the configuration file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QWidget

from trackit_console.console import sample_data
from trackit_console.console.dialogs.export_configuration import ExportConfigurationDialog
from trackit_console.console.dialogs.import_configuration import ImportConfigurationDialog
from trackit_console.console.screenshot_wait import TIMEOUT_MS, wait
from trackit_console.console.window import MainWindow


def configuration_file_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """The export with a passphrase, and what a file would change, one that is sealed, and one that is wrong."""
    context = window.context
    exporting = ExportConfigurationDialog(context, window)
    exporting.ui.file.setText("C:/Backup/trackit-configuration.yaml")
    exporting.ui.with_secrets.setChecked(True)
    exporting.ui.passphrase.setText(sample_data.SEALED_UNDER)
    exporting.ui.confirm.setText(sample_data.SEALED_UNDER[:-1])
    yield "dialog-export-configuration", exporting
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        file = Path(folder, "configuration.yaml")
        file.write_text(sample_data.CONFIGURATION, encoding="utf-8")
        importing = ImportConfigurationDialog(context, file, window)
        wait(TIMEOUT_MS, until=lambda: not importing.running)
        yield "dialog-import-configuration", importing
        wrong = Path(folder, "wrong.yaml")
        wrong.write_text(
            sample_data.CONFIGURATION.replace("poll_interval: 10", "poll_interval: 0\n  colour: red"), encoding="utf-8"
        )
        refused = ImportConfigurationDialog(context, wrong, window)
        wait(TIMEOUT_MS, until=lambda: not refused.running)
        yield "dialog-import-configuration-wrong", refused
        sealed = Path(folder, "sealed.yaml")
        context.services.configuration_files.export(sealed, sample_data.SEALED_UNDER)
        asking = ImportConfigurationDialog(context, sealed, window)
        wait(TIMEOUT_MS, until=lambda: not asking.running)
        asking.ui.passphrase.setText("another passphrase")
        asking.read()
        wait(TIMEOUT_MS, until=lambda: not asking.running)
        yield "dialog-import-configuration-passphrase", asking
