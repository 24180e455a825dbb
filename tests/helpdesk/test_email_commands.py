"""Email commands: what each mail does, for whom, and what it is told when nothing is done (MSG-06)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpdesk.deciding import (
    ANNA,
    CARL,
    CLOSED,
    DIRECTORY,
    LONG_CLOSED,
    NOW,
    OPEN,
    came,
    codes,
    decided,
    email_note,
    outcome,
    policy,
    told,
)
from tests.message_factory import raw_message
from trackit_console.domain.deliveries import Outcome
from trackit_console.domain.directory import Directory, RecentMail
from trackit_console.domain.effects import (
    AddNote,
    Assign,
    Change,
    ChangeFields,
    ChangeRequestor,
    Close,
    CreateRecord,
    CreateRequestor,
    DeleteRecord,
    Effect,
    Reopen,
    Wait,
)
from trackit_console.domain.records import Module, NoteKind, Person, Priority, Record, RecordRef, Status, TicketSource
from trackit_console.helpdesk.arrivals import identified
from trackit_console.helpdesk.commands.effects import RECORD
from trackit_console.helpdesk.commands.lines import LINE_LENGTH_LIMIT, LINES_LIMIT, VERBS, read_command_text
from trackit_console.helpdesk.intake import decide
from trackit_console.helpdesk.policy import Policy
from trackit_console.helpdesk.reasons import Reason
from trackit_console.mail import parse
from trackit_console.settings.email_commands import CommandSwitches, EmailCommands

pytestmark = pytest.mark.covers("MSG-06")

TRUSTED = "mx.example.com"
PASSED: dict[str, Any] = {"Authentication_Results": "mx.example.com; dmarc=pass header.from=contoso.example"}
ALL_ON = EmailCommands(**dict.fromkeys(CommandSwitches.model_fields, True), trusted_server=TRUSTED)
RULES = policy(email_commands=ALL_ON)
ADA, OTHER_ADA = Person(8, "Ada Byrne", "ada@contoso.example"), Person(9, "Ada  BYRNE", "ada.b@contoso.example")
GRACE = Person(10, "Grace Hopper", "grace@contoso.example")
BO = Person(2, "Bo Lund", "bo@fabrikam.example")
ASSIGNMENT = Record(RecordRef(Module.ASSIGNMENT, 20), Status.OPEN)
ANNOUNCEMENT = Record(RecordRef(Module.ANNOUNCEMENT, 21), Status.OPEN)
ANNA_AS_RECORD = Record(RecordRef(Module.REQUESTOR, ANNA.id), Status.OPEN, requestor_id=ANNA.id)
OF_BO = Record(RecordRef(Module.TICKET, 22), Status.OPEN, requestor_id=BO.id)
EVERYBODY = replace(
    DIRECTORY,
    technicians={**DIRECTORY.technicians, "ada@contoso.example": ADA, "grace@contoso.example": GRACE},
    requestors={**DIRECTORY.requestors, "bo@fabrikam.example": BO},
    records={**DIRECTORY.records, **{each.ref: each for each in (ASSIGNMENT, ANNOUNCEMENT, ANNA_AS_RECORD, OF_BO)}},
    technicians_by_name={"ada byrne": (ADA, OTHER_ADA), "grace hopper": (GRACE,)},
)
T, A, N, R = OPEN.ref, ASSIGNMENT.ref, ANNOUNCEMENT.ref, ANNA_AS_RECORD.ref


def from_technician(text: str, subject: str = "[Ticket - 12] Printer", rules: Policy = RULES, **message: Any) -> Change:
    everything = {**PASSED, "sender": "Carl <carl@contoso.example>", **message}
    return decided(rules=rules, directory=EVERYBODY, subject=subject, text=text, **everything)


def from_requestor(text: str, subject: str = "[Ticket - 12] Printer", rules: Policy = RULES, **message: Any) -> Change:
    return decided(rules=rules, directory=EVERYBODY, subject=subject, text=text, sender="Anna <anna@contoso.example>", **message)


def effects(change: Change) -> list[Effect]:
    """What is changed besides notes."""
    return [each for each in change.effects if not isinstance(each, AddNote)]


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type] # year to minute


# ------------------------------------------------------------------ what commands do


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        ("[Ticket - 12]", "#priority: High", [ChangeFields(T, priority=Priority.HIGH)]),
        ("[Ticket - 12]", "#PRIORITY:urgent\n#Category : Printers", [ChangeFields(T, priority=Priority.URGENT, category="Printers")]),
        ("[Ticket - 12]", "\n \n#update\n\n#summary: Printer [Ticket - 3] is back\n", [ChangeFields(T, subject="Printer is back")]),
        ("[Ticket - 12]", "#close", [Close(T)]),
        ("[Ticket - 12]", "#close [Ticket - 12]", [Close(T)]),
        ("[Ticket - 12]", "#status: CLOSED", [Close(T)]),
        ("[Ticket - 12]", "#status: waiting", [Wait(T)]),
        ("[Ticket - 13]", "#reopen", [Reopen(CLOSED.ref)]),
        ("[Ticket - 13]", "#status: open", [Reopen(CLOSED.ref)]),
        ("[Ticket - 12]", "#status: Waiting", [Wait(T)]),
        ("[Ticket - 13]", "#status: waiting", [Reopen(CLOSED.ref), Wait(CLOSED.ref)]),
        ("[Ticket - 13]", "#priority: Low", [ChangeFields(CLOSED.ref, priority=Priority.LOW)]),
        ("[Ticket - 12]", "#assign Grace  hopper", [Assign(T, GRACE.id)]),
        ("[Ticket - 12]", "#assign: GRACE@contoso.example <mailto:grace@contoso.example>", [Assign(T, GRACE.id)]),
        ("[Ticket - 12]", "#Assigned Technician: ada@contoso.example", [Assign(T, ADA.id)]),
        ("[Ticket - 12]", "#due: 2026-12-31", [ChangeFields(T, due_at=moment(2026, 12, 31, 23, 59))]),
        ("[Ticket - 12]", "#due: 2026-12-31 14:00", [ChangeFields(T, due_at=moment(2026, 12, 31, 14, 0))]),
        ("[Ticket - 12]", "#due: 2026-12-31T14:00+02:00", [ChangeFields(T, due_at=moment(2026, 12, 31, 12, 0))]),
        ("[Ticket - 12]", "#private\nonly for us", []),
        ("[Ticket - 12]", "#close\n#assign Grace Hopper\n#due: 2026-12-31", [Close(T), Assign(T, GRACE.id), ChangeFields(T, due_at=moment(2026, 12, 31, 23, 59))]),
        ("[Assignment - 20]", "#close", [Close(A)]),
        ("[Announcement - 21]", "#expires: 2027-01-31", [ChangeFields(N, expires_at=moment(2027, 1, 31, 23, 59))]),
        ("[Requestor - 1]", "#name: Anna Maria Berg\n#email: am@contoso.example", [ChangeRequestor(R, "Anna Maria Berg", "am@contoso.example")]),
        ("[Requestor - 1]", "#email: ANNA@contoso.example", [ChangeRequestor(R, None, "ANNA@contoso.example")]),
        ("[Requestor - 1]", "#update\nShe is on leave.", []),
        ("x", "#update\n#priority: Low\nabout [Ticket - 12]", [ChangeFields(T, priority=Priority.LOW)]),
        ("[Ticket - 12]", "#delete", [DeleteRecord(T, CARL.name)]),
        ("x", "#delete [Assignment - 20]", [DeleteRecord(A, CARL.name)]),
        ("[Announcement - 21]", "#delete\nNot needed any more.", [DeleteRecord(N, CARL.name)]),
        ("[Requestor - 1]", "#delete", [DeleteRecord(R, CARL.name)]),
        ("Check the cables", "#create assignment\n#priority: Low\n#assign Grace Hopper", [CreateRecord(RECORD, Module.ASSIGNMENT, "Check the cables", Priority.LOW, TicketSource.EMAIL), Assign(RECORD, GRACE.id)]),
        ("x", "#create Announcement\n#summary: Maintenance\n#expires: 2027-01-31", [CreateRecord(RECORD, Module.ANNOUNCEMENT, "Maintenance", Priority.MEDIUM, TicketSource.EMAIL, expires_at=moment(2027, 1, 31, 23, 59))]),
        ("x", "#create Requestor\n#name: Cy\n#email: cy@contoso.example", [CreateRequestor(RECORD, "Cy", "cy@contoso.example")]),
        ("x", "#create Requestor\n#email: cy@contoso.example", [CreateRequestor(RECORD, "cy@contoso.example", "cy@contoso.example")]),
        ("x", "#create Requestor", [CreateRequestor(RECORD, "Carl", "carl@contoso.example")]),
    ],
)  # fmt: skip
def test_what_a_technicians_command_does(subject: str, text: str, expected: list[Effect]) -> None:
    change = from_technician(text, subject)
    assert outcome(change) is Outcome.COMMANDED, codes(change)
    assert effects(change) == expected


def test_a_ticket_is_created_with_the_template_of_the_mailbox_and_without_the_keyword() -> None:
    change = decided(
        template="Facilities", rules=RULES, directory=EVERYBODY, subject="The lift [Ticket - 12] is stuck",
        text="#create Ticket\n#category: Lifts\nBetween floors.", sender="anna@contoso.example",
    )  # fmt: skip
    assert effects(change) == [
        CreateRecord(RECORD, Module.TICKET, "The lift is stuck", Priority.HIGH, TicketSource.EMAIL, "Facilities", ANNA.id, category="Lifts")
    ]  # fmt: skip
    assert email_note(change).text == "Between floors."
    assert change.delivery is not None and change.delivery.record == RECORD


@pytest.mark.parametrize(
    ("text", "note", "private"),
    [
        ("#priority: High\n\nThe whole floor waits.\n#see above\n", "The whole floor waits.\n#see above", False),
        ("#private\nSecond line.", "Second line.", True),
        ("#close\n", "#close", False),
    ],
)
def test_the_rest_of_the_message_is_the_note(text: str, note: str, private: bool) -> None:
    made = email_note(from_technician(text))
    assert (made.kind, made.text, made.private) == (NoteKind.EMAIL_RECEIVED, note, private)


def test_the_time_line_says_by_which_keyword_who_commanded_what_and_what_was_changed() -> None:
    change = from_technician("#close\n#assign Grace Hopper\nDone.")
    assert codes(change) == [
        Reason.KEYWORD_IN_SUBJECT,
        Reason.FROM_TECHNICIAN,
        Reason.EMAIL_COMMAND,
        Reason.COMMAND_SET,
        Reason.COMMAND_SET,
    ]
    assert told(change) == [
        "Email command: #close, #assign Grace Hopper",
        "Status is “Closed” now.",
        "Assigned technician is “Grace Hopper” now.",
    ]


def test_a_deleted_record_leaves_a_line_in_the_activity_alone() -> None:
    change = from_technician("#delete")
    assert change.effects == (DeleteRecord(T, CARL.name),)
    assert change.delivery is not None and change.delivery.record is None
    assert codes(change)[-1] == Reason.COMMAND_DELETED


def test_dates_are_in_the_time_zone_of_the_message() -> None:
    raw = raw_message(subject="[Ticket - 12]", sender="carl@contoso.example", text="#due: 2026-12-31 14:00", **PASSED)
    message = parse(raw.replace(b" 09:01:00 +0000", b" 09:01:00 +0500"))
    change = decide(message, identified(came(raw), message, None), EVERYBODY, RULES, None, NOW)
    assert effects(change) == [ChangeFields(T, due_at=moment(2026, 12, 31, 9, 0))]


# ------------------------------------------------------------------ what is plain text


@pytest.mark.parametrize(
    "text",
    [
        "#1234 is broken",
        "# close the door",
        "#hashtag",
        "#printer: it burns",
        "#priority High",
        "# heading\n#close",
        "Hello,\n#close",
        "#",
        "##close",
        "no\n#close",
        "#closed since Monday",
        "",
    ],
)
def test_other_text_is_ordinary_mail(text: str) -> None:
    change = from_technician(text)
    assert outcome(change) is Outcome.NOTED
    assert not [each for each in codes(change) if "command" in each]
    assert effects(change) == []


def test_commands_in_the_quoted_history_are_text() -> None:
    change = from_technician("\n\nOn Monday, Anna wrote:\n> #delete\n> [Ticket - 12]\n")
    assert outcome(change) is Outcome.NOTED


@pytest.mark.parametrize("headers", [{"Auto_Submitted": "auto-replied"}, {"sender": "support@example.com"}])
def test_programs_and_the_help_desk_itself_never_command(headers: dict[str, Any]) -> None:
    change = from_technician("#close", **headers)
    assert outcome(change) is Outcome.NOTED and effects(change) == []


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        ("[Ticket - 12]", "#close\n#clsoe", ["“#clsoe” is not understood: it begins with no command and no field."]),
        ("[Ticket - 12]", "#printer: x\n#close", ["“#printer: x” is not understood: it begins with no command and no field."]),
        ("[Ticket - 12]", "#close the door", ["“#close the door” is not understood: it has too many words."]),
        ("[Ticket - 12]", "#private please", ["“#private please” is not understood: it has too many words."]),
        ("[Ticket - 12]", "#close [Ticket - 13]", ["“#close [Ticket - 13]” names another record than Ticket - 12."]),
        ("[Ticket - 12]", "#priority: Highest", ["“#priority: Highest” is not understood: write one of Low, Medium, High, Urgent."]),
        ("[Ticket - 12]", "#status: done", ["“#status: done” is not understood: write one of Open, Waiting, Closed."]),
        ("[Ticket - 12]", "#category:", ["“#category:” says no value."]),
        ("[Ticket - 12]", "#assign", ["“#assign” says no value."]),
        ("[Ticket - 12]", "#summary: [Ticket - 3]", ["“#summary: [Ticket - 3]” says no value."]),
        ("[Ticket - 12]", "#due: 01.02.2026", ["“#due: 01.02.2026” has no date that can mean one day only: write 2026-12-31 or 2026-12-31 14:00."]),
        ("[Ticket - 12]", "#due: 0001-01-01T00:00+14:00", ["“#due: 0001-01-01T00:00+14:00” has no date that can mean one day only: write 2026-12-31 or 2026-12-31 14:00."]),
        ("[Ticket - 12]", "#due: tomorrow", ["“#due: tomorrow” has no date that can mean one day only: write 2026-12-31 or 2026-12-31 14:00."]),
        ("[Ticket - 12]", "#close\n#reopen", ["“#reopen” and “#close” cannot stand together."]),
        ("[Ticket - 12]", "#close\n#status: closed", ["“#status: closed” and “#close” cannot stand together."]),
        ("[Ticket - 12]", "#priority: Low\n#priority: Low", ["“#priority: Low” and “#priority: Low” cannot stand together."]),
        ("[Ticket - 12]", "#delete\n#close", ["“#close” and “#delete” cannot stand together."]),
        ("[Ticket - 12]", "#private\n#delete", ["“#delete” and “#private” cannot stand together."]),
        ("x", "#create Ticket\n#close", ["“#close” and “#create Ticket” cannot stand together."]),
        ("x", "#create Ticket\n#update", ["“#update” and “#create Ticket” cannot stand together."]),
        ("x", "#create Problem", ["“#create Problem” is not understood: write one of Ticket, Assignment, Requestor, Announcement."]),
        ("x", "#create", ["“#create” is not understood: write one of Ticket, Assignment, Requestor, Announcement."]),
        ("[Ticket - 12]", "#expires: 2027-01-01", ["“#expires: 2027-01-01” does not fit: Ticket has no such field."]),
        ("[Announcement - 21]", "#close", ["“#close” does not fit: Announcement has no such field."]),
        ("[Ticket - 12]", "#name: x\n#email: y", ["“#name: x” does not fit: Ticket has no such field.", "“#email: y” does not fit: Ticket has no such field."]),
        ("[Requestor - 1]", "#email: nobody", ["“#email: nobody” has no email address."]),
        ("[Requestor - 1]", "#email: Support@example.com", ["“#email: Support@example.com” has an address of the help desk itself."]),
        ("[Requestor - 1]", "#email: bo@fabrikam.example", ["“#email: bo@fabrikam.example”: Requestor - 2 has this address already."]),
        ("x", "#create Requestor\n#email: Bo@fabrikam.example", ["“#email: Bo@fabrikam.example”: Requestor - 2 has this address already."]),
        ("[Ticket - 12]", "#assign Nobody Here", ["“#assign Nobody Here”: no technician has this name or address."]),
        ("[Ticket - 12]", "#assign ada byrne", ["“#assign ada byrne”: several technicians have this name; write the email address."]),
        ("no keyword", "#close", ["The command needs a record: put its keyword into the subject, such as [Ticket - 12]."]),
        ("[Ticket - 999]", "#close", ["The command needs a record: put its keyword into the subject, such as [Ticket - 12]."]),
        ("[Ticket - 12] [Ticket - 13]", "#delete", ["The message names [Ticket - 12], [Ticket - 13]; to delete a record, name that one alone."]),
        ("[Ticket - 12]", f"#category: {'x' * 256}", [f"“#category: {'x' * 109}…” is too long: 255 characters at most."]),
    ],
)  # fmt: skip
def test_a_line_that_is_wrong_changes_nothing_and_is_told(subject: str, text: str, expected: list[str]) -> None:
    change = from_technician(text, subject)
    assert outcome(change) in (Outcome.NOTED, Outcome.CREATED)
    assert {type(each) for each in effects(change)} <= {CreateRecord, CreateRequestor}
    assert Reason.EMAIL_COMMAND_REFUSED in codes(change)
    words = told(change)
    assert words[words.index(f"Nothing was done by this email command: {', '.join(_shown(text))}") + 1 :] == expected
    assert email_note(change).text.rstrip("\n") == text


def _shown(text: str) -> list[str]:
    read = read_command_text(text)
    assert read is not None
    return [each.shown for each in read.lines]


@pytest.mark.parametrize(
    ("text", "sender", "private"),
    [
        ("#private\n#priorty: x\nHe forgot it again.", "carl@contoso.example", True),
        ("#private\nHe forgot it again.", "carl@contoso.example", True),
        ("#private\nMy note.", "anna@contoso.example", False),
    ],
)
def test_what_a_technician_meant_to_be_private_stays_so_when_the_command_is_refused(
    text: str, sender: str, private: bool
) -> None:
    change = from_technician(text, sender=sender, Authentication_Results="mx.example.com; dmarc=fail")
    assert outcome(change) is Outcome.NOTED
    assert email_note(change).private is private


@pytest.mark.covers("SEC-03")
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("#close\n" + "\n" * 1_000_000, id="blank lines"),
        pytest.param("#close" + " " * 1_000_000 + "x", id="blanks in a line"),
        pytest.param("#update\n" + "#close\n" * 500_000, id="lines"),
        pytest.param("#close " + "<http:" * 300_000, id="links"),
    ],
)
def test_of_a_text_of_any_size_a_bounded_part_is_read_as_commands(text: str) -> None:
    read = read_command_text(text)
    assert read is not None
    assert len(read.lines) <= LINES_LIMIT
    assert max(len(each.text) for each in read.lines) <= LINE_LENGTH_LIMIT


def test_a_reply_is_not_enough_to_delete() -> None:
    reply: dict[str, Any] = {"In_Reply_To": "<first@contoso.example>"}
    assert effects(from_technician("#close", "Re: Printer", **reply)) == [Close(T)]
    change = from_technician("#delete", "Re: Printer", **reply)
    assert (outcome(change), effects(change)) == (Outcome.NOTED, [])
    assert Reason.DELETE_WITHOUT_KEYWORD in codes(change)


def test_a_command_that_is_turned_off_is_text_and_only_the_time_line_says_so() -> None:
    change = from_technician("#close", rules=policy(email_commands=EmailCommands(update_assignment=True, trusted_server=TRUSTED)))
    assert (outcome(change), effects(change), told(change)) == (Outcome.NOTED, [], [])
    assert codes(change)[:2] == [Reason.KEYWORD_IN_SUBJECT, Reason.EMAIL_COMMAND_OFF]


def test_beyond_a_limit_a_command_is_done_quietly() -> None:
    directory = replace(EVERYBODY, recent=RecentMail(by_sender={"anna@contoso.example": 20}))
    change = decided(rules=RULES, directory=directory, subject="[Ticket - 12]", text="#close", sender="anna@contoso.example")
    assert (effects(change), change.quiet) == ([Close(T)], True)
    assert Reason.MANY_OF_SENDER in codes(change)


# ------------------------------------------------------------------ who may do what


SUBJECTS = {
    Module.TICKET: "[Ticket - 12]",
    Module.ASSIGNMENT: "[Assignment - 20]",
    Module.REQUESTOR: "[Requestor - 1]",
    Module.ANNOUNCEMENT: "[Announcement - 21]",
}
SENDERS = {
    "technician": ("carl@contoso.example", True),
    "technician who is not confirmed": ("carl@contoso.example", False),
    "requestor": ("anna@contoso.example", False),
    "stranger": ("eve@evil.example", False),
}


@pytest.mark.parametrize(("role", "module", "action"), list(product(SENDERS, Module, ("create", "update", "delete"))))
def test_each_role_module_and_action(role: str, module: Module, action: str) -> None:
    sender, confirmed = SENDERS[role]
    subject, text = (
        ("New", f"#create {module}\n#email: new@x.example" if module is Module.REQUESTOR else f"#create {module}")
        if action == "create"
        else (SUBJECTS[module], f"#{action}\ntext")
    )
    allowed = (
        role == "technician"
        or ((action, module) == ("create", Module.TICKET) and role != "stranger")
        or (role, action, module) == ("requestor", "update", Module.TICKET)
    )  # fmt: skip
    for switch in CommandSwitches.model_fields:
        rules = policy(email_commands=EmailCommands(**{switch: True}, trusted_server=TRUSTED))
        headers = PASSED if confirmed else {}
        change = decided(rules=rules, directory=EVERYBODY, subject=subject, text=text, sender=sender, **headers)
        expected = allowed and switch == f"{action}_{module.lower()}"
        assert (outcome(change) is Outcome.COMMANDED) is expected, (switch, codes(change))


@pytest.mark.parametrize(
    ("text", "subject", "expected"),
    [
        ("#close", "[Ticket - 12]", [Close(T)]),
        ("#reopen\nIt is broken again.", "[Ticket - 13]", [Reopen(CLOSED.ref)]),
        ("#update\nIt is broken again.", "[Ticket - 13]", [Reopen(CLOSED.ref)]),
        ("#close", "[Ticket - 13]", [Close(CLOSED.ref)]),
    ],
)
def test_requestors_close_and_reopen_their_own_without_a_check(text: str, subject: str, expected: list[Effect]) -> None:
    change = from_requestor(text, subject, policy(email_commands=EmailCommands(update_ticket=True)))
    assert (outcome(change), effects(change)) == (Outcome.COMMANDED, expected)


@pytest.mark.parametrize(
    ("text", "subject", "code"),
    [
        ("#priority: High", "[Ticket - 12]", Reason.LINE_FOR_TECHNICIANS),
        ("#close\n#assign Grace Hopper", "[Ticket - 12]", Reason.LINE_FOR_TECHNICIANS),
        ("#assign Nobody", "[Ticket - 12]", Reason.LINE_FOR_TECHNICIANS),
        ("#private", "[Ticket - 12]", Reason.LINE_FOR_TECHNICIANS),
        ("#delete", "[Ticket - 12]", Reason.LINE_FOR_TECHNICIANS),
        ("#status: waiting", "[Ticket - 12]", Reason.LINE_FOR_TECHNICIANS),
        ("#close", "[Ticket - 22]", Reason.RECORD_OF_ANOTHER),
        ("#close", "[Assignment - 20]", Reason.RECORD_OF_ANOTHER),
        ("#update", "[Requestor - 1]", Reason.RECORD_OF_ANOTHER),
        ("#create Ticket\n#due: 2026-12-31", "x", Reason.LINE_FOR_TECHNICIANS),
        ("#create Announcement", "x", Reason.LINE_FOR_TECHNICIANS),
        ("#reopen", "[Ticket - 14]", Reason.RECORD_STAYS_CLOSED),
    ],
)
def test_what_requestors_may_not_do(text: str, subject: str, code: Reason) -> None:
    change = from_requestor(text, subject, **PASSED)
    assert outcome(change) in (Outcome.NOTED, Outcome.CREATED)
    assert code in codes(change)
    assert not [each for each in effects(change) if isinstance(each, Close | Assign | ChangeFields | DeleteRecord)]
    assert Reopen(LONG_CLOSED.ref) not in change.effects


@pytest.mark.parametrize(
    ("headers", "server", "code"),
    [
        pytest.param({}, None, Reason.NO_TRUSTED_SERVER, id="no trusted server"),
        pytest.param(PASSED, None, Reason.NO_TRUSTED_SERVER, id="no trusted server and a header"),
        pytest.param({}, TRUSTED, Reason.SENDER_NOT_CONFIRMED, id="no header"),
        pytest.param({"Authentication_Results": "mx.example.com; dmarc=fail"}, TRUSTED, Reason.SENDER_NOT_CONFIRMED, id="failed"),
        pytest.param({"Authentication_Results": "evil.example; dmarc=pass"}, TRUSTED, Reason.SENDER_NOT_CONFIRMED, id="forged"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", ["#delete", "#close", "#priority: High", "#private"])
def test_a_technician_who_is_not_confirmed_changes_nothing(text: str, headers: dict[str, str], server: str, code: Reason) -> None:
    rules = policy(email_commands=ALL_ON.model_copy(update={"trusted_server": server}))
    change = decided(
        rules=rules, directory=EVERYBODY, subject="[Ticket - 12]", text=text, sender="carl@contoso.example", **headers
    )
    assert (outcome(change), effects(change)) == (Outcome.NOTED, [])
    assert code in codes(change)


def test_a_stranger_learns_nothing_of_who_works_here() -> None:
    answers = [
        told(decided(rules=RULES, directory=EVERYBODY, subject="x", text=text, sender="eve@evil.example"))[1:]
        for text in ("#create Ticket\n#assign Grace Hopper", "#create Ticket\n#assign Nobody", "#clos: x\n#close")
    ]
    assert answers == [["Email commands are for technicians and requestors; the sender is neither."]] * 3


# ------------------------------------------------------------------ any text


LINE = st.one_of(
    st.sampled_from([f"#{verb}" for verb in VERBS]),
    st.sampled_from(["#create Ticket", "#create requestor", "#create Announcement", "#create Assignment", "#close [Ticket - 12]"]),
    st.sampled_from(["#priority: High", "#status: closed", "#due: 2026-12-31", "#email: a@b.example", "#name: x", "#assign Grace Hopper"]),
    st.text(alphabet="#: [-]aTicket12\xa0\r\t", max_size=20),
    st.text(max_size=20),
)  # fmt: skip
ALLOWED: dict[type[Any], str] = {
    Close: "update",
    Assign: "update",
    ChangeFields: "update",
    ChangeRequestor: "update",
    DeleteRecord: "delete",
}


def _needs(each: Effect) -> str | None:
    """The switch without which this effect cannot come from a command."""
    action, record = ALLOWED.get(type(each)), getattr(each, "record", None)
    if isinstance(record, RecordRef) and action:
        return f"{action}_{record.module.lower()}"
    if isinstance(each, CreateRecord) and each.module is not Module.TICKET:
        return f"create_{each.module.lower()}"
    return None


@given(
    lines=st.lists(LINE, max_size=6),
    switches=st.sets(st.sampled_from(sorted(CommandSwitches.model_fields))),
    role=st.sampled_from(sorted(SENDERS)),
    subject=st.sampled_from(["x", "[Ticket - 13]", "[Ticket - 22]", *SUBJECTS.values()]),
)
def test_no_text_does_more_than_the_switches_and_the_senders_role_allow(
    lines: list[str], switches: set[str], role: str, subject: str
) -> None:
    sender, confirmed = SENDERS[role]
    rules = policy(email_commands=EmailCommands(**dict.fromkeys(switches, True), trusted_server=TRUSTED))
    text = "\n".join(lines).encode("utf-8", "replace").decode()
    change = decided(rules=rules, directory=EVERYBODY, subject=subject, text=text, sender=sender, **(PASSED if confirmed else {}))
    changed = effects(change)
    assert {need for each in changed if (need := _needs(each))} <= switches
    if role != "technician":
        assert not [each for each in changed if isinstance(each, Assign | ChangeFields | ChangeRequestor | DeleteRecord)]
        closes = [each for each in changed if isinstance(each, Close)]
        assert not closes or role == "requestor"
        assert {each.record for each in closes} <= {OPEN.ref, CLOSED.ref}
    if outcome(change) is not Outcome.COMMANDED:
        assert {type(each) for each in changed} <= {CreateRecord, CreateRequestor, Reopen}


def test_a_directory_that_knows_nobody_is_enough() -> None:
    change = decided(rules=RULES, directory=Directory(), subject="[Ticket - 12]", text="#close", sender="carl@contoso.example")
    assert outcome(change) is Outcome.CREATED
