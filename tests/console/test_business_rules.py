"""The Business Rules page: the list in words, the dialog with its conditions and actions, and trying rules (NOT-03)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget
from sqlalchemy import event, update
from sqlalchemy.engine import Engine

from tests.console.conftest import Person, will_press
from tests.console.test_language import Pseudo, assert_follows, pseudo
from trackit_console.console.dialogs.business_rule import BusinessRuleDialog
from trackit_console.console.dialogs.mail_list import MailListDialog
from trackit_console.console.dialogs.rule_trial_dialog import RuleTrialDialog
from trackit_console.domain.audit import Audited
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.default_business_rules import DEFAULT_BUSINESS_RULES
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.people import Technician
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.rule_actions import ACTION_LABELS, AddNoteToRecord, SendNotification, SetField
from trackit_console.settings.rule_conditions import Condition
from trackit_console.settings.rule_delay import Delay
from trackit_console.store.row_mapping import Stored
from trackit_console.store.tables import BusinessRuleRow

__all__ = ["pseudo"]  # a fixture, which pytest finds by its name here
pytestmark = pytest.mark.covers("NOT-03")
URGENT = BusinessRule(
    name="Urgent",
    conditions=[Condition(field="subject", operator="contains", value="urgent")],
    actions=[SetField(field="priority", value="Urgent")],
)
LOW = BusinessRule(name="Low", actions=[SetField(field="priority", value="Low")])
NEWS = NotificationTemplate(name="News", subject="{keyword} {subject}", text="{note_text}")


@pytest.fixture
def page(person: Person) -> Any:
    """The page with two rules, which are off."""
    with person.window.services.database.begin() as transaction:
        transaction.notification_templates.add(NEWS, "t")
        transaction.people.save_technician(Technician(name="Ada Byrne", email="ada@contoso.com"), "t")
        transaction.business_rules.add_all([URGENT, LOW], "t")
    shown = person.page("business_rules")
    person.wait(lambda: shown.current.table.shown == 2)
    return shown


@pytest.fixture
def used(sample: None, person: Person) -> Any:
    """The page of a help desk that has mail and records."""
    with person.window.services.database.begin() as transaction:
        transaction.monitoring.want(False, "t")
    shown = person.page("business_rules")
    person.wait(lambda: shown.current.table.shown > 2)
    return shown


def kept(person: Person) -> list[Stored[BusinessRule]]:
    with person.window.services.database.reading() as transaction:
        return transaction.business_rules.all()


def cells(page: Any, row: int = 0) -> list[str]:
    model = page.current.table.model
    return [column.text(model.rows[row]) for column in model.columns]


def tick(person: Person, box: QWidget) -> None:
    person.qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def new_dialog(person: Person, page: Any) -> Any:
    """The dialog for a new rule, once it offers what there is."""
    person.click(page.ui.new_button)
    dialog = person.dialog()
    person.wait(lambda: dialog.ui.actions._offers is not None)
    return dialog


def add_action(dialog: Any, words: str) -> Any:
    """**Add action** with one of its menu, which the offscreen platform cannot show; the row that it makes."""
    actions = dialog.ui.actions
    menu = actions.add_button.menu()
    menu.aboutToShow.emit()
    next(each for each in menu.actions() if each.text() == words).trigger()
    return actions.rows[-1]


def filled_dialog(person: Person, page: Any) -> Any:
    """A dialog with a condition, a delay, and an action of every type."""
    dialog = new_dialog(person, page)
    person.click(dialog.ui.conditions.add_button)
    person.choose(dialog.ui.delay.when, "The actions are done later")
    for words in ACTION_LABELS.values():
        row = add_action(dialog, words)
    person.wait(row.form.isVisible)
    return dialog


def results(trial: Any) -> list[str]:
    """The lines of the answer, those of a rule behind it."""
    tree, lines = trial.ui.try_results, []
    for number in range(tree.topLevelItemCount()):
        item = tree.topLevelItem(number)
        lines.append(f"{item.text(0)}: {item.text(1)}")
        lines += [item.child(at).text(0) for at in range(item.childCount())]
    return lines


# ------------------------------------------------------------------ the list


def test_an_empty_list_offers_what_comes_with_the_product(person: Person) -> None:
    page = person.page("business_rules")
    person.wait(page.current.empty.isVisible)
    assert not page.ui.trial_card.isVisible()
    person.click(page.current.empty.button)
    person.wait(lambda: len(kept(person)) == len(DEFAULT_BUSINESS_RULES))
    assert not any(each.value.enabled or each.findings for each in kept(person))
    with person.window.services.database.reading() as transaction:
        for each in kept(person):
            assert transaction.business_rules.findings(each.value, each.id) == []
    person.wait(page.ui.trial_card.isVisible)


def test_rules_stand_in_words_in_their_order(page: Any) -> None:
    assert cells(page) == [
        "Disabled",
        "Urgent",
        "A ticket is created",
        "Its subject contains “urgent”",
        "The priority is set to Urgent",
    ]
    assert cells(page, 1)[3:] == ["", "The priority is set to Low"]
    tip = page.current.table.model.columns[1].tip(page.current.table.model.rows[0])
    assert tip.endswith("When a ticket is created and its subject contains “urgent”, the priority is set to Urgent.")


def test_a_rule_is_moved_copied_turned_on_and_deleted(person: Person, page: Any) -> None:
    page.current.table.select(lambda row: row.value.name == "Low")
    person.click(page.ui.up_button)
    person.wait(lambda: [each.value.name for each in kept(person)] == ["Low", "Urgent"])
    person.wait(page.ui.down_button.isEnabled)
    person.click(page.ui.enable_button)
    person.wait(lambda: kept(person)[0].value.enabled)
    person.wait(lambda: cells(page)[0] == "Enabled")
    person.click(page.ui.duplicate_button)
    dialog = person.dialog()
    assert dialog.ui.name.text() == "Copy of Low"
    assert dialog.ui.actions.value == [{"type": "set_field", "field": "priority", "value": "Low"}]
    person.click(dialog.ui.save_button)
    person.wait(lambda: len(kept(person)) == 3)
    person.wait(lambda: page.current.table.current and page.current.table.current.value.name == "Copy of Low")
    will_press("Delete")
    person.click(page.ui.delete_button)
    person.wait(lambda: len(kept(person)) == 2)


@pytest.mark.covers("DB-04")
def test_who_moves_a_rule_in_an_order_that_is_not_there_any_more_is_told_who_changed_it(
    person: Person, page: Any, answers: list[tuple[str, str]]
) -> None:
    person.window.watch.stop()
    with person.window.services.database.begin() as transaction:
        seen = [each.id for each in transaction.business_rules.all()]
        transaction.business_rules.reorder(seen[::-1], seen, "grace")
    page.current.table.select(lambda row: row.value.name == "Low")
    will_press("Close")
    person.click(page.ui.up_button)
    person.wait(lambda: [row.value.name for row in page.current.table.model.rows] == ["Low", "Urgent"])
    assert "grace changed the order of this list" in answers[0][0]
    assert [each.value.name for each in kept(person)] == ["Low", "Urgent"]


def test_a_condition_that_names_what_is_not_there_is_told_above_the_list(person: Person, page: Any) -> None:
    named = [Condition(field="mailbox", operator="is", value="Sales"), Condition(field="technician", operator="is", value="Ada")]
    with person.window.services.database.begin() as transaction:
        first, *_ = transaction.business_rules.all()
        changed = first.value.model_copy(update={"enabled": True, "conditions": named})
        transaction.business_rules.save(Stored(first.id, first.version, changed), "t")
        transaction.technicians.add(Technician(name="Ada", email="ada@example.com"), "t")
    person.window.watch.refresh()
    person.wait(page.ui.banner.isVisible)
    assert f"Business rule “{first.value.name}” has a condition about Mailbox: there is no “Sales”." in page.ui.banner.words
    assert "Ada" not in page.ui.banner.words


def test_rules_that_undo_each_other_are_told_above_the_list(person: Person, page: Any) -> None:
    assert not page.ui.banner.isVisible()
    with person.window.services.database.begin() as transaction:
        for each in transaction.business_rules.all():
            changed = each.value.model_copy(update={"enabled": True, "events": ["updated"], "conditions": []})
            transaction.business_rules.save(Stored(each.id, each.version, changed), "t")
    person.window.watch.refresh()
    person.wait(page.ui.banner.isVisible)
    assert "These rules undo each other: “Urgent”, “Low”." in page.ui.banner.words


# ------------------------------------------------------------------ the dialog


def test_a_rule_is_made_in_the_dialog(person: Person, page: Any) -> None:
    dialog = new_dialog(person, page)
    ui = dialog.ui
    person.type(ui.name, "VIP")
    tick(person, ui.enabled)
    tick(person, ui.events.boxes["updated"])
    person.choose(ui.match, "Any condition")
    person.click(ui.conditions.add_button)
    person.click(ui.conditions.add_button)
    first, second = ui.conditions.rows
    person.choose(first.field, "Status")
    person.choose(first.value.editor, "Waiting")
    person.choose(second.field, "Requestor's address")
    person.choose(second.operator, "ends with")
    person.type(second.value.editor, "@board.example.com")
    person.choose(ui.delay.when, "The actions are done later")
    person.type(ui.delay.form.editors["amount"], "2")
    row = add_action(dialog, "Send a notification")
    person.choose(row.form.editors["template"], "News")
    tick(person, row.form.editors["recipients"].boxes["technician"])
    row = add_action(dialog, "Assign the record")
    person.choose(row.form.editors["technician"], "Ada Byrne <ada@contoso.com>")
    tick(person, ui.stop_after)
    assert ui.words.text() == (
        "When a ticket is created or a ticket is changed and either its status is Waiting or the requestor's address ends with "
        "“@board.example.com”, this happens 2 business hours later: “News” is sent to the assigned technician, then the record is "
        "assigned to ada@contoso.com. Nothing happens if a technician answered meanwhile. The conditions must still hold then. The "
        "rules behind it are skipped."
    )
    person.click(ui.save_button)
    person.wait(lambda: len(kept(person)) == 3)
    assert kept(person)[2].value == BusinessRule.model_validate(
        {
            "name": "VIP",
            "enabled": True,
            "events": ["created", "updated"],
            "match": "any",
            "conditions": [
                Condition(field="status", operator="is", value="waiting"),
                Condition(field="requestor_email", operator="ends_with", value="@board.example.com"),
            ],
            "delay": Delay(amount=2),
            "actions": [
                SendNotification(template="News", recipients=Recipients(technician=True)),
                {"type": "assign", "technician": "ada@contoso.com"},
            ],
            "stop_after": True,
        }
    )


def test_what_is_wrong_is_told_at_its_row(person: Person, page: Any) -> None:
    dialog = new_dialog(person, page)
    ui = dialog.ui
    person.type(ui.name, "Call")
    person.click(ui.save_button)
    assert ui.actions_message.text() == "Add at least one action."
    person.click(ui.conditions.add_button)
    person.choose(ui.conditions.rows[0].field, "Status")
    person.click(ui.conditions.add_button)
    add_action(dialog, "Set a field")
    note = add_action(dialog, "Add a note").form
    person.qtbot.keyClicks(note.editors["text"], "Hello {custmer}")
    person.click(ui.save_button)
    wrong = ui.conditions.rows[1]
    assert wrong.message.text() == "This is required."
    assert not ui.conditions.rows[0].message.isVisible()
    person.wait(wrong.value.editor.hasFocus)
    assert wrong.value.editor.accessibleDescription() == "This is required."
    assert note.messages["text"].text().startswith("Line 1, column 7: there is no token {custmer}.")
    assert not ui.actions_message.isVisible()
    person.type(wrong.value.editor, "help")
    assert not wrong.message.isVisible()
    person.click(ui.save_button)
    person.wait(note.editors["text"].hasFocus)
    # The form is longer than the dialog: what is wrong is scrolled to.
    person.wait(lambda: not note.messages["text"].visibleRegion().isEmpty())


def test_what_is_named_and_does_not_exist_is_told_at_its_action(person: Person, page: Any) -> None:
    lost = BusinessRule(
        name="Lost",
        actions=[SetField(value="High"), SendNotification(template="Old", recipients=Recipients(requestor=True))],
    )
    with person.window.services.database.begin() as transaction:
        transaction.business_rules.add(lost, "t")
    person.window.watch.refresh()
    person.wait(lambda: page.current.table.shown == 3)
    page.current.table.select(lambda row: row.value.name == "Lost")
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    person.click(dialog.ui.save_button)
    form = dialog.ui.actions.rows[1].form
    person.wait(form.messages["template"].isVisible)
    assert form.messages["template"].text() == "There is no notification template Old. Choose one of the list."
    assert form.editors["template"].currentText() == "Old"


def test_comparisons_and_values_fit_the_field(person: Person, page: Any) -> None:
    dialog = new_dialog(person, page)
    person.click(dialog.ui.conditions.add_button)
    row = dialog.ui.conditions.rows[0]
    assert row.field.hasFocus()
    assert isinstance(row.value.editor, QLineEdit)
    person.type(row.value.editor, "printer")
    person.choose(row.field, "Text of the note")
    assert row.plain == {"field": "text", "operator": "contains", "value": "printer"}
    person.choose(row.field, "Priority")
    assert [row.operator.itemText(at) for at in range(row.operator.count())] == ["is", "is not"]
    assert isinstance(row.value.editor, QComboBox)
    person.choose(row.value.editor, "High")
    person.choose(row.operator, "is not")
    assert row.plain == {"field": "priority", "operator": "is_not", "value": "High"}
    person.choose(row.field, "Assigned technician")
    assert row.plain == {"field": "technician", "operator": "is_not", "value": ""}
    assert row.value.editor.itemText(0) == "Ada Byrne"
    person.choose(row.operator, "is empty")
    assert not row.value.isVisible()
    person.click(row.remove_button)
    assert dialog.ui.conditions.value == []
    assert dialog.ui.conditions.none_label.isVisible()


def test_actions_are_moved_and_removed_and_keep_what_was_entered(person: Person, page: Any) -> None:
    dialog = new_dialog(person, page)
    actions = dialog.ui.actions
    first = add_action(dialog, "Set a field")
    person.choose(first.form.editors["field"], "Category")
    person.type(first.form.editors["value"].editor, "Printers")
    add_action(dialog, "Assign the record")
    person.click(first.down_button)
    assert [each["type"] for each in actions.value] == ["assign", "set_field"]
    assert actions.rows[1] is first
    assert first.number.text() == "2."
    assert not first.down_button.isEnabled()
    person.choose(first.type, "Update the linked records")
    person.choose(first.type, "Set a field")
    assert first.plain == {"type": "set_field", "field": "category", "value": "Printers"}
    person.click(actions.rows[0].remove_button)
    assert [each["type"] for each in actions.value] == ["set_field"]
    will_press("Discard")
    person.click(dialog.ui.cancel_button)


def test_a_token_is_inserted_where_the_cursor_is(person: Person, page: Any) -> None:
    dialog = new_dialog(person, page)
    form = add_action(dialog, "Create a linked record").form
    person.qtbot.keyClicks(form.editors["subject"], "Order for ")
    form.token_buttons["subject"].token_chosen.emit("{requestor_name}")
    person.qtbot.keyClicks(form.editors["text"], "See ")
    form.token_buttons["text"].token_chosen.emit("{note_text}")
    assert form.plain["subject"] == "Order for {requestor_name}"
    assert form.plain["text"] == "See {note_text}"
    assert "“Order for {requestor_name}”" in dialog.ui.words.text()


def test_tab_goes_through_the_rows_from_top_to_bottom(person: Person, page: Any) -> None:
    dialog = new_dialog(person, page)
    ui = dialog.ui
    for _ in range(2):
        person.click(ui.conditions.add_button)
    first = add_action(dialog, "Set a field")
    add_action(dialog, "Add a note")
    person.click(first.down_button)
    ui.match.setFocus()
    went: list[int] = []
    for _ in range(40):
        person.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        field = QApplication.focusWidget()
        assert field is not None
        if field is ui.stop_after:
            break
        top = field.mapTo(ui.scroll_body, QPoint(0, field.height() // 2))
        went.append(top.y())
    assert QApplication.focusWidget() is ui.stop_after
    assert len(went) > 15
    assert went == sorted(went)
    will_press("Discard")
    person.click(ui.cancel_button)


def test_events_about_a_mailbox_have_no_modules_and_no_people_of_a_record(person: Person, page: Any) -> None:
    dialog = new_dialog(person, page)
    row = add_action(dialog, "Send a notification")
    tick(person, dialog.ui.events.boxes["created"])
    tick(person, dialog.ui.events.boxes["processing_stopped"])
    assert not dialog.ui.modules_field.isVisible()
    boxes = row.form.editors["recipients"].boxes
    assert [name for name, box in boxes.items() if box.isEnabled()] == ["all_technicians"]
    assert dialog.ui.words.text().startswith("When email processing has stopped, ")
    will_press("Discard")
    person.click(dialog.ui.cancel_button)


@pytest.mark.covers("DB-04")
def test_a_rule_that_another_saved_is_shown_and_nothing_typed_is_lost(person: Person, page: Any) -> None:
    page.current.table.select(lambda row: row.value.name == "Urgent")
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    person.type(dialog.ui.conditions.rows[0].value.editor, "emergency")
    with person.window.services.database.begin() as transaction:
        stored = transaction.business_rules.named("Urgent")
        assert stored is not None
        changed = stored.value.model_copy(update={"actions": [AddNoteToRecord(text="By Bo.")]})
        transaction.business_rules.save(Stored(stored.id, stored.version, changed), "Bo")
    will_press("Close")
    person.click(dialog.ui.save_button)
    person.wait(lambda: [each["type"] for each in dialog.ui.actions.value] == ["add_note"])
    assert dialog.ui.conditions.rows[0].value.value == "emergency"
    person.click(dialog.ui.save_button)
    person.wait(lambda: kept(person)[0].value.conditions[0].value == "emergency")
    assert kept(person)[0].value.actions == [AddNoteToRecord(text="By Bo.")]


def test_a_rule_that_is_wrong_in_the_database_is_shown_and_can_be_mended(person: Person, page: Any) -> None:
    wrong = {
        "events": ["created", "melted"],
        "conditions": [{"field": "priority", "operator": "contains", "value": "Huge"}, "nonsense"],
        "actions": [{"type": "set_field", "field": "priority", "value": "Huge"}, {"type": "explode"}],
        "delay": 7,
    }
    with person.window.services.database.begin() as transaction:
        changed = update(BusinessRuleRow).where(BusinessRuleRow.name == "Low").values(definition=json.dumps(wrong))
        transaction.session.execute(changed)
        transaction.audit.noted("changed", Audited.BUSINESS_RULE, "t", "Low")
    page.refresh()
    person.wait(lambda: cells(page, 1)[0] == "Settings wrong")
    page.current.table.select(lambda row: row.value.name == "Low")
    person.click(page.ui.edit_button)
    dialog = person.dialog()
    assert dialog.ui.events_message.isVisible()
    assert dialog.ui.actions.rows[0].form.messages["value"].isVisible()
    assert dialog.ui.actions.rows[0].form.editors["value"].choice.currentText() == "Huge"
    person.choose(dialog.ui.actions.rows[0].form.editors["value"].choice, "High")
    person.click(dialog.ui.conditions.rows[1].remove_button)
    person.click(dialog.ui.conditions.rows[0].remove_button)
    person.click(dialog.ui.actions.rows[1].remove_button)
    person.click(dialog.ui.save_button)
    person.wait(lambda: kept(person)[1].value == LOW.model_copy(update={"actions": [SetField(value="High")]}))


def test_nothing_is_unsaved_in_a_rule_that_was_only_looked_at(person: Person, used: Any) -> None:
    for stored in used.current.table.model.rows:
        dialog = BusinessRuleDialog(person.window.context, stored, used)
        dialog.offer(person.window.services.rule_trials.offers())
        assert not dialog.unsaved, stored.value.name
        assert dialog.validated() == stored.value
        dialog.deleteLater()


@pytest.mark.covers("T-07")
def test_the_language_changes_while_the_dialog_is_open(person: Person, page: Any, pseudo: Pseudo) -> None:
    dialog = filled_dialog(person, page)
    before = dialog.state()
    assert_follows(dialog, pseudo, {"1.", "2.", "3.", "4.", "5.", "6.", "News", "Ada Byrne"})
    assert dialog.state() == before
    will_press("Discard")
    person.click(dialog.ui.cancel_button)


@pytest.mark.covers("T-08")
def test_every_field_says_its_name_to_a_screen_reader(person: Person, page: Any) -> None:
    dialog = filled_dialog(person, page)
    fields = [
        each
        for each in dialog.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.focusProxy() is None and each.isVisible()
    ]
    assert len(fields) > 60
    assert [f"{type(each).__name__} {each.objectName()}" for each in fields if not each.accessibleName()] == [
        "QScrollArea scroll"
    ]
    will_press("Discard")
    person.click(dialog.ui.cancel_button)


# ------------------------------------------------------------------ trying


def test_every_rule_says_what_it_would_do_to_a_record_and_why_not(person: Person, used: Any) -> None:
    trial = used.ui.trial
    assert not trial.ui.try_button.isEnabled()
    with person.window.services.database.reading() as transaction:
        before = transaction.audit.revision()
    person.wait(lambda: trial.ui.try_record.count() > 1)
    person.type(trial.ui.try_record.lineEdit(), "1")
    person.click(trial.ui.try_button)
    person.wait(lambda: trial.ui.try_results.topLevelItemCount() == used.current.table.shown)
    lines = results(trial)
    assert "Urgent words in the subject: The rule is disabled." in lines
    at = lines.index("Outage at a customer: The rule acts after 4 business hours, if its conditions still hold then.")
    assert lines[at + 1 : at + 4] == [
        "✗  Subject does not contain “outage”: “Printer on floor 2”.",
        "✓  Subject contains “printer”: “Printer on floor 2”.",
        "✗  Sender is a requestor, not unknown sender.",
    ]
    assert lines[at + 4].startswith("→  It would be due at ")
    assert "→  Sets the priority of Ticket - 1 to Urgent." in lines[at:]
    assert "Nothing was changed or sent." in trial.ui.try_summary.text()
    with person.window.services.database.reading() as transaction:
        assert transaction.audit.revision() == before


def test_the_selected_rule_is_tried_as_if_it_were_on(person: Person, used: Any) -> None:
    trial = used.ui.trial
    used.current.table.select(lambda row: row.value.name == "Ticket closed: close its assignments")
    person.choose(trial.ui.try_scope, "The selected rule, as if it were on")
    person.choose(trial.ui.try_event, "A record is closed")
    trial.ui.try_record.setFocus()
    person.qtbot.keyClicks(trial.ui.try_record, "2")
    person.qtbot.keyClick(trial.ui.try_record, Qt.Key.Key_Return)
    person.wait(lambda: trial.ui.try_results.topLevelItemCount() == 1)
    assert results(trial)[0] == "Ticket closed: close its assignments: The rule acts."


def test_answers_go_when_a_rule_was_changed(person: Person, used: Any) -> None:
    trial = used.ui.trial
    person.click(trial.ui.try_mail_button)
    person.wait(lambda: trial.results.shows_mail)
    used.current.table.select(lambda row: row.value.name == "VIP requestor")
    assert trial.results.shows_mail
    person.click(used.ui.enable_button)
    person.wait(lambda: not trial.results.shows_mail)


def test_a_record_that_does_not_exist_is_told(person: Person, used: Any) -> None:
    trial = used.ui.trial
    person.type(trial.ui.try_record.lineEdit(), "4711")
    person.click(trial.ui.try_button)
    person.wait(trial.ui.try_message.isVisible)
    assert trial.ui.try_message.text().startswith("There is no Ticket - 4711.")
    assert trial.ui.try_button.isEnabled()


def test_past_mail_is_counted_for_each_rule_with_its_messages(person: Person, used: Any) -> None:
    trial = used.ui.trial
    person.click(trial.ui.try_mail_button)
    person.wait(lambda: trial.results.shows_mail)
    lines = results(trial)
    assert "Urgent words in the subject: Turned off" in lines
    found = next(each for each in lines if each.startswith("Outage at a customer"))
    assert found.startswith("Outage at a customer: Would have acted on ")
    assert trial.ui.try_results.currentItem().text(0) == "Outage at a customer"
    person.click(trial.ui.show_examples_button)
    shown = person.dialog()
    assert isinstance(shown, MailListDialog)
    assert "Printer on floor 2" in [each.subject for each in shown.table.model.rows]
    shown.reject()


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """Whoever asks the database waits until this is set."""
    go_on = threading.Event()

    def wait(_connection: object) -> None:
        assert go_on.wait(20)

    event.listen(Engine, "begin", wait)
    yield go_on
    go_on.set()
    event.remove(Engine, "begin", wait)


def test_cancel_drops_the_answer(person: Person, used: Any, released: threading.Event) -> None:
    trial = used.ui.trial
    trial.try_on_mail()
    assert trial.ui.try_cancel_button.isVisible()
    assert not trial.ui.try_mail_button.isEnabled()
    person.click(trial.ui.try_cancel_button)
    assert not trial.ui.try_cancel_button.isVisible()
    released.set()
    person.wait(lambda: person.window.context.tasks.running == 0)
    assert results(trial) == []
    assert trial.ui.try_mail_button.isEnabled()


def test_the_page_needs_no_more_room_while_rules_are_tried(used: Any, released: threading.Event) -> None:
    trial = used.ui.trial
    before = trial.minimumSizeHint().width()
    trial.try_on_mail()
    assert trial.ui.try_cancel_button.isVisible()
    assert trial.minimumSizeHint().width() <= before


def test_a_rule_is_tried_before_it_is_saved(person: Person, used: Any) -> None:
    used.current.table.select(lambda row: row.value.name == "Category by the subject: printers")
    person.click(used.ui.edit_button)
    dialog = person.dialog()
    person.type(dialog.ui.actions.rows[0].form.editors["value"].editor, "Devices")
    person.click(dialog.ui.try_button)
    person.wait(lambda: bool(dialog.findChildren(RuleTrialDialog)))
    [trying] = dialog.findChildren(RuleTrialDialog)
    person.wait(trying.isVisible)
    assert not trying.trial.ui.try_scope.isVisible()
    person.type(trying.trial.ui.try_record.lineEdit(), "1")
    person.click(trying.trial.ui.try_button)
    person.wait(lambda: len(results(trying.trial)) == 3)
    assert results(trying.trial)[2] == "→  Sets the category of Ticket - 1 to “Devices”."
    trying.reject()
    person.wait(lambda: not dialog.findChildren(RuleTrialDialog))
    will_press("Discard")
    person.click(dialog.ui.cancel_button)
    assert not any(each.value.actions[0] == SetField(field="category", value="Devices") for each in kept(person))
