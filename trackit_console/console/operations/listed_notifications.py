"""Notifications and their templates as lists show them: with what depends on them, and on what they depend."""

from __future__ import annotations

from dataclasses import dataclass

from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.store.row_mapping import Stored


@dataclass(frozen=True, slots=True)
class ListedNotification(Stored[Notification]):
    """`template_missing`: it names a template that there is not, so nothing is sent by it."""

    template_missing: bool = False


@dataclass(frozen=True, slots=True)
class ListedTemplate(Stored[NotificationTemplate]):
    """`used_by` are the names of the notifications, rules and service levels that send it."""

    used_by: tuple[str, ...] = ()
