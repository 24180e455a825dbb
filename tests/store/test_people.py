"""Technicians, requestors and ticket templates that several admins edit: versions, what depends on them, search (DB-04)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, text

from tests.settings.samples import imap
from tests.store.delivery_factory import take_in, ticket
from trackit_console.domain.effects import AddNote, Change, CreateRecord
from trackit_console.domain.polling import Lease
from trackit_console.domain.records import Module, Note, NoteKind, Placeholder, Priority, RecordRef, TicketSource
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.people_csv import read_people_csv
from trackit_console.store.csv_import import carry_out, plan_import
from trackit_console.store.database import Database
from trackit_console.store.kept_objects import Uses
from trackit_console.store.requestors import page_statement
from trackit_console.store.row_mapping import Stored
from trackit_console.store.saving_errors import ChangedSincePreview, Conflict, DefinitionInUse, TemplateInUse
from trackit_console.user_messages import Problem

ADA = Technician(name="Ada", email="ada@example.com", mapped_addresses=["ada@home.example"])
CY = Technician(name="Cy", email="cy@example.com")
BO = Requestor(name="Bo", email="bo@example.com")
OUTAGE = TicketTemplate(name="Outage", subject="Mail is down", priority="High")
KINDS: list[tuple[str, Any, Any]] = [
    ("technicians", ADA, ADA.model_copy(update={"name": "Ada B"})),
    ("requestors", BO, BO.model_copy(update={"name": "Bo L"})),
    ("ticket_templates", OUTAGE, OUTAGE.model_copy(update={"subject": "No mail"})),
]
each_kind = pytest.mark.parametrize(("kind", "value", "changed"), KINDS, ids=[name for name, *_ in KINDS])


def stored(database: Database, kind: str, search: str = "") -> list[Any]:
    with database.reading() as transaction:
        found: list[Any] = getattr(transaction, kind).page(search)
    return found


@pytest.mark.covers("DB-04")
@each_kind
def test_the_second_of_two_admins_is_told_what_the_first_saved(database: Database, kind: str, value: Any, changed: Any) -> None:
    with database.begin() as transaction:
        read = getattr(transaction, kind).add(value, "ada")
    with database.begin() as transaction:
        saved = getattr(transaction, kind).save(Stored(read.id, read.version, changed), "bo")
    with pytest.raises(Conflict) as told, database.begin() as transaction:
        getattr(transaction, kind).save(Stored(read.id, read.version, value), "ada")
    assert told.value.saved == saved
    with pytest.raises(Conflict), database.begin() as transaction:
        getattr(transaction, kind).delete(read, "ada")
    with database.begin() as transaction:
        getattr(transaction, kind).delete(saved, "bo")
        latest = transaction.audit.latest()
    assert [each.action for each in latest][:3] == ["deleted", "changed", "added"]
    assert latest[1].before and latest[1].after
    with pytest.raises(Conflict) as told, database.begin() as transaction:
        getattr(transaction, kind).save(saved, "ada")
    assert told.value.saved is None


@pytest.mark.covers("MSG-03", "MSG-05")
def test_what_another_one_has_is_a_finding_at_its_field(database: Database) -> None:
    with database.begin() as transaction:
        ada = transaction.technicians.add(ADA, "t")
        bo = transaction.requestors.add(BO, "t")
        outage = transaction.ticket_templates.add(OUTAGE, "t")
        taken = Technician(name="Cy", email="ADA@example.com", mapped_addresses=["cy@example.com", "ada@HOME.example"])
        assert [each.field for each in transaction.technicians.findings(taken, None)] == ["email", "mapped_addresses"]
        assert transaction.technicians.findings(ADA, ada.id) == []
        assert [str(each) for each in transaction.requestors.findings(Requestor(name="Cy", email="BO@example.com"), None)] == [
            "email: BO@example.com belongs to Bo already."
        ]
        assert transaction.requestors.findings(BO, bo.id) == []
        [found] = transaction.ticket_templates.findings(TicketTemplate(name="OUTAGE"), None)
        assert (found.field, found.rule) == ("name", "template_taken")
        assert transaction.ticket_templates.findings(OUTAGE, outage.id) == []


def record_of(database: Database, technician: int, requestor: int) -> RecordRef:
    new = Placeholder("new")
    ticket = CreateRecord(
        new,
        Module.TICKET,
        "Printer",
        Priority.MEDIUM,
        TicketSource.EMAIL,
        requestor=requestor,
        technician_id=technician,
    )
    note = AddNote(new, Note(NoteKind.EMAIL_RECEIVED, text="It jams", author="Bo", technician_id=technician))
    about = AddNote(RecordRef(Module.REQUESTOR, requestor), Note(NoteKind.EMAIL_RECEIVED, text="moved"))
    with database.unit_of_work() as work:
        work.apply([Change((ticket, note, about))])
        work.commit()
    return RecordRef(Module.TICKET, 1)


@pytest.mark.covers("MSG-05")
def test_records_outlive_the_people_on_them_and_notes_say_in_whose_context(database: Database) -> None:
    with database.begin() as transaction:
        ada, bo = transaction.technicians.add(ADA, "t"), transaction.requestors.add(BO, "t")
    ref = record_of(database, ada.id, bo.id)
    with database.reading() as transaction:
        assert transaction.technicians.uses(ada.id).records == 1
        uses = transaction.requestors.uses(bo.id)
        assert (uses.records, uses.notes) == (1, 1)
    with database.begin() as transaction:
        transaction.technicians.delete(ada, "t")
        transaction.requestors.delete(bo, "t")
    with database.reading() as transaction:
        record, [note] = transaction.records.get(ref), transaction.records.notes([ref.id])[ref.id]
    assert (record.technician, record.requestor) == ("", "")
    assert (note.author, note.technician, note.text) == ("Bo", "Ada", "It jams")
    assert stored(database, "technicians") == stored(database, "requestors") == []
    with database.begin() as transaction:
        again = transaction.technicians.add(ADA, "t")
        assert again.id != ada.id
        assert transaction.technicians.with_address("ada@home.example") == again


def rule(name: str, *actions: dict[str, Any]) -> BusinessRule:
    return BusinessRule.model_validate({"name": name, "actions": [{"type": "add_note", "text": "x"}, *actions]})


@pytest.mark.covers("MSG-05", "NOT-03")
@pytest.mark.parametrize("address", ["ADA@example.com", "ada@home.example"])
@pytest.mark.parametrize(
    "action", [{"type": "assign"}, {"type": "create_record", "subject": "Follow up"}], ids=["assign", "create record"]
)
def test_a_technician_whom_rules_name_is_not_deleted(database: Database, address: str, action: dict[str, Any]) -> None:
    naming = {**action, "technician": address}
    with database.begin() as transaction:
        ada, cy = transaction.technicians.add(ADA, "t"), transaction.technicians.add(CY, "t")
        rules = [transaction.business_rules.add(rule(name, naming, naming), "t") for name in ("Printers", "VIP")]
        transaction.business_rules.add(rule("Nobody", {"type": "assign"}), "t")
        assert transaction.technicians.uses(ada.id).definitions == ("Printers", "VIP")
        assert transaction.technicians.uses(cy.id).definitions == ()
    with pytest.raises(DefinitionInUse, match=r"Ada is in use by: Printers, VIP\."), database.begin() as transaction:
        transaction.technicians.delete(ada, "t")
    with database.begin() as transaction:
        transaction.technicians.delete(cy, "t")
        for each in rules:
            transaction.business_rules.delete(each, "t")
        transaction.technicians.delete(ada, "t")
    assert stored(database, "technicians") == []


@pytest.mark.covers("MSG-05", "NOT-03")
def test_rules_follow_the_new_address_of_a_technician_at_once(database: Database) -> None:
    actions = [
        {"type": "assign", "technician": "Ada@example.com"},
        {"type": "create_record", "subject": "s", "technician": "ada@home.example"},
        {"type": "assign", "technician": "cy@example.com"},
    ]
    with database.begin() as transaction:
        ada = transaction.technicians.add(ADA, "t")
        transaction.technicians.add(CY, "t")
        named = transaction.business_rules.add(rule("Named", *actions), "t")
        other = transaction.business_rules.add(rule("Other", actions[2]), "t")
        before = transaction.audit.revision().immediate
        moved = Technician(name="Ada", email="ada@new.example", mapped_addresses=["ada@home.example"])
        ada = transaction.technicians.save(Stored(ada.id, ada.version, moved), "t")
        assert transaction.audit.revision().immediate == before + 1, "the monitor reads its rules again"
    found = {each.value.name: each for each in stored(database, "business_rules")}
    addresses = [getattr(each, "technician", "") for each in found["Named"].value.actions]
    assert addresses == ["", "ada@new.example", "ada@home.example", "cy@example.com"]
    assert (found["Named"].version, found["Other"].version) == (named.version + 1, other.version)
    with database.begin() as transaction:
        alone = moved.model_copy(update={"mapped_addresses": []})
        ada = transaction.technicians.save(Stored(ada.id, ada.version, alone), "t")
        before = transaction.audit.revision().immediate
        transaction.technicians.save(Stored(ada.id, ada.version, alone.model_copy(update={"name": "Ada B"})), "t")
        assert transaction.audit.revision().immediate == before, "nothing in the rules has changed"
        assert transaction.business_rules.findings(transaction.business_rules.all()[0].value, named.id) == []


@pytest.mark.covers("MON-04")
def test_a_template_in_use_is_not_deleted_and_takes_its_users_along_when_it_is_renamed(database: Database) -> None:
    with database.begin() as transaction:
        outage = transaction.ticket_templates.add(OUTAGE, "t")
        support = transaction.mailboxes.add(imap(name="Support", ticket_template="Outage"), "t")
        monitor = transaction.settings.monitor()
        wanted = MonitorSettings(create_ticket_on_authentication_failure=True, ticket_template="Outage")
        transaction.settings.save_monitor(Stored(monitor.id, monitor.version, wanted), "t")
    with pytest.raises(TemplateInUse, match=r"is in use: by the mailboxes Support, and in the Email Monitor Settings"):
        delete_template(database, outage)
    with database.begin() as transaction:
        renamed = transaction.ticket_templates.save(
            Stored(outage.id, outage.version, OUTAGE.model_copy(update={"name": "Stop"})), "t"
        )
        assert transaction.mailboxes.get(support.id).value.ticket_template == "Stop"
        assert transaction.settings.monitor().value.ticket_template == "Stop"
        with pytest.raises(Conflict):
            transaction.mailboxes.save(support, "t")
        transaction.mailboxes.delete(transaction.mailboxes.get(support.id), "t")
    with pytest.raises(TemplateInUse) as told:
        delete_template(database, renamed)
    problem: Problem = told.value
    assert str(problem.message) == (
        "The template Stop is in use: in the Email Monitor Settings, for the ticket about a refused sign-in."
    )


@pytest.mark.covers("MON-04")
def test_a_template_is_in_use_however_its_letters_are_written(database: Database, lease: Lease) -> None:
    take_in(database, lease, [ticket("1", template="OUTAGE"), ticket("2", template="Outage too")])
    with database.begin() as transaction:
        outage = transaction.ticket_templates.add(OUTAGE, "t")
        desk = transaction.mailboxes.add(imap(name="Desk", folder="Desk", ticket_template="outage"), "t")
        monitor = transaction.settings.monitor()
        wanted = MonitorSettings(create_ticket_on_authentication_failure=True, ticket_template="OUTAGE")
        transaction.settings.save_monitor(Stored(monitor.id, monitor.version, wanted), "t")
        assert transaction.ticket_templates.uses(outage.id) == Uses(mailboxes=("Desk",), alert_ticket=True)
    with pytest.raises(TemplateInUse):
        delete_template(database, outage)
    with database.begin() as transaction:
        stop = OUTAGE.model_copy(update={"name": "Stop"})
        transaction.ticket_templates.save(Stored(outage.id, outage.version, stop), "t")
        assert transaction.mailboxes.get(desk.id).value.ticket_template == "Stop"
        assert transaction.settings.monitor().value.ticket_template == "Stop"
        assert sorted(each.template for each in transaction.records.page()) == ["Outage too", "Stop"]


def delete_template(database: Database, template: Stored[TicketTemplate]) -> None:
    with database.begin() as transaction:
        transaction.ticket_templates.delete(template, "t")


@pytest.mark.covers("MON-05")
def test_people_need_no_restart_of_the_monitor_and_templates_do(database: Database) -> None:
    def numbers() -> tuple[int, int]:
        with database.reading() as transaction:
            return transaction.audit.revision().number, transaction.audit.mark()

    revision, mark = numbers()
    with database.begin() as transaction:
        transaction.technicians.add(ADA, "t")
        transaction.requestors.add(BO, "t")
    assert numbers() == (revision, mark + 2)
    with database.begin() as transaction:
        transaction.ticket_templates.add(OUTAGE, "t")
    assert numbers() == (revision + 1, mark + 3)


def test_lists_are_searched_by_name_and_every_address_and_read_in_pages(database: Database) -> None:
    with database.begin() as transaction:
        transaction.technicians.add(ADA, "t")
        transaction.technicians.add(Technician(name="Carl", email="carl@example.com"), "t")
        transaction.requestors.add_all([Requestor(name=f"P{n:03}", email=f"p{n}@example.com") for n in range(250)], "t")
        transaction.ticket_templates.add(OUTAGE, "t")
    assert [each.value for each in stored(database, "technicians", " HOME.exa ")] == [ADA]
    assert [each.value.name for each in stored(database, "technicians")] == ["Ada", "Carl"]
    assert [each.value.name for each in stored(database, "requestors", "p24")] == ["P024", *(f"P24{n}" for n in range(10))]
    assert [each.value.name for each in stored(database, "ticket_templates", "mail")] == ["Outage"]
    with database.reading() as transaction:
        assert [each.value.name for each in transaction.requestors.page("", 2, 100)] == ["P100", "P101"]
        assert (transaction.requestors.count(), transaction.requestors.count("p24"), transaction.technicians.count("r")) == (
            250,
            11,
            1,
        )
        assert (transaction.ticket_templates.count(), transaction.ticket_templates.count("mail")) == (2, 1)


def test_a_page_of_requestors_is_read_by_an_index_and_never_sorted(database: Database) -> None:
    with database.reading() as transaction:
        if database.kind != "sqlite":
            pytest.skip("asks SQLite for its plan")
        connection = transaction.session.connection()
        said: list[str] = []

        def explain(statement: str, parameters: Any) -> str:
            return "\n".join(str(row) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))

        event.listen(connection, "before_cursor_execute", lambda *each: said.append(explain(each[2], each[3])), once=True)
        connection.execute(page_statement("anna").limit(300))
        plans = {"page": said[0]}
        for name, statement in (
            ("address", "SELECT id FROM requestors WHERE address = ?"),
            ("notes", "DELETE FROM notes WHERE requestor_id = ?"),
        ):
            plans[name] = explain(statement, ("1",))
    assert "USING INDEX ix_requestors_name_email" in plans["page"] and "TEMP B-TREE" not in plans["page"]
    assert "SEARCH requestors USING" in plans["address"] and "INDEX" in plans["address"]
    assert "INDEX ix_notes_requestor_id" in plans["notes"]


def test_a_row_that_was_changed_by_hand_is_shown_with_what_is_wrong(database: Database) -> None:
    with database.begin() as transaction:
        transaction.session.execute(text("UPDATE ticket_templates SET priority = 'Whenever'"))
    [default] = stored(database, "ticket_templates")
    assert (default.value.priority, [each.field for each in default.findings]) == ("Whenever", ["priority"])


@pytest.mark.covers("DB-04")
def test_a_file_is_imported_as_it_was_shown_or_not_at_all(database: Database) -> None:
    with database.begin() as transaction:
        transaction.technicians.add(ADA, "t")
        transaction.requestors.add(BO, "t")
    lines = "".join(f"Person {number},p{number}@example.com\n" for number in range(3000))
    file = read_people_csv(f"name,email\nBo Lund,bo@example.com\n{lines}".encode(), Requestor)
    with database.begin() as transaction:
        shown = plan_import(transaction.requestors, file)
        carry_out(transaction.requestors, file, shown, "ada")
        assert transaction.requestors.count() == 3001
        assert transaction.requestors.with_address("bo@example.com") == Stored(
            1, 2, Requestor(name="Bo Lund", email="bo@example.com")
        )
        entries = transaction.audit.latest(4000)
    assert [each.action for each in entries].count("added") == 3002
    [changed] = [each for each in entries if each.action == "changed"]
    assert (changed.name, '"Bo"' in (changed.before or ""), '"Bo Lund"' in (changed.after or "")) == (
        "bo@example.com",
        True,
        True,
    )
    with pytest.raises(ChangedSincePreview), database.begin() as transaction:
        carry_out(transaction.requestors, file, shown, "ada")
    people = read_people_csv(
        b"name,email,mapped addresses\nAda,ada@example.com,new@home.example\nCy,cy@example.com,\n", Technician
    )
    with database.begin() as transaction:
        carry_out(transaction.technicians, people, plan_import(transaction.technicians, people), "ada")
    assert [each.value.mapped_addresses for each in stored(database, "technicians")] == [["new@home.example"], []]
