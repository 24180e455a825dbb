"""What rules and reminders need of notifications to send mail, without knowing how it is composed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from trackit_console.domain.effects import Effect
from trackit_console.domain.listeners import Reader
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.settings.recipients import Recipients


class Send(Protocol):
    """Puts the mail of a template into the outbox: `SendMail` effects, and system notes about what was held back.

    It is `helpdesk.notifications.sending.mails_for` with its settings.
    """

    def __call__(
        self, occurrence: Occurrence, template: str, recipients: Recipients, *, by: str, key: str, read: Reader
    ) -> Sequence[Effect]: ...
