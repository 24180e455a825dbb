"""**Export Configuration…** and **Import Configuration…** in the menu (DB-06)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

if TYPE_CHECKING:
    from trackit_console.console.context import Context


def file_kinds() -> str:
    """The filter of the file dialogs."""
    return QCoreApplication.translate("configuration_transfer", "Configuration (*.yaml *.yml);;All files (*)")


def export_configuration(parent: QWidget, context: Context) -> None:
    """Opens the dialog."""
    from trackit_console.console.dialogs.export_configuration import ExportConfigurationDialog

    dialog = ExportConfigurationDialog(context, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def import_configuration(parent: QWidget, context: Context) -> None:
    """Asks for the file, and opens the dialog that shows what importing it would do."""
    from trackit_console.console.dialogs.import_configuration import ImportConfigurationDialog

    title = QCoreApplication.translate("configuration_transfer", "Import Configuration")
    name, _ = QFileDialog.getOpenFileName(parent, title, "", file_kinds())
    if name:
        dialog = ImportConfigurationDialog(context, Path(name), parent)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
