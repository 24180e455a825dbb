"""A notification template filled with an occurrence, as technicians and as others may read it (NOT-01)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from trackit_console.helpdesk.notifications.occasions import Story, Thread
from trackit_console.helpdesk.notifications.rendering import Rendered, render
from trackit_console.helpdesk.notifications.routing import with_keyword
from trackit_console.helpdesk.notifications.sending_settings import SendingSettings
from trackit_console.helpdesk.notifications.values import values_of
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.tokens import names_in


@dataclass(frozen=True)
class Letter:
    """A template filled with an occurrence, at most once for technicians and once for all others."""

    template: NotificationTemplate
    story: Story
    by: str
    settings: SendingSettings

    @cached_property
    def public(self) -> Rendered:
        """Without private notes."""
        return self._rendered(private_notes=False)

    @cached_property
    def private(self) -> Rendered:
        """For technicians."""
        return self._rendered(private_notes=True)

    @cached_property
    def public_thread(self) -> Thread:
        return self.story.thread(self.settings.from_address or "", private_notes=False)

    @cached_property
    def private_thread(self) -> Thread:
        return self.story.thread(self.settings.from_address or "", private_notes=True)

    def _rendered(self, *, private_notes: bool) -> Rendered:
        template, told = self.template, self.story.occurrence
        with_history = "history" in names_in(f"{template.text}\n{template.html or ''}")
        occasion = self.story.occasion(self.by, private_notes=private_notes, with_history=with_history)
        rendered = render(template, values_of(occasion, self.settings.help_desk, told.at))
        if told.details is None:
            return rendered
        named = "keyword" in names_in(f"{template.subject}\n{template.text}")
        subject = with_keyword(rendered.subject, told.details.ref, add=not named)
        return Rendered(subject, rendered.text, rendered.html)
