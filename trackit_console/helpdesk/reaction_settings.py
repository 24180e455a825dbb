"""The settings by which the help desk reacts to events, as plain values: what service levels, rules and notifications are built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.service_levels import ServiceLevel


@dataclass(frozen=True, slots=True)
class ReactionSettings:
    """What is enabled and valid, in the order of the lists.

    `from_address` is that of the outgoing account, None as long as there is none: then nothing is sent. `from_name` is what its mailbox is
    called. `own_addresses` are the keys of the help desk's own addresses. `templates` are by `definition_key`.
    """

    from_address: str | None = None
    from_name: str = ""
    own_addresses: frozenset[str] = frozenset()
    monitor: MonitorSettings = field(default_factory=MonitorSettings)
    filters: Filters = field(default_factory=Filters)
    loop_protection: LoopProtection = field(default_factory=LoopProtection)
    business_hours: BusinessHours = field(default_factory=BusinessHours)
    templates: Mapping[str, NotificationTemplate] = field(default_factory=dict)
    notifications: tuple[Notification, ...] = ()
    rules: tuple[BusinessRule, ...] = ()
    service_levels: tuple[ServiceLevel, ...] = ()
    schedules: tuple[NotificationSchedule, ...] = ()
