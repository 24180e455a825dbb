"""Which record a message is about, by which evidence, and whether its sender has anything to do with it (MSG-02, MSG-03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trackit_console.domain.addresses import address_key
from trackit_console.domain.directory import Directory
from trackit_console.domain.records import AppliedReason, Module, Record, RecordRef
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.helpdesk.sender import Sender
from trackit_console.mail import Message
from trackit_console.mail.keywords import Keyword, find_keywords


@dataclass(frozen=True, slots=True)
class Target:
    """The record, None for a new one; why; and what its history should tell besides.

    `by_keyword`: nothing but a keyword says so, which anybody can write.
    """

    record: Record | None
    reasons: tuple[AppliedReason, ...]
    remarks: tuple[AppliedReason, ...] = ()
    by_keyword: bool = False


def keywords_of(message: Message) -> tuple[Keyword, ...]:
    """The keywords in the subject and in what is new, or in the whole text where nothing is."""
    return find_keywords(message.subject, message.new_text or message.text)


def ancestors_of(message: Message) -> tuple[str, ...]:
    """The ids of the messages that this one replies to, nearest first. A bounce replies to the undelivered message."""
    returned = message.bounce.of_message_id if message.bounce else None
    return (*((returned,) if returned else ()), *message.in_reply_to, *reversed(message.references))


def find_target(message: Message, directory: Directory) -> Target:
    """By keyword (the subject before the text), else by the message that it replies to."""
    keywords = keywords_of(message)
    remarks = _other_keywords(keywords)
    if keywords:
        first = keywords[0]
        ref = RecordRef(Module(first.module), first.id)
        if record := directory.records.get(ref):
            reason = Reason.KEYWORD_IN_SUBJECT if first.place == "subject" else Reason.KEYWORD_IN_BODY
            return Target(
                record, (applied(reason, keyword=str(ref)),), remarks, by_keyword=not _answers(message, record, directory)
            )
        unknown = applied(Reason.KEYWORD_WITHOUT_RECORD, keyword=str(ref))
        return Target(None, (unknown,), (*remarks, unknown))
    if answered := answered_record(message, directory):
        return Target(answered, (applied(Reason.REPLY, record=str(answered.ref)),))
    return Target(None, (applied(Reason.NO_KEYWORD),))


def answered_record(message: Message, directory: Directory) -> Record | None:
    """The record of the nearest message that this one replies to."""
    return next((found for each in ancestors_of(message) if (found := directory.by_message_id.get(each))), None)


def is_stranger(message: Message, sender: Sender, record: Record, directory: Directory) -> bool:
    """Whether the sender is neither a technician nor the record's requestor nor on its mail (From, To, Cc)."""
    if sender.technician or (sender.requestor and sender.requestor.id == record.requestor_id):
        return False
    return address_key(message.sender.address) not in directory.participants.get(record.ref, frozenset())


def _answers(message: Message, record: Record, directory: Directory) -> bool:
    return any(found.ref == record.ref for each in ancestors_of(message) if (found := directory.by_message_id.get(each)))


def _other_keywords(keywords: Sequence[Keyword]) -> tuple[AppliedReason, ...]:
    others = list(dict.fromkeys(f"[{each.module} - {each.id}]" for each in keywords[1:]))
    return (applied(Reason.OTHER_KEYWORDS, keywords=", ".join(others)),) if others else ()
