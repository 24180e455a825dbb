"""What becomes of a message: a pure decision as a change, with its reasons (MSG-01 to MSG-05, MSG-08, FIL-02, FIL-03).

Nothing is read or written here: the facts from the database are passed as a `Directory`, the settings as a `Policy`. The
monitor, the retry of a quarantined message and a preview all call `decide`. `message_notes` composes the notes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from trackit_console.domain.addresses import address_key
from trackit_console.domain.deliveries import Delivery, Outcome
from trackit_console.domain.directory import Directory, LookupRequest
from trackit_console.domain.effects import AddNote, Change, CreateRecord, Effect, Reopen
from trackit_console.domain.records import (
    AppliedReason,
    Module,
    Placeholder,
    Priority,
    Record,
    RecordRef,
    TicketSource,
)
from trackit_console.helpdesk.arrivals import with_header_fields
from trackit_console.helpdesk.message_notes import content_reasons, email_note, system_notes
from trackit_console.helpdesk.policy import Policy
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.helpdesk.sender import Sender, is_accepted, requestor_for
from trackit_console.mail import Message
from trackit_console.mail.keywords import Keyword, find_keywords
from trackit_console.settings.people import DEFAULT_TEMPLATE

SUBJECT_LIMIT = 400
"""Maximum characters of a decoded subject (MSG-01)."""
TICKET = Placeholder("ticket")


def lookup_request(messages: Collection[Message], copy_keys: Collection[str]) -> LookupRequest:
    """What `decide` needs from the database for these messages, whose deliveries have these `copy_keys`."""
    keywords = (each for message in messages for each in find_keywords(message.subject, message.new_text))
    return LookupRequest(
        addresses=frozenset(address_key(message.sender.address) for message in messages if message.sender.address),
        records=frozenset(RecordRef(Module(each.module), each.id) for each in keywords),
        message_ids=frozenset(each for message in messages for each in _ancestors(message)),
        copy_keys=frozenset(copy_keys),
    )


def _ancestors(message: Message) -> tuple[str, ...]:
    """The ids of the messages that this one replies to, nearest first. A bounce replies to the undelivered message."""
    returned = message.bounce.of_message_id if message.bounce else None
    return (*((returned,) if returned else ()), *message.in_reply_to, *reversed(message.references))


def decide(
    message: Message, delivery: Delivery, directory: Directory, policy: Policy, template: str | None, at: datetime
) -> Change:
    """Decides what becomes of `message`, which was received as the `arrivals.identified` delivery; the first rule that applies wins.

    `template` is the ticket template of the mailbox, `at` the time of the decision (a closed ticket is reopened only
    within `reopen_days`).
    """
    # Only a message that is taken keeps its copy key: a later copy of one that was not is decided on its own.
    key, delivery = delivery.copy_key, replace(delivery, copy_key=None)
    sender = Sender.of(message, directory, policy)
    if len(message.subject) > SUBJECT_LIMIT:
        return _quarantined(delivery, applied(Reason.SUBJECT_TOO_LONG, length=len(message.subject), limit=SUBJECT_LIMIT))
    if rule := policy.filters.first_hit(message.sender, message.subject, sender.role):
        reason = Reason.SENDER_RULE if rule.rule_list == "sender" else Reason.SUBJECT_RULE
        why = (applied(reason, rule=rule.text),)
        return Change(delivery=replace(delivery, outcome=Outcome.FILTERED, reasons=why, matched_rule=rule))
    if not is_accepted(sender, policy.accept_from):
        return Change(delivery=replace(delivery, outcome=Outcome.REFUSED, reasons=(applied(Reason.NOT_ACCEPTED),)))
    if key and (record := directory.copies.get(key)):
        return _copy(delivery, record)
    return _on_record(message, replace(delivery, copy_key=key), sender, directory, policy, template, at)


def route(message: Message, delivery: Delivery, record: Record, policy: Policy, by: str) -> Change:
    """Adds a message to `record` on behalf of the admin `by`, regardless of all rules (RUN-04)."""
    why = applied(Reason.ROUTED_BY_HAND, name=by, record=str(record.ref))
    note = email_note(message, record.technician_id, policy.restricted_file_types)
    notes = [AddNote(record.ref, note), *system_notes(record.ref, (why,))]
    reasons = (why, *content_reasons(message, policy.restricted_file_types))
    noted = replace(with_header_fields(delivery, message), outcome=Outcome.NOTED, reasons=reasons, record=record.ref)
    return Change(tuple(notes), noted)


def _quarantined(delivery: Delivery, reason: AppliedReason) -> Change:
    return Change(delivery=replace(delivery, outcome=Outcome.QUARANTINED, reasons=(reason,)))


def _copy(delivery: Delivery, record: RecordRef) -> Change:
    """Adds only a note to the record that the first copy created or was added to."""
    why = applied(Reason.TAKEN_ALREADY, record=str(record))
    ignored = replace(delivery, outcome=Outcome.IGNORED, reasons=(why,), record=record)
    return Change(tuple(system_notes(record, (why,))), ignored)


# ------------------------------------------------------------------ on a record, or a new one


def _on_record(
    message: Message,
    delivery: Delivery,
    sender: Sender,
    directory: Directory,
    policy: Policy,
    template: str | None,
    at: datetime,
) -> Change:
    keywords = find_keywords(message.subject, message.new_text)
    record, reasons = _target(message, keywords, directory)
    remarks = _other_keywords(keywords)
    if record is None and sender.own:
        # Test messages and notifications of our own that return to us. A ticket for them would start a mail loop.
        return Change(delivery=replace(delivery, outcome=Outcome.IGNORED, reasons=(applied(Reason.OWN_ADDRESS),), copy_key=None))
    if record is None:
        return _new_ticket(message, delivery, sender, policy, template, reasons, (*remarks, *_unknown_keyword(reasons)))
    automatic = _automatic(message, sender)
    if automatic is None and record.closed_at is not None and _closed_too_long(record, policy, at):
        late = applied(Reason.CLOSED_TOO_LONG, record=str(record.ref), days=policy.reopen_days)
        return _new_ticket(message, delivery, sender, policy, template, (*reasons, late), (*remarks, late))
    return _note_on(message, delivery, sender, record, policy, (*reasons, *((automatic,) if automatic else ())), remarks)


def _closed_too_long(record: Record, policy: Policy, at: datetime) -> bool:
    assert record.closed_at is not None
    return record.closed and at - record.closed_at > timedelta(days=policy.reopen_days)


def _automatic(message: Message, sender: Sender) -> AppliedReason | None:
    """The reason why the mail counts as automatic: it adds a note and changes nothing else (MSG-08)."""
    if message.automatic:
        return applied(Reason.AUTOMATIC, sign=message.automatic.sign)
    return applied(Reason.OWN_ADDRESS) if sender.own else None


def _note_on(
    message: Message,
    delivery: Delivery,
    sender: Sender,
    record: Record,
    policy: Policy,
    reasons: Sequence[AppliedReason],
    remarks: Sequence[AppliedReason],
) -> Change:
    reopens = record.closed and _automatic(message, sender) is None
    reopened = (applied(Reason.REOPENED, record=str(record.ref)),) if reopens else ()
    technician_id = sender.technician.id if sender.technician else record.technician_id
    note = email_note(message, technician_id, policy.restricted_file_types)
    content = content_reasons(message, policy.restricted_file_types)
    effects: list[Effect] = [Reopen(record.ref)] if reopens else []
    effects += [AddNote(record.ref, note), *system_notes(record.ref, (*remarks, *reopened, *_refused_files(content)))]
    all_reasons = (*reasons, *reopened, *_context(sender, record), *content)
    return Change(tuple(effects), replace(delivery, outcome=Outcome.NOTED, reasons=all_reasons, record=record.ref))


def _target(
    message: Message, keywords: Sequence[Keyword], directory: Directory
) -> tuple[Record | None, tuple[AppliedReason, ...]]:
    """The record that the message is about, by keyword or else by the message it replies to, and why (MSG-02, MSG-03)."""
    for keyword in keywords:
        ref = RecordRef(Module(keyword.module), keyword.id)
        record = directory.records.get(ref)
        if record is None:
            return None, (applied(Reason.KEYWORD_WITHOUT_RECORD, keyword=str(ref)),)
        reason = Reason.KEYWORD_IN_SUBJECT if keyword.place == "subject" else Reason.KEYWORD_IN_BODY
        return record, (applied(reason, keyword=str(ref)),)
    for ancestor in _ancestors(message):
        if answered := directory.by_message_id.get(ancestor):
            return answered, (applied(Reason.REPLY, record=str(answered.ref)),)
    return None, (applied(Reason.NO_KEYWORD),)


def _unknown_keyword(reasons: Sequence[AppliedReason]) -> tuple[AppliedReason, ...]:
    """The new ticket notes a keyword whose record does not exist (MSG-02)."""
    return tuple(each for each in reasons if each.code == Reason.KEYWORD_WITHOUT_RECORD)


def _other_keywords(keywords: Sequence[Keyword]) -> tuple[AppliedReason, ...]:
    others = list(dict.fromkeys(f"[{each.module} - {each.id}]" for each in keywords[1:]))
    return (applied(Reason.OTHER_KEYWORDS, keywords=", ".join(others)),) if others else ()


def _refused_files(content: Sequence[AppliedReason]) -> tuple[AppliedReason, ...]:
    return tuple(each for each in content if each.code == Reason.RESTRICTED_FILE)


def _context(sender: Sender, record: Record) -> tuple[AppliedReason, ...]:
    if sender.technician:
        return (applied(Reason.FROM_TECHNICIAN, name=sender.technician.name),)
    return (applied(Reason.ASSIGNED_TECHNICIAN, record=str(record.ref)),) if record.technician_id else ()


def _new_ticket(
    message: Message,
    delivery: Delivery,
    sender: Sender,
    policy: Policy,
    template: str | None,
    reasons: Sequence[AppliedReason],
    remarks: Sequence[AppliedReason],
) -> Change:
    create, requestor, why = requestor_for(message, sender, policy.unknown_senders)
    if why.code == Reason.UNKNOWN_SENDER:
        return _quarantined(replace(delivery, copy_key=None), why)
    chosen = policy.templates.get(template or DEFAULT_TEMPLATE.name, DEFAULT_TEMPLATE)
    technician = sender.technician
    content = content_reasons(message, policy.restricted_file_types)
    ticket = CreateRecord(
        handle=TICKET,
        module=Module.TICKET,
        subject=chosen.subject or message.subject,
        priority=Priority(chosen.priority.lower()),
        source=TicketSource.EMAIL,
        template=template,
        requestor=requestor,
    )
    note = email_note(message, technician.id if technician else None, policy.restricted_file_types)
    notes = [AddNote(TICKET, note), *system_notes(TICKET, (*remarks, *_refused_files(content)))]
    context = (applied(Reason.FROM_TECHNICIAN, name=technician.name),) if technician else ()
    automatic = (applied(Reason.AUTOMATIC, sign=message.automatic.sign),) if message.automatic else ()
    all_reasons = (*reasons, *automatic, why, *context, *_template_reasons(template, policy), *content)
    return Change((*create, ticket, *notes), replace(delivery, outcome=Outcome.CREATED, reasons=all_reasons, record=TICKET))


def _template_reasons(template: str | None, policy: Policy) -> tuple[AppliedReason, ...]:
    if template is None:
        return ()
    reason = Reason.TEMPLATE if template in policy.templates else Reason.TEMPLATE_GONE
    return (applied(reason, template=template),)
