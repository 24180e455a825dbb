"""A message becomes a new ticket (MSG-03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.effects import AddNote, Change, CreateRecord, Effect, LinkRecords
from trackit_console.domain.records import AppliedReason, LinkKind, Module, Placeholder, Priority, Record, TicketSource
from trackit_console.helpdesk.incoming import Incoming
from trackit_console.helpdesk.message_notes import content_reasons, email_note, system_notes
from trackit_console.helpdesk.on_record import refused_files
from trackit_console.helpdesk.policy import Policy
from trackit_console.helpdesk.quiet import quiet_reasons
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.helpdesk.sender import requestor_for
from trackit_console.settings.people_checks import template_key

TICKET = Placeholder("ticket")


def new_ticket(
    incoming: Incoming,
    reasons: Sequence[AppliedReason],
    remarks: Sequence[AppliedReason] = (),
    follows: Record | None = None,
) -> Change:
    """Creates the ticket with the message as its first note; it refers to the record that it `follows`."""
    message, sender, policy, template = incoming.message, incoming.sender, incoming.policy, incoming.template
    create, requestor, why = requestor_for(message, sender, policy.unknown_senders)
    if why.code == Reason.UNKNOWN_SENDER:
        return Change(delivery=replace(incoming.delivery, outcome=Outcome.QUARANTINED, reasons=(why,), copy_key=None))
    chosen = policy.template(template)
    ticket = CreateRecord(
        handle=TICKET,
        module=Module.TICKET,
        subject=chosen.subject or message.subject,
        priority=Priority(chosen.priority.lower()),
        source=TicketSource.EMAIL,
        template=template,
        requestor=requestor,
    )
    note = email_note(message, sender.technician.id if sender.technician else None, policy)
    content = content_reasons(message, note, policy.restricted_file_types)
    notes: list[Effect] = [AddNote(TICKET, note), *system_notes(TICKET, (*remarks, *refused_files(content)))]
    links: list[Effect] = [LinkRecords(TICKET, follows.ref, LinkKind.FOLLOWS)] if follows else []
    context = (applied(Reason.FROM_TECHNICIAN, name=sender.technician.name),) if sender.technician else ()
    quiet = quiet_reasons(incoming, None)
    all_reasons = (*reasons, *quiet, why, *context, *_template_reasons(template, policy), *content)
    created = replace(incoming.delivery, outcome=Outcome.CREATED, reasons=all_reasons, record=TICKET)
    return Change((*create, ticket, *notes, *links), created, quiet=bool(quiet))


def _template_reasons(template: str | None, policy: Policy) -> tuple[AppliedReason, ...]:
    if template is None:
        return ()
    reason = Reason.TEMPLATE if template_key(template) in policy.templates else Reason.TEMPLATE_GONE
    return (applied(reason, template=template),)
