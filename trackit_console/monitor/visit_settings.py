"""The settings that a visit works with, as they were when the monitor was started (MON-05)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from trackit_console.helpdesk.policy import Policy
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.people import TicketTemplate
from trackit_console.settings.post_action import PostAction

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """What the settings say about a visit, as they were when the monitor was started. `message_size_limit` is in megabytes."""

    policy: Policy
    emails_to_process: int
    post_action: PostAction
    message_size_limit: int

    @property
    def size_limit(self) -> int:
        """Bytes of a message that is still downloaded."""
        return self.message_size_limit * MEGABYTE


@dataclass(frozen=True, slots=True)
class VisitContext:
    """All that a visit needs beside its own mailbox."""

    visit_settings: VisitSettings
    monitor: MonitorSettings
    templates: Mapping[str, TicketTemplate]

    def interval(self, mailbox: Mailbox) -> timedelta:
        """The time between two visits to `mailbox`."""
        return timedelta(minutes=mailbox.poll_interval or self.monitor.poll_interval)
