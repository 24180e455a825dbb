"""The scenes of business rules and service levels, with their dialogs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtWidgets import QWidget

from trackit_console.console import sample_data
from trackit_console.console.dialogs.business_rule import BusinessRuleDialog
from trackit_console.console.dialogs.reminders_field import ReminderDialog
from trackit_console.console.dialogs.rule_trial_dialog import RuleTrialDialog
from trackit_console.console.dialogs.service_level import ServiceLevelDialog
from trackit_console.console.screenshot_wait import SETTLE_MS, TIMEOUT_MS, wait
from trackit_console.console.window import MainWindow
from trackit_console.settings.default_notification_templates import DUE_SOON, OVERDUE
from trackit_console.store.row_mapping import Stored


def business_rules_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """What rules would do to a record and with past mail, and the dialog, filled and with things that are wrong."""
    context = window.context
    context.services.business_rules.add_all(sample_data.UNDOING_RULES)
    window.open_page("business_rules")
    page: Any = window.pages["business_rules"]
    wait(TIMEOUT_MS, until=lambda: bool(page.current.table.shown))
    wait(TIMEOUT_MS, until=page.ui.banner.isVisible)  # by then the rules that were just added have been read
    wait(SETTLE_MS)
    page.ui.trial.ui.try_record.setEditText("1")
    page.ui.trial.try_on_record()
    wait(TIMEOUT_MS, until=lambda: page.ui.trial.ui.try_results.topLevelItemCount() > 1)
    yield "page-business_rules-tried", window
    page.ui.trial.try_on_mail()
    wait(TIMEOUT_MS, until=lambda: page.ui.trial.results.shows_mail)
    yield "page-business_rules-mail", window
    offers = context.services.rule_trials.offers()
    rule = BusinessRuleDialog(context, Stored(1, 1, sample_data.BUSINESS_RULE), window)
    rule.offer(offers)
    yield "dialog-business-rule", rule
    actions = BusinessRuleDialog(context, Stored(1, 1, sample_data.BUSINESS_RULE), window)
    actions.offer(offers)
    actions.show()
    wait(SETTLE_MS)
    bar = actions.ui.scroll.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    yield "dialog-business-rule-actions", actions
    wrong = BusinessRuleDialog(context, Stored(1, 1, sample_data.BUSINESS_RULE), window)
    wrong.offer(offers)
    wrong.ui.conditions.rows[1].value.line.clear()
    wrong.ui.actions.rows[2].form.editors["text"].setPlainText("Please call {customer}.")
    wrong.show()
    wrong.validated()
    yield "dialog-business-rule-wrong", wrong
    trying = RuleTrialDialog(context, sample_data.BUSINESS_RULE, window)
    trying.trial.ui.try_record.setEditText("1")
    trying.trial.try_on_record()
    wait(TIMEOUT_MS, until=lambda: trying.trial.ui.try_results.topLevelItemCount() > 0)
    yield "dialog-rule-trial", trying


def service_levels_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """A service level, one of its reminders, what is wrong with either, and hours that are wrong."""
    settings, high = window.context.window_settings, sample_data.SERVICE_LEVELS[1]
    names = [DUE_SOON.name, OVERDUE.name]
    dialog = ServiceLevelDialog(settings, Stored(1, 1, high), window)
    dialog.ui.reminders.list.setCurrentRow(1)
    yield "dialog-service_level", dialog
    empty = ServiceLevelDialog(settings, None, window)
    empty.validated()
    yield "dialog-service_level-wrong", empty
    reminder = ReminderDialog(settings, Stored(1, 1, high.reminders[1]), window)
    reminder.offer_templates(names)
    yield "dialog-reminder", reminder
    nobody = ReminderDialog(settings, None, window)
    nobody.offer_templates(names)
    nobody.ui.recipients.addresses.new_line.setText("ada at home")
    nobody.validated()
    yield "dialog-reminder-wrong", nobody
    window.open_page("business_hours")
    page: Any = window.pages["business_hours"]
    wait(TIMEOUT_MS, until=lambda: bool(page.ui.holidays.rows))
    page.ui.hours.days["friday"].more_button.click()
    page.ui.holidays.add()
    page.save()
    wait(SETTLE_MS)
    yield "page-business_hours-wrong", window
    page.discard()
    window.open_page("records")
    records: Any = window.pages["records"]
    records.ui.status.setCurrentIndex(records.ui.status.findData("overdue"))
    wait(SETTLE_MS)
    yield "page-records-overdue", window
    records.filter.show_all()
