"""Sends the notifications that are enabled for the events of a round (NOT-01)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trackit_console.domain.effects import Change
from trackit_console.domain.events import Event
from trackit_console.domain.listeners import Reader
from trackit_console.helpdesk.notifications.recipients import wanted_keys
from trackit_console.helpdesk.notifications.sending import mails_for
from trackit_console.helpdesk.notifications.sending_settings import SendingSettings
from trackit_console.helpdesk.occurrences import EVENT_NAMES, Occurrence, occurrences
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.settings.definition_names import definition_key
from trackit_console.settings.event_names import EVENTS_WITHOUT_RECORD, EventName
from trackit_console.settings.notifications import Notification


class NotificationListener:
    """A `domain.listeners.Listener`. Events that no notification is about cost no read.

    With the same `sending` as other listeners, the mail of all of them counts for the limits.
    """

    def __init__(self, settings: ReactionSettings, sending: SendingSettings | None = None) -> None:
        self._sending = sending or SendingSettings.of(settings)
        self._by_event: dict[EventName, list[Notification]] = {}
        for each in settings.notifications if settings.from_address else ():
            self._by_event.setdefault(each.event, []).append(each)

    def __call__(self, events: Sequence[Event], read: Reader) -> Sequence[Change]:
        about = {each.record for each in events if self._is_about(each)}
        if not about:
            return ()
        # Of a record that something is told of, all events: its notes and its mail are part of what happened.
        heard = [each for each in events if each.record in about]
        wanted = [pair for each in occurrences(heard, read) for pair in self._wanted(each)]
        book = self._sending.address_books.of(read)
        book.prepare({key for told, each in wanted for key in wanted_keys(told, each.recipients, book)})
        return [change for told, each in wanted if (change := self._change(told, each, read)).effects]

    def _is_about(self, event: Event) -> bool:
        name = EVENT_NAMES.get(event.kind)
        return name is not None and not event.quiet and any(_fits(each, event) for each in self._by_event.get(name, ()))

    def _wanted(self, told: Occurrence) -> Iterator[tuple[Occurrence, Notification]]:
        if told.quiet:
            return
        for each in self._by_event.get(told.event, ()):
            fits = told.details is None or told.details.ref.module.value in each.modules
            if fits and _caused_by(each, told):
                yield told, each

    def _change(self, told: Occurrence, notification: Notification, read: Reader) -> Change:
        effects = mails_for(
            told,
            notification.template,
            notification.recipients,
            by=notification.name,
            # By its template: of two notifications that say the same about one event, nobody gets both.
            key=f"notification {definition_key(notification.template)} {told.key}",
            settings=self._sending,
            read=read,
        )
        return Change(tuple(effects), by=(*told.by, notification.name), quiet=True)


def _fits(notification: Notification, event: Event) -> bool:
    return event.record is None or event.record.module.value in notification.modules


def _caused_by(notification: Notification, told: Occurrence) -> bool:
    """Of the stop of a mailbox nobody is the cause."""
    if notification.caused_by == "anybody" or told.event in EVENTS_WITHOUT_RECORD:
        return True
    return (told.sender_role == "technician") == (notification.caused_by == "technician")
