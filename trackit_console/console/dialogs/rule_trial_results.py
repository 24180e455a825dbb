"""The answers of **Try it** for business rules: a line for each rule, with what it would do and its conditions below it (NOT-03)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, QObject, Qt
from PySide6.QtWidgets import QHeaderView, QLabel, QTreeWidget, QTreeWidgetItem

from trackit_console.console.display_text import label, shortened, tip, translated
from trackit_console.helpdesk.business_rules.past_mail import PREVIEW_DAYS
from trackit_console.settings.event_names import EVENT_LABELS, EventName

if TYPE_CHECKING:
    from trackit_console.console.operations.business_rules import PastMailTrial, RuleMail
    from trackit_console.monitor.rule_trial import ShownTrial

HELD, NOT_HELD, DOES = "✓", "✗", "→"
FEW_RULES = 3
"""So many are shown with everything about them; of more, only those that act."""
MAIL_ROLE = Qt.ItemDataRole.UserRole


class RuleTrialResults(QObject):
    """Fills `tree` and the `summary` above it; shows the same again in another language."""

    def __init__(self, tree: QTreeWidget, summary: QLabel, parent: QObject) -> None:
        super().__init__(parent)
        self._tree, self._summary = tree, summary
        self._show_again: Callable[[], None] = self.clear
        header = tree.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setMaximumSectionSize(420)
        tree.setUniformRowHeights(False)
        tree.setTextElideMode(Qt.TextElideMode.ElideRight)

    def clear(self) -> None:
        """Shows nothing."""
        self._begin(self.clear)
        self._summary.setText(self.tr("Choose a record to see what rules would do to it. Nothing is changed or sent."))

    def show_waiting(self) -> None:
        """Says that it takes a moment."""
        self._begin(self.show_waiting)
        self._summary.setText(self.tr("Looking…"))

    def retranslate(self) -> None:
        """Shows the same in the current language."""
        self._show_again()

    def _begin(self, again: Callable[[], None]) -> None:
        self._show_again = again
        self._tree.clear()

    # ------------------------------------------------------------------ on a record

    def show_record(self, event: EventName, trials: Sequence[ShownTrial]) -> None:
        """What each rule would do."""
        self._begin(partial(self.show_record, event, trials))
        acting = sum(each.trial.judgement.acts for each in trials)
        words = self.tr("{record} – {event}. Rules that would act: {number}. Nothing was changed or sent.")
        record = next((_title(each) for each in trials), "–")
        self._summary.setText(words.format(record=record, event=label(EVENT_LABELS[event]), number=acting))
        items = [self._add_trial(each, expanded=each.trial.judgement.acts or len(trials) <= FEW_RULES) for each in trials]
        acts = next((item for item, each in zip(items, trials, strict=True) if each.trial.judgement.acts), None)
        if acts is not None:
            self._tree.scrollToItem(acts, QTreeWidget.ScrollHint.PositionAtTop)

    def _add_trial(self, shown: ShownTrial, *, expanded: bool) -> QTreeWidgetItem:
        judgement = shown.trial.judgement
        item = self._add(judgement.rule.name, translated(judgement.reason))
        if judgement.acts:
            font = item.font(0)
            font.setBold(True)
            item.setFont(0, font)
        for condition in judgement.conditions:
            self._add_line(item, f"{HELD if condition.holds else NOT_HELD}  {translated(condition.phrase)}")
        if shown.trial.due_at is not None:
            due = QDateTime.fromSecsSinceEpoch(int(shown.trial.due_at.timestamp()))
            at = QLocale().toString(due, QLocale.FormatType.ShortFormat)
            self._add_line(item, f"{DOES}  {self.tr('It would be due at {time}:').format(time=at)}")
        for words in shown.words:
            self._add_line(item, f"{DOES}  {translated(words)}")
        if judgement.acts and not shown.words:
            self._add_line(item, f"{DOES}  {self.tr('Nothing would change: all of it is so already, or nobody may be told.')}")
        item.setExpanded(expanded)
        return item

    # ------------------------------------------------------------------ on past mail

    def show_mail(self, trial: PastMailTrial) -> None:
        """On how much mail each rule would have acted."""
        self._begin(partial(self.show_mail, trial))
        words = self.tr(
            "Mail of the last {days} days, with the records as they are now: {number} messages. Nothing was changed or sent."
        )
        self._summary.setText(words.format(days=PREVIEW_DAYS, number=trial.messages))
        for each in trial.rules:
            item = self._add(each.rule.name, self._count(each, trial.messages))
            item.setData(0, MAIL_ROLE, each)
        first = next((at for at, each in enumerate(trial.rules) if each.examples), 0)
        if (item_of_first := self._tree.topLevelItem(first)) is not None:
            self._tree.setCurrentItem(item_of_first)
            self._tree.scrollToItem(item_of_first, QTreeWidget.ScrollHint.PositionAtCenter)

    def _count(self, found: RuleMail, asked: int) -> str:
        if not found.rule.enabled:
            return self.tr("Turned off")
        return self.tr("Would have acted on {number} of {asked} messages").format(number=found.messages, asked=asked)

    @property
    def shows_mail(self) -> bool:
        """Whether the answers are about past mail."""
        first = self._tree.topLevelItem(0)
        return first is not None and first.data(0, MAIL_ROLE) is not None

    @property
    def chosen_mail(self) -> RuleMail | None:
        """The selected rule with its messages; None if it has none."""
        item = self._tree.currentItem()
        found: RuleMail | None = item.data(0, MAIL_ROLE) if item is not None else None
        return found if found is not None and found.examples else None

    # ------------------------------------------------------------------ lines

    def _add(self, name: str, words: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self._tree, [name, words])
        item.setToolTip(0, tip(name))
        item.setToolTip(1, tip(words))
        return item

    def _add_line(self, parent: QTreeWidgetItem, words: str) -> None:
        item = QTreeWidgetItem(parent, [" ".join(words.split("\n"))])
        item.setToolTip(0, tip(words))
        item.setFirstColumnSpanned(True)


def _title(shown: ShownTrial) -> str:
    details = shown.trial.judgement.occurrence.details
    return f"{details.ref}: {shortened(details.subject)}" if details else "–"
