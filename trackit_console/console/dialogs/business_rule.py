"""**Business rule**: its events, conditions and actions, with a sentence that says what it does, and **Try…** before it is saved (NOT-03)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from trackit_console.console.compiled.ui_business_rule_dialog import Ui_BusinessRuleDialog
from trackit_console.console.context import Context
from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.console.dialogs.rule_trial_dialog import RuleTrialDialog
from trackit_console.console.display_text import translated
from trackit_console.console.widgets.tab_order import move_focus
from trackit_console.helpdesk.business_rules.wording import rule_in_words
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.event_names import EVENTS_WITHOUT_RECORD
from trackit_console.settings.linked_record_actions import CreateLinkedRecord, UpdateLinkedRecords
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.rule_actions import ACTION_LABELS, AddNoteToRecord, AssignTo, SendNotification, SetField
from trackit_console.settings.rule_conditions import Condition
from trackit_console.settings.rule_delay import Delay
from trackit_console.settings.validation import Finding

if TYPE_CHECKING:
    from trackit_console.console.operations.business_rules import RuleOffers
    from trackit_console.store.row_mapping import Stored

MESSAGE_ROOM = 140
"""Pixels below a wrong field that are scrolled to as well: its message, below the button for tokens."""
_ACTIONS: Mapping[str, type[BaseModel]] = {
    model.model_fields["type"].default: model
    for model in (SendNotification, SetField, AssignTo, AddNoteToRecord, CreateLinkedRecord, UpdateLinkedRecords)
}


class BusinessRuleDialog(ObjectDialog):
    """Edits a rule. What it names and what does not exist is found by whoever saves."""

    model, form, page = BusinessRule, Ui_BusinessRuleDialog, "business-rules"

    def __init__(self, context: Context, stored: Stored[Any] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(context.window_settings, stored, parent)
        self._context = context
        self._laid_out = QTimer(self, singleShot=True, interval=0)
        self._laid_out.timeout.connect(self._show_focus)
        self.binding.edited.connect(self.show_fields)
        self.ui.try_button.clicked.connect(self.try_rule)
        self.show_fields()

    @property
    def titles(self) -> tuple[str, str]:
        return self.tr("New business rule"), self.tr("Edit business rule")

    def offer(self, offers: RuleOffers) -> None:
        """What the fields can name."""
        self.ui.actions.offer(offers)
        self.ui.conditions.suggest(
            {
                "technician": [name for name, _ in offers.technicians],
                "mailbox": offers.mailboxes,
                "template": offers.ticket_templates,
            }
        )

    def show_fields(self, *_edited: object) -> None:
        """Shows what applies to the chosen events, and the sentence."""
        events = self.ui.events.value
        about_record = not events or bool(set(events) - EVENTS_WITHOUT_RECORD)
        hidden = () if about_record else ("modules",)
        self.binding.set_visible(name for name in self.binding.names if name not in hidden)
        self.ui.actions.offer_people_of_record(about_record)
        words = [translated(each) for each in rule_in_words(_as_typed(self.state()))]
        self.ui.words.setText(" ".join(words))

    def read(self) -> tuple[Any, list[Finding]]:
        try:
            return BusinessRule.model_validate(self.state()), []
        except ValidationError as error:
            return None, findings(error, ACTION_LABELS)

    def validated(self) -> Any:
        made = super().validated()
        if made is None:
            self._laid_out.start()  # the messages move the fields below them
        return made

    def saving_failed(self, found: Any = ()) -> None:
        super().saving_failed(found)
        self._laid_out.start()

    def _show_focus(self) -> None:
        """Scrolls to the field that took the focus: the form is longer than the dialog."""
        if (focused := self.focusWidget()) is not None:
            self.ui.scroll.ensureWidgetVisible(focused, 50, MESSAGE_ROOM)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return move_focus(self, forward)

    def try_rule(self) -> None:
        """**Try…** the rule as it stands, saved or not."""
        made = self.validated()
        if made is not None:
            RuleTrialDialog(self._context, made, self).open()


def _as_typed(plain: Mapping[str, Any]) -> BusinessRule:
    """The rule as it stands in the form, complete or not."""
    delay = plain["delay"]
    return BusinessRule.model_construct(
        **{
            **plain,
            "conditions": [Condition.model_construct(**each) for each in plain["conditions"]],
            "delay": Delay.model_construct(**delay) if delay else None,
            "actions": [_action(each) for each in plain["actions"]],
        }
    )


def _action(plain: Mapping[str, Any]) -> BaseModel:
    recipients = {"recipients": Recipients.model_construct(**plain["recipients"])} if "recipients" in plain else {}
    return _ACTIONS[plain["type"]].model_construct(**{**plain, **recipients})
