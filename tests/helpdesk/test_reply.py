"""A technician's reply from the Records page: who gets it, what it says, and that nobody gets it twice (MSG-03, OUT-06)."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from sqlalchemy import select

from tests.helpdesk.help_desk import ADA, ANNA, SUPPORT, TICKET, HelpDesk, reaction_settings
from tests.message_factory import raw_message
from trackit_console.domain.effects import CreateRequestor, MarkUndeliverable
from trackit_console.domain.records import KeptNote, Module, NoteKind, Placeholder, RecordDetails, RecordRef
from trackit_console.helpdesk.notifications.sending_settings import SendingSettings
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.helpdesk.reply import Correspondence, ReplyDraft, ReplyNotPossible, composed, correspondence, reply
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.notifications import Notification
from trackit_console.settings.recipients import Recipients
from trackit_console.store.database import Database
from trackit_console.store.record_reader import RecordReader
from trackit_console.store.tables import OutboxRow

BO = "bo@fabrikam.example"
Desk = Callable[..., "Technician"]


class Technician:
    """Carl before the Records page of `help_desk`."""

    def __init__(self, help_desk: HelpDesk) -> None:
        self.help_desk = help_desk
        self.sending = SendingSettings.of(help_desk.settings)

    def replies(self, text: str, *to: str, quote: bool = False, record: RecordRef = TICKET) -> None:
        with self.help_desk.database.unit_of_work() as work:
            details = work.reader.details([record])[record]
            work.apply([reply(details, ReplyDraft(text, to, quote), "CONTOSO\\carl", self.sending, work.reader)])
            work.commit()

    def sees(self, record: RecordRef = TICKET) -> Correspondence:
        found: Correspondence = self._asks(record, lambda details, read: correspondence(details, self.sending, read))
        return found

    def previews(self, draft: ReplyDraft) -> EmailMessage:
        mail = self._asks(TICKET, lambda details, read: composed(details, draft, self.sending, read))
        return message_from_bytes(mail.content, _class=EmailMessage, policy=default)

    def _asks(self, record: RecordRef, question: Callable[[RecordDetails, RecordReader], Any]) -> Any:
        with self.help_desk.database.reading() as transaction:
            read = RecordReader(transaction.session.connection(), transaction.now)
            return question(read.details([record])[record], read)

    def mails(self) -> list[EmailMessage]:
        with self.help_desk.database.reading() as transaction:
            rows = transaction.session.scalars(select(OutboxRow.content).order_by(OutboxRow.id))
            return [message_from_bytes(each, _class=EmailMessage, policy=default) for each in rows]

    def notes(self) -> list[KeptNote]:
        with self.help_desk.database.reading() as transaction:
            read = RecordReader(transaction.session.connection(), transaction.now)
            return list(read.history(TICKET, 100))[::-1]

    def addresses(self, record: RecordRef = TICKET) -> list[str]:
        return [each.recipient.address for each in self.sees(record).people]

    def told(self) -> list[str]:
        """Why somebody cannot be written to, in English."""
        return [str(reason_phrase(each.why_not)) for each in self.sees().people if each.why_not]


@pytest.fixture
def desk(database: Database) -> Desk:
    """Anna's ticket, and whoever was on the Cc of her mail."""

    def make(*notifications: Notification, cc: str = "", **changes: Any) -> Technician:
        made = HelpDesk(database, reaction_settings(*notifications, **changes))
        made.has_ticket(**({"Cc": cc} if cc else {}))
        return Technician(made)

    return make


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").rstrip()


def note_added(**fields: Any) -> Notification:
    usual = {"name": "A note", "event": "note_added", "template": "Note added (to the requestor)"}
    return Notification(**{**usual, "recipients": Recipients(requestor=True), **fields})


# ---------------------------------------------------------------- what is sent


@pytest.mark.covers("MSG-02", "MSG-03", "MSG-08")
def test_a_reply_is_a_persons_mail_on_the_thread_of_the_requestor(desk: Desk) -> None:
    carl = desk()
    carl.replies("It prints again.\n", ANNA)
    [mail] = carl.mails()
    assert str(mail["To"]) == f"Anna Berg <{ANNA}>"
    assert str(mail["From"]) == f"Contoso Help Desk <{SUPPORT}>"
    assert mail["Subject"] == "Re: Printer is broken [Ticket - 1]"
    assert mail["In-Reply-To"] == "<letter-1@contoso.example>"
    assert str(mail["References"]).split()[-1] == "<letter-1@contoso.example>"
    assert mail["Auto-Submitted"] is None
    assert text_of(mail) == "It prints again.\n\nContoso Help Desk"


@pytest.mark.covers("MSG-03")
def test_the_note_is_the_record_of_the_reply_and_knows_its_mail(desk: Desk) -> None:
    carl = desk()
    carl.replies("  It prints again.\n", ANNA)
    kept = carl.notes()[-1]
    assert (kept.note.kind, kept.note.author, kept.note.text) == (NoteKind.NOTE, "CONTOSO\\carl", "It prints again.")
    assert f"<{kept.note.message_id}>" == carl.mails()[0]["Message-ID"]
    assert (kept.note.participants, kept.note.private) == ((ANNA,), False)


@pytest.mark.covers("OUT-06")
def test_each_recipient_gets_the_same_message_in_a_mail_of_their_own(desk: Desk) -> None:
    carl = desk(cc=f"Bo <{BO}>")
    carl.replies("It prints again.", ANNA, BO)
    assert [str(each["To"]) for each in carl.mails()] == [f"Anna Berg <{ANNA}>", BO]
    assert {str(each["Message-ID"]) for each in carl.mails()} == {f"<{carl.notes()[-1].note.message_id}>"}
    assert all(each["Cc"] is None for each in carl.mails())


def test_the_last_message_is_quoted_if_that_is_wanted(desk: Desk) -> None:
    carl = desk()
    carl.help_desk.receives(raw_message(2, sender=ADA, subject="Re: [Ticket - 1]", text="I have a look.\n"))
    carl.replies("It prints again.", ANNA, quote=True)
    written = text_of(carl.mails()[-1])
    assert written.startswith("It prints again.\n\nContoso Help Desk\n\nOn 20")
    assert ", Anna Berg wrote:\n> " in written
    assert "I have a look" not in written
    assert carl.notes()[-1].note.quoted_text
    carl.replies("And now?", ANNA)
    assert "wrote:" not in text_of(carl.mails()[-1])


@pytest.mark.covers("MSG-03")
def test_a_second_reply_goes_on_with_the_thread(desk: Desk) -> None:
    carl = desk()
    carl.replies("Which floor?", ANNA)
    first = carl.mails()[0]["Message-ID"]
    message = raw_message(2, sender=ANNA, subject="Second floor", text="Two.\n", In_Reply_To=str(first))
    carl.help_desk.receives(message)
    carl.replies("Thank you.", ANNA)
    second = carl.mails()[-1]
    assert second["In-Reply-To"] == "<letter-2@contoso.example>"
    assert second["Subject"] == "Re: Second floor [Ticket - 1]"
    assert str(second["References"]).split()[1:] == ["<letter-1@contoso.example>", first, "<letter-2@contoso.example>"]


def test_the_preview_is_the_mail_and_sends_nothing(desk: Desk) -> None:
    carl = desk()
    mail = carl.previews(ReplyDraft("It prints again.", (ANNA,)))
    assert (mail["Subject"], text_of(mail)) == ("Re: Printer is broken [Ticket - 1]", "It prints again.\n\nContoso Help Desk")
    assert carl.mails() == []


def test_a_requestor_as_a_record_is_answered_too(desk: Desk) -> None:
    carl = desk()
    carl.replies("Welcome.", ANNA, record=RecordRef(Module.REQUESTOR, 1))
    assert carl.mails()[0]["Subject"] == "Re: Anna Berg [Requestor - 1]"


# ---------------------------------------------------------------- nobody is told twice


@pytest.mark.covers("NOT-01")
def test_who_got_the_reply_is_not_told_that_a_note_was_added(desk: Desk) -> None:
    everybody = Recipients(requestor=True, participants=True, technician=True)
    carl = desk(note_added(recipients=everybody), cc=BO)
    carl.replies("It prints again.", ANNA)
    sent = [(each.to, each.by) for each in carl.help_desk.sent()]
    assert sent == [(ANNA, "CONTOSO\\carl"), ("carl@example.com", "A note"), (BO, "A note")]


@pytest.mark.covers("NOT-01")
def test_a_note_that_is_no_reply_is_told_as_before(desk: Desk) -> None:
    carl = desk(note_added())
    carl.replies("It prints again.", ANNA)
    carl.help_desk.notes("One more thing.")
    assert [(each.to, each.by) for each in carl.help_desk.sent()] == [(ANNA, "CONTOSO\\carl"), (ANNA, "A note")]


@pytest.mark.covers("MSG-08")
def test_a_reply_is_not_limited_but_counts_for_what_is_sent_by_itself(desk: Desk) -> None:
    carl = desk(note_added(recipients=Recipients(requestor=True)))
    limit = carl.help_desk.settings.loop_protection.mails_to_recipient_about_record
    for number in range(limit + 1):
        carl.replies(f"Part {number}", ANNA)
    carl.help_desk.notes("One more thing.")
    assert [each.by for each in carl.help_desk.sent()] == ["CONTOSO\\carl"] * (limit + 1)


# ---------------------------------------------------------------- who can be written to


@pytest.mark.covers("MSG-03")
def test_the_requestor_comes_first_then_those_on_the_thread_but_not_the_help_desk(desk: Desk) -> None:
    carl = desk(cc=f"Aaron <aaron@contoso.example>, {SUPPORT}")
    assert carl.addresses() == [ANNA, "aaron@contoso.example"]
    assert [each.recipient.as_requestor for each in carl.sees().people] == [True, False]


def test_without_an_outgoing_account_nothing_can_be_sent(desk: Desk) -> None:
    carl = desk(from_address=None)
    why = carl.sees().why_nobody
    assert why is not None and "Outgoing Email" in str(reason_phrase(why))
    with pytest.raises(ReplyNotPossible, match="Outgoing Email"):
        carl.replies("It prints again.", ANNA)
    assert [each.note.kind for each in carl.notes() if each.note.kind is NoteKind.NOTE] == []


@pytest.mark.covers("FIL-04")
def test_the_rule_for_sending_that_holds_a_reply_back_is_named(desk: Desk) -> None:
    rule = FilterRule(text="contoso.example", direction="sending", applies_to="both")
    carl = desk(filters=Filters(sender=[rule]))
    assert carl.told() == [f"Nothing is sent to {ANNA}: sender rule “contoso.example” of Email Filters matches the address."]
    with pytest.raises(ReplyNotPossible, match=r"sender rule “contoso\.example”"):
        carl.replies("It prints again.", ANNA)


@pytest.mark.covers("FIL-04")
def test_a_subject_rule_holds_it_back_too(desk: Desk) -> None:
    carl = desk(filters=Filters(subject=[FilterRule(text="printer", direction="sending", applies_to="both")]))
    assert carl.told() == [f"Nothing is sent to {ANNA}: subject rule “printer” of Email Filters matches the subject."]


@pytest.mark.covers("MSG-09")
def test_an_address_from_which_mail_came_back_is_warned_of_and_allowed(desk: Desk) -> None:
    carl = desk()
    carl.help_desk.does(MarkUndeliverable(ANNA, "5.1.1 User unknown", TICKET))
    assert [each.came_back for each in carl.sees().people] == ["5.1.1 User unknown"]
    carl.replies("It prints again.", ANNA)
    assert len(carl.mails()) == 1


def test_an_address_that_is_none_is_said(desk: Desk) -> None:
    carl = desk()
    carl.help_desk.does(CreateRequestor(Placeholder("x"), "X", "nowhere"))
    ref = RecordRef(Module.REQUESTOR, 2)
    [somebody] = carl.sees(ref).people
    assert somebody.why_not is not None
    assert str(reason_phrase(somebody.why_not)) == "“nowhere” is no address that email can be sent to."


@pytest.mark.parametrize(("to", "words"), [((), "Nobody is chosen"), (("gone@contoso.example",), "does not take part")])
def test_a_reply_to_nobody_is_not_sent(desk: Desk, to: tuple[str, ...], words: str) -> None:
    carl = desk()
    with pytest.raises(ReplyNotPossible, match=words):
        carl.replies("It prints again.", *to)
