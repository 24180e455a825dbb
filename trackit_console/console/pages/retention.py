"""**Data Retention**: how long each kind of data is kept, what would be removed now, and how large the database is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QTimer

from trackit_console.console.compiled.ui_retention_page import Ui_RetentionPage
from trackit_console.console.context import Context
from trackit_console.console.display_text import day_text, label, moment, size_text
from trackit_console.console.message_boxes import ask
from trackit_console.console.pages.form_page import FormPage
from trackit_console.domain.audit import Audited
from trackit_console.settings.retention import FOR_EVER, KINDS, Retention
from trackit_console.store.row_mapping import Stored

if TYPE_CHECKING:
    from typing import Any

    from trackit_console.console.operations.retention import SizeReport
    from trackit_console.console.task import Task
    from trackit_console.store.retention import Due
    from trackit_console.store.snapshot import Snapshot

TYPING_MS = 400


class RetentionPage(FormPage[Retention]):
    """The size above, a field for each age below. Counting may take seconds in a large database: it is done by workers."""

    audited = Audited.RETENTION
    model = Retention

    def __init__(self, context: Context) -> None:
        super().__init__(context, Ui_RetentionPage())
        self._report: SizeReport | None = None
        self._due: Mapping[str, Due] | None = None
        self._counted: Retention | None = None
        self._counting: Task | None = None
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._count)
        self.binding.left.connect(self._show_due)
        self.show_texts()

    @property
    def save_operation(self) -> Callable[[Stored[Retention]], None]:
        return self.context.services.settings.save_retention

    # ------------------------------------------------------------------ what is shown

    def entered(self, target: Any = None) -> None:
        super().entered(target)
        self.refresh()

    def refresh(self) -> None:
        """The size and what is due change with all mail: they are read when the page is shown, and by F5."""
        services = self.context.services.retention
        self.context.tasks.run(services.size, owner=self, then=self._take_size, failed=self._no_size, quiet=True)
        self._count()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.follow(snapshot.retention)

    def show_texts(self) -> None:
        super().show_texts()
        self._show_size()
        self._show_due()

    def refresh_actions(self, edited: str = "") -> None:
        super().refresh_actions(edited)
        self._show_due()
        self._typing.start()

    # ------------------------------------------------------------------ size

    def _take_size(self, report: SizeReport) -> None:
        self._report = report
        self._show_size()

    def _no_size(self, _problem: Exception) -> None:
        """A database that cannot be read is told by the banner of the window."""

    def _show_size(self) -> None:
        report = self._report
        self.ui.size_value.setText(self._size_words(report))
        self.ui.growth_label.setText(self._growth_words(report) if report else "")
        self.ui.last_run_label.setText(self._last_run_words(report) if report else "")

    def _size_words(self, report: SizeReport | None) -> str:
        if report is None:
            return self.tr("Being measured…")
        if report.size is None:
            return self.tr("Unknown: the database server does not tell it.")
        total, free = size_text(report.size.total), size_text(report.size.free)
        if report.size.free == 0:
            return self.tr("{total} on the disk").format(total=total)
        return self.tr("{total} on the disk, of which {free} are free for new data").format(total=total, free=free)

    def _growth_words(self, report: SizeReport) -> str:
        if report.size is None:
            return ""
        if report.before is None or (days := (self.context.services.clock.now().date() - report.before.day).days) < 1:
            return self.tr("How it grows is known from the second day on which the email monitor runs.")
        grown = report.size.used - report.before.bytes
        facts = {"day": day_text(report.before.day), "bytes": size_text(abs(grown)), "daily": size_text(abs(grown) // days)}
        if grown < 0:
            return self.tr("Since {day}, the data became {bytes} smaller.").format(**facts)
        return self.tr("Since {day}, the data grew by {bytes}, about {daily} a day.").format(**facts)

    def _last_run_words(self, report: SizeReport) -> str:
        if report.last_run is None:
            return self.tr("Old data has not been looked for yet. The email monitor does it once an hour while it runs.")
        at = moment(report.last_run, self.context.services.clock.now())
        return self.tr("Old data was last looked for: {at}.").format(at=at)

    # ------------------------------------------------------------------ what would be removed

    def _count(self) -> None:
        if self._counting is not None:
            self._counting.drop()
        if self.stored is None:
            return
        # A wrong age keeps no other field from being counted.
        wrong = {each.field: FOR_EVER for each in self._read()[1]}
        made = Retention.model_validate(self.values() | wrong)
        work = partial(self.context.services.retention.due, made)
        self._counting = self.context.tasks.run(
            work, owner=self, then=partial(self._take_due, made), failed=self._no_size, quiet=True
        )

    def _take_due(self, counted: Retention, due: Mapping[str, Due]) -> None:
        self._counted, self._due = counted, due
        self._show_due()

    def _show_due(self, _left: str = "") -> None:
        typed = self.values()
        for kind in KINDS:
            preview = getattr(self.ui, f"{kind}_preview")
            words = self._due_words(kind, typed[kind])
            preview.setText(words)
            preview.setVisible(bool(words))

    def _due_words(self, kind: str, days: int) -> str:
        if days == FOR_EVER or kind in self.binding.wrong_fields:
            return ""
        if self._due is None or self._counted is None or getattr(self._counted, kind) != days or kind not in self._due:
            return self.tr("Being counted…")
        due = self._due[kind]
        return self._amount_words(due) if due.rows else self.tr("Nothing is older now.")

    def _amount_words(self, due: Due) -> str:
        number = QLocale().toString(due.rows)
        if due.bytes is None:
            return self.tr("Older now: {number}").format(number=number)
        return self.tr("Older now: {number} ({size})").format(number=number, size=size_text(due.bytes))

    # ------------------------------------------------------------------ saving

    def keep(self, save: Callable[[Stored[Retention]], None], value: Retention) -> None:
        """Asks first if an age that was changed would remove something: that cannot be undone."""
        self.context.tasks.run(
            partial(self.context.services.retention.due, value),
            owner=self,
            then=partial(self._keep_if_wanted, save, value),
            failed=self._not_saved,
        )

    def _keep_if_wanted(self, save: Callable[[Stored[Retention]], None], value: Retention, due: Mapping[str, Due]) -> None:
        self._take_due(value, due)
        lines = self._lost(value, due)
        if lines and not self._confirmed(lines):
            self.refresh_actions()
            return
        super().keep(save, value)

    def _lost(self, value: Retention, due: Mapping[str, Due]) -> list[str]:
        """A line for each kind whose new age removes something."""
        assert self.stored is not None
        changed = [kind for kind in due if getattr(value, kind) != getattr(self.stored.value, kind) and due[kind].rows]
        return [f"{label(Retention.model_fields[kind].title or '')}. {self._amount_words(due[kind])}" for kind in changed]

    def _confirmed(self, lines: list[str]) -> bool:
        question = self.tr("With these ages, the email monitor removes data that is here now. This cannot be undone.")
        buttons = [self.tr("Save and Remove"), self.tr("Cancel")]
        return ask(self, self.tr("Remove old data?"), "\n".join([question, "", *lines]), buttons) == 0
