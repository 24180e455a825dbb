"""What becomes of a message: a pure decision as a change, with its reasons in their order (MSG-01 to MSG-09, FIL-02, FIL-03).

Nothing is read or written here: the facts from the database are passed as a `Directory`, the settings as a `Policy`. The
monitor, the retry of a quarantined message and a preview all call `decide`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime

from trackit_console.domain.addresses import address_key
from trackit_console.domain.deliveries import Delivery, MatchedRule, Outcome
from trackit_console.domain.directory import Directory, LookupRequest
from trackit_console.domain.effects import AddNote, Change
from trackit_console.domain.records import AppliedReason, Module, Record, RecordRef
from trackit_console.helpdesk.arrivals import with_header_fields
from trackit_console.helpdesk.automatic_mail import automatic_reason, makes_a_ticket
from trackit_console.helpdesk.commands.people import named_people
from trackit_console.helpdesk.commands.rule import ReadAsText, email_command
from trackit_console.helpdesk.incoming import Incoming
from trackit_console.helpdesk.message_notes import (
    content_reasons,
    email_note,
    system_notes,
    with_private_mail,
    without_participants,
)
from trackit_console.helpdesk.new_ticket import new_ticket
from trackit_console.helpdesk.on_record import followed_by_new_ticket, note_on
from trackit_console.helpdesk.policy import Policy
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.helpdesk.sender import Sender
from trackit_console.helpdesk.target import ancestors_of, answered_record, find_target, is_stranger, keywords_of
from trackit_console.helpdesk.undeliverable import deliverable_again, marked_after, undeliverable
from trackit_console.helpdesk.verdict import stopped_by
from trackit_console.mail import Message

SUBJECT_LIMIT = 400
"""Maximum characters of a decoded subject (MSG-01)."""
Rule = Callable[[Incoming], Change | None]


def lookup_request(messages: Collection[tuple[Message, Delivery]]) -> LookupRequest:
    """What `decide` needs from the database for these messages, each with its `arrivals.identified` delivery."""
    keywords = (each for message, _ in messages for each in keywords_of(message))
    people = [named_people(message) for message, _ in messages]
    senders = frozenset(address_key(message.sender.address) for message, _ in messages if message.sender.address)
    return LookupRequest(
        addresses=senders.union(*(each.addresses for each in people)),
        technician_names=frozenset[str]().union(*(each.names for each in people)),
        records=frozenset(RecordRef(Module(each.module), each.id) for each in keywords),
        message_ids=frozenset(each for message, _ in messages for each in ancestors_of(message)),
        copy_keys=frozenset(delivery.copy_key for _, delivery in messages if delivery.copy_key),
        text_keys=frozenset(delivery.text_key for _, delivery in messages if delivery.text_key),
    )


def decide(
    message: Message, delivery: Delivery, directory: Directory, policy: Policy, template: str | None, at: datetime
) -> Change:
    """Decides what becomes of `message`, which was received as the `arrivals.identified` delivery; the first rule with an answer decides.

    `template` is the ticket template of the mailbox, `at` the time of the decision (a closed ticket is reopened only
    within `reopen_days`).
    """
    sender = Sender.of(message, directory, policy)
    incoming = Incoming(message, delivery, sender, find_target(message, directory), directory, policy, template, at)
    change = _first_answer(RULES, incoming)
    if _is_taken(change):
        marks = deliverable_again(message, directory.undeliverable)
        return replace(change, effects=(*change.effects, *marks)) if marks else change
    # Only a message that is taken keeps its copy key: a later copy of one that was not is decided on its own.
    return replace(change, delivery=replace(change.delivery, copy_key=None)) if change.delivery else change


def after(directory: Directory, change: Change) -> Directory:
    """`directory` for the next message of the batch: a loop may send all its messages at once, and Cc makes people take part."""
    if change.delivery is None:
        return directory
    participants = dict(directory.participants)
    for each in change.effects:
        # A record that this batch makes has no number yet, and needs none here: what answers its mail is in a later run.
        if isinstance(each, AddNote) and isinstance(each.record, RecordRef) and each.note.participants:
            participants[each.record] = participants.get(each.record, frozenset()) | frozenset(each.note.participants)
    return replace(
        directory,
        recent=directory.recent.counting(change.delivery),
        participants=participants,
        undeliverable=marked_after(directory.undeliverable, change),
    )


def _is_taken(change: Change) -> bool:
    return change.delivery is not None and change.delivery.processed


def _first_answer(rules: Iterable[Rule], incoming: Incoming) -> Change:
    return next(change for rule in rules if (change := rule(incoming)))


def route(message: Message, delivery: Delivery, record: Record, policy: Policy, by: str) -> Change:
    """Adds a message to `record` on behalf of the admin `by`, regardless of all rules (RUN-04)."""
    why = applied(Reason.ROUTED_BY_HAND, name=by, record=str(record.ref))
    note = email_note(message, record.technician_id, policy)
    notes = [AddNote(record.ref, note), *system_notes(record.ref, (why,))]
    reasons = (why, *content_reasons(message, note, policy.restricted_file_types))
    noted = replace(with_header_fields(delivery, message), outcome=Outcome.NOTED, reasons=reasons, record=record.ref)
    return Change(tuple(notes), noted)


def _not_taken(incoming: Incoming, outcome: Outcome, *reasons: AppliedReason) -> Change:
    return Change(delivery=replace(incoming.delivery, outcome=outcome, reasons=reasons), quiet=True)


# ------------------------------------------------------------------ the rules, in their order


def _subject_limit(incoming: Incoming) -> Change | None:
    length = len(incoming.message.subject)
    if length <= SUBJECT_LIMIT:
        return None
    return _not_taken(incoming, Outcome.QUARANTINED, applied(Reason.SUBJECT_TOO_LONG, length=length, limit=SUBJECT_LIMIT))


def _own_mail(incoming: Incoming) -> Change | None:
    """Test messages and notifications of our own that return to us. A ticket for them would start a mail loop."""
    if not incoming.sender.own or incoming.target.record:
        return None
    return _not_taken(incoming, Outcome.IGNORED, applied(Reason.OWN_ADDRESS))


def _bounce_of_ours(incoming: Incoming) -> Change | None:
    """Before the filters, which would stop nearly every bounce (MSG-09)."""
    bounce = incoming.message.bounce
    record = answered_record(incoming.message, incoming.directory) if bounce else None
    if bounce is None or record is None:
        return None
    recipients = ", ".join(bounce.recipients)
    reason = Reason.BOUNCE_OF_OURS if recipients else Reason.BOUNCE_OF_OURS_TO_NOBODY
    why = applied(reason, record=str(record.ref), recipients=recipients, status=bounce.status or "–")
    noted = note_on(incoming, record, (why,))
    return replace(noted, effects=(*noted.effects, *undeliverable(incoming.message, record.ref)))


def _filtered(incoming: Incoming) -> Change | None:
    message, policy = incoming.message, incoming.policy
    verdict = stopped_by(policy.filters, policy.accept_from, incoming.sender, message.sender, message.subject)
    if verdict.refused_by is not None:
        return _not_taken(incoming, Outcome.REFUSED, applied(Reason.NOT_ACCEPTED))
    if verdict.hit is None:
        return None
    rule = MatchedRule(verdict.hit.rule_list, verdict.hit.rule.text)
    reason = Reason.SENDER_RULE if rule.rule_list == "sender" else Reason.SUBJECT_RULE
    why = (applied(reason, rule=rule.text),)
    stopped = replace(incoming.delivery, outcome=Outcome.FILTERED, reasons=why, matched_rule=rule)
    return Change(delivery=stopped, quiet=True)


def _copy(incoming: Incoming) -> Change | None:
    """Adds only a note to the record that the first copy created or was added to."""
    key = incoming.delivery.copy_key
    if key is None or key not in incoming.directory.copies:
        return None
    record = incoming.directory.copies[key]
    if record is None:
        return _not_taken(incoming, Outcome.IGNORED, applied(Reason.TAKEN_RECORD_GONE))
    why = applied(Reason.TAKEN_ALREADY, record=str(record))
    ignored = replace(incoming.delivery, outcome=Outcome.IGNORED, reasons=(why,), record=record)
    return Change(tuple(system_notes(record, (why,))), ignored, quiet=True)


def _email_command(incoming: Incoming) -> Change | None:
    decided = email_command(incoming)
    if not isinstance(decided, ReadAsText):
        return decided
    target = incoming.target
    told = replace(target, reasons=(*target.reasons, *decided.reasons), remarks=(*target.remarks, *decided.remarks))
    change = _first_answer(ORDINARY_RULES, replace(incoming, target=told))
    if _is_taken(change):
        change = replace(change, answer=decided.answer)
    return with_private_mail(change) if decided.private else change


def _on_a_record(incoming: Incoming) -> Change | None:
    target, record = incoming.target, incoming.target.record
    if record is None:
        return None
    if follows := followed_by_new_ticket(incoming, record):
        return new_ticket(incoming, (*target.reasons, follows), (*target.remarks, follows), follows=record)
    if target.by_keyword and automatic_reason(incoming) is None and _by_a_stranger(incoming, record):
        if incoming.policy.keyword_from_strangers == "new_ticket":
            turned_away = applied(Reason.STRANGER_NEW_TICKET, record=str(record.ref))
            return new_ticket(incoming, (*target.reasons, turned_away), (*target.remarks, turned_away))
        stranger = applied(Reason.STRANGER, record=str(record.ref))
        return without_participants(note_on(incoming, record, (*target.reasons, stranger), (*target.remarks, stranger)))
    return note_on(incoming, record, target.reasons, target.remarks)


def _by_a_stranger(incoming: Incoming, record: Record) -> bool:
    return is_stranger(incoming.message, incoming.sender, record, incoming.directory)


def _automatic_without_record(incoming: Incoming) -> Change | None:
    automatic = automatic_reason(incoming)
    if automatic is None or makes_a_ticket(incoming):
        return None
    return _not_taken(incoming, Outcome.IGNORED, automatic, applied(Reason.NO_TICKET_FOR_AUTOMATIC))


def _new_ticket(incoming: Incoming) -> Change | None:
    return new_ticket(incoming, incoming.target.reasons, incoming.target.remarks)


ORDINARY_RULES: tuple[Rule, ...] = (_on_a_record, _automatic_without_record, _new_ticket)
"""What becomes of mail that is taken and asks for nothing else."""
# `mail_before_filters` has the reasons of the rules above the filters: whoever moves a rule changes it there as well.
RULES: tuple[Rule, ...] = (
    _subject_limit,
    _own_mail,
    _bounce_of_ours,
    _filtered,
    _copy,  # before the commands: mail that comes in two mailboxes must not do them twice
    _email_command,
    *ORDINARY_RULES,
)
