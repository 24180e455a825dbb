"""Trying and previewing filter rules as they stand in the form, before they are saved (FIL-05, FIL-06). Read only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from trackit_console.cancel import cancelled
from trackit_console.console.operations.filter_trials import Analysis, RuleReport, Trial

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.domain.past_mail import PastMessage
    from trackit_console.helpdesk.filter_matcher import Role, RuleList
    from trackit_console.helpdesk.rule_faults import RuleFinding
    from trackit_console.settings.filters import Filters

RECENT = 20
MESSAGES_BETWEEN_LOOKS = 256
"""After so many messages the work looks whether it was cancelled."""


class FilterOperations:
    """Each asks what the monitor asks, with the rules that it is given."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def try_message(self, filters: Filters, sender: str, subject: str, role: Role | None) -> Trial:
        """What would stop this message; without a `role`, the sender is looked up by the address."""
        from trackit_console.domain.addresses import address_key
        from trackit_console.helpdesk.filter_matcher import FilterMatcher, Role
        from trackit_console.helpdesk.past_senders import sender_at
        from trackit_console.helpdesk.sender import Sender, for_address
        from trackit_console.helpdesk.verdict import stopped_by
        from trackit_console.mail import Address
        from trackit_console.mail.addresses import read_addresses

        address = next(iter(read_addresses(sender, [])), Address("", ""))
        with self._connection.database.reading() as transaction:
            unknown = transaction.settings.monitor().value.unknown_senders
            who = sender_at(address_key(address.address), transaction.people.known()) if role is None else Sender.in_role(role)
        verdict = stopped_by(FilterMatcher(filters), filters.accept_from, who, address, subject)
        asked = who.role is Role.UNKNOWN and not verdict.stopped
        return Trial(verdict, who.role, for_address(address.address, unknown) if asked else None)

    def analyse(self, filters: Filters) -> Analysis:
        """What the rules would have stopped lately, what is odd about them, and how often they stopped mail so far."""
        from trackit_console.helpdesk.filter_preview import PREVIEW_DAYS, preview
        from trackit_console.helpdesk.rule_findings import rule_findings

        with self._connection.database.reading() as transaction:
            past = transaction.activity.past_messages(transaction.now - timedelta(days=PREVIEW_DAYS))
            seen = preview(filters, _until_cancelled(past), transaction.people.known())
            counts = transaction.settings.rule_counts()
        found: dict[tuple[RuleList, int], list[RuleFinding]] = {}
        for each in rule_findings(filters, seen):
            found.setdefault((each.rule_list, each.position), []).append(each)
        return Analysis(filters, seen, found, counts)

    def examine(self, filters: Filters, rule_list: RuleList, position: int) -> RuleReport:
        """What one of the rules would have stopped lately, and what is odd about it."""
        from trackit_console.helpdesk.filter_preview import PREVIEW_DAYS, preview_alone

        rule = getattr(filters, rule_list)[position]
        analysis = self.analyse(filters)
        with self._connection.database.reading() as transaction:
            past = transaction.activity.past_messages(transaction.now - timedelta(days=PREVIEW_DAYS))
            alone, asked = preview_alone(rule_list, rule, _until_cancelled(past), transaction.people.known())
        decides = analysis.preview.of(rule_list, position).messages
        return RuleReport(rule, alone, asked, decides, tuple(analysis.findings.get((rule_list, position), ())))

    def recent(self) -> list[PastMessage]:
        """The newest messages, to try the rules on."""
        from trackit_console.helpdesk.filter_preview import PREVIEW_DAYS

        with self._connection.database.reading() as transaction:
            since = transaction.now - timedelta(days=PREVIEW_DAYS)
            return list(transaction.activity.past_messages(since, RECENT))


def _until_cancelled(past: Iterable[PastMessage]) -> Iterator[PastMessage]:
    from trackit_console.store.errors import Cancelled

    for number, each in enumerate(past):
        if number % MESSAGES_BETWEEN_LOOKS == 0 and cancelled():
            raise Cancelled
        yield each
