"""**Import Configuration**: what a file would add and change, field by field, before it does (DB-06)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QWidget

from trackit_console.console.compiled.ui_import_configuration_dialog import Ui_ImportConfigurationDialog
from trackit_console.console.context import Context
from trackit_console.console.dialogs.import_tree import as_text, fill_row, show_plan
from trackit_console.console.dialogs.transfer_dialog import TransferDialog
from trackit_console.console.display_text import translated
from trackit_console.console.language import is_language_change
from trackit_console.console.message_boxes import show_problem
from trackit_console.console.operations.configuration_files import ShownFile
from trackit_console.settings.import_plan import ItemState
from trackit_console.settings.passphrase_errors import PassphraseNeeded, WrongPassphrase
from trackit_console.settings.yaml_lines import ConfigurationRefused, LocatedFinding
from trackit_console.store.saving_errors import ChangedSincePreview


class ImportConfigurationDialog(TransferDialog):
    """Reads `path` at once. It stays open after the import, to say what was done."""

    ui: Ui_ImportConfigurationDialog

    def __init__(self, context: Context, path: Path, parent: QWidget) -> None:
        super().__init__(Ui_ImportConfigurationDialog(), context, parent)
        self._files = context.services.configuration_files
        self._path = path
        self._shown: ShownFile | None = None
        self._drawn: ShownFile | None = None
        self._refused: ConfigurationRefused | None = None
        self._asks_passphrase = False
        self._wrong_passphrase = False
        self._imported = False
        self.ui.open_button.clicked.connect(self.read)
        self.ui.passphrase.returnPressed.connect(self.read)
        self.ui.passphrase.textChanged.connect(self._passphrase_typed)
        self.ui.copy_button.clicked.connect(self.copy)
        self.ui.changes.itemExpanded.connect(fill_row)
        self.ui.changes.header().setStretchLastSection(True)
        self.read()

    # ------------------------------------------------------------------ what is shown

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self._drawn = None
        super().changeEvent(event)

    def show_texts(self) -> None:
        ui, shown = self.ui, self._shown
        ui.file.setText(self.tr("From {file}").format(file=self._path.name))
        ui.summary.setText(self._summary())
        ui.passphrases.setVisible(self._asks_passphrase)
        ui.passphrases.setEnabled(not self.running)
        ui.open_button.setEnabled(bool(ui.passphrase.text()))
        ui.passphrase_error.setVisible(self._wrong_passphrase)
        ui.passphrase_error.setText(self._wrong_passphrase_words())
        ui.findings.setVisible(self._refused is not None)
        ui.findings.setPlainText("\n".join(self._finding_words()))
        ui.changes.setVisible(shown is not None)
        ui.left_alone.setVisible(shown is not None)
        ui.left_alone.setText(self.tr("What is not in the file stays as it is. All of the file is imported, or nothing."))
        if shown is not None and shown is not self._drawn:
            # Once: what was opened and closed in it stays so.
            show_plan(ui.changes, shown.plan)
            self._drawn = shown
        ui.copy_button.setEnabled(shown is not None or self._refused is not None)
        ui.save_button.setEnabled(not self.running and shown is not None and shown.plan.changes_something)
        ui.save_button.setVisible(not self._imported)
        ui.cancel_button.setText(self.tr("Close") if self._imported else self.tr("Cancel"))

    def _summary(self) -> str:
        shown = self._shown
        if self.running:
            return self.tr("Importing…") if shown is not None else self.tr("Reading the file…")
        if self._refused is not None:
            return self.tr("The file cannot be imported. Places to correct: {count}.").format(count=len(self._refused.findings))
        if shown is None:
            return translated(PassphraseNeeded().message) if self._asks_passphrase else ""
        added, changed, same = (shown.plan.count(state) for state in ItemState)
        if self._imported:
            return self.tr("Imported. Added: {added} · changed: {changed}").format(added=added, changed=changed)
        if not shown.plan.changes_something:
            return self.tr("Everything in the file is set already.")
        words = self.tr("Added: {added} · changed: {changed} · the same: {same}")
        return words.format(added=added, changed=changed, same=same)

    def _wrong_passphrase_words(self) -> str:
        problem = WrongPassphrase()
        return f"{translated(problem.message)} {translated(problem.remedy_message)}"

    def _finding_words(self) -> list[str]:
        return [self._one_finding(each) for each in self._refused.findings] if self._refused else []

    def _one_finding(self, each: LocatedFinding) -> str:
        field = f"{each.found.field}: " if each.found.field else ""
        return self.tr("line {line}: {words}").format(line=each.line, words=f"{field}{translated(each.found.message)}")

    # ------------------------------------------------------------------ actions

    def read(self) -> None:
        """Reads the file, with the passphrase if one was typed."""
        if self.running:
            return
        passphrase = self.ui.passphrase.text() or None
        self._shown = self._refused = None
        self._wrong_passphrase = False
        self.run(partial(self._files.read, self._path, passphrase), self._was_read, self._not_read, writes=False)

    def _was_read(self, shown: ShownFile) -> None:
        self._shown = shown
        self._asks_passphrase = False
        # Opened: it is needed no more.
        self.ui.passphrase.blockSignals(True)
        self.ui.passphrase.clear()
        self.ui.passphrase.blockSignals(False)

    def _not_read(self, problem: Exception) -> None:
        if isinstance(problem, PassphraseNeeded | WrongPassphrase):
            self._asks_passphrase = True
            self._wrong_passphrase = isinstance(problem, WrongPassphrase)
            # Here, and not by `show_texts`, which comes after this: a field that is hidden or disabled cannot take the focus.
            self.ui.passphrases.setVisible(True)
            self.ui.passphrases.setEnabled(True)
            self.ui.passphrase.setFocus()
            self.ui.passphrase.selectAll()
        elif isinstance(problem, ConfigurationRefused):
            self._refused, self._shown = problem, None
        else:
            show_problem(self, problem)
            super().reject()

    def _passphrase_typed(self, *_words: object) -> None:
        self._wrong_passphrase = False
        self.refresh()

    def accept(self) -> None:
        """**Import**: all of the file or nothing."""
        if self._shown is not None and self.ui.save_button.isEnabled():
            work = partial(self._files.import_file, self._shown)
            self.run(work, self._was_imported, self._not_imported, writes=True)

    def _was_imported(self, _nothing: object) -> None:
        self._imported = True
        # The pages read what changed with the next look at the database.
        self.context.watch.refresh()

    def _not_imported(self, problem: Exception) -> None:
        if isinstance(problem, ConfigurationRefused):
            self._refused, self._shown = problem, None
            return
        show_problem(self, problem)
        if isinstance(problem, ChangedSincePreview) and self._shown is not None:
            file, self._shown = self._shown.file, None
            self.run(partial(self._files.preview, file), self._was_read, self._not_read, writes=False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter in the preview or in the passphrase is no consent to the import.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (self.ui.changes.hasFocus() or self.ui.passphrase.hasFocus()):
            event.ignore()
            return
        super().keyPressEvent(event)

    def copy(self) -> None:
        """**Copy**: the preview or the findings as text."""
        words = as_text(self._shown.plan) if self._shown is not None else "\n".join(self._finding_words())
        QGuiApplication.clipboard().setText(words)
