"""A technician's reply: a note that is sent by email as well (MSG-03, OUT-06).

Decided here:
- Each recipient gets a mail of their own, all of them the same message with the same Message-ID. The note carries that id, so the
  history has the reply once, and whoever is told of notes is not told of it again (`notifications.permission`).
- It is a person's mail: it does not call itself automatic, and Loop protection does not limit it. Filters for sending do hold it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trackit_console.domain.addresses import address_key
from trackit_console.domain.effects import AddNote, Change, MailKind, SendMail
from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import AppliedReason, KeptNote, Note, NoteKind, RecordDetails, RecordRef
from trackit_console.helpdesk.notifications.composing import ComposedMail, Draft, compose
from trackit_console.helpdesk.notifications.message_ids import message_id_for
from trackit_console.helpdesk.notifications.occasions import note_facts
from trackit_console.helpdesk.notifications.recipients import Recipient, recipients_of
from trackit_console.helpdesk.notifications.rendering import text_as_html
from trackit_console.helpdesk.notifications.routing import reply_subject
from trackit_console.helpdesk.notifications.sending_settings import SendingSettings
from trackit_console.helpdesk.notifications.values import moment_text
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.helpdesk.reasons import Reason, applied, reason_phrase
from trackit_console.settings.recipients import Recipients
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem

NOTES_SEARCHED = 100
"""The last notes of a record in which the message is looked for that is answered."""
_ON_THE_THREAD = Recipients(requestor=True, participants=True)


class ReplyNotPossible(Problem):
    """The reply cannot be sent to whom it is for; nothing was written."""

    context = "helpdesk"
    code = "reply_not_possible"
    sentence = QT_TRANSLATE_NOOP("helpdesk", "The reply was not sent. {why}")
    remedy = QT_TRANSLATE_NOOP("helpdesk", "Your text is still there. Choose others to send it to, or add it as a note.")


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody whom a record can be answered to. `why_not` None: they can be sent mail.

    `came_back` is why mail to them came back last: they may be written to all the same.
    """

    recipient: Recipient
    why_not: AppliedReason | None = None
    came_back: str | None = None


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Whom a record can be answered to, the requestor first. `why_nobody` says why nothing can be sent at all, None if it can.

    `subject` is that of the mail. `quotable`: there is a message that the reply may quote.
    """

    people: tuple[Correspondent, ...] = ()
    why_nobody: AppliedReason | None = None
    subject: str = ""
    quotable: bool = False


@dataclass(frozen=True, slots=True)
class ReplyDraft:
    """What was typed. `to` are the keys of the addresses that were chosen; `quote`: the message that is answered stands below."""

    text: str
    to: tuple[str, ...]
    quote: bool = False


def correspondence(record: RecordDetails, settings: SendingSettings, read: Reader) -> Correspondence:
    """Who can be sent a reply about `record`, and why somebody cannot."""
    answered = _answered(record, read)
    subject = _subject(record, answered, read)
    people = tuple(_correspondents(record, subject, settings, read))
    why_nobody = None
    if settings.from_address is None:
        why_nobody = applied(Reason.NO_FROM_ADDRESS)
    elif not people:
        why_nobody = applied(Reason.REPLY_TO_NOBODY)
    return Correspondence(people, why_nobody, subject, quotable=answered is not None and bool(answered.note.text.strip()))


def reply(record: RecordDetails, draft: ReplyDraft, by: str, settings: SendingSettings, read: Reader) -> Change:
    """The note of `by` and its mails. Raises `ReplyNotPossible` if one that was chosen cannot be sent it."""
    letter = _Letter.of(record, draft, settings, read)
    recipients = _chosen(record, draft, letter.subject, settings, read)
    key = f"reply {read.new_key()}"
    mails = [letter.mail(each, key, by) for each in recipients]
    note = Note(
        NoteKind.NOTE,
        by,
        draft.text.strip(),
        letter.quoted,
        message_id=mails[0].message_id,
        participants=tuple(each.key for each in recipients),
    )
    return Change((AddNote(record.ref, note), *mails))


def composed(record: RecordDetails, draft: ReplyDraft, settings: SendingSettings, read: Reader) -> ComposedMail:
    """The mail as the first of its recipients would get it. Raises `ReplyNotPossible`."""
    letter = _Letter.of(record, draft, settings, read)
    return letter.composed(_chosen(record, draft, letter.subject, settings, read)[0], f"reply {read.new_key()}")


@dataclass(frozen=True, slots=True)
class _Letter:
    """A reply that lacks its recipient. `quoted` is the text of the message that it quotes."""

    record: RecordRef
    from_address: str
    subject: str
    text: str
    quoted: str
    answered: KeptNote | None
    references: tuple[str, ...]
    settings: SendingSettings
    read: Reader

    @classmethod
    def of(cls, record: RecordDetails, draft: ReplyDraft, settings: SendingSettings, read: Reader) -> _Letter:
        if settings.from_address is None:
            raise ReplyNotPossible(why=reason_phrase(applied(Reason.NO_FROM_ADDRESS)))
        answered = _answered(record, read)
        quoted = answered.note.text.strip() if answered and draft.quote else ""
        parts = [draft.text.strip(), settings.help_desk.name]
        if answered and quoted:
            parts.append(_quotation(answered, quoted, settings))
        first = message_id_for(f"record {record.ref}", settings.from_address)
        return cls(
            record.ref,
            settings.from_address,
            _subject(record, answered, read),
            "\n\n".join(parts),
            quoted,
            answered,
            (first, *_thread(record, read)),
            settings,
            read,
        )

    def composed(self, recipient: Recipient, key: str) -> ComposedMail:
        return compose(
            Draft(
                kind=MailKind.REPLY,
                from_name=self.settings.from_name,
                from_address=self.from_address,
                to=[(recipient.name, recipient.address)],
                subject=self.subject,
                text=self.text,
                html=text_as_html(self.text),
                message_id=message_id_for(key, self.from_address),
                date=self.read.now,
                in_reply_to=self.answered.note.message_id if self.answered else None,
                references=self.references,
                by_person=True,
            )
        )

    def mail(self, recipient: Recipient, key: str, by: str) -> SendMail:
        made = self.composed(recipient, key)
        unique_key = f"{key} {recipient.key}"
        return SendMail(
            MailKind.REPLY, (recipient.address,), made.subject, made.message_id, made.content, unique_key, self.record, by=by
        )


def _correspondents(record: RecordDetails, subject: str, settings: SendingSettings, read: Reader) -> list[Correspondent]:
    told = Occurrence("note_added", f"reply {record.ref}", read.now, details=record)
    own = settings.permission.own_addresses
    # What the help desk itself takes part with is nobody to write to.
    found = [each for each in recipients_of(told, _ON_THE_THREAD, settings.address_books.of(read)) if each.key not in own]
    marks = read.undeliverable({each.key for each in found})
    return [Correspondent(each, _why_not(each, subject, settings), marks.get(each.key)) for each in found]


def _why_not(recipient: Recipient, subject: str, settings: SendingSettings) -> AppliedReason | None:
    if no_mailbox := settings.permission.no_mailbox(recipient):
        return no_mailbox
    hit = settings.permission.filtered(recipient, subject)
    if hit is None:
        return None
    by_sender = hit.rule_list == "sender"
    reason = Reason.REPLY_STOPPED_BY_SENDER_RULE if by_sender else Reason.REPLY_STOPPED_BY_SUBJECT_RULE
    return applied(reason, recipient=recipient.address, rule=hit.rule.text)


def _chosen(
    record: RecordDetails, draft: ReplyDraft, subject: str, settings: SendingSettings, read: Reader
) -> Sequence[Recipient]:
    """Who was chosen: a filter may have been added, or an address changed, since the choice was offered."""
    offered = {each.recipient.key: each for each in _correspondents(record, subject, settings, read)}
    chosen = [each for key, each in offered.items() if key in draft.to]
    gone = next((key for key in draft.to if key not in offered), None)
    why_not = applied(Reason.REPLY_RECIPIENT_GONE, recipient=gone) if gone else None
    if why_not := why_not or next((each.why_not for each in chosen if each.why_not), None):
        raise ReplyNotPossible(why=reason_phrase(why_not))
    if not chosen:
        raise ReplyNotPossible(why=reason_phrase(applied(Reason.REPLY_WITHOUT_RECIPIENT)))
    return [each.recipient for each in chosen]


def _answered(record: RecordDetails, read: Reader) -> KeptNote | None:
    """The last message of the requestor; of a record without one, the last that came. Never what came as a private note."""
    key = address_key(record.requestor.email) if record.requestor else None
    came = [each for each in read.history(record.ref, NOTES_SEARCHED) if each.note.kind is NoteKind.EMAIL_RECEIVED]
    shown = [each for each in came if not each.note.private]
    return next((each for each in shown if each.sender == key), next(iter(shown), None))


def _thread(record: RecordDetails, read: Reader) -> list[str]:
    """The ids of the messages that the recipients may know, the oldest first."""
    kinds = (NoteKind.EMAIL_RECEIVED, NoteKind.NOTE)
    seen = (each.note for each in reversed(read.history(record.ref, NOTES_SEARCHED)) if not each.note.private)
    return [each.message_id for each in seen if each.message_id and each.kind in kinds]


def _subject(record: RecordDetails, answered: KeptNote | None, read: Reader) -> str:
    """That of the message that is answered: mail programs put together what has the same."""
    number = answered.delivery_id if answered else None
    received = read.received({number}).get(number) if number is not None else None
    return reply_subject(received.subject if received else record.subject, record.ref)


def _quotation(answered: KeptNote, text: str, settings: SendingSettings) -> str:
    lines = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    when = moment_text(answered.at, settings.help_desk.zone)
    return f"On {when}, {note_facts(answered).author} wrote:\n{lines}"
