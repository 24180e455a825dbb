"""A message becomes a note on a record (MSG-02, MSG-04, MSG-05)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.effects import AddNote, Change, Effect, Reopen
from trackit_console.domain.records import AppliedReason, Record, Status
from trackit_console.helpdesk.automatic_mail import automatic_reason
from trackit_console.helpdesk.incoming import Incoming
from trackit_console.helpdesk.message_notes import content_reasons, email_note, system_notes
from trackit_console.helpdesk.quiet import quiet_reasons
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.helpdesk.sender import Sender


def note_on(
    incoming: Incoming, record: Record, reasons: Sequence[AppliedReason], remarks: Sequence[AppliedReason] = ()
) -> Change:
    """Adds the message to `record`, which a person's mail reopens. `remarks` are told in its history as well.

    A record that waits goes on when somebody outside answers; a technician may write about it and go on waiting (NOT-04).
    """
    message, sender, policy = incoming.message, incoming.sender, incoming.policy
    reopened = _reopened(incoming, record)
    quiet = quiet_reasons(incoming, record.ref)
    technician_id = sender.technician.id if sender.technician else record.technician_id
    note = email_note(message, technician_id, policy)
    content = content_reasons(message, note, policy.restricted_file_types)
    effects: list[Effect] = [Reopen(record.ref)] if reopened else []
    effects += [AddNote(record.ref, note), *system_notes(record.ref, (*remarks, *reopened, *refused_files(content)))]
    all_reasons = (*reasons, *quiet, *reopened, *context_reasons(sender, record), *content)
    noted = replace(incoming.delivery, outcome=Outcome.NOTED, reasons=all_reasons, record=record.ref)
    return Change(tuple(effects), noted, quiet=bool(quiet))


def _reopened(incoming: Incoming, record: Record) -> tuple[AppliedReason, ...]:
    """Why the message opens the record again; nothing if it does not."""
    if record.status is Status.OPEN or automatic_reason(incoming) is not None:
        return ()
    if record.closed:
        return (applied(Reason.REOPENED, record=str(record.ref)),)
    sender = incoming.sender
    is_requestor = sender.requestor is not None and sender.requestor.id == record.requestor_id
    if sender.technician and not is_requestor:
        return ()
    return (applied(Reason.CONTINUED, record=str(record.ref)),)


def followed_by_new_ticket(incoming: Incoming, record: Record) -> AppliedReason | None:
    """Why a person's answer to `record` becomes a new ticket that refers to it; None if it stays there."""
    if not record.closed or record.closed_at is None or automatic_reason(incoming):
        return None
    if incoming.policy.closed_tickets == "new_ticket":
        return applied(Reason.CLOSED, record=str(record.ref))
    if incoming.at - record.closed_at > timedelta(days=incoming.policy.reopen_days):
        return applied(Reason.CLOSED_TOO_LONG, record=str(record.ref), days=incoming.policy.reopen_days)
    return None


def context_reasons(sender: Sender, record: Record) -> tuple[AppliedReason, ...]:
    """In whose context the note is made (MSG-05)."""
    if sender.technician:
        return (applied(Reason.FROM_TECHNICIAN, name=sender.technician.name),)
    return (applied(Reason.ASSIGNED_TECHNICIAN, record=str(record.ref)),) if record.technician_id else ()


def refused_files(content: Sequence[AppliedReason]) -> tuple[AppliedReason, ...]:
    """Which files were not added, for the record's history."""
    return tuple(each for each in content if each.code == Reason.RESTRICTED_FILE)
