"""What becomes of a message: a pure decision, with its reasons (MSG-01 to MSG-05, FIL-02, FIL-03).

Nothing is read or written here. What must be known of the database comes as a `Directory`, what is set as a `Policy`;
the engine, the retry of a quarantined message and a preview call the very same `decide`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from trackit_console.helpdesk.filter_matcher import Role, Rules
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.mail import Message
from trackit_console.mail.keywords import Keyword, find_keywords
from trackit_console.settings.field_types import is_address
from trackit_console.settings.filters import AcceptFrom
from trackit_console.settings.monitor import UnknownSenders
from trackit_console.settings.people import DEFAULT_TEMPLATE, TicketTemplate
from trackit_console.settings.tiles import EmailSettings
from trackit_console.store.entries import AppliedReason, MatchedRule, NewRequestor
from trackit_console.store.people import Directory, Person, Target

SUBJECT_LIMIT = 400
"""Characters of a decoded subject that are still processed (MSG-01)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the admin has set about incoming mail, compiled once per start of the monitor."""

    rules: Rules
    accept_from: AcceptFrom
    unknown_senders: UnknownSenders
    reopen_days: int
    restricted_file_types: frozenset[str]
    templates: Mapping[str, TicketTemplate]

    @classmethod
    def of(cls, settings: EmailSettings) -> Policy:
        """The policy that `settings` make."""
        return cls(
            rules=Rules(settings.filters),
            accept_from=settings.filters.accept_from,
            unknown_senders=settings.monitor.unknown_senders,
            reopen_days=settings.monitor.reopen_days,
            restricted_file_types=frozenset(settings.restricted_file_types),
            templates={template.name: template for template in settings.ticket_templates},
        )


@dataclass(frozen=True, slots=True)
class SetAside:
    """Kept whole in quarantine."""

    reasons: tuple[AppliedReason, ...]


@dataclass(frozen=True, slots=True)
class Filtered:
    """Stopped by a filter rule."""

    matched_rule: MatchedRule
    reasons: tuple[AppliedReason, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Not from someone whose mail is accepted."""

    reasons: tuple[AppliedReason, ...]


@dataclass(frozen=True, slots=True)
class Ignored:
    """Another mailbox took the same message for `target`; only a remark is added there."""

    target: Target
    reasons: tuple[AppliedReason, ...]


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket is made; `remarks` are told in its history."""

    template: TicketTemplate
    template_name: str | None
    requestor: Person | None
    new_requestor: NewRequestor | None
    technician: Person | None
    reasons: tuple[AppliedReason, ...]
    remarks: tuple[AppliedReason, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteOn:
    """A note on `target`, in the context of the technician, if there is one (MSG-05)."""

    target: Target
    technician_id: int | None
    reopen: bool
    reasons: tuple[AppliedReason, ...]
    remarks: tuple[AppliedReason, ...] = field(default=())


Decision = SetAside | Filtered | Refused | Ignored | NewTicket | NoteOn


@dataclass(frozen=True, slots=True)
class LookupRequest:
    """What must be looked up before a batch can be decided."""

    addresses: Collection[str]
    keywords: Collection[tuple[str, int]]
    message_ids: Collection[str]


def lookup_request(messages: Collection[Message]) -> LookupRequest:
    """What `decide` will ask the directory about these messages."""
    return LookupRequest(
        addresses={message.sender.address for message in messages},
        keywords={(each.module, each.id) for message in messages for each in find_keywords(message.subject, message.new_text)},
        message_ids={each for message in messages for each in (*_ancestors(message), message.message_id or "") if each},
    )


def _ancestors(message: Message) -> tuple[str, ...]:
    """The messages that this one answers, the nearest first."""
    return (*message.in_reply_to, *reversed(message.references))


def decide(message: Message, directory: Directory, policy: Policy, template: str | None, at: datetime) -> Decision:
    """What becomes of `message`; the first rule that speaks wins.

    `template` is the ticket template of the mailbox, `at` the moment of the decision (a closed ticket is opened again
    only for a time).
    """
    if len(message.subject) > SUBJECT_LIMIT:
        return SetAside((applied(Reason.SUBJECT_TOO_LONG, length=len(message.subject), limit=SUBJECT_LIMIT),))
    sender = _Sender.of(message, directory)
    if matched_rule := policy.rules.first_hit(message.sender, message.subject, sender.role):
        reason = Reason.SENDER_RULE if matched_rule.rule_list == "sender" else Reason.SUBJECT_RULE
        return Filtered(matched_rule, (applied(reason, rule=matched_rule.text),))
    if not _accepted(sender, policy.accept_from):
        return Refused((applied(Reason.NOT_ACCEPTED),))
    if message.message_id and (target := directory.taken.get(message.message_id)):
        return Ignored(target, (applied(Reason.TAKEN_ELSEWHERE, record=target.keyword),))
    return _on_record(message, sender, directory, policy, template, at)


@dataclass(frozen=True, slots=True)
class _Sender:
    """Who wrote: a technician, a requestor, both or neither. Inactive people count like others (FIL-04)."""

    technician: Person | None
    requestor: Person | None

    @classmethod
    def of(cls, message: Message, directory: Directory) -> _Sender:
        address = message.sender.address.casefold()
        return cls(directory.technicians.get(address), directory.requestors.get(address))

    @property
    def role(self) -> Role:
        return Role.TECHNICIAN if self.technician else Role.REQUESTOR if self.requestor else Role.UNKNOWN


def _accepted(sender: _Sender, accept_from: AcceptFrom) -> bool:
    if accept_from == "everyone":
        return True
    by_technician = accept_from != "requestors" and sender.technician is not None
    return by_technician or (accept_from != "technicians" and sender.requestor is not None)


def _on_record(
    message: Message, sender: _Sender, directory: Directory, policy: Policy, template: str | None, at: datetime
) -> Decision:
    keywords = find_keywords(message.subject, message.new_text)
    target, reasons = _target(message, keywords, directory)
    remarks = _other_keywords(keywords)
    if target is None:
        return _new_ticket(message, sender, policy, template, reasons, remarks + _unanswered(reasons))
    closed = target.status == "Closed" and target.closed_at is not None
    if closed and target.closed_at is not None and at - target.closed_at > timedelta(days=policy.reopen_days):
        late = applied(Reason.CLOSED_TOO_LONG, record=target.keyword, days=policy.reopen_days)
        return _new_ticket(message, sender, policy, template, (*reasons, late), (*remarks, late))
    reopened = (applied(Reason.REOPENED, record=target.keyword),) if closed else ()
    technician_id = sender.technician.id if sender.technician else target.technician_id
    context = _context(sender, target)
    return NoteOn(target, technician_id, closed, (*reasons, *reopened, *context), (*remarks, *reopened))


def _target(
    message: Message, keywords: Collection[Keyword], directory: Directory
) -> tuple[Target | None, tuple[AppliedReason, ...]]:
    """The record that the message is about, by keyword or else by what it answers, and why (MSG-02, MSG-03)."""
    for keyword in keywords:
        name = f"{keyword.module} - {keyword.id}"
        target = directory.targets.get((keyword.module, keyword.id))
        if target is None:
            return None, (applied(Reason.KEYWORD_WITHOUT_RECORD, keyword=name),)
        reason = Reason.KEYWORD_IN_SUBJECT if keyword.place == "subject" else Reason.KEYWORD_IN_BODY
        return target, (applied(reason, keyword=name),)
    for ancestor in _ancestors(message):
        if answered := directory.by_message_id.get(ancestor):
            return answered, (applied(Reason.REPLY, record=answered.keyword),)
    return None, (applied(Reason.NO_KEYWORD),)


def _unanswered(reasons: tuple[AppliedReason, ...]) -> tuple[AppliedReason, ...]:
    """An id that does not exist is told in the new ticket (MSG-02)."""
    return tuple(each for each in reasons if each.code == Reason.KEYWORD_WITHOUT_RECORD)


def _other_keywords(keywords: Collection[Keyword]) -> tuple[AppliedReason, ...]:
    others = list(dict.fromkeys(f"[{each.module} - {each.id}]" for each in list(keywords)[1:]))
    return (applied(Reason.OTHER_KEYWORDS, keywords=", ".join(others)),) if others else ()


def _context(sender: _Sender, target: Target) -> tuple[AppliedReason, ...]:
    if sender.technician:
        return (applied(Reason.FROM_TECHNICIAN, name=sender.technician.name),)
    return (applied(Reason.ASSIGNED_TECHNICIAN, record=target.keyword),) if target.technician_id else ()


def _new_ticket(
    message: Message,
    sender: _Sender,
    policy: Policy,
    template: str | None,
    reasons: tuple[AppliedReason, ...],
    remarks: tuple[AppliedReason, ...],
) -> Decision:
    new, why = _requestor(message, sender, policy.unknown_senders)
    if why.code == Reason.UNKNOWN_SENDER:
        return SetAside((why,))
    chosen = policy.templates.get(template or DEFAULT_TEMPLATE.name, DEFAULT_TEMPLATE)
    said = _template_reasons(template, policy)
    context = (applied(Reason.FROM_TECHNICIAN, name=sender.technician.name),) if sender.technician else ()
    return NewTicket(
        template=chosen,
        template_name=template,
        requestor=sender.requestor,
        new_requestor=new,
        technician=sender.technician,
        reasons=(*reasons, why, *context, *said),
        remarks=remarks,
    )


def _requestor(message: Message, sender: _Sender, unknown: UnknownSenders) -> tuple[NewRequestor | None, AppliedReason]:
    if sender.requestor:
        return None, applied(Reason.KNOWN_REQUESTOR, name=sender.requestor.name)
    if unknown == "refuse" and not sender.technician:
        return None, applied(Reason.UNKNOWN_SENDER)
    address = message.sender.address
    if unknown == "create_requestor" and is_address(address) and len(address) <= 255:
        return NewRequestor(message.sender.name or address, address), applied(Reason.NEW_REQUESTOR)
    return None, applied(Reason.NO_REQUESTOR)


def _template_reasons(template: str | None, policy: Policy) -> tuple[AppliedReason, ...]:
    if template is None:
        return ()
    reason = Reason.TEMPLATE if template in policy.templates else Reason.TEMPLATE_GONE
    return (applied(reason, template=template),)
