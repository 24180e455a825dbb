"""A day with opponents that answer to everything: what we send ends, and soon (MSG-08).

Real databases, polled once every five minutes of a simulated day; what is in the outbox is handed over at once. Nobody here
remembers whom they answered already, as RFC 3834 asks them to.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.clock import ManualClock
from tests.message_factory import raw_message
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.new_database import open_new_database
from tests.settings.samples import imap
from trackit_console.domain.effects import AddNote, Change, Close, Effect
from trackit_console.domain.listeners import Listener
from trackit_console.domain.records import Module, Note, NoteKind, RecordRef
from trackit_console.helpdesk.notifications.command_answers import CommandAnswerListener
from trackit_console.helpdesk.notifications.listener import NotificationListener
from trackit_console.mail import Message, parse
from trackit_console.monitor.poll_once import poll_once
from trackit_console.monitor.reaction_settings_reader import read_reaction_settings
from trackit_console.paths import DataDir
from trackit_console.settings.default_notification_templates import DEFAULT_NOTIFICATION_TEMPLATES
from trackit_console.settings.default_notifications import DEFAULT_NOTIFICATIONS
from trackit_console.settings.loop_protection import AutomaticMail
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import OutboxRow, RecordRow
from trackit_console.store.transaction import Transaction

pytestmark = pytest.mark.covers("MSG-08")
POLL_SECONDS = 5 * 60
POLLS_A_DAY = 24 * 60 * 60 // POLL_SECONDS
ENABLED = ("New ticket: confirm it to the requestor", "Closed: tell the requestor", "Note of a technician: tell the requestor")
ANNA = "anna@contoso.example"


@dataclass
class HelpDesk:
    """A help desk of ours that tells requestors of their tickets; `sent` is what it handed over, with the recipient."""

    address: str
    database: Database
    mailbox: ScriptedMailbox = field(default_factory=ScriptedMailbox)
    sent: list[tuple[str, bytes]] = field(default_factory=list)

    def gets(self, raw: bytes) -> None:
        """A message arrives in its mailbox."""
        self.mailbox.messages[len(self.mailbox.messages) + 1] = raw

    def polls(self) -> None:
        if len(self.mailbox.messages) > self._taken():
            poll_once(self.database, threading.Event(), source_factory=self.mailbox.open)

    def _taken(self) -> int:
        return sum(len(each.settled) for each in self.mailbox.sessions)

    def hands_over(self) -> list[tuple[str, bytes]]:
        """What waits in its outbox."""
        with self.database.begin() as transaction:
            rows = transaction.session.execute(select(OutboxRow).where(OutboxRow.state == "waiting")).scalars().all()
            mails = [(parse(row.content).to[0].address, row.content) for row in rows]
            transaction.session.execute(update(OutboxRow).values(state="sent"))
        self.sent += mails
        return mails

    def does(self, *effects: Effect) -> None:
        """What a technician does."""
        with self.database.unit_of_work() as work:
            work.apply([Change(effects)])
            work.commit()

    @property
    def tickets(self) -> int:
        with self.database.reading() as transaction:
            return len(transaction.session.execute(select(RecordRow.id)).all())


MakeDesk = Callable[..., HelpDesk]


@pytest.fixture
def clock() -> ManualClock:
    """The time of the databases, from the present on: visits look at the real clock for when a message was seen."""
    return ManualClock(datetime.now(UTC))


@pytest.fixture
def help_desk(tmp_path: Path, clock: ManualClock, data_dir: DataDir) -> Iterator[MakeDesk]:
    """Opens help desks, each with a database of its own."""
    opened: list[Database] = []

    def make(address: str, automatic_mail: AutomaticMail = "activity", tickets: int = 0) -> HelpDesk:
        key = data_dir.key_file.read_bytes()
        own = DataDir(tmp_path / address).make()
        own.key_file.write_bytes(key)
        database = open_new_database(own, clock)
        opened.append(database)
        with database.begin() as transaction:
            _set_up(transaction, address, automatic_mail)
        desk = HelpDesk(address, database)
        for number in range(tickets):
            desk.gets(raw_message(number, sender="old@example.org", message_id=f"old-{number}@{address}"))
        desk.polls()
        desk.hands_over()
        desk.sent.clear()
        database.listeners.append(_listeners)
        return desk

    yield make
    for each in opened:
        each.close()


def _set_up(transaction: Transaction, address: str, automatic_mail: AutomaticMail) -> None:
    transaction.mailboxes.add(imap(user_account_name=address, email_address=address, enabled=True), "test")
    outgoing = BasicOutgoing(
        from_address=address, smtp_server_name="smtp.example.com", port=25, security="none", smtp_requires_authentication=False
    )
    transaction.settings.save_outgoing(outgoing, None, "test")
    protection = transaction.settings.loop_protection()
    changed = protection.value.model_copy(update={"automatic_mail": automatic_mail})
    transaction.settings.save_loop_protection(Stored(protection.id, protection.version, changed), "test")
    transaction.notification_templates.add_all(DEFAULT_NOTIFICATION_TEMPLATES, "test")
    wanted = [each.model_copy(update={"enabled": True}) for each in DEFAULT_NOTIFICATIONS if each.name in ENABLED]
    transaction.notifications.add_all(wanted, "test")


def _listeners(transaction: Transaction) -> Sequence[Listener]:
    settings = read_reaction_settings(transaction)
    return [NotificationListener(settings), CommandAnswerListener(settings)]


Opponent = Callable[[Message, int], bytes]


def a_day(desk: HelpDesk, clock: ManualClock, opponent: Opponent, polls_until_answer: int = 1) -> int:
    """Anna's ticket, a note on it and its end within a day; `opponent` answers each mail to her so many polls later.

    Returns at which poll the last mail was sent.
    """
    due: dict[int, list[bytes]] = {}
    answers = last = 0
    desk.gets(raw_message(1, sender=f"Anna Berg <{ANNA}>"))
    for poll in range(POLLS_A_DAY):
        for each in due.pop(poll, []):
            desk.gets(each)
        desk.polls()
        ticket = RecordRef(Module.TICKET, 1)
        if poll == 20:
            desk.does(AddNote(ticket, Note(NoteKind.NOTE, "carl", "Have you tried it again?")))
        if poll == 40:
            desk.does(Close(ticket))
        for _, content in desk.hands_over():
            answers, last = answers + 1, poll
            due.setdefault(poll + polls_until_answer, []).append(opponent(parse(content), answers))
        clock.advance(POLL_SECONDS)
    return last


# ---------------------------------------------------------------- two help desks of ours


def without_signs(content: bytes) -> bytes:
    """As a gateway passes it on that keeps no header that it does not know."""
    head, _, body = content.partition(b"\r\n\r\n")
    kept = [each for each in head.split(b"\r\n") if not each.startswith((b"Auto-Submitted", b"X-Auto-Response"))]
    return b"\r\n".join(kept) + b"\r\n\r\n" + body


@pytest.mark.parametrize("automatic_mail", ["activity", "ticket"])
@pytest.mark.parametrize("other_tickets", [0, 30], ids=["same numbers", "other numbers"])
@pytest.mark.parametrize("gateway", [bytes, without_signs], ids=["as sent", "without our headers"])
def test_two_help_desks_of_ours_do_not_answer_each_other(
    help_desk: MakeDesk,
    clock: ManualClock,
    automatic_mail: AutomaticMail,
    other_tickets: int,
    gateway: Callable[[bytes], bytes],
) -> None:
    desks = [help_desk("support@a.example", automatic_mail), help_desk("support@b.example", automatic_mail, other_tickets)]
    first, second = desks
    first.gets(raw_message(1, sender=second.address, subject="Who is on duty?"))
    for poll in range(POLLS_A_DAY):
        for desk, other in ((first, second), (second, first)):
            desk.polls()
            if poll == 20 and desk is first:
                desk.does(AddNote(RecordRef(Module.TICKET, 1), Note(NoteKind.NOTE, "ada", "We are.")))
            for to, content in desk.hands_over():
                assert to == other.address
                other.gets(gateway(content))
        clock.advance(POLL_SECONDS)
    assert 2 <= len(first.sent) <= 3
    assert len(second.sent) <= 3
    assert second.tickets - other_tickets <= 3
    assert first.tickets <= 3


# ---------------------------------------------------------------- absence notes


def absence(**headers: str) -> Opponent:
    """An absence note; `{subject}` is that of our mail."""
    subject = headers.pop("subject")

    def answer(ours: Message, number: int) -> bytes:
        threading_headers = {} if "no_thread" in headers else {"In_Reply_To": f"<{ours.message_id}>"}
        return raw_message(
            number,
            sender=f"Anna Berg <{ANNA}>",
            subject=subject.format(subject=ours.subject),
            text="I am away until Monday.\n",
            message_id=f"absence-{number}@contoso.example",
            **{name: value for name, value in headers.items() if name != "no_thread"},  # type: ignore[arg-type]
            **threading_headers,  # type: ignore[arg-type]
        )

    return answer


ABSENCES = {
    "Exchange, English": absence(
        subject="Automatic reply: {subject}", X_Auto_Response_Suppress="All", Auto_Submitted="auto-generated"
    ),
    "Gmail, French": absence(subject="Réponse automatique : {subject}", X_Autoreply="yes", Precedence="bulk"),
    "Sieve of Dovecot, Italian": absence(subject="Sono assente: {subject}", Auto_Submitted="auto-replied (vacation)"),
    "Outlook, German, without a header": absence(subject="Automatische Antwort: {subject}"),
    "Lotus Notes, Spanish": absence(subject="Respuesta automática: {subject}", Auto_Submitted="auto-replied"),
    "GroupWise, Portuguese": absence(subject="Resposta automática: {subject}", Precedence="auto_reply"),
    "vacation of BSD, without the thread": absence(
        subject="away from my mail", Precedence="bulk", Auto_Submitted="auto-replied", no_thread=""
    ),
}


@pytest.mark.parametrize("automatic_mail", ["activity", "ticket"])
@pytest.mark.parametrize("opponent", ABSENCES.values(), ids=list(ABSENCES))
def test_an_absence_note_gets_no_answer(
    help_desk: MakeDesk, clock: ManualClock, opponent: Opponent, automatic_mail: AutomaticMail
) -> None:
    desk = help_desk("support@a.example", automatic_mail)
    a_day(desk, clock, opponent)
    assert len(desk.sent) == 3, "received, a note, closed"
    assert desk.tickets <= 4


# ---------------------------------------------------------------- programs without any sign


def reply(ours: Message, number: int) -> bytes:
    return raw_message(
        number,
        sender=ANNA,
        subject=f"Re: {ours.subject}",
        text="We got your mail.\n",
        message_id=f"program-{number}@contoso.example",
        In_Reply_To=f"<{ours.message_id}>",
    )


def same_text(_ours: Message, number: int) -> bytes:
    return raw_message(
        number, sender=ANNA, subject="Your case", text="We got your mail.\n", message_id=f"program-{number}@contoso.example"
    )


def same_text_of_new_sender(_ours: Message, number: int) -> bytes:
    return raw_message(
        number,
        sender=f"case-{number}@contoso.example",
        subject="Your case",
        text="We got your mail.\n",
        message_id=f"program-{number}@contoso.example",
    )


def changing_text(_ours: Message, number: int) -> bytes:
    return raw_message(
        number,
        sender=ANNA,
        subject=f"Case {number}",
        text=f"This is number {number}.\n",
        message_id=f"program-{number}@contoso.example",
    )


@pytest.mark.parametrize(
    ("opponent", "polls_until_answer", "most"),
    [
        pytest.param(reply, 1, 3, id="replies to our mail"),
        pytest.param(same_text, 1, 12, id="says the same without naming the ticket"),
        pytest.param(changing_text, 1, 22, id="says something else each time"),
        pytest.param(changing_text, 6, 22, id="says something else each time, slowly"),
        pytest.param(same_text, 6, 22, id="says the same, slowly"),
        pytest.param(same_text_of_new_sender, 6, 22, id="says the same by a new address each time, slowly"),
    ],
)
def test_a_program_that_no_header_tells_ends_by_the_limits(
    help_desk: MakeDesk, clock: ManualClock, opponent: Opponent, polls_until_answer: int, most: int
) -> None:
    """Each of the three mails that a person causes may start it anew: no limit of answers keeps those back."""
    desk = help_desk("support@a.example")
    last = a_day(desk, clock, opponent, polls_until_answer)
    assert 3 <= len(desk.sent) <= most
    assert last < POLLS_A_DAY * 3 / 4, "it has ended, and does not go on at the same pace"
