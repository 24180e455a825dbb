"""What is kept as a name and a JSON definition: templates, notifications, rules, service levels, reports, schedules (DB-04)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import select, update

from tests.clock import ManualClock
from tests.settings.samples import SAMPLES
from tests.store.concurrency import at_once
from tests.store.test_overtaken_claims import just_before
from trackit_console.monitor.reaction_settings_reader import read_reaction_settings
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.reminders import Reminder
from trackit_console.settings.service_levels import ServiceLevel
from trackit_console.settings.validation import Finding
from trackit_console.store.database import Database
from trackit_console.store.definitions import Definitions
from trackit_console.store.errors import UniqueTaken
from trackit_console.store.row_mapping import Stored
from trackit_console.store.saving_errors import Conflict, DefinitionInUse
from trackit_console.store.tables import DefinitionRow, NotificationRow, ReportRunRow
from trackit_console.store.transaction import Transaction

KINDS = {
    "notification_templates": SAMPLES["notification-template"],
    "notifications": SAMPLES["notification"],
    "notification_schedules": SAMPLES["notification-schedule"],
    "business_rules": SAMPLES["business-rule"],
    "service_levels": SAMPLES["service-level"],
    "reports": SAMPLES["report"],
}
EACH_KIND = pytest.mark.parametrize("kind", KINDS)
NEWS = NotificationTemplate(name="News", subject="News", text="There is news.")
BROKEN = {
    "no-json": '{"name": "Tell", ',
    "a-list": "[1, 2]",
    "empty": "",
    "nothing-in-it": "{}",
    "wrong-types": '{"name": 7, "event": ["x"], "recipients": "me", "template": null}',
    "of-a-newer-version": '{"name": "Tell", "template": "News", "recipients": {"requestor": true}, "sound": "bell"}',
}


def of(transaction: Transaction, kind: str) -> Definitions[Any]:
    repository: Definitions[Any] = getattr(transaction, kind)
    return repository


def kept(database: Database, kind: str) -> list[Stored[Any]]:
    with database.reading() as transaction:
        return of(transaction, kind).all()


def add(database: Database, kind: str, *values: BaseModel) -> list[Stored[Any]]:
    with database.begin() as transaction:
        return [of(transaction, kind).add(each, "ada") for each in values]


def renamed(value: Any, name: str) -> Any:
    return value.model_copy(update={"name": name})


def names(database: Database, kind: str) -> list[str]:
    return [each.value.name for each in kept(database, kind)]


def by_hand(database: Database, table: type[DefinitionRow], definition: str) -> None:
    """Somebody edits the table."""
    with database.begin() as transaction:
        transaction.session.execute(update(table).values(definition=definition))


@EACH_KIND
@pytest.mark.covers("DB-04")
def test_what_is_committed_is_kept_and_every_field_comes_back(database: Database, kind: str) -> None:
    [added] = add(database, kind, KINDS[kind])
    assert kept(database, kind) == [Stored(added.id, 1, KINDS[kind])]
    with database.begin() as transaction:
        saved = of(transaction, kind).save(Stored(added.id, 1, renamed(KINDS[kind], "Another")), "bo")
    assert kept(database, kind) == [saved]
    assert (saved.version, saved.value.name) == (2, "Another")
    with database.begin() as transaction:
        of(transaction, kind).delete(saved, "bo")
    assert kept(database, kind) == []


@EACH_KIND
def test_what_is_not_committed_is_gone(database: Database, kind: str) -> None:
    [before] = add(database, kind, KINDS[kind])
    with pytest.raises(RuntimeError), database.begin() as transaction:
        of(transaction, kind).save(Stored(before.id, 1, renamed(KINDS[kind], "Another")), "bo")
        of(transaction, kind).add(renamed(KINDS[kind], "One more"), "bo")
        raise RuntimeError
    assert kept(database, kind) == [before]
    with database.reading() as transaction:
        of(transaction, kind).add(renamed(KINDS[kind], "One more"), "bo")
    assert kept(database, kind) == [before]


@EACH_KIND
@pytest.mark.covers("DB-04")
def test_of_two_on_one_version_one_wins_and_the_other_is_told_what_was_saved(database: Database, kind: str) -> None:
    [before] = add(database, kind, KINDS[kind])

    def save(name: str) -> str:
        with database.begin() as transaction:
            of(transaction, kind).save(Stored(before.id, 1, renamed(before.value, name)), name)
        return name

    results = at_once(lambda: save("first"), lambda: save("second"))
    [winner] = [each for each in results if isinstance(each, str)]
    [conflict] = [each for each in results if isinstance(each, Conflict)]
    assert conflict.saved == kept(database, kind)[0]
    assert names(database, kind) == [winner]


@EACH_KIND
@pytest.mark.parametrize("act", ["save", "delete"])
def test_what_was_deleted_meanwhile_is_a_conflict_with_nothing(database: Database, kind: str, act: str) -> None:
    [before] = add(database, kind, KINDS[kind])
    with database.begin() as transaction:
        of(transaction, kind).delete(before, "bo")
    with pytest.raises(Conflict) as caught, database.begin() as transaction:
        getattr(of(transaction, kind), act)(before, "ada")
    assert caught.value.saved is None


def test_deleting_what_was_changed_meanwhile_is_a_conflict(database: Database) -> None:
    [before] = add(database, "notifications", KINDS["notifications"])
    with database.begin() as transaction:
        changed = transaction.notifications.save(Stored(before.id, 1, renamed(before.value, "Another")), "bo")
    with pytest.raises(Conflict) as caught, database.begin() as transaction:
        transaction.notifications.delete(before, "ada")
    assert caught.value.saved == changed


def about_the_name(found: list[Finding]) -> list[Finding]:
    """Without those about templates that the samples name and that are not there."""
    return [each for each in found if each.field == "name"]


@EACH_KIND
def test_a_name_is_unique_letter_case_and_blanks_aside(database: Database, kind: str) -> None:
    [first, second] = add(database, kind, renamed(KINDS[kind], "Straße  eins"), renamed(KINDS[kind], "Another"))
    with database.reading() as transaction:
        repository = of(transaction, kind)
        same = renamed(KINDS[kind], "STRASSE eins")
        [told] = about_the_name(repository.findings(same, None))
        assert (told.field, told.rule) == ("name", "definition_taken")
        assert "Straße  eins" in str(told.message)
        assert about_the_name(repository.findings(same, first.id)) == []
        assert about_the_name(repository.findings(renamed(KINDS[kind], "new"), None)) == []
        assert repository.named("strasse EINS") == first
        assert repository.named("eins") is None
        assert (repository.count("STRASSE"), repository.page("another")) == (1, [second])
    with pytest.raises(UniqueTaken), database.begin() as transaction:
        of(transaction, kind).add(same, "bo")
    with pytest.raises(UniqueTaken), database.begin() as transaction:
        of(transaction, kind).save(Stored(second.id, 1, same), "bo")


def test_long_names_whose_folded_form_is_longer_are_kept_and_told_apart(database: Database) -> None:
    long = "ß" * 255
    add(database, "notification_templates", renamed(NEWS, long), renamed(NEWS, "ß" * 100))
    with database.reading() as transaction:
        assert transaction.notification_templates.named(long) is not None
        assert [each.rule for each in transaction.notification_templates.findings(renamed(NEWS, long), None)] == [
            "definition_taken"
        ]


@EACH_KIND
def test_the_order_is_that_of_the_admin(database: Database, kind: str) -> None:
    one, two, three = add(database, kind, *(renamed(KINDS[kind], each) for each in ("one", "two", "three")))
    with database.begin() as transaction:
        of(transaction, kind).reorder([three.id, one.id, three.id, 999], [one.id, two.id, three.id], "bo")
    assert names(database, kind) == ["three", "one", "two"]
    add(database, kind, renamed(KINDS[kind], "four"))
    assert names(database, kind) == ["three", "one", "two", "four"]
    with database.begin() as transaction:
        assert transaction.audit.latest(2)[1].action == "reordered"
        before = transaction.audit.revision().immediate
        of(transaction, kind).reorder([three.id, one.id, two.id], [three.id], "bo")
        assert transaction.audit.revision().immediate == before
    assert {each.version for each in kept(database, kind)} == {1}
    assert two in kept(database, kind)


@EACH_KIND
@pytest.mark.covers("DB-04")
def test_another_order_is_audited_with_both(database: Database, kind: str) -> None:
    one, two = add(database, kind, *(renamed(KINDS[kind], each) for each in ("one", "two")))
    with database.begin() as transaction:
        of(transaction, kind).reorder([two.id], [one.id, two.id], "bo")
        entry = transaction.audit.latest(1)[0]
        assert transaction.audit_list.last_reordering(entry.kind) == entry
    assert (entry.action, entry.actor, entry.name) == ("reordered", "bo", "")
    assert json.loads(entry.before or "") == {"order": ["one", "two"]}
    assert json.loads(entry.after or "") == {"order": ["two", "one"]}


@pytest.mark.covers("DB-04")
def test_an_order_that_is_not_the_one_that_was_seen_is_a_conflict(database: Database) -> None:
    one, two, three = add(database, "reports", *(renamed(KINDS["reports"], each) for each in ("one", "two", "three")))
    seen = [one.id, two.id, three.id]
    with database.begin() as transaction:
        transaction.reports.reorder([two.id, one.id], seen, "ada")
    with pytest.raises(Conflict) as conflict, database.begin() as transaction:
        transaction.reports.reorder([three.id, one.id], seen, "bo")
    assert names(database, "reports") == ["two", "one", "three"]
    assert conflict.value.saved == kept(database, "reports")
    # What was added behind it is in nobody's way.
    add(database, "reports", renamed(KINDS["reports"], "four"))
    with database.begin() as transaction:
        transaction.reports.reorder([three.id, two.id, one.id], [two.id, one.id, three.id], "bo")
        transaction.reports.delete(one, "ada")
    assert names(database, "reports") == ["three", "two", "four"]
    with pytest.raises(Conflict), database.begin() as transaction:
        transaction.reports.reorder([two.id], [three.id, two.id, one.id], "bo")


@pytest.mark.covers("DB-04")
def test_an_order_that_another_overtakes_is_a_conflict(database: Database) -> None:
    one, two, three = add(database, "reports", *(renamed(KINDS["reports"], each) for each in ("one", "two", "three")))
    seen = [one.id, two.id, three.id]
    with database.begin() as transaction:
        move = transaction.reports.reorder
        with (
            just_before("UPDATE", lambda: move([two.id, one.id], seen, "fast")),
            pytest.raises(Conflict),
        ):
            move([one.id, three.id], seen, "slow")


@EACH_KIND
@pytest.mark.covers("DB-04", "MON-05")
def test_a_change_is_audited_and_needs_no_restart(database: Database, clock: ManualClock, kind: str) -> None:
    with database.reading() as transaction:
        before = transaction.audit.revision()
    clock.advance(60)
    [added] = add(database, kind, KINDS[kind])
    with database.begin() as transaction:
        changed = of(transaction, kind).save(Stored(added.id, 1, renamed(KINDS[kind], "Another")), "bo")
        of(transaction, kind).delete(changed, "cy")
    with database.reading() as transaction:
        entries = transaction.audit.latest(3)
        after = transaction.audit.revision()
    assert [(each.action, each.actor, each.at) for each in entries] == [
        ("deleted", "cy", clock.now()),
        ("changed", "bo", clock.now()),
        ("added", "ada", clock.now()),
    ]
    assert (entries[1].name, json.loads(entries[1].before or "")["name"]) == ("Another", KINDS[kind].name)  # type: ignore[attr-defined]
    assert json.loads(entries[1].after or "")["name"] == "Another"
    assert (after.number, after.immediate) == (before.number, before.immediate + 3)


# ---------------------------------------------------------------- who names a template


def naming(template: str) -> dict[str, Any]:
    """One of each kind that sends mail by this template."""
    reminder = Reminder(template=template)
    rule: Any = SAMPLES["business-rule"]
    return {
        "notifications": Notification(name="Tell", template=template, recipients=Recipients(technician=True)),
        "business_rules": BusinessRule(
            name="Chase", actions=[*rule.actions[1:], rule.actions[0].model_copy(update={"template": template})]
        ),
        "service_levels": ServiceLevel(name="Gold", closing_minutes=120, reminders=[reminder, Reminder(template="Other")]),
    }


def templates_named(database: Database) -> list[str]:
    [notification], [rule], [level] = (kept(database, each) for each in ("notifications", "business_rules", "service_levels"))
    return [notification.value.template, rule.value.actions[-1].template, level.value.reminders[0].template]


@pytest.mark.covers("NOT-01", "DB-04")
def test_who_names_a_template_follows_its_new_name(database: Database) -> None:
    [stored] = add(database, "notification_templates", NEWS)
    for kind, each in naming("NEWS").items():
        add(database, kind, each)
    by_hand_before = kept(database, "notifications")[0]
    with database.begin() as transaction:
        transaction.notification_templates.save(Stored(stored.id, 1, renamed(NEWS, "What is new")), "bo")
    assert templates_named(database) == ["What is new"] * 3
    assert kept(database, "service_levels")[0].value.reminders[1].template == "Other"
    # A form that was filled before would bring the old name back.
    with pytest.raises(Conflict), database.begin() as transaction:
        transaction.notifications.save(by_hand_before, "cy")
    with database.begin() as transaction:
        changed = NEWS.model_copy(update={"name": "What is new", "text": "More news."})
        transaction.notification_templates.save(Stored(stored.id, 2, changed), "bo")
    assert kept(database, "notifications")[0].version == 2


@pytest.mark.covers("NOT-01")
@pytest.mark.parametrize("kind", ["notifications", "business_rules", "service_levels"])
def test_a_template_that_is_named_is_not_deleted(database: Database, kind: str) -> None:
    [stored] = add(database, "notification_templates", NEWS)
    [user] = add(database, kind, naming("news")[kind])
    with database.reading() as transaction:
        assert transaction.notification_templates.uses(stored.id).definitions == (user.value.name,)
        assert transaction.notification_templates.uses(999).definitions == ()
    with pytest.raises(DefinitionInUse) as caught, database.begin() as transaction:
        transaction.notification_templates.delete(stored, "bo")
    assert user.value.name in str(caught.value)
    with database.begin() as transaction:
        of(transaction, kind).delete(user, "bo")
        transaction.notification_templates.delete(stored, "bo")
    assert kept(database, "notification_templates") == []


def test_a_report_that_has_run_is_deleted_with_what_was_kept_of_its_runs(database: Database, clock: ManualClock) -> None:
    [stored] = add(database, "reports", KINDS["reports"])
    with database.begin() as transaction:
        transaction.session.add(ReportRunRow(report_id=stored.id, schedule="", next_run_at=clock.now() + timedelta(days=1)))
    with database.begin() as transaction:
        transaction.reports.delete(stored, "bo")
    with database.reading() as transaction:
        assert transaction.session.scalars(select(ReportRunRow)).all() == []


# ---------------------------------------------------------------- edited by hand


@pytest.mark.covers("NOT-01", "DB-04")
@pytest.mark.parametrize("written", BROKEN.values(), ids=BROKEN)
def test_what_todays_rules_refuse_is_shown_and_not_used(database: Database, written: str) -> None:
    [stored, good] = add(
        database, "notifications", *(renamed(naming("News")["notifications"], each) for each in ("Tell", "Good"))
    )
    template = add(database, "notification_templates", NEWS)[0]
    enabled = (
        json.dumps({**json.loads(written), "enabled": True}) if written.startswith("{") and written.endswith("}") else written
    )
    with database.begin() as transaction:
        transaction.session.execute(update(NotificationRow).where(NotificationRow.id == stored.id).values(definition=enabled))
        transaction.notifications.save(Stored(good.id, 1, good.value.model_copy(update={"enabled": True})), "ada")
    broken = kept(database, "notifications")[0]
    assert broken.findings
    assert all("{" not in str(each.message).replace("{'", "") for each in broken.findings)
    assert broken.value.name == "Tell"
    with database.reading() as transaction:
        assert [each.name for each in read_reaction_settings(transaction).notifications] == ["Good"]
        assert transaction.notifications.named("tell") == broken
        assert transaction.notifications.count("tel") == 1
    with database.begin() as transaction:
        # The others can be worked with as if it were not there,
        transaction.notification_templates.save(Stored(template.id, 1, renamed(NEWS, "Other")), "ada")
        # and it can be corrected
        corrected = naming("Other")["notifications"]
        again = transaction.notifications.all()[0]
        saved = transaction.notifications.save(Stored(again.id, again.version, corrected), "bo")
        assert transaction.notifications.all()[0] == saved


@pytest.mark.parametrize("written", BROKEN.values(), ids=BROKEN)
def test_what_todays_rules_refuse_can_be_deleted(database: Database, written: str) -> None:
    add(database, "notifications", naming("News")["notifications"])
    by_hand(database, NotificationRow, written)
    [broken] = kept(database, "notifications")
    with database.begin() as transaction:
        transaction.notifications.delete(broken, "bo")
    assert kept(database, "notifications") == []


def test_what_is_right_in_a_refused_definition_is_read_as_such(database: Database) -> None:
    add(database, "notifications", naming("News")["notifications"])
    by_hand(
        database, NotificationRow, '{"name": "Tell", "recipients": {"requestor": true}, "template": "News", "event": "moved"}'
    )
    [broken] = kept(database, "notifications")
    assert [each.field for each in broken.findings] == ["event"]
    assert (broken.value.recipients, broken.value.event) == (Recipients(requestor=True), "moved")


def test_a_finding_in_an_action_is_told_by_the_path_of_the_file(database: Database) -> None:
    rule: Any = naming("News")["business_rules"]
    add(database, "business_rules", rule)
    plain = rule.model_dump(mode="json")
    plain["actions"][-1]["recipients"] = {}
    with database.begin() as transaction:
        table = transaction.business_rules._table
        transaction.session.execute(update(table).values(definition=json.dumps(plain)))
    [broken] = kept(database, "business_rules")
    assert [(each.field, each.rule) for each in broken.findings] == [("actions.5.recipients", "recipients_required")]


def test_a_name_that_was_changed_in_the_json_alone_is_not_believed(database: Database) -> None:
    add(database, "notifications", *(renamed(naming("News")["notifications"], each) for each in ("One", "Two")))
    with database.begin() as transaction:
        text = transaction.session.scalars(select(NotificationRow.definition)).first()
        assert text is not None
        transaction.session.execute(update(NotificationRow).values(definition=text))
    assert names(database, "notifications") == ["One", "Two"]
