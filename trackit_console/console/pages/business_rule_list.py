"""The list of business rules: its columns and words (NOT-03)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from trackit_console.console.definition_pill import definition_pill
from trackit_console.console.dialogs.business_rule import BusinessRuleDialog
from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.console.display_text import label, translated
from trackit_console.console.models.column import Column
from trackit_console.console.operations.kept_business_rules import KeptBusinessRules
from trackit_console.console.pages.definition_list import DefinitionList
from trackit_console.console.settings_problem import problem_of_settings
from trackit_console.domain.audit import Audited
from trackit_console.helpdesk.business_rules.condition_wording import conditions_in_words
from trackit_console.helpdesk.business_rules.event_wording import events_in_words
from trackit_console.helpdesk.business_rules.wording import actions_in_words, rule_in_words
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.default_business_rules import DEFAULT_BUSINESS_RULES

if TYPE_CHECKING:
    from trackit_console.store.kept_objects import Uses
    from trackit_console.store.row_mapping import Stored
    from trackit_console.user_messages import Phrase


class BusinessRuleList(DefinitionList):
    """The rules in words, in the order in which they are judged."""

    name = "business_rules"
    audited = Audited.BUSINESS_RULE
    objects: KeptBusinessRules

    def columns(self) -> list[Column[Stored[Any]]]:
        fields = BusinessRule.model_fields
        return [
            Column(
                label(fields["enabled"].title or ""),
                lambda row: definition_pill(row)[1],
                tone=lambda row: definition_pill(row)[0],
                tip=problem_of_settings,
            ),
            Column(label(fields["name"].title or ""), lambda row: row.value.name, tip=_all_words, stretch=True),
            Column(self.tr("When"), partial(_words, events_in_words), tip=_all_words, stretch=True),
            Column(self.tr("If"), partial(_words, conditions_in_words), tip=_all_words, stretch=True),
            Column(self.tr("Then"), partial(_words, actions_in_words), tip=_all_words, stretch=True),
        ]

    def defaults(self) -> Sequence[BusinessRule]:
        return DEFAULT_BUSINESS_RULES

    def keep_defaults(self) -> int:
        return self.objects.add_defaults()

    def words_if_empty(self) -> tuple[str, str, str]:
        words = self.tr(
            "A rule does something by itself when something happens to a record: it sets a field, assigns, tells somebody. Begin with "
            "those that come with the product: they are added turned off, so that you can try each before you turn it on."
        )
        return self.tr("No business rule yet"), words, self.tr("Add the defaults")

    def dialog(self, stored: Stored[Any] | None) -> ObjectDialog:
        dialog = BusinessRuleDialog(self.page.context, stored, self.page)
        context = self.page.context
        read = context.services.rule_trials.offers
        context.tasks.run(read, owner=dialog, then=dialog.offer, failed=self.page.show_problem, quiet=True)
        return dialog

    def deleting(self, value: BusinessRule, uses: Uses) -> tuple[str, str, str]:
        question = self.tr("Delete the business rule {name}?").format(name=value.name)
        return self.tr("Delete business rule"), question, self.tr("Its actions that are waiting are not done any more.")


def _words(part: Any, row: Stored[Any]) -> str:
    # What is refused may have parts that no sentence fits.
    phrase: Phrase | None = None if row.findings else part(row.value)
    words = translated(phrase) if phrase is not None else ""
    return words[:1].upper() + words[1:]


def _all_words(row: Stored[Any]) -> str:
    sentences = [] if row.findings else [translated(each) for each in rule_in_words(row.value)]
    return "\n".join([row.value.name, *sentences])
