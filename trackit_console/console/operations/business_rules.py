"""What pages do with business rules beside keeping them: trying them, and what their dialogs offer (NOT-03)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.domain.past_mail import PastMessage
    from trackit_console.domain.records import RecordRef
    from trackit_console.helpdesk.business_rules.rule_findings import RuleFinding
    from trackit_console.helpdesk.occurrences import Occurrence
    from trackit_console.monitor.rule_trial import ShownTrial
    from trackit_console.settings.business_rules import BusinessRule
    from trackit_console.settings.event_names import EventName
    from trackit_console.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class RuleOffers:
    """What the fields of a rule can name: templates by name, technicians as name and address, mailboxes by title."""

    notification_templates: Sequence[str] = ()
    technicians: Sequence[tuple[str, str]] = ()
    mailboxes: Sequence[str] = ()
    ticket_templates: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RuleMail:
    """The mail on which a rule would have acted: how many messages, and the newest of them."""

    rule: BusinessRule
    messages: int
    examples: Sequence[PastMessage]


@dataclass(frozen=True, slots=True)
class PastMailTrial:
    """What rules would have done with `messages` messages, in the order of the rules."""

    messages: int
    rules: Sequence[RuleMail]


class BusinessRuleOperations:
    """Looks at rules, and changes and sends nothing. Each asks what the monitor asks."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def offers(self) -> RuleOffers:
        """What the dialog offers."""
        with self._connection.database.reading() as transaction:
            technicians = [(each.value.name, each.value.email) for each in transaction.technicians.all()]
            return RuleOffers(
                _in_order(each.value.name for each in transaction.notification_templates.all()),
                sorted(technicians, key=lambda each: each[0].casefold()),
                _in_order(each.value.title for each in transaction.mailboxes.all()),
                _in_order(each.value.name for each in transaction.ticket_templates.all()),
            )

    def findings(self) -> list[RuleFinding]:
        """The enabled rules that undo each other, and those that ask for what is not there."""
        from trackit_console.helpdesk.business_rules.rule_findings import rule_conflicts, unknown_in_conditions

        with self._connection.database.reading() as transaction:
            rules, names = _rules(transaction), _names(transaction)
        return [*rule_conflicts(rules), *unknown_in_conditions(rules, names)]

    def try_on_record(
        self, rule: BusinessRule | None, record: RecordRef | str, event: EventName, changed: Sequence[str]
    ) -> list[ShownTrial]:
        """What `rule` alone would do if it were enabled, or all rules together; raises `RecordMissing`.

        `record` may be as a person writes it: `12`, `Assignment - 12`.
        """
        from trackit_console.monitor.rule_trial import try_on_record
        from trackit_console.store.errors import RecordMissing
        from trackit_console.store.search_conditions import record_named

        ref = record_named(record) if isinstance(record, str) else record
        if ref is None:
            raise RecordMissing(record=record)
        with self._connection.database.reading() as transaction:
            rules = _rules(transaction) if rule is None else [rule]
            return try_on_record(transaction, rules, ref, event, changed, alone=rule is not None)

    def try_on_mail(self, rule: BusinessRule | None) -> PastMailTrial:
        """On how much of the mail of the last days `rule` alone would have acted if it were enabled, or each rule among the others."""
        from trackit_console.monitor.rule_trial import try_on_past_mail

        with self._connection.database.reading() as transaction:
            rules = _rules(transaction) if rule is None else [rule.model_copy(update={"enabled": True})]
            trial = try_on_past_mail(transaction, rules)
        found = [
            RuleMail(each, hits.messages, [_message(happened) for happened in hits.examples])
            for each, hits in zip(rules, trial.hits, strict=True)
        ]
        return PastMailTrial(trial.messages, found)


def _rules(transaction: Transaction) -> list[BusinessRule]:
    """Those that today's rules for settings do not refuse, which the monitor does not use."""
    return [each.value for each in transaction.business_rules.all() if not each.findings]


def _names(transaction: Transaction) -> dict[str, list[str]]:
    """What there is, by the field of a condition that compares with it."""
    technicians = [each.value for each in transaction.technicians.all()]
    return {
        "mailbox": [each.value.title for each in transaction.mailboxes.all()],
        "template": [each.value.name for each in transaction.ticket_templates.all()],
        "technician": [text for each in technicians for text in (each.name, each.email)],
    }


def _in_order(names: Iterable[str]) -> list[str]:
    return sorted(names, key=str.casefold)


def _message(occurrence: Occurrence) -> PastMessage:
    from trackit_console.domain.past_mail import PastMessage

    note, received = occurrence.note, occurrence.received
    delivery = note.delivery_id if note else None
    return PastMessage(
        delivery or 0,
        note.at if note else occurrence.at,
        received.sender if received else "",
        received.sender_key if received else "",
        received.subject if received else "",
        (),
    )
