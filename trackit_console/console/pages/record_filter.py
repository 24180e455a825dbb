"""What narrows the list of the Records page: module, status, technician and words. Remembered per user (T-08)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QComboBox

from trackit_console.console.display_text import translated
from trackit_console.domain.records import Module, Status
from trackit_console.helpdesk.labels import label_of
from trackit_console.store.record_query import NOBODY, RecordQuery

if TYPE_CHECKING:
    from trackit_console.domain.records import Person, RecordRef

TYPING_MS = 250
ANY = -1
OVERDUE = "overdue"
"""Stands among the statuses: what is not closed and late by its service level."""


class RecordFilter(QObject):
    """The row above the list in the form `ui`; `changed` is emitted when the list is to be read again."""

    changed = Signal()

    def __init__(self, ui: Any, window_settings: QSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._ui = ui
        self._window_settings = window_settings
        self._technicians: Sequence[Person] | None = None
        self._technician_wanted = ANY
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.changed)
        self._fill()
        self._restore()
        ui.search.textChanged.connect(lambda _words: self._typing.start())
        for combo in (ui.module, ui.status, ui.technician):
            combo.currentIndexChanged.connect(self._chosen)

    def show_texts(self) -> None:
        """Sets the entries in the current language; what is chosen stays."""
        self._fill()

    def _fill(self) -> None:
        modules = {
            Module.TICKET: self.tr("Tickets"),
            Module.ASSIGNMENT: self.tr("Assignments"),
            Module.REQUESTOR: self.tr("Requestors"),
            Module.ANNOUNCEMENT: self.tr("Announcements"),
        }
        _set_entries(self._ui.module, [(module.value, words) for module, words in modules.items()])
        open_or_closed = [(status.value, translated(label_of(status))) for status in Status]
        late_or_any = [(OVERDUE, self.tr("Overdue")), ("", self.tr("Open and closed"))]
        _set_entries(self._ui.status, [*open_or_closed, *late_or_any])
        people = [(each.id, each.name) for each in self._technicians or ()]
        _set_entries(self._ui.technician, [(ANY, self.tr("Any technician")), (NOBODY, self.tr("Assigned to nobody")), *people])

    def show_technicians(self, technicians: Sequence[Person]) -> None:
        """Offers these technicians; nothing is emitted unless the chosen one is gone."""
        if technicians == self._technicians:
            return
        chosen = self._ui.technician.currentData()
        if self._technicians is None:
            # Until now the list was empty, so it could not have what was remembered.
            chosen = self._technician_wanted
        self._technicians = technicians
        self._ui.technician.blockSignals(True)
        self._fill()
        found = self._ui.technician.findData(chosen)
        self._ui.technician.setCurrentIndex(max(found, 0))
        self._ui.technician.blockSignals(False)
        if found < 0:
            self._chosen()

    @property
    def query(self) -> RecordQuery:
        """What is chosen, in the usual order."""
        status = self._ui.status.currentData()
        technician = self._technician_wanted if self._technicians is None else self._ui.technician.currentData()
        people = self.module is Module.REQUESTOR
        return RecordQuery(
            module=self.module,
            status=None if people or status in (OVERDUE, "") else Status(status),
            overdue=status == OVERDUE and not people,
            technician_id=None if people or technician == ANY else technician,
            text=self._ui.search.text(),
        )

    @property
    def module(self) -> Module:
        """The module that is listed."""
        return Module(self._ui.module.currentData())

    def show_all(self) -> None:
        """Lists every record of the module."""
        self._set(self.module, "")

    def admit(self, ref: RecordRef) -> None:
        """Lists all that could hide `ref` otherwise: its module, without status, technician and search."""
        self._set(ref.module, "")

    def search_for(self, ref: RecordRef) -> None:
        """Lists `ref` by its name: it is too far down the list to be read with it."""
        self._set(ref.module, str(ref))

    def _set(self, module: Module, words: str) -> None:
        before = self.query
        for combo, data in ((self._ui.module, module.value), (self._ui.status, ""), (self._ui.technician, ANY)):
            combo.blockSignals(True)
            combo.setCurrentIndex(combo.findData(data))
            combo.blockSignals(False)
        self._technician_wanted = ANY
        self._ui.search.blockSignals(True)
        self._ui.search.setText(words)
        self._ui.search.blockSignals(False)
        self._typing.stop()
        self._refresh()
        if self.query != before:
            self.changed.emit()

    def _chosen(self) -> None:
        self._technician_wanted = self._ui.technician.currentData()
        self._refresh()
        for name in ("module", "status", "technician"):
            self._window_settings.setValue(f"RecordsPage/{name}", getattr(self._ui, name).currentData())
        self.changed.emit()

    def _restore(self) -> None:
        for combo in (self._ui.module, self._ui.status):
            kept = self._window_settings.value(f"RecordsPage/{combo.objectName()}")
            combo.setCurrentIndex(max(combo.findData(kept), 0))
        kept = str(self._window_settings.value("RecordsPage/technician", ANY))
        self._technician_wanted = int(kept) if kept.lstrip("-").isdigit() else ANY
        self._refresh()

    def _refresh(self) -> None:
        has_state = self.module is not Module.REQUESTOR
        self._ui.status.setVisible(has_state)
        self._ui.technician.setVisible(has_state)


def _set_entries(combo: QComboBox, entries: Sequence[tuple[object, str]]) -> None:
    """Fills `combo` and keeps what is chosen, without a signal."""
    chosen = combo.currentData()
    blocked = combo.blockSignals(True)
    combo.clear()
    for data, words in entries:
        combo.addItem(words, data)
    combo.setCurrentIndex(max(combo.findData(chosen), 0))
    combo.blockSignals(blocked)
