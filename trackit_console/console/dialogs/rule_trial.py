"""**Try it**: what business rules would do to a record, condition by condition, and with the mail of the last days (NOT-03).

How the answers are shown is in `rule_trial_results`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from trackit_console.console.compiled.ui_rule_trial_form import Ui_RuleTrialForm
from trackit_console.console.dialogs.mail_list import MailListDialog
from trackit_console.console.dialogs.rule_trial_results import RuleTrialResults
from trackit_console.console.display_text import translated
from trackit_console.console.field_texts import offer, show_item
from trackit_console.console.language import is_language_change, name_buttons
from trackit_console.console.widgets.wheel import ignore_wheel
from trackit_console.settings.event_names import EVENT_LABELS, EVENTS_WITHOUT_RECORD
from trackit_console.settings.rule_conditions import CHANGED_FIELD_LABELS
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.console.context import Context
    from trackit_console.console.operations.business_rules import PastMailTrial
    from trackit_console.console.task import Task
    from trackit_console.monitor.rule_trial import ShownTrial
    from trackit_console.settings.business_rules import BusinessRule
    from trackit_console.store.record_views import RecordView

ALL_RULES, ONE_RULE = "all", "one"


class RuleTrial(QWidget):
    """Tries on worker threads; nothing is changed or sent. Its owner calls `begin` once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = ui = Ui_RuleTrialForm()
        ui.setupUi(self)
        self.results = RuleTrialResults(ui.try_results, ui.try_summary, self)
        self._context: Context | None = None
        self._rule: Callable[[], BusinessRule | None] = lambda: None
        self._task: Task | None = None
        ui.try_button.clicked.connect(self.try_on_record)
        ui.try_mail_button.clicked.connect(self.try_on_mail)
        ui.try_cancel_button.clicked.connect(self.cancel)
        ui.show_examples_button.clicked.connect(self.show_examples)
        ui.try_results.itemActivated.connect(self.show_examples)
        ui.try_results.currentItemChanged.connect(self.refresh)
        ui.try_record.chosen.connect(self.refresh)
        ui.try_record.entered.connect(ui.try_button.click)
        for combo in (ui.try_event, ui.try_scope):
            combo.currentIndexChanged.connect(self.refresh)
        for combo in (ui.try_record, ui.try_event, ui.try_changed, ui.try_scope):
            ignore_wheel(combo)
        self.retranslate()

    def begin(self, context: Context, rule: Callable[[], BusinessRule | None], *, alone: bool = False) -> None:
        """`rule` answers the selected rule, or the one that is being edited; None while there is none that could be tried.

        `alone`: no other rules are tried.
        """
        self._context, self._rule = context, rule
        if alone:
            self.ui.try_scope.setCurrentIndex(self.ui.try_scope.findData(ONE_RULE))
        for widget in (self.ui.try_scope_label, self.ui.try_scope):
            widget.setVisible(not alone)
        self.read_records()
        self.refresh()

    def read_records(self) -> None:
        """Offers the latest records."""
        if self._context is not None:
            read = self._context.services.notification_previews.latest_records
            # A database that cannot be read is told by the banner of the window.
            self._context.tasks.run(read, owner=self, then=self._offer, failed=lambda _problem: None, quiet=True)

    def _offer(self, records: Sequence[RecordView]) -> None:
        self.ui.try_record.offer([(each.ref, each.subject) for each in records])

    # ------------------------------------------------------------------ what is shown

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.ui.retranslateUi(self)
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets the texts that are not in the form in the current language; the choices stay."""
        ui = self.ui
        offer(ui.try_event, {name: words for name, words in EVENT_LABELS.items() if name not in EVENTS_WITHOUT_RECORD})
        offer(ui.try_changed, CHANGED_FIELD_LABELS)
        show_item(ui.try_scope, 0, self.tr("All rules, as they are"), ALL_RULES)
        show_item(ui.try_scope, 1, self.tr("The selected rule, as if it were on"), ONE_RULE)
        self.results.retranslate()
        name_buttons(self)
        self.refresh()

    def refresh(self) -> None:
        """Enables what can be done now."""
        ui, running = self.ui, self._task is not None
        can_try = not running and (self._tries_all or self._rule() is not None)
        updated = ui.try_event.currentData() == "updated"
        ui.try_changed_label.setVisible(updated)
        ui.try_changed.setVisible(updated)
        ui.try_button.setEnabled(can_try and bool(ui.try_record.record or ui.try_record.typed))
        ui.try_mail_button.setEnabled(can_try)
        # In the place of the other: a wider row would make the page scroll sideways while rules are tried.
        ui.try_mail_button.setVisible(not running)
        ui.try_cancel_button.setVisible(running)
        ui.show_examples_button.setVisible(self.results.shows_mail)
        ui.show_examples_button.setEnabled(bool(self.results.chosen_mail))

    @property
    def _tries_all(self) -> bool:
        return bool(self.ui.try_scope.currentData() == ALL_RULES)

    def forget(self) -> None:
        """Removes the answers, which are about rules as they were."""
        self.cancel()
        self.results.clear()
        self._say("")
        self.refresh()

    def _say(self, words: str) -> None:
        self.ui.try_message.setText(words)
        self.ui.try_message.setVisible(bool(words))

    # ------------------------------------------------------------------ trying

    def try_on_record(self) -> None:
        """**Try on the record**."""
        context, ui = self._context, self.ui
        record = ui.try_record.record or ui.try_record.typed
        if context is None or not record:
            return
        event = ui.try_event.currentData()
        changed = [ui.try_changed.currentData()] if event == "updated" else []
        rule = None if self._tries_all else self._rule()
        work = partial(context.services.rule_trials.try_on_record, rule, record, event, changed)
        self._run(work, partial(self.results.show_record, event))

    def try_on_mail(self) -> None:
        """**Try on past mail**."""
        if self._context is not None:
            rule = None if self._tries_all else self._rule()
            self._run(partial(self._context.services.rule_trials.try_on_mail, rule), self.results.show_mail)

    def _run(self, work: Callable[[], Any], show: Callable[[Any], None]) -> None:
        assert self._context is not None
        self.cancel()
        self._say("")
        self.results.show_waiting()
        self._task = self._context.tasks.run(work, owner=self, then=partial(self._answered, show), failed=self._failed)
        self.refresh()

    def _answered(self, show: Callable[[Any], None], answer: Sequence[ShownTrial] | PastMailTrial) -> None:
        self._task = None
        show(answer)
        self.refresh()

    def _failed(self, problem: Exception) -> None:
        self._task = None
        self.results.clear()
        self.refresh()
        if isinstance(problem, Problem):
            self._say(f"{translated(problem.message)} {translated(problem.remedy_message)}")
        elif self._context is not None:
            self._context.tasks.unhandled.emit(problem)

    def cancel(self) -> None:
        """**Cancel** what is running; its answer is dropped."""
        if self._task is not None:
            self._task.drop()
            self._task = None
            self.results.clear()
            self.refresh()

    def show_examples(self, *_item: object) -> None:
        """**Show the messages…** of the chosen rule."""
        found = self.results.chosen_mail
        if found is not None and self._context is not None:
            title = self.tr("Messages on which “{rule}” would have acted").format(rule=found.rule.name)
            MailListDialog(title, found.examples, self._context, self).open()
