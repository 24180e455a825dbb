"""Business rules on a real database: mail, rules, their delays, and what the history tells (NOT-03)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.clock import ManualClock
from tests.helpdesk.rule_factory import TOOLS, rule, when
from tests.store.concurrency import at_once
from tests.store.delivery_factory import reply, take_in, ticket
from trackit_console.domain.effects import AddNote, Change, Close, Effect, ScheduleAction, ScheduledKind
from trackit_console.domain.listeners import Reader
from trackit_console.domain.polling import Lease
from trackit_console.domain.records import Module, Note, NoteKind, Priority, RecordDetails, RecordRef, Status
from trackit_console.domain.scheduled import DueAction, ScheduledHandler
from trackit_console.helpdesk.business_rules.delaying import DelayedRules
from trackit_console.helpdesk.business_rules.listener import RulesListener
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.helpdesk.record_changes import closed, noted
from trackit_console.monitor.scheduled_actions import run_due
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.people import Technician
from trackit_console.settings.recipients import Recipients
from trackit_console.store.database import Database
from trackit_console.store.record_views import RecordView
from trackit_console.store.row_mapping import Stored
from trackit_console.store.transaction import Transaction

pytestmark = pytest.mark.covers("NOT-03")
FIRST = RecordRef(Module.TICKET, 1)


class HelpDesk:
    """A database with rules that listen, and what is due in it."""

    def __init__(self, database: Database, lease: Lease, clock: ManualClock) -> None:
        self.database, self.lease, self.clock = database, lease, clock
        self._settings = ReactionSettings()
        database.listeners.append(lambda _: [RulesListener(self._settings, TOOLS)])

    def use(self, *rules: BusinessRule, hours: BusinessHours | None = None) -> None:
        self._settings = ReactionSettings(rules=rules, business_hours=hours or BusinessHours())

    def handlers(self, _: Transaction) -> dict[ScheduledKind, ScheduledHandler]:
        return {ScheduledKind.RULE: DelayedRules(self._settings.rules, TOOLS)}

    def receive(self, *changes: Change) -> None:
        take_in(self.database, self.lease, changes)

    def change(self, *changes: Change) -> None:
        with self.database.unit_of_work() as work:
            work.apply(changes)
            work.commit()

    def after(self, **time: float) -> int:
        """Lets time pass, and does what is due then."""
        self.clock.advance(timedelta(**time).total_seconds())
        return run_due(self.database, self.handlers)

    def record(self, number: int = 1) -> RecordView:
        with self.database.reading() as transaction:
            return next(each for each in transaction.records.page() if each.ref.id == number)

    def history(self, number: int = 1) -> list[str]:
        """What the notes of a record say."""
        with self.database.reading() as transaction:
            notes = transaction.records.notes([number]).get(number, [])
        return [each.text or " ".join(str(reason_phrase(reason)) for reason in each.reasons) for each in notes]

    def states(self) -> list[str]:
        with self.database.reading() as transaction:
            return list(transaction.session.scalars(text("SELECT state FROM scheduled_actions ORDER BY id")))


@pytest.fixture
def help_desk(database: Database, lease: Lease, clock: ManualClock) -> HelpDesk:
    with database.begin() as transaction:
        transaction.people.save_technician(Technician(name="Ada", email="ada@example.com"), "t")
    return HelpDesk(database, lease, clock)


def put(field: str, value: str) -> dict[str, str]:
    return {"type": "set_field", "field": field, "value": value}


# ------------------------------------------------------------------ at once


def test_a_rule_acts_in_the_transaction_of_the_message(help_desk: HelpDesk) -> None:
    urgent = rule("urgent words", conditions=[when("subject", "contains", "URGENT")], actions=[put("priority", "Urgent")])
    help_desk.use(urgent)
    help_desk.receive(ticket("1", "bo@example.com", subject="urgent: printer"), ticket("2", subject="lunch"))
    assert [help_desk.record(number).priority for number in (1, 2)] == [Priority.URGENT, Priority.MEDIUM]
    assert help_desk.history() == ["text 1", "Business rule “urgent words” set the priority to Urgent."]


def test_rules_that_create_records_do_not_multiply_them(help_desk: HelpDesk) -> None:
    create = {"type": "create_record", "module": "Ticket", "subject": "more of {subject}"}
    help_desk.use(*(rule(f"make {number}", actions=[create]) for number in range(5)))
    help_desk.receive(ticket("1"))
    with help_desk.database.reading() as transaction:
        made = len(transaction.records.page(limit=100))
    assert made == 6
    assert "Business rule “make 4” created no record for this one, because business rule “make 0” created this one." in " ".join(
        help_desk.history(2)
    )


def test_a_condition_may_be_about_the_mailbox_that_the_mail_came_to(help_desk: HelpDesk) -> None:
    with help_desk.database.reading() as transaction:
        title = transaction.mailboxes.all()[0].value.title
    help_desk.use(rule("here", conditions=[when("mailbox", "is", title)]), rule("there", conditions=[when("mailbox", "is", "x")]))
    help_desk.receive(ticket("1"))
    assert help_desk.history() == ["text 1", "by here"]


def test_linked_records_are_closed_with_their_ticket(help_desk: HelpDesk) -> None:
    create = rule("onboarding", actions=[{"type": "create_record", "subject": "Order a desk", "technician": "ada@example.com"}])
    close = rule("close all", events=["closed"], actions=[{"type": "update_linked", "module": "Assignment"}])
    help_desk.use(create, close)
    help_desk.receive(ticket("1", "bo@example.com"))
    made = help_desk.record(2)
    assert (made.ref.module, made.subject, made.requestor, made.technician) == (Module.ASSIGNMENT, "Order a desk", "Bo", "Ada")
    help_desk.change(closed(FIRST, "Ada"))
    assert help_desk.record(2).status is Status.CLOSED


def test_two_rules_that_chase_each_other_are_stopped_and_named(help_desk: HelpDesk, expect_log: Callable[[str], None]) -> None:
    expect_log("rules answered each other")
    up = rule("Up", events=["updated"], conditions=[when("priority", "is_not", "High")], actions=[put("priority", "High")])
    down = rule("Down", events=["updated"], conditions=[when("priority", "is", "High")], actions=[put("priority", "Low")])
    start = rule("Start", actions=[put("priority", "Urgent")])
    help_desk.use(start, up, down)
    help_desk.receive(ticket("1"))
    assert help_desk.history()[-1] == (
        "Business rules answered each other 5 times and were stopped: Start, Down, Up. Change their conditions so that one does "
        "not undo what the other does."
    )


def test_a_rule_about_changes_does_not_chase_itself(help_desk: HelpDesk) -> None:
    help_desk.use(
        rule("always high", events=["created", "updated"], actions=[put("priority", "High")]),
        rule("talker", events=["created", "note_added"]),
    )
    help_desk.receive(ticket("1"))
    assert help_desk.history() == ["text 1", "Business rule “always high” set the priority to High.", "by talker"]


# ------------------------------------------------------------------ later

REMIND: dict[str, Any] = {"delay": {"amount": 4, "unit": "hours", "unless": "answered"}}


def test_a_delayed_rule_acts_when_it_is_due_and_once(help_desk: HelpDesk) -> None:
    help_desk.use(rule("remind", **REMIND))
    help_desk.receive(ticket("1"))
    assert help_desk.after(hours=3.9) == 0
    assert help_desk.after(hours=0.2) == 1
    assert help_desk.after(hours=10) == 0
    assert (help_desk.history(), help_desk.states()) == (["text 1", "by remind"], ["done"])


def by_mail(sender: str) -> Change:
    return reply("2", 1, sender=sender, sender_key=sender)


@pytest.mark.parametrize(
    ("unless", "meanwhile", "acts"),
    [
        pytest.param("answered", noted(FIRST, "Try again.", "Ada", private=False), False, id="answered-by-a-note"),
        pytest.param("answered", noted(FIRST, "Hm.", "Ada", private=True), True, id="a-private-note-answers-nobody"),
        pytest.param("answered", by_mail("ada@example.com"), False, id="answered-by-mail"),
        pytest.param("answered", by_mail("bo@example.com"), True, id="the-requestor-wrote-again"),
        pytest.param("closed", closed(FIRST, "Ada"), False, id="closed"),
        pytest.param("answered", closed(FIRST, "Ada"), True, id="closed-without-an-answer"),
        pytest.param("changed", closed(FIRST, "Ada"), False, id="changed"),
        pytest.param("changed", by_mail("bo@example.com"), False, id="a-note-is-a-change"),
        pytest.param("changed", Change((AddNote(FIRST, Note(NoteKind.EMAIL_SENT)),)), True, id="our-own-mail-is-no-change"),
        pytest.param("nothing", closed(FIRST, "Ada"), True, id="in-any-case"),
    ],
)
def test_what_happens_meanwhile_may_make_it_needless(help_desk: HelpDesk, unless: str, meanwhile: Change, acts: bool) -> None:
    help_desk.use(rule("remind", delay={"amount": 4, "unit": "hours", "unless": unless}))
    help_desk.receive(ticket("1", "bo@example.com"))
    help_desk.clock.advance(60)
    if meanwhile.delivery:
        help_desk.receive(meanwhile)
    else:
        help_desk.change(meanwhile)
    help_desk.after(hours=4)
    assert ("by remind" in help_desk.history()) is acts


def test_what_a_rule_wrote_is_no_answer(help_desk: HelpDesk) -> None:
    help_desk.use(rule("soon", delay={"amount": 1, "unit": "hours"}), rule("remind", **REMIND))
    help_desk.receive(ticket("1"))
    help_desk.after(hours=1)
    help_desk.after(hours=3)
    assert help_desk.history() == ["text 1", "by soon", "by remind"]


def test_the_conditions_are_judged_again_when_it_is_due(help_desk: HelpDesk) -> None:
    still_open = rule("remind", conditions=[when("status", "is", "open")], **REMIND)
    help_desk.use(still_open)
    help_desk.receive(ticket("1"), ticket("2"))
    help_desk.change(closed(FIRST, "Ada"))
    assert help_desk.after(hours=4) == 2
    assert ("by remind" in help_desk.history(1), "by remind" in help_desk.history(2)) == (False, True)


@pytest.mark.parametrize(
    "now", [(), (rule("remind", enabled=False, **REMIND),), (rule("remind"),)], ids=["gone", "off", "at-once"]
)
def test_a_rule_that_is_no_longer_used_does_nothing(help_desk: HelpDesk, now: Sequence[BusinessRule]) -> None:
    help_desk.use(rule("remind", **REMIND))
    help_desk.receive(ticket("1"))
    help_desk.use(*now)
    assert help_desk.after(hours=4) == 1
    assert help_desk.history() == ["text 1"]


def test_business_hours_count_when_the_help_desk_is_open(help_desk: HelpDesk) -> None:
    help_desk.use(rule("remind", delay={"amount": 9, "unit": "business_hours"}), hours=BusinessHours(time_zone="UTC"))
    help_desk.receive(ticket("1"))  # on a Monday at 9
    assert help_desk.after(hours=12) == 0
    assert help_desk.after(hours=13) == 1


def test_business_hours_that_never_come_are_told(help_desk: HelpDesk) -> None:
    hours = BusinessHours.model_validate(
        {"time_zone": "UTC", "hours": [{"days": ["monday"], "opens": "09:00", "closes": "09:01"}]}
    )
    help_desk.use(rule("remind", delay={"amount": 9999, "unit": "business_hours"}), hours=hours)
    help_desk.receive(ticket("1"))
    assert help_desk.history()[1] == (
        "Business rule “remind” does not act after its delay. The business hours leave too little time within 5 years."
    )


def test_what_is_due_later_knows_whose_mail_it_was(help_desk: HelpDesk) -> None:
    conditions = [
        when("sender_role", "is", "requestor"),
        when("text", "contains", "text 1"),
        when("sender", "is", "bo@example.com"),
    ]
    help_desk.use(rule("remind", conditions=conditions, **REMIND))
    help_desk.receive(ticket("1", "bo@example.com", sender="Bo <bo@example.com>", sender_key="bo@example.com"))
    help_desk.after(hours=4)
    assert "by remind" in help_desk.history()


def test_a_quiet_message_stays_quiet_later(help_desk: HelpDesk) -> None:
    mail = {"type": "send_notification", "template": "t", "recipients": {"addresses": ["team@example.com"]}}
    help_desk.use(rule("remind", actions=[mail, put("priority", "High")], **REMIND))
    [quiet] = [Change(each.effects, each.delivery, quiet=True) for each in [ticket("1")]]
    help_desk.receive(quiet)
    help_desk.after(hours=4)
    with help_desk.database.reading() as transaction:
        assert transaction.session.scalar(text("SELECT COUNT(*) FROM outbox")) == 0
    assert help_desk.record().priority is Priority.HIGH


def test_the_actions_of_a_deleted_record_go_with_it(help_desk: HelpDesk) -> None:
    from trackit_console.helpdesk.record_changes import deleted

    help_desk.use(rule("remind", **REMIND))
    help_desk.receive(ticket("1"))
    help_desk.change(deleted(FIRST, "Ada"))
    assert help_desk.after(hours=4) == 0


# ------------------------------------------------------------------ several hosts, crashes


def schedule(help_desk: HelpDesk, number: int = 1, **time: float) -> None:
    due = help_desk.clock.now() + timedelta(**time)
    actions = (ScheduleAction(ScheduledKind.RULE, "x", f"key {each}", due, record=FIRST) for each in range(number))
    help_desk.change(Change(tuple(actions)))


class Handler:
    """Adds a note, or fails as often as it is told."""

    def __init__(
        self, *, fails: int = 0, effects: tuple[Effect, ...] = (AddNote(FIRST, Note(NoteKind.NOTE, text="done")),)
    ) -> None:
        self.calls, self.fails, self.effects = 0, fails, effects

    def __call__(self, action: DueAction, details: RecordDetails | None, read: Reader) -> Change | None:
        self.calls += 1
        if self.calls <= self.fails:
            raise ZeroDivisionError
        return Change(self.effects)

    def of(self, _: Transaction) -> dict[ScheduledKind, ScheduledHandler]:
        return {ScheduledKind.RULE: self}


def test_of_several_hosts_one_does_it(help_desk: HelpDesk) -> None:
    help_desk.receive(ticket("1"))
    schedule(help_desk, 5)
    handler = Handler()
    at_once(*[lambda: run_due(help_desk.database, handler.of)] * 4)
    assert (handler.calls, help_desk.history().count("done")) == (5, 5)


def test_one_that_was_cut_off_is_done_again(help_desk: HelpDesk) -> None:
    class Killed(BaseException):
        pass

    class Dying(Handler):
        def __call__(self, action: DueAction, details: RecordDetails | None, read: Reader) -> Change | None:
            raise Killed

    help_desk.receive(ticket("1"))
    schedule(help_desk)
    with pytest.raises(Killed):
        run_due(help_desk.database, Dying().of)
    assert help_desk.states() == ["waiting"]
    run_due(help_desk.database, Handler().of)
    assert (help_desk.states(), help_desk.history()[-1]) == (["done"], "done")


@pytest.mark.parametrize(
    ("handler", "log"),
    [
        pytest.param(Handler(fails=1), "a scheduled action failed", id="a-bug"),
        pytest.param(Handler(effects=(Close(RecordRef(Module.TICKET, 99)),)), "a scheduled action was refused", id="refused"),
    ],
)
def test_one_that_cannot_be_done_is_told_and_keeps_no_other_back(
    help_desk: HelpDesk, handler: Handler, log: str, expect_log: Callable[[str], None]
) -> None:
    expect_log(log)
    help_desk.receive(ticket("1"))
    schedule(help_desk)
    run_due(help_desk.database, handler.of)
    assert (help_desk.states(), help_desk.history()[-1]) == (
        ["done"],
        "What “x” was to do here later failed, and is not tried again. The log file says why.",
    )


# ------------------------------------------------------------------ kept


def test_a_renamed_rule_keeps_what_it_has_scheduled(help_desk: HelpDesk) -> None:
    with help_desk.database.begin() as transaction:
        kept = transaction.business_rules.add(rule("remind", **REMIND), "t")
    help_desk.use(kept.value)
    help_desk.receive(ticket("1"))
    renamed = kept.value.model_copy(update={"name": "remind us"})
    with help_desk.database.begin() as transaction:
        transaction.business_rules.save(Stored(kept.id, kept.version, renamed), "t")
    help_desk.use(renamed)
    help_desk.after(hours=4)
    assert "by remind" in help_desk.history()


def test_a_rule_that_names_what_is_not_there_is_refused_when_it_is_saved(help_desk: HelpDesk) -> None:
    named = rule(
        "x",
        actions=[
            {"type": "assign", "technician": "ADA@example.com"},
            {"type": "send_notification", "template": "New ticket", "recipients": {"technician": True}},
            {"type": "assign", "technician": "gone@example.com"},
        ],
    )
    with help_desk.database.begin() as transaction:
        found = transaction.business_rules.findings(named, None)
        assert [(each.field, each.rule) for each in found] == [
            ("actions.1.template", "template_unknown"),
            ("actions.2.technician", "technician_unknown"),
        ]
        template = NotificationTemplate(name="new  TICKET", subject="x", text="x")
        transaction.notification_templates.add(template, "t")
        assert [each.field for each in transaction.business_rules.findings(named, None)] == ["actions.2.technician"]
        notification = Notification(name="x", template="gone", recipients=Recipients(requestor=True))
        assert [each.field for each in transaction.notifications.findings(notification, None)] == ["template"]
