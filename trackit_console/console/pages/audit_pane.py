"""The change that is selected on the Audit page: its fields side by side, copying it, and undoing it (DB-04)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from trackit_console.console.audit_words import what_words
from trackit_console.console.changed_field_words import ChangedField, changed_fields
from trackit_console.console.display_text import moment, shortened, tip
from trackit_console.console.pages.undo_question import ask_undo
from trackit_console.console.widgets.layouts import clear
from trackit_console.store.rollbacks import Undoing, can_undo

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page
    from trackit_console.store.audit import AuditEntry


class AuditPane(QObject):
    """The right side of the form `ui`; `undone`: the list is to be read again."""

    undone = Signal()

    def __init__(self, ui: Any, page: Page) -> None:
        super().__init__(page)
        self._ui = ui
        self._page = page
        self._entry: AuditEntry | None = None
        ui.undo_button.clicked.connect(self.undo)
        ui.copy_button.clicked.connect(self.copy)
        ui.fields_layout.setColumnStretch(1, 1)
        ui.fields_layout.setColumnStretch(2, 1)
        ui.entry_card.hide()

    def follow(self, entry: AuditEntry | None) -> None:
        """Shows this entry; nothing is offered for none."""
        if entry != self._entry:
            self._entry = entry
            self.show_texts()

    def show_texts(self) -> None:
        """Shows the same entry in the current language."""
        entry, ui = self._entry, self._ui
        ui.entry_card.setVisible(entry is not None)
        clear(ui.fields_layout)
        if entry is None:
            return
        heading = what_words(entry)
        ui.entry_heading.setText(shortened(heading))
        ui.entry_heading.setToolTip(tip(heading))
        ui.entry_about.setText(self._about(entry))
        self._show_fields(changed_fields(entry))
        possible = can_undo(entry)
        ui.undo_button.setEnabled(possible)
        ui.undo_button.setToolTip(
            self.tr("Sets back what this change did, after a question (Ctrl+Z)")
            if possible
            else self.tr("Only what added, changed or deleted settings can be undone.")
        )

    def _about(self, entry: AuditEntry) -> str:
        when = moment(entry.at, self._page.context.services.clock.now())
        if not entry.host:
            return self.tr("By {who}, {when}").format(who=entry.actor, when=when)
        return self.tr("By {who} at the computer {host}, {when}").format(who=entry.actor, host=entry.host, when=when)

    def _show_fields(self, fields: list[ChangedField]) -> None:
        grid = self._ui.fields_layout
        if not fields:
            grid.addWidget(self._label(self.tr("This changed no settings."), "dim"), 0, 0, 1, 3)
        else:
            for column, words in enumerate((self.tr("Field"), self.tr("Before"), self.tr("After"))):
                grid.addWidget(self._label(words, "caption"), 0, column)
        for row, each in enumerate(fields, 1):
            for column, (words, role) in enumerate(((each.title, "label"), (each.before, "dim"), (each.after, ""))):
                grid.addWidget(self._label(words, role), row, column, Qt.AlignmentFlag.AlignTop)
        for row in range(grid.rowCount()):
            grid.setRowStretch(row, int(row == len(fields) + 1))
        grid.setRowStretch(len(fields) + 1, 1)

    def _label(self, words: str, role: str) -> QLabel:
        label = QLabel(words, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        selectable = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        label.setTextInteractionFlags(selectable)
        if role:
            label.setProperty("role", role)
        return label

    # ------------------------------------------------------------------ actions

    def copy(self) -> None:
        """**Copy**: who changed what, from what to what."""
        if (entry := self._entry) is None:
            return
        at = entry.at.astimezone().isoformat(" ", "seconds")
        about = [what_words(entry), f"{entry.actor}, {entry.host}, {at}"]
        fields = [f"{each.title}\n\t{each.before}\n\t→ {each.after}" for each in changed_fields(entry)]
        QGuiApplication.clipboard().setText("\n".join([*about, *fields]))

    def undo(self) -> None:
        """**Undo this change…**: looks what that would do now, and asks."""
        entry = self._entry
        if entry is not None and can_undo(entry):
            self._ui.undo_button.setEnabled(False)
            self._page.do(partial(self._page.context.services.audit.plan, entry.id), then=self._ask, failed=self._not_undone)

    def _ask(self, undoing: Undoing) -> None:
        self._ui.undo_button.setEnabled(True)
        ask_undo(self._page, undoing, partial(self._undo, undoing))

    def _undo(self, undoing: Undoing, chosen: frozenset[str]) -> None:
        self._ui.undo_button.setEnabled(False)
        work = partial(self._page.context.services.audit.undo, undoing, chosen)
        self._page.do(work, then=lambda _none: self._done(), failed=self._not_undone)

    def _done(self) -> None:
        self._ui.undo_button.setEnabled(True)
        self.undone.emit()

    def _not_undone(self, problem: Exception) -> None:
        self._ui.undo_button.setEnabled(True)
        self._page.show_problem(problem)
