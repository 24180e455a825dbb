"""A help desk with a real database whose listeners send mail: what comes in, what people do, and what was put into the outbox."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tests.message_factory import raw_message
from tests.settings.samples import imap
from trackit_console.domain.deliveries import MessageRef
from trackit_console.domain.effects import AddNote, Assign, Change, Effect
from trackit_console.domain.listeners import Listener
from trackit_console.domain.records import Module, Note, NoteKind, RecordRef
from trackit_console.helpdesk.arrivals import arrived
from trackit_console.helpdesk.notifications.command_answers import CommandAnswerListener
from trackit_console.helpdesk.notifications.listener import NotificationListener
from trackit_console.helpdesk.policy import Policy
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.mail import Message, parse
from trackit_console.monitor.mailbox_intake import MailboxIntake
from trackit_console.settings.default_notification_templates import DEFAULT_NOTIFICATION_TEMPLATES
from trackit_console.settings.definition_names import definition_key
from trackit_console.settings.notifications import Notification
from trackit_console.settings.people import Technician
from trackit_console.settings.tiles import EmailSettings
from trackit_console.store.database import Database
from trackit_console.store.tables import OutboxRow

TICKET = RecordRef(Module.TICKET, 1)
SUPPORT = "support@example.com"
ANNA, CARL, ADA = "anna@contoso.example", "carl@example.com", "ada@example.com"


@dataclass(frozen=True)
class Sent:
    """A mail in the outbox."""

    to: str
    by: str
    record: int | None
    not_before: datetime
    digest: str | None
    message: Message = field(repr=False)

    @property
    def subject(self) -> str:
        return self.message.subject


def reaction_settings(*notifications: Notification, **changes: Any) -> ReactionSettings:
    """Those of a help desk at `SUPPORT` with the templates of a new database; the notifications are turned on."""
    usual: dict[str, Any] = {
        "from_address": SUPPORT,
        "from_name": "Contoso Help Desk",
        "own_addresses": frozenset({SUPPORT}),
        "templates": {definition_key(each.name): each for each in DEFAULT_NOTIFICATION_TEMPLATES},
    }
    enabled = tuple(each.model_copy(update={"enabled": True}) for each in notifications)
    return ReactionSettings(**{**usual, "notifications": enabled, **changes})


class HelpDesk:
    """Anna asks for help; Carl and Ada are technicians, Carl with a private address as well."""

    def __init__(self, database: Database, settings: ReactionSettings, email: EmailSettings | None = None) -> None:
        self.database = database
        self.settings = settings
        with database.begin() as transaction:
            self.mailbox_id = transaction.mailboxes.add(imap(user_account_name=SUPPORT), "test").id
            carl = Technician(name="Carl Okafor", email=CARL, mapped_addresses=["carl@home.example"])
            self.carl = transaction.people.save_technician(carl, "test")
            self.ada = transaction.people.save_technician(Technician(name="Ada Byrne", email=ADA), "test")
        own = [imap(user_account_name=SUPPORT, email_address=SUPPORT)]
        self._intake = MailboxIntake(Policy.of(email or EmailSettings(mailboxes=own)), None)
        listeners: list[Listener] = [NotificationListener(settings), CommandAnswerListener(settings)]
        database.listeners.append(lambda _: listeners)

    def receives(self, *raw: bytes) -> list[Change]:
        """Takes the messages in, as one batch."""
        with self.database.unit_of_work() as work:
            refs = [MessageRef("1 INBOX", hashlib.sha256(each).hexdigest()) for each in raw]
            arriving = [arrived(ref, each, work.transaction.now) for ref, each in zip(refs, raw, strict=True)]
            messages = list(self._intake.read_all(arriving, set()))
            directory = work.look_up(self._intake.lookup(messages), self.mailbox_id)
            changes = self._intake.decide(messages, directory)
            work.apply(changes, self.mailbox_id)
            work.commit()
        return changes

    def has_ticket(self, **message: Any) -> None:
        """The first ticket, from Anna, worked on by Carl; nothing was sent about it."""
        listeners = list(self.database.listeners)
        self.database.listeners.clear()
        self.receives(raw_message(1, **{"sender": f"Anna Berg <{ANNA}>", "subject": "Printer is broken", **message}))
        self.does(Assign(TICKET, self.carl))
        self.database.listeners.extend(listeners)

    def does(self, *effects: Effect, **change: Any) -> None:
        """What a person does on the page Records, or a rule."""
        with self.database.unit_of_work() as work:
            work.apply([Change(effects, **change)])
            work.commit()

    def notes(self, text: str, *, private: bool = False) -> None:
        self.does(AddNote(TICKET, Note(NoteKind.NOTE, "ada", text, private=private)))

    def sent(self) -> list[Sent]:
        """What is in the outbox."""
        with self.database.reading() as transaction:
            rows = transaction.session.execute(select(OutboxRow).order_by(OutboxRow.id)).scalars().all()
            return [_sent(row) for row in rows]

    def told(self, number: int = 1) -> list[str]:
        """What system notes on a ticket tell, in English."""
        with self.database.reading() as transaction:
            notes = transaction.records.notes([number])[number]
        return [str(reason_phrase(why)) for note in notes if note.kind is NoteKind.SYSTEM for why in note.reasons]


def _sent(row: OutboxRow) -> Sent:
    [to] = parse(row.content).to
    return Sent(to.address, row.sender_name, row.record_id, row.next_try_at, row.digest, parse(row.content))


def recipients(sent: Sequence[Sent]) -> list[str]:
    return sorted(each.to for each in sent)
