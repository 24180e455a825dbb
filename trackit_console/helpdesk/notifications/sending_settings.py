"""What is the same for every mail of the help desk, compiled once from the settings (NOT-01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self
from zoneinfo import ZoneInfo

from trackit_console.domain.records import AppliedReason
from trackit_console.helpdesk.filter_matcher import FilterMatcher
from trackit_console.helpdesk.notifications.address_book import AddressBooks
from trackit_console.helpdesk.notifications.facts import HelpDesk
from trackit_console.helpdesk.notifications.permission import Permission
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notification_templates import NotificationTemplate


@dataclass(frozen=True, slots=True)
class SendingSettings:
    """What is the same for every mail, compiled once from the settings. `templates` are by `definition_key`.

    `from_address` None: nothing is sent.
    """

    from_address: str | None
    from_name: str
    help_desk: HelpDesk
    permission: Permission
    templates: Mapping[str, NotificationTemplate]
    schedules: Sequence[NotificationSchedule]
    address_books: AddressBooks = field(default_factory=AddressBooks, repr=False, compare=False)

    @classmethod
    def of(cls, settings: ReactionSettings) -> Self:
        """Compiles the settings."""
        monitor = settings.monitor
        zone = ZoneInfo(settings.business_hours.time_zone)
        name = settings.from_name or settings.from_address or ""
        return cls(
            settings.from_address,
            settings.from_name,
            HelpDesk(name, monitor.response_url, monitor.self_service_response_url, zone),
            Permission(FilterMatcher(settings.filters, "sending"), settings.loop_protection, settings.own_addresses),
            settings.templates,
            settings.schedules,
        )

    def why_nobody(self, occurrence: Occurrence) -> AppliedReason | None:
        """Why nothing at all is sent because of this; None if mail may be sent."""
        return applied(Reason.NO_FROM_ADDRESS) if self.from_address is None else self.permission.why_nobody(occurrence)
