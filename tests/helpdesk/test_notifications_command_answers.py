"""What the sender of an email command is told by mail (MSG-06)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.helpdesk.help_desk import ADA, ANNA, CARL, SUPPORT, HelpDesk, reaction_settings
from tests.message_factory import raw_message
from tests.settings.samples import imap
from trackit_console.settings.default_notifications import DEFAULT_NOTIFICATIONS
from trackit_console.settings.email_commands import CommandSwitches, EmailCommands
from trackit_console.settings.event_names import EventName
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.notifications import Notification
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.tiles import EmailSettings
from trackit_console.store.database import Database

pytestmark = pytest.mark.covers("MSG-06")
Desk = Callable[..., HelpDesk]
TRUSTED = "mx.example.com"
PASSED: dict[str, Any] = {"Authentication_Results": f"{TRUSTED}; dmarc=pass header.from=example.com"}
ALL_ON = EmailCommands(**dict.fromkeys(CommandSwitches.model_fields, True), trusted_server=TRUSTED)


@pytest.fixture
def desk(database: Database) -> Desk:
    """A help desk on which commands are allowed, with a ticket of Anna's."""

    def make(commands: EmailCommands = ALL_ON, monitor: MonitorSettings | None = None, **changes: Any) -> HelpDesk:
        mailboxes = [imap(user_account_name=SUPPORT, email_address=SUPPORT)]
        email = EmailSettings(mailboxes=mailboxes, email_commands=commands, monitor=monitor or MonitorSettings())
        made = HelpDesk(database, reaction_settings(**changes), email)
        if monitor is None:
            made.has_ticket()
        return made

    return make


def command(text: str, number: int = 2, **message: Any) -> bytes:
    usual: dict[str, Any] = {"sender": f"Carl Okafor <{CARL}>", "subject": "[Ticket - 1] Printer", **PASSED}
    return raw_message(number, text=text, **{**usual, **message})


def test_the_sender_of_a_command_is_told_what_was_done(desk: Desk) -> None:
    help_desk = desk()
    help_desk.receives(command("#priority: Urgent\n#close\n"))
    [sent] = help_desk.sent()
    assert (sent.to, sent.record) == (CARL, 1)
    assert sent.subject == "Re: [Ticket - 1] Printer"
    assert sent.message.in_reply_to == ("letter-2@contoso.example",)
    assert sent.message.automatic is not None and sent.message.automatic.sign == "Auto-Submitted: auto-replied"
    assert "Priority is “Urgent” now." in sent.message.text
    assert "Email command: #priority: Urgent" in sent.message.text


def test_the_sender_is_told_which_line_was_not_understood(desk: Desk) -> None:
    help_desk = desk()
    help_desk.receives(command("#priority: very\n"))
    [sent] = help_desk.sent()
    assert "Nothing was done by this email command: #priority: very" in sent.message.text
    assert "“#priority: very” is not understood: write one of Low, Medium, High, Urgent." in sent.message.text
    assert [each for each in help_desk.told() if "#priority: very" in each], "the history tells it as well"


@pytest.mark.covers("NOT-01")
@pytest.mark.parametrize("text", ["#close\n", "#clsoe\n#priority: High\n"], ids=["done", "refused"])
def test_nobody_else_is_told_of_mere_command_lines(desk: Desk, text: str) -> None:
    """Anna would read that Carl wrote `#close`."""
    notes = [each for each in DEFAULT_NOTIFICATIONS if each.event == "note_added"]
    help_desk = desk(notifications=notes)
    help_desk.receives(command(text))
    assert [each.to for each in help_desk.sent()] == [CARL]
    help_desk.receives(command("#reopen\n\nIt is on its way.\n", 3))
    assert [each.message.text for each in help_desk.sent() if each.to == ANNA and "It is on its way." in each.message.text]
    assert not any("#reopen" in each.message.text for each in help_desk.sent() if each.to == ANNA)


def test_the_answer_about_a_new_record_has_its_keyword(desk: Desk) -> None:
    help_desk = desk()
    help_desk.receives(command("#create\n\nNo coffee.\n", subject="Coffee"))
    [sent] = help_desk.sent()
    assert (sent.subject, sent.record) == ("Re: Coffee [Ticket - 2]", 2)


CONFIRM = Notification(
    name="Received",
    event="created",
    template="Ticket received (to the requestor)",
    recipients=Recipients(requestor=True, addresses=[ADA]),
)


@pytest.mark.covers("NOT-01")
@pytest.mark.parametrize("event", ["created", "email_received"])
def test_who_creates_a_ticket_by_command_gets_the_answer_and_no_confirmation_besides(desk: Desk, event: EventName) -> None:
    help_desk = desk(notifications=[CONFIRM.model_copy(update={"event": event})])
    help_desk.receives(command("#create: Ticket\n\nNo coffee.\n", subject="Coffee", sender=ANNA))
    assert [(each.to, each.subject) for each in help_desk.sent() if each.to == ANNA] == [(ANNA, "Re: Coffee [Ticket - 2]")]
    assert [each.to for each in help_desk.sent()].count(ADA) == 1, "others are told as usual"


@pytest.mark.covers("NOT-01")
def test_a_ticket_of_refused_commands_is_confirmed_besides_the_answer(desk: Desk) -> None:
    """The answer says only that the commands did nothing."""
    help_desk = desk(notifications=[CONFIRM])
    help_desk.receives(command("#create: Ticket\n#priority: very\n", subject="Coffee", sender=ANNA))
    assert sorted(each.to for each in help_desk.sent()) == [ADA, ANNA, ANNA]


def test_that_a_record_was_deleted_is_told(desk: Desk) -> None:
    help_desk = desk()
    help_desk.receives(command("#delete\n"))
    [sent] = help_desk.sent()
    assert sent.record is None
    assert "Ticket - 1 was deleted." in sent.message.text


@pytest.mark.covers("MSG-08")
@pytest.mark.parametrize(
    ("commands", "message"),
    [
        (EmailCommands(), {}),
        (ALL_ON, {"Precedence": "bulk"}),
        (ALL_ON, {"Auto_Submitted": "auto-generated"}),
    ],
    ids=["turned off", "asks for no answer", "a program"],
)
def test_nobody_is_answered_who_must_not_be(desk: Desk, commands: EmailCommands, message: dict[str, Any]) -> None:
    help_desk = desk(commands)
    help_desk.receives(command("#close\n", **message))
    assert help_desk.sent() == []


@pytest.mark.covers("MSG-08")
def test_a_stranger_whose_mail_is_refused_is_not_answered(desk: Desk) -> None:
    help_desk = desk(monitor=MonitorSettings(unknown_senders="refuse"))
    help_desk.receives(command("#close\n", sender="eve@evil.example", subject="Hello"))
    assert help_desk.sent() == []


@pytest.mark.covers("FIL-04")
def test_a_filter_for_sending_holds_the_answer_back_and_the_history_says_so(desk: Desk) -> None:
    help_desk = desk(filters=Filters(sender=[FilterRule(text="contoso.example", direction="sending")]))
    help_desk.receives(command("#close\n", sender=ANNA))
    assert help_desk.sent() == []
    expected = "was not sent to anna@contoso.example: sender rule “contoso.example”"
    assert [expected in each for each in help_desk.told()].count(True) == 1


def test_each_message_with_commands_gets_one_answer(desk: Desk) -> None:
    help_desk = desk()
    help_desk.receives(command("#priority: High\n", 2))
    help_desk.receives(command("#priority: Low\n", 3, sender=f"<{ANNA}>"))
    help_desk.receives(command("#reopen\n", 4, sender=ANNA))
    assert [each.to for each in help_desk.sent()] == [CARL, ANNA, ANNA]
