"""Service levels as records live with them: on a real database, with a clock that a test moves (NOT-04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from tests.clock import ManualClock
from tests.store.delivery_factory import reply
from trackit_console.domain.addresses import address_key
from trackit_console.domain.effects import (
    AddNote,
    Assign,
    Change,
    ChangeFields,
    Close,
    CreateRecord,
    CreateRequestor,
    Effect,
    Reopen,
    ScheduledKind,
    Wait,
)
from trackit_console.domain.events import Event
from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import (
    Module,
    Note,
    NoteKind,
    Placeholder,
    Priority,
    RecordRef,
    ServiceLevelState,
    TicketSource,
)
from trackit_console.domain.scheduled import DueAction
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.helpdesk.service_levels.listener import ServiceLevelListener
from trackit_console.helpdesk.service_levels.reminders import RemindersDue
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.holidays import Holiday
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.people import Technician
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.reminders import Reminder
from trackit_console.settings.service_levels import ServiceLevel
from trackit_console.store.database import Database
from trackit_console.store.record_reader import RecordReader
from trackit_console.store.row_mapping import Stored
from trackit_console.store.scheduled_actions import WAITING
from trackit_console.store.tables import ScheduledActionRow

pytestmark = pytest.mark.covers("NOT-04")
T = RecordRef(Module.TICKET, 1)
NEW = Placeholder("new")
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
BEFORE = Reminder(limit="closing", when="before", minutes=60, template="Due soon")
AFTER = Reminder(limit="closing", when="after", minutes=0, template="Overdue")
ANSWER_SOON = Reminder(limit="first_response", when="before", minutes=30, template="Answer")


def level(name: str = "Standard", **changes: Any) -> ServiceLevel:
    """An answer within 2 hours, closed within 8."""
    usual: dict[str, Any] = {"first_response_minutes": 120, "closing_minutes": 480, "enabled": True}
    return ServiceLevel.model_validate({"name": name, **usual, **changes})


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@dataclass(frozen=True)
class Due:
    """A reminder that was sent."""

    template: str
    recipients: Recipients
    reason: str


class Desk:
    """A help desk in Berlin, open on working days from 9 to 17."""

    def __init__(self, database: Database, clock: ManualClock, mailbox: Stored[Mailbox]) -> None:
        self.database, self.clock, self.mailbox = database, clock, mailbox
        self.settings = ReactionSettings()
        self.sent: list[Due] = []
        database.listeners.append(lambda _: [ServiceLevelListener(self.settings)])

    def follow(self, *levels: ServiceLevel, **hours: Any) -> None:
        """From now on these are the enabled levels."""
        self.settings = ReactionSettings(service_levels=levels, business_hours=BusinessHours(time_zone="Europe/Berlin", **hours))

    def at(self, text: str) -> None:
        """It is this time in Berlin."""
        self.clock.advance((berlin(text) - self.clock.now()).total_seconds())

    def apply(self, *effects: Effect, by: tuple[str, ...] = ()) -> None:
        with self.database.unit_of_work() as work:
            work.apply([Change(effects, by=by)])
            work.commit()

    def mail(self, uid: str, sender: str, **fields: Any) -> None:
        with self.database.unit_of_work() as work:
            work.apply([reply(uid, 1, sender=sender, sender_key=address_key(sender), **fields)], self.mailbox.id)
            work.commit()

    def create(self, at: str, priority: Priority = Priority.MEDIUM, module: Module = Module.TICKET) -> None:
        self.at(at)
        person = Placeholder("person")
        self.apply(
            CreateRequestor(person, "Bo", "bo@example.com"),
            CreateRecord(NEW, module, "Printer", priority, TicketSource.EMAIL, requestor=person),
            AddNote(NEW, Note(NoteKind.EMAIL_RECEIVED, "Bo <bo@example.com>", "It smokes.")),
        )

    @property
    def state(self) -> ServiceLevelState:
        with self.database.reading() as transaction:
            return transaction.records.get(T).service_level

    @property
    def dues(self) -> tuple[str, str]:
        """The due times of first response and closing, in Berlin."""
        state = self.state
        shown = [
            f"{each.astimezone(BERLIN):%Y-%m-%d %H:%M}" if each else ""
            for each in (state.first_response_due_at, state.close_due_at)
        ]
        return shown[0], shown[1]

    @property
    def told(self) -> list[str]:
        with self.database.reading() as transaction:
            notes = transaction.records.history(T)
        return [str(reason_phrase(why)) for each in notes for why in each.reasons]

    def waiting(self) -> list[ScheduledActionRow]:
        with self.database.reading() as transaction:
            rows = transaction.session.query(ScheduledActionRow).filter_by(state=WAITING).order_by(ScheduledActionRow.due_at)
            found = list(rows)
            transaction.session.expunge_all()
        return found

    @property
    def reminders(self) -> list[str]:
        """When reminders are to come, in Berlin."""
        return [f"{each.due_at.astimezone(BERLIN):%Y-%m-%d %H:%M}" for each in self.waiting()]

    def remind(self) -> list[Due]:
        """Does what is due, as the monitor does."""
        self.sent.clear()
        for row in self.waiting():
            if row.due_at <= self.clock.now():
                self._judge(row)
        return self.sent

    def _judge(self, row: ScheduledActionRow) -> None:
        with self.database.unit_of_work() as work:
            reader = RecordReader(work.connection, self.clock.now())
            action = DueAction(ScheduledKind.REMINDER, row.source, T, row.due_at, row.created_at, row.payload)
            RemindersDue(self.settings, self._send)(action, reader.details([T]).get(T), reader)
            done = work.transaction.session.get(ScheduledActionRow, row.id)
            assert done is not None
            done.state = "done"
            work.commit()

    def _send(
        self, occurrence: Occurrence, template: str, recipients: Recipients, *, by: str, key: str, read: Reader
    ) -> Sequence[Effect]:
        assert occurrence.details is not None and by and key
        self.sent.append(Due(template, recipients, str(reason_phrase(occurrence.reasons[0]))))
        return ()


@pytest.fixture
def desk(database: Database, clock: ManualClock, mailbox: Stored[Mailbox]) -> Desk:
    with database.begin() as transaction:
        transaction.people.save_technician(Technician(name="Carl", email="carl@example.com"), "t")
    made = Desk(database, clock, mailbox)
    made.follow(level())
    return made


# ---------------------------------------------------------------- due times


@pytest.mark.parametrize(
    ("created", "dues"),
    [
        pytest.param("2026-11-23 10:00", ("2026-11-23 12:00", "2026-11-24 10:00"), id="over a night"),
        pytest.param("2026-11-20 16:00", ("2026-11-23 10:00", "2026-11-23 16:00"), id="over a weekend"),
        pytest.param("2026-03-27 16:00", ("2026-03-30 10:00", "2026-03-30 16:00"), id="into summer time"),
        pytest.param("2026-10-23 16:00", ("2026-10-26 10:00", "2026-10-26 16:00"), id="out of summer time"),
        pytest.param("2026-12-24 16:00", ("2026-12-28 10:00", "2026-12-28 16:00"), id="over a holiday"),
    ],
)
def test_a_new_record_is_due_by_business_hours(desk: Desk, created: str, dues: tuple[str, str]) -> None:
    desk.follow(level(), holidays=[Holiday(date=date(2020, 12, 25), name="Christmas Day", every_year=True)])
    desk.create(created)
    assert desk.dues == dues
    assert desk.state.name == "Standard"


def test_around_the_clock_every_hour_counts(desk: Desk) -> None:
    desk.follow(level(around_the_clock=True))
    desk.create("2026-03-28 23:00")
    assert desk.dues == ("2026-03-29 01:00", "2026-03-29 08:00"), "the night of summer time is an hour shorter"


def test_the_first_level_that_fits_is_taken(desk: Desk) -> None:
    urgent = level("Urgent", priorities=["Urgent", "High"], first_response_minutes=30, closing_minutes=None)
    desk.follow(level("Announcements", modules=["Announcement"]), urgent, level())
    desk.create("2026-11-23 10:00", Priority.HIGH)
    assert (desk.state.name, desk.dues) == ("Urgent", ("2026-11-23 10:30", ""))


def test_a_record_that_no_level_fits_has_no_due_time(desk: Desk) -> None:
    desk.follow(level(priorities=["Urgent"]))
    desk.create("2026-11-23 10:00", Priority.LOW)
    assert desk.state == ServiceLevelState()


def test_a_quiet_change_is_given_due_times_as_well(desk: Desk) -> None:
    desk.at("2026-11-23 10:00")
    with desk.database.unit_of_work() as work:
        work.apply([Change((CreateRecord(NEW, Module.TICKET, "x", Priority.LOW, TicketSource.EMAIL),), quiet=True)])
        work.commit()
    assert desk.dues == ("2026-11-23 12:00", "2026-11-24 10:00")


def test_business_hours_that_leave_no_time_are_told_once(desk: Desk) -> None:
    every_day = [Holiday(date=date(2024, 1, 1) + timedelta(days=at), name="x", every_year=True) for at in range(366)]
    desk.follow(level(), level("Urgent", priorities=["Urgent"]), holidays=every_day)
    desk.create("2026-11-23 10:00")
    assert desk.dues == ("", "")
    [told] = desk.told
    assert told == (
        "Service level Standard gives no due time. The business hours leave too little time within 5 years. "
        "Check the page Business Hours."
    )
    desk.follow(level("Urgent"), holidays=every_day)
    desk.apply(ChangeFields(T, priority=Priority.URGENT))
    desk.apply(Wait(T))
    desk.apply(Reopen(T))
    assert (desk.state.name, desk.told) == ("Urgent", [told])


# ---------------------------------------------------------------- priority


def test_another_priority_counts_from_the_creation(desk: Desk) -> None:
    desk.follow(level("Urgent", priorities=["Urgent"], first_response_minutes=30, closing_minutes=240), level())
    desk.create("2026-11-23 10:00", Priority.LOW)
    desk.at("2026-11-23 12:00")
    desk.apply(ChangeFields(T, priority=Priority.URGENT))
    assert (desk.state.name, desk.dues) == ("Urgent", ("2026-11-23 10:30", "2026-11-23 14:00"))
    desk.apply(ChangeFields(T, priority=Priority.MEDIUM))
    assert (desk.state.name, desk.dues) == ("Standard", ("2026-11-23 12:00", "2026-11-24 10:00"))


def test_the_time_that_it_waited_stays_free_with_another_priority(desk: Desk) -> None:
    desk.follow(level("Urgent", priorities=["Urgent"], first_response_minutes=30, closing_minutes=240), level())
    desk.create("2026-11-23 10:00", Priority.LOW)
    desk.at("2026-11-23 11:00")
    desk.apply(Wait(T))
    desk.at("2026-11-24 10:00")
    desk.apply(ChangeFields(T, priority=Priority.URGENT))
    assert desk.dues == ("2026-11-24 09:30", "2026-11-24 13:00"), "7 business hours of waiting do not count"
    desk.at("2026-11-24 12:00")
    desk.apply(Reopen(T))
    assert desk.dues == ("2026-11-24 11:30", "2026-11-24 15:00")


def test_a_priority_without_a_level_takes_the_due_times_away_and_another_gives_them_back(desk: Desk) -> None:
    desk.follow(level(priorities=["Low"], reminders=[AFTER]))
    desk.create("2026-11-23 10:00", Priority.LOW)
    desk.mail("a", "carl@example.com")
    desk.apply(ChangeFields(T, priority=Priority.HIGH))
    assert (desk.state.name, desk.dues, desk.reminders) == (None, ("", ""), [])
    desk.apply(ChangeFields(T, priority=Priority.LOW))
    assert desk.dues == ("2026-11-23 12:00", "2026-11-24 10:00")
    assert desk.state.responded_at == berlin("2026-11-23 10:00"), "when it was answered is kept"


def test_the_same_level_for_another_priority_changes_nothing(desk: Desk) -> None:
    desk.create("2026-11-23 10:00", Priority.LOW)
    before = desk.state
    desk.apply(ChangeFields(T, priority=Priority.HIGH))
    assert desk.state == before


# ---------------------------------------------------------------- waiting


def test_waiting_over_a_weekend_moves_the_due_times_by_business_hours(desk: Desk) -> None:
    desk.create("2026-11-20 10:00")
    desk.at("2026-11-20 11:00")
    desk.apply(Wait(T))
    assert desk.state.waiting_since == berlin("2026-11-20 11:00")
    desk.at("2026-11-23 10:00")
    desk.apply(Reopen(T))
    assert desk.dues == ("2026-11-23 11:00", "2026-11-23 17:00"), "6 hours of Friday and 1 of Monday"
    assert desk.state.waiting_since is None


def test_a_level_that_does_not_pause_goes_on_while_the_record_waits(desk: Desk) -> None:
    desk.follow(level(pause_while_waiting=False, reminders=[AFTER]))
    desk.create("2026-11-23 10:00")
    before = desk.state
    desk.apply(Wait(T))
    assert (desk.state, desk.reminders) == (before, ["2026-11-24 10:00"])


def test_what_is_overdue_before_it_waits_is_as_much_overdue_afterwards(desk: Desk) -> None:
    desk.create("2026-11-23 09:00")
    desk.at("2026-11-23 12:00")
    desk.apply(Wait(T))
    desk.at("2026-11-23 16:00")
    desk.apply(Reopen(T))
    assert desk.dues[0] == "2026-11-23 15:00"


def test_a_response_that_was_late_is_not_made_good_by_waiting(desk: Desk) -> None:
    desk.create("2026-11-23 09:00")
    desk.at("2026-11-23 12:00")
    desk.mail("a", "carl@example.com")
    desk.apply(Wait(T))
    desk.at("2026-11-23 16:00")
    desk.apply(Reopen(T))
    assert desk.dues == ("2026-11-23 11:00", "2026-11-24 13:00")


def test_a_response_while_it_waits_counts_at_the_time_that_stood_still(desk: Desk) -> None:
    desk.create("2026-11-23 09:00")
    desk.at("2026-11-23 10:00")
    desk.apply(Wait(T))
    desk.at("2026-11-23 15:00")
    desk.mail("a", "carl@example.com")
    state = desk.state
    assert state.responded_at is not None and state.first_response_due_at is not None
    assert state.responded_at < state.first_response_due_at


# ---------------------------------------------------------------- the first response


def test_a_mail_of_a_technician_is_the_first_response(desk: Desk) -> None:
    desk.create("2026-11-23 10:00")
    desk.at("2026-11-23 11:00")
    desk.mail("a", "carl@example.com")
    desk.at("2026-11-23 12:00")
    desk.mail("b", "carl@example.com")
    assert desk.state.responded_at == berlin("2026-11-23 11:00")


def test_a_note_by_hand_is_one_unless_it_is_private(desk: Desk) -> None:
    desk.create("2026-11-23 10:00")
    desk.apply(AddNote(T, Note(NoteKind.NOTE, "Carl", "internal", private=True)))
    assert desk.state.responded_at is None
    desk.apply(AddNote(T, Note(NoteKind.NOTE, "Carl", "for you")))
    assert desk.state.responded_at == desk.clock.now()


def test_a_reply_by_email_is_the_first_response(desk: Desk) -> None:
    desk.create("2026-11-23 10:00")
    desk.apply(AddNote(T, Note(NoteKind.NOTE, "Carl", "for you", message_id="r@example.com", participants=("bo@example.com",))))
    assert desk.state.responded_at == desk.clock.now()


@pytest.mark.parametrize("kind", [NoteKind.EMAIL_SENT, NoteKind.SYSTEM, NoteKind.AUTOMATIC_REPLY, NoteKind.BOUNCE])
def test_what_no_technician_wrote_is_no_response(desk: Desk, kind: NoteKind) -> None:
    desk.create("2026-11-23 10:00")
    desk.mail("a", "bo@example.com")
    desk.apply(AddNote(T, Note(kind, "x", "automatic")))
    assert desk.state.responded_at is None


def test_a_technician_who_asks_does_not_answer_himself(desk: Desk) -> None:
    desk.at("2026-11-23 10:00")
    person = Placeholder("person")
    made = CreateRecord(NEW, Module.TICKET, "x", Priority.LOW, TicketSource.EMAIL, requestor=person)
    desk.apply(CreateRequestor(person, "Carl", "carl@example.com"), made, AddNote(NEW, Note(NoteKind.NOTE, "Carl", "mine")))
    desk.mail("a", "carl@example.com")
    assert desk.state.responded_at is None


# ---------------------------------------------------------------- closing and reopening


def test_a_reopened_record_has_the_time_that_was_left(desk: Desk) -> None:
    desk.create("2026-11-23 10:00")
    desk.at("2026-11-23 16:00")
    desk.apply(Close(T))
    assert desk.dues[1] == "2026-11-24 10:00"
    desk.at("2026-11-30 09:00")
    desk.apply(Reopen(T))
    assert desk.dues[1] == "2026-11-30 11:00", "2 business hours were left"


def test_what_waits_when_it_is_closed_is_measured_without_the_waiting(desk: Desk) -> None:
    desk.create("2026-11-23 09:00")
    desk.at("2026-11-23 10:00")
    desk.apply(Wait(T))
    desk.at("2026-11-25 10:00")
    desk.apply(Close(T))
    assert desk.dues[1] == "2026-11-25 17:00"
    desk.at("2026-11-26 10:00")
    desk.apply(Reopen(T))
    assert desk.dues[1] == "2026-11-26 17:00"


def test_what_happens_to_a_closed_record_does_not_make_good_that_it_was_late(desk: Desk) -> None:
    desk.follow(level("Urgent", priorities=["Urgent"], closing_minutes=60, first_response_minutes=None), level())
    desk.create("2026-11-23 09:00")
    desk.at("2026-11-23 12:00")
    desk.apply(Close(T))
    desk.at("2026-11-23 16:00")
    desk.apply(AddNote(T, Note(NoteKind.NOTE, "Carl", "for the files")), ChangeFields(T, priority=Priority.URGENT))
    assert desk.dues[1] == "2026-11-23 10:00"


def test_closed_and_reopened_at_once_is_as_before(desk: Desk) -> None:
    desk.create("2026-11-23 10:00")
    before = desk.state
    desk.apply(Close(T), Reopen(T))
    assert desk.state == before


# ---------------------------------------------------------------- reminders


def test_reminders_are_scheduled_within_business_hours(desk: Desk) -> None:
    escalation = Reminder(limit="closing", when="after", minutes=120, template="Escalation")
    desk.follow(level(reminders=[ANSWER_SOON, BEFORE, AFTER, escalation]))
    desk.create("2026-11-20 16:00")
    assert desk.reminders == ["2026-11-23 09:30", "2026-11-23 15:00", "2026-11-23 16:00", "2026-11-24 10:00"]


def test_a_reminder_is_sent_once_with_its_reason(desk: Desk) -> None:
    desk.follow(level(reminders=[BEFORE, AFTER]))
    desk.create("2026-11-23 10:00")
    desk.at("2026-11-24 09:05")
    assert desk.remind() == [
        Due(
            "Due soon",
            Recipients(technician=True),
            "By service level Standard, this is to be closed by 2026-11-24 10:00 (Europe/Berlin).",
        )
    ]
    desk.apply(Wait(T))
    desk.at("2026-11-24 12:05")
    desk.apply(Reopen(T))
    assert desk.reminders == ["2026-11-24 13:00"], "what was sent is not sent again when its time moves"
    desk.at("2026-11-24 13:00")
    assert [each.reason for each in desk.remind()] == [
        "By service level Standard, this was to be closed by 2026-11-24 13:00 (Europe/Berlin)."
    ]
    assert desk.remind() == []


def test_an_answer_cancels_the_reminders_to_answer_alone(desk: Desk) -> None:
    desk.follow(level(reminders=[ANSWER_SOON, AFTER]))
    desk.create("2026-11-23 10:00")
    desk.mail("a", "carl@example.com")
    assert desk.reminders == ["2026-11-24 10:00"]


@pytest.mark.parametrize("effect", [Wait(T), Close(T)], ids=["waiting", "closed"])
def test_waiting_and_closing_cancel_reminders_and_going_on_schedules_them(desk: Desk, effect: Effect) -> None:
    desk.follow(level(reminders=[BEFORE, AFTER]))
    desk.create("2026-11-23 10:00")
    desk.apply(effect)
    assert desk.reminders == []
    desk.at("2026-11-23 12:00")
    desk.apply(Reopen(T))
    assert desk.reminders == ["2026-11-24 11:00", "2026-11-24 12:00"]


def test_a_reminder_that_is_due_asks_again_whether_it_is_needed(desk: Desk) -> None:
    desk.follow(level(reminders=[AFTER]))
    desk.create("2026-11-23 10:00")
    rows = desk.waiting()
    desk.at("2026-11-24 10:00")
    desk.follow()
    desk._judge(rows[0])
    desk.follow(level(reminders=[BEFORE]))
    desk._judge(rows[0])
    desk.follow(level(reminders=[AFTER]))
    desk.apply(Close(T))
    desk._judge(rows[0])
    assert desk.sent == [], "the level was turned off, the reminder taken away, the record closed"
    desk.apply(Reopen(T))
    desk._judge(rows[0])
    assert len(desk.sent) == 1


def test_after_an_outage_only_what_is_still_true_is_sent(desk: Desk) -> None:
    desk.follow(level(reminders=[BEFORE, AFTER]))
    desk.create("2026-11-23 10:00")
    desk.at("2026-11-27 10:00")
    assert [each.template for each in desk.remind()] == ["Overdue"]


def test_without_a_reminder_after_it_one_before_it_is_sent_late(desk: Desk) -> None:
    desk.follow(level(reminders=[BEFORE]))
    desk.create("2026-11-23 10:00")
    desk.at("2026-11-27 10:00")
    assert ["was to be closed" in each.reason for each in desk.remind()] == [True]


def test_two_reminders_of_the_same_time_are_two(desk: Desk) -> None:
    other = Reminder(limit="closing", when="after", minutes=0, template="Overdue", recipients=Recipients(all_technicians=True))
    desk.follow(level(reminders=[AFTER, other]))
    desk.create("2026-11-23 10:00")
    desk.at("2026-11-24 10:00")
    assert [each.recipients.all_technicians for each in desk.remind()] == [False, True]


def test_a_record_that_becomes_overdue_by_its_new_priority_reminds_at_once(desk: Desk) -> None:
    urgent = level("Urgent", priorities=["Urgent"], first_response_minutes=None, closing_minutes=90, reminders=[BEFORE, AFTER])
    desk.follow(urgent, level(reminders=[BEFORE, AFTER]))
    desk.create("2026-11-23 10:00")
    desk.at("2026-11-23 14:00")
    desk.apply(ChangeFields(T, priority=Priority.URGENT))
    assert desk.reminders == ["2026-11-23 11:30"]
    assert [each.template for each in desk.remind()] == ["Overdue"]


def test_records_and_reminders_follow_a_new_name_of_their_level(desk: Desk) -> None:
    desk.follow(level(reminders=[AFTER]))
    with desk.database.begin() as transaction:
        kept = transaction.service_levels.add(level(reminders=[AFTER]), "t")
    desk.create("2026-11-23 10:00")
    renamed = level("Office", reminders=[AFTER])
    with desk.database.begin() as transaction:
        transaction.service_levels.save(Stored(kept.id, kept.version, renamed), "t")
    desk.follow(renamed)
    assert desk.state.name == "Office"
    desk.at("2026-11-24 10:00")
    assert len(desk.remind()) == 1


# ---------------------------------------------------------------- what it costs


def test_without_an_enabled_level_nothing_is_read(desk: Desk) -> None:
    desk.follow()
    assert ServiceLevelListener(desk.settings)([], None) == ()  # type: ignore[arg-type]
    desk.create("2026-11-23 10:00")
    assert desk.state == ServiceLevelState()


def test_events_that_concern_no_level_are_not_read_about(desk: Desk) -> None:
    desk.create("2026-11-23 10:00")
    asked: list[str] = []
    listener = ServiceLevelListener(desk.settings)
    with desk.database.unit_of_work() as work:
        event.listen(work.connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
        told: list[Event] = []

        def listen(events: Sequence[Event], read: Reader) -> Sequence[Change]:
            told.extend(events)
            return ()

        desk.database.listeners[:] = [lambda _: [listen]]
        work.apply([Change((Assign(T, None), ChangeFields(T, subject="Scanner")))])
        asked.clear()
        assert told
        assert listener(told, RecordReader(work.connection, desk.clock.now())) == ()
        assert asked == []
