"""Answers the sender of an email command: what was done, or which line was not understood or not allowed (MSG-06)."""

from __future__ import annotations

from collections.abc import Sequence

from trackit_console.domain.addresses import address_key
from trackit_console.domain.effects import Change, Effect, MailKind, SendMail
from trackit_console.domain.events import Event, EventKind, ReceivedMail
from trackit_console.domain.listeners import Reader
from trackit_console.helpdesk.notifications.composing import Draft, compose
from trackit_console.helpdesk.notifications.held_back import told_once
from trackit_console.helpdesk.notifications.message_ids import message_id_for
from trackit_console.helpdesk.notifications.recipients import Recipient
from trackit_console.helpdesk.notifications.rendering import text_as_html
from trackit_console.helpdesk.notifications.routing import reply_subject
from trackit_console.helpdesk.notifications.sending_settings import SendingSettings
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.helpdesk.reasons import reason_phrase


class CommandAnswerListener:
    """A `domain.listeners.Listener`: one reply to each message with commands, in English like the commands themselves."""

    def __init__(self, settings: ReactionSettings, sending: SendingSettings | None = None) -> None:
        self._sending = sending or SendingSettings.of(settings)

    def __call__(self, events: Sequence[Event], read: Reader) -> Sequence[Change]:
        asked = [each for each in events if each.kind is EventKind.COMMAND_ANSWERED and not each.quiet]
        if not asked or self._sending.from_address is None:
            return ()
        received = read.received({each.delivery_id for each in asked if each.delivery_id is not None})
        answers = [(each, mail) for each in asked if (mail := received.get(each.delivery_id or 0))]
        self._sending.address_books.of(read).prepare({mail.sender_key for _, mail in answers})
        changes = (Change(tuple(self._answer(event, mail, read)), quiet=True) for event, mail in answers)
        return [each for each in changes if each.effects]

    def _answer(self, event: Event, received: ReceivedMail, read: Reader) -> Sequence[Effect]:
        permission, book = self._sending.permission, self._sending.address_books.of(read)
        # That of a deleted record keeps its keyword: nothing has its number again.
        subject = reply_subject(received.subject, event.record)
        name, address = _sender(received)
        recipient = Recipient(address, received.sender_key, name, *book.person(received.sender_key))
        if permission.no_mailbox(recipient):
            return ()
        why_not = permission.held_back(recipient, subject, subject, event.record, book)
        if why_not := why_not or permission.too_many_answers(recipient, subject, book):
            return told_once(event.record, [why_not], book, read)
        book.count(recipient.key, event.record)
        return [self._mail(event, received, recipient, subject, read)]

    def _mail(self, event: Event, received: ReceivedMail, recipient: Recipient, subject: str, read: Reader) -> SendMail:
        from_address = self._sending.from_address
        assert from_address is not None, "without it nothing is answered"
        text = "\n\n".join((*(str(reason_phrase(each)) for each in event.reasons), self._sending.help_desk.name))
        unique_key = f"command {event.delivery_id}"
        composed = compose(
            Draft(
                kind=MailKind.REPLY,
                from_name=self._sending.from_name,
                from_address=from_address,
                to=[(recipient.name, recipient.address)],
                subject=subject,
                text=text,
                html=text_as_html(text),
                message_id=message_id_for(unique_key, from_address),
                date=read.now,
                in_reply_to=received.message_id,
            )
        )
        return SendMail(
            MailKind.REPLY,
            (recipient.address,),
            composed.subject,
            composed.message_id,
            composed.content,
            unique_key,
            event.record,
        )


def _sender(received: ReceivedMail) -> tuple[str, str]:
    """Name and address as they were written; what is cut off or odd is addressed by its key."""
    name, _, rest = received.sender.rpartition("<")
    address = rest.removesuffix(">").strip()
    return (name.strip(), address) if address_key(address) == received.sender_key else ("", received.sender_key)
