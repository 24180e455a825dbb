"""The settings as deciding about mail needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trackit_console.domain.addresses import address_key
from trackit_console.helpdesk.filter_matcher import FilterMatcher
from trackit_console.settings.email_commands import EmailCommands
from trackit_console.settings.filters import AcceptFrom
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.monitor import ClosedTickets, KeywordFromStrangers, UnknownSenders
from trackit_console.settings.people import DEFAULT_TEMPLATE, TicketTemplate
from trackit_console.settings.people_checks import by_template_key, template_key
from trackit_console.settings.tiles import EmailSettings


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings for incoming mail, compiled once when the monitor starts.

    `templates` are found by their `template_key`. `own_addresses` are the keys of the help desk's own addresses. Mail from them must not start a loop (MSG-08).
    """

    filters: FilterMatcher
    accept_from: AcceptFrom
    unknown_senders: UnknownSenders
    reopen_days: int
    restricted_file_types: frozenset[str]
    templates: Mapping[str, TicketTemplate]
    own_addresses: frozenset[str] = frozenset()
    closed_tickets: ClosedTickets = "reopen"
    keyword_from_strangers: KeywordFromStrangers = "accept"
    loop_protection: LoopProtection = field(default_factory=LoopProtection)
    email_commands: EmailCommands = field(default_factory=EmailCommands)

    @classmethod
    def of(cls, settings: EmailSettings) -> Policy:
        """Compiles the policy from `settings`."""
        own = [each.address for each in settings.mailboxes if each.address]
        own += [settings.outgoing.from_address] if settings.outgoing else []
        return cls(
            filters=FilterMatcher(settings.filters),
            accept_from=settings.filters.accept_from,
            unknown_senders=settings.monitor.unknown_senders,
            reopen_days=settings.monitor.reopen_days,
            restricted_file_types=frozenset(settings.restricted_file_types),
            templates=by_template_key(settings.ticket_templates),
            own_addresses=frozenset(address_key(each) for each in own),
            closed_tickets=settings.monitor.closed_tickets,
            keyword_from_strangers=settings.monitor.keyword_from_strangers,
            loop_protection=settings.loop_protection,
            email_commands=settings.email_commands,
        )

    def template(self, name: str | None) -> TicketTemplate:
        """What a ticket of a mailbox that names this template begins with; without a name, or if it is gone, the default."""
        return self.templates.get(template_key(name or DEFAULT_TEMPLATE.name), DEFAULT_TEMPLATE)
