"""The ticket that reports a mailbox whose sign-in fails, and the note on recovery (MON-03, MON-04). Pure functions.

There is one ticket per outage. An outage starts with the third consecutive failed sign-in and ends with the next success.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trackit_console.domain.effects import AddNote, Announce, Change, CreateRecord
from trackit_console.domain.events import Event, EventKind
from trackit_console.domain.records import (
    AppliedReason,
    Module,
    Note,
    NoteKind,
    Placeholder,
    Priority,
    RecordRef,
    TicketSource,
)
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.people import DEFAULT_TEMPLATE, TicketTemplate
from trackit_console.settings.people_checks import template_key

FAILURES_BEFORE_ALERT = 3
ALERT = Placeholder("alert")


@dataclass(frozen=True, slots=True)
class Outage:
    """The sign-in failures of a mailbox since the last success, and the ticket that already reports them."""

    mailbox_id: int
    mailbox: str
    failures: int
    ticket: RecordRef | None
    error: AppliedReason | None


def alert(outage: Outage, settings: MonitorSettings, templates: Mapping[str, TicketTemplate]) -> Change | None:
    """The change after a failed sign-in: one ticket at the third in a row, if the admin has enabled it.

    `templates` are found by their `template_key`. If the template no longer exists, the ticket has default values.
    """
    if outage.failures < FAILURES_BEFORE_ALERT or outage.ticket or outage.error is None:
        return None
    why = applied(Reason.PROCESSING_STOPPED, mailbox=outage.mailbox, tries=outage.failures, error=outage.error)
    stopped = Announce(Event(EventKind.PROCESSING_STOPPED, mailbox_id=outage.mailbox_id, reasons=(why,)))
    if not settings.create_ticket_on_authentication_failure:
        return Change((stopped,)) if outage.failures == FAILURES_BEFORE_ALERT else None
    chosen = templates.get(template_key(settings.ticket_template or ""))
    template = chosen or DEFAULT_TEMPLATE
    ticket = CreateRecord(
        handle=ALERT,
        module=Module.TICKET,
        # Stored as plain text like the subject of a message, and therefore not translated when shown.
        subject=template.subject or f"Email processing has stopped: {outage.mailbox}",
        priority=Priority(template.priority.lower()),
        source=TicketSource.EMAIL_MONITOR,
        template=chosen.name if chosen else None,
    )
    return Change((ticket, AddNote(ALERT, Note(NoteKind.SYSTEM, reasons=(why,))), stopped))


def recovery(outage: Outage) -> Change | None:
    """The change after a successful sign-in: a note on the ticket of the outage; None if there was no outage."""
    if outage.failures < FAILURES_BEFORE_ALERT and outage.ticket is None:
        return None
    why = applied(Reason.PROCESSING_RESUMED, mailbox=outage.mailbox)
    resumed = Announce(Event(EventKind.PROCESSING_RESUMED, mailbox_id=outage.mailbox_id, reasons=(why,)))
    if outage.ticket is None:
        return Change((resumed,))
    return Change((AddNote(outage.ticket, Note(NoteKind.SYSTEM, reasons=(why,))), resumed))
