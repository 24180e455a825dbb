"""**Export Configuration**: everything that is set in one file, with sealed secrets or without them (DB-06)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from trackit_console.console.compiled.ui_export_configuration_dialog import Ui_ExportConfigurationDialog
from trackit_console.console.configuration_transfer import file_kinds
from trackit_console.console.context import Context
from trackit_console.console.dialogs.transfer_dialog import TransferDialog
from trackit_console.console.message_boxes import ask, show_problem
from trackit_console.console.widgets.notice import show_notice
from trackit_console.settings.passphrase_strength import LEAST_LETTERS, Strength, strength


class ExportConfigurationDialog(TransferDialog):
    """Proposes a file in the user's documents. It stays open after the export, to say where the file is."""

    ui: Ui_ExportConfigurationDialog

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(Ui_ExportConfigurationDialog(), context, parent)
        self._exported: Path | None = None
        self._agreed: Path | None = None
        day = context.services.clock.now().astimezone().date()
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self.ui.file.setText(str(Path(folder) / f"trackit-configuration-{day}.yaml"))
        for line in (self.ui.file, self.ui.passphrase, self.ui.confirm):
            line.textChanged.connect(self._edited)
        self.ui.with_secrets.toggled.connect(self._edited)
        self.ui.browse_button.clicked.connect(self.browse)
        self.refresh()

    def show_texts(self) -> None:
        ui, secrets = self.ui, self.ui.with_secrets.isChecked()
        ui.passphrases.setVisible(secrets)
        for each in (ui.file, ui.browse_button, ui.with_secrets, ui.passphrases):
            each.setEnabled(not self.running)
        ui.secrets_hint.setText(
            self.tr(
                "The passphrase is asked for when the file is imported. Nobody can read the secrets without it: do not lose it."
            )
            if secrets
            else self.tr("The file has no secret. Where it is imported, stored secrets stay, and missing ones are typed.")
        )
        ui.strength.setText(self._strength_words())
        differ = bool(ui.confirm.text()) and ui.confirm.text() != ui.passphrase.text()
        ui.confirm_error.setText(self.tr("The two passphrases differ.") if differ else "")
        ui.confirm_error.setVisible(differ)
        ui.file_error.setVisible(False)
        ui.save_button.setEnabled(not self.running and bool(ui.file.text().strip()) and (not secrets or self._passphrase_is_good))
        ui.cancel_button.setText(self.tr("Close") if self._exported else self.tr("Cancel"))
        show_notice(ui.result, self._result_words(), "dim" if self.running else "ok")

    def _result_words(self) -> str:
        if self.running:
            return self.tr("Writing the file…") if self.writing else self.tr("Looking for the file…")
        return self.tr("Exported to {file}").format(file=self._exported) if self._exported else ""

    def _strength_words(self) -> str:
        words = {
            Strength.TOO_SHORT: self.tr("Too short: at least {number} characters.").format(number=LEAST_LETTERS),
            Strength.WEAK: self.tr("Weak: somebody who has the file may guess it. Add a few words."),
            Strength.FAIR: self.tr("Fair"),
            Strength.STRONG: self.tr("Strong"),
        }
        passphrase = self.ui.passphrase.text()
        return words[strength(passphrase)] if passphrase else self.tr("Several words that do not belong together.")

    @property
    def _passphrase_is_good(self) -> bool:
        passphrase = self.ui.passphrase.text()
        return strength(passphrase) is not Strength.TOO_SHORT and self.ui.confirm.text() == passphrase

    def _edited(self, *_value: object) -> None:
        self._exported = None
        self.refresh()

    def browse(self) -> None:
        """**Browse…**: the file dialog asks by itself whether an existing file is replaced."""
        name, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), self.ui.file.text(), file_kinds())
        if name:
            self._agreed = Path(name)
            self.ui.file.setText(name)

    def accept(self) -> None:
        """**Export**, after a question if that replaces a file."""
        if self.running or not self.ui.save_button.isEnabled():
            return
        self._exported = None
        path = Path(self.ui.file.text().strip())
        write = partial(self._write, path, self.ui.passphrase.text() if self.ui.with_secrets.isChecked() else None)
        if path == self._agreed:
            write()
            return
        # On a worker thread: a server that was switched off answers after minutes. Until then the fields stay as they are.
        look = partial(self.context.services.configuration_files.exists, path)
        self.run(look, partial(self._looked, path, write), partial(show_problem, self), writes=False)

    def _looked(self, path: Path, write: Callable[[], None], exists: bool) -> None:
        question = self.tr("Replace {file}?").format(file=path.name)
        if not exists or ask(self, self.windowTitle(), question, [self.tr("Replace"), self.tr("Cancel")]) == 0:
            write()

    def _write(self, path: Path, passphrase: str | None) -> None:
        work = partial(self.context.services.configuration_files.export, path, passphrase)
        self.run(work, partial(self._written, path), partial(show_problem, self), writes=True)

    def _written(self, path: Path, _nothing: object) -> None:
        self._exported = self._agreed = path
        for line in (self.ui.passphrase, self.ui.confirm):
            # Without signals: `_edited` would take it for a change, and forget where the file is.
            line.blockSignals(True)
            line.clear()
            line.blockSignals(False)
