"""What a technician does with a record: close, reopen, let it wait, assign, set the priority, delete. All but deleting can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu

from trackit_console.console.display_text import shortened, translated
from trackit_console.console.message_boxes import ask
from trackit_console.domain.records import Module, Person, Priority, Status
from trackit_console.helpdesk.labels import NO_SUBJECT, label_of
from trackit_console.store.saving_errors import Conflict

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page
    from trackit_console.store.record_views import RecordView

Action = Callable[["RecordView"], "RecordView"]
"""Changes a record that was seen, on a worker thread; answers it as it is then."""


class RecordActions(QObject):
    """The buttons above a record in the form `ui`. `changed`: the list is to be read again; `working` begins and ends a write."""

    changed = Signal()
    working = Signal(bool)

    def __init__(self, ui: Any, page: Page) -> None:
        super().__init__(page)
        self._ui = ui
        self._page = page
        self._records = page.context.services.records
        self._record: RecordView | None = None
        self._technicians: Sequence[Person] = ()
        self._locked = False
        self._undo: tuple[Action, RecordView] | None = None
        # Menus, not combo boxes: a wheel or an arrow key would assign a record to everybody on the way.
        ui.technician_button.setMenu(QMenu(page))
        ui.priority_button.setMenu(QMenu(page))
        ui.close_button.clicked.connect(self.close)
        ui.reopen_button.clicked.connect(self.reopen)
        ui.wait_button.clicked.connect(self.wait)
        ui.continue_button.clicked.connect(self.go_on)
        ui.delete_button.clicked.connect(self.delete)
        ui.undo_button.clicked.connect(self.undo)
        QShortcut(QKeySequence("Ctrl+Shift+C"), page, self._close_or_reopen)
        QShortcut(QKeySequence("Ctrl+Shift+W"), page, self._wait_or_go_on)
        ui.done_row.hide()

    def show_texts(self) -> None:
        """Sets the texts in the current language."""
        self._ui.done_row.hide()
        self._refresh()

    def show_technicians(self, technicians: Sequence[Person]) -> None:
        """Offers these technicians."""
        if technicians != self._technicians:
            self._technicians = technicians
            self._refresh()

    def follow(self, record: RecordView | None) -> None:
        """Acts on this record from now on."""
        self._record = record
        self._refresh()

    def lock(self, locked: bool) -> None:
        """Nothing can be done while a write runs."""
        self._locked = locked
        self._refresh()

    def close(self) -> None:
        """**Close**."""
        waited = self._record is not None and self._record.status is Status.WAITING
        back = self._reopen_to_wait if waited else self._records.reopen
        self._run(self._records.close, self.tr("{record} was closed."), undo=back)

    def reopen(self) -> None:
        """**Reopen**."""
        self._run(self._records.reopen, self.tr("{record} was reopened."), undo=self._records.close)

    def wait(self) -> None:
        """**Set to waiting**."""
        self._run(self._records.wait, self.tr("{record} is waiting."), undo=self._records.go_on)

    def go_on(self) -> None:
        """**Continue**."""
        self._run(self._records.go_on, self.tr("{record} goes on."), undo=self._records.wait)

    def assign(self, technician: Person | None) -> None:
        """**Technician**: assigns the record; None takes it from whoever has it."""
        if self._record is None or self._record.technician_id == (technician.id if technician else None):
            return
        before = next((each for each in self._technicians if each.id == self._record.technician_id), None)
        told = self.tr("{record} was assigned to {technician}.") if technician else self.tr("{record} was assigned to nobody.")
        # The name is filled in last: it may hold braces.
        told = told.replace("{technician}", technician.name if technician else "")
        self._run(partial(self._assign, technician), told, undo=partial(self._assign, before))

    def set_priority(self, priority: Priority) -> None:
        """**Priority**."""
        if self._record is None or self._record.priority in (None, priority):
            return
        told = self.tr("The priority of {record} was changed.")
        before = self._record.priority
        assert before is not None, "a requestor has no priority, and no button to set one"
        self._run(partial(self._prioritise, priority), told, undo=partial(self._prioritise, before))

    def delete(self) -> None:
        """**Delete…**: asks first, because the notes go with the record."""
        record = self._record
        if record is None or self._locked:
            return
        name = f"{record.module.value} {record.id}"
        words = self.tr("Delete {record}, “{subject}”?").format(
            record=name, subject=shortened(record.subject or translated(NO_SUBJECT))
        )
        detail = self.tr("Its notes are deleted with it. This cannot be undone. The mail that made it stays in the activity.")
        if record.module is Module.REQUESTOR:
            detail = self.tr("The notes about this person are deleted. This cannot be undone. Tickets stay, without a requestor.")
        if ask(self._page, self.tr("Delete record"), words, [self.tr("Delete"), self.tr("Cancel")], detail) == 0:
            self.working.emit(True)
            told = self.tr("{record} was deleted.").replace("{record}", name)
            self._page.do(partial(self._records.delete, record), then=lambda _none: self._done(told, None), failed=self._failed)

    def undo(self) -> None:
        """**Undo** of the last change."""
        if self._undo is None or self._locked:
            return
        (back, after), self._undo = self._undo, None
        self._ui.done_row.hide()
        self.working.emit(True)
        self._page.do(partial(back, after), then=self._undone, failed=self._failed)

    # ------------------------------------------------------------------ doing it

    def _assign(self, technician: Person | None, seen: RecordView) -> RecordView:
        return self._records.assign(seen, technician)

    def _reopen_to_wait(self, seen: RecordView) -> RecordView:
        return self._records.wait(self._records.reopen(seen))

    def _prioritise(self, priority: Priority, seen: RecordView) -> RecordView:
        return self._records.set_priority(seen, priority)

    def _close_or_reopen(self) -> None:
        if self._record is not None and self._record.priority is not None:
            self.reopen() if self._record.status is Status.CLOSED else self.close()

    def _wait_or_go_on(self) -> None:
        if self._record is not None and self._record.priority is not None and self._record.status is not Status.CLOSED:
            self.go_on() if self._record.status is Status.WAITING else self.wait()

    def _run(self, action: Action, told: str, undo: Action) -> None:
        record = self._record
        if record is None or self._locked:
            return
        self.working.emit(True)
        told = told.replace("{record}", f"{record.module.value} {record.id}")
        self._page.do(partial(action, record), then=lambda after: self._done(told, (undo, after)), failed=self._failed)

    def _done(self, told: str, undo: tuple[Action, RecordView] | None) -> None:
        self._undo = undo
        self._show_done(told)
        self._took(undo[1] if undo else None)

    def _undone(self, after: RecordView) -> None:
        self._took(after)

    def _took(self, after: RecordView | None) -> None:
        # With its new version: the next change must not be taken for a conflict with this one.
        if after is not None and self._record is not None and self._record.ref == after.ref:
            self._record = after
        self.working.emit(False)
        self.changed.emit()

    def _failed(self, problem: Exception) -> None:
        self.working.emit(False)
        # Before the box, which waits for an answer: the record behind it is up to date by then.
        if isinstance(problem, Conflict):
            self.changed.emit()
        self._page.show_problem(problem)

    def _show_done(self, told: str) -> None:
        self._ui.done_text.setText(told)
        self._ui.undo_button.setVisible(self._undo is not None)
        self._ui.done_row.show()

    # ------------------------------------------------------------------ what is offered

    def _refresh(self) -> None:
        ui, record = self._ui, self._record
        ui.record_actions.setEnabled(record is not None and not self._locked)
        ui.undo_button.setEnabled(not self._locked)
        if record is None:
            return
        has_state = record.priority is not None
        for widget in (ui.technician_label, ui.technician_button, ui.priority_label, ui.priority_button):
            widget.setVisible(has_state)
        ui.close_button.setVisible(has_state and record.status is not Status.CLOSED)
        ui.wait_button.setVisible(has_state and record.status is Status.OPEN)
        ui.continue_button.setVisible(has_state and record.status is Status.WAITING)
        ui.reopen_button.setVisible(has_state and record.status is Status.CLOSED)
        self._fill_menus(record)

    def _fill_menus(self, record: RecordView) -> None:
        nobody = self.tr("Nobody")
        people: list[tuple[str, Person | None]] = [(nobody, None), *((each.name, each) for each in self._technicians)]
        menu = self._ui.technician_button.menu()
        menu.clear()
        for name, person in people:
            action = menu.addAction(_plain(name), partial(self.assign, person))
            action.setCheckable(True)
            action.setChecked(record.technician_id == (person.id if person else None))
        self._show_choice(self._ui.technician_button, self.tr("Technician: {name}"), record.technician or nobody)
        menu = self._ui.priority_button.menu()
        menu.clear()
        for priority in Priority:
            action = menu.addAction(translated(label_of(priority)), partial(self.set_priority, priority))
            action.setCheckable(True)
            action.setChecked(record.priority is priority)
        if record.priority is not None:
            self._show_choice(self._ui.priority_button, self.tr("Priority: {name}"), translated(label_of(record.priority)))

    def _show_choice(self, button: Any, said: str, words: str) -> None:
        button.setText(_plain(shortened(words, 24)))
        button.setAccessibleName(said.replace("{name}", words))


def _plain(words: str) -> str:
    """A name for a button or menu, where an ampersand would mark a key."""
    return words.replace("&", "&&")
