"""The fields of each type of action of a business rule (NOT-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from trackit_console.console.editors import Editor
from trackit_console.console.widgets.fitted_value import FittedValue
from trackit_console.console.widgets.part_form import PartForm, make_combo
from trackit_console.console.widgets.recipients_field import RecipientsField
from trackit_console.console.widgets.technician_choice import TechnicianChoice
from trackit_console.console.widgets.template_choice import TemplateChoice
from trackit_console.console.widgets.template_editor import TemplateEditor
from trackit_console.settings.linked_record_actions import CreateLinkedRecord, UpdateLinkedRecords
from trackit_console.settings.rule_actions import AddNoteToRecord, AssignTo, SendNotification, SetField

if TYPE_CHECKING:
    from trackit_console.console.operations.business_rules import RuleOffers

TEXT_HEIGHT = 96
ADDRESSES_HEIGHT = 76


@dataclass(frozen=True, slots=True)
class _Form:
    """The model of an action, and the rows in which its fields stand."""

    model: type[BaseModel]
    rows: Sequence[Sequence[str]]


_FORMS: Mapping[str, _Form] = {
    "send_notification": _Form(SendNotification, (("template",), ("recipients",))),
    "set_field": _Form(SetField, (("field", "value"),)),
    "assign": _Form(AssignTo, (("technician",),)),
    "add_note": _Form(AddNoteToRecord, (("text",), ("private",))),
    "create_record": _Form(CreateLinkedRecord, (("module", "priority", "technician"), ("subject",), ("text",))),
    "update_linked": _Form(UpdateLinkedRecords, (("module", "field", "value"),)),
}
_WITH_TOKENS = ("subject", "text")


class ActionForm(PartForm):
    """The fields of the action `type_name`, one of `ACTION_LABELS`."""

    def __init__(self, type_name: str, parent: QWidget | None = None) -> None:
        form = _FORMS[type_name]
        editors = {name: _editor(name) for row in form.rows for name in row}
        super().__init__(form.model, editors, form.rows, _WITH_TOKENS, parent)
        field, value = editors.get("field"), editors.get("value")
        if isinstance(field, QComboBox) and isinstance(value, FittedValue):
            # First what is shown, then those who listen to `changed`, who read it.
            field.currentIndexChanged.connect(self._fit)
        self.show_values({})

    def offer(self, offers: RuleOffers) -> None:
        """What can be named."""
        for editor in self.editors.values():
            if isinstance(editor, TemplateChoice):
                editor.offer_names(offers.notification_templates)
            elif isinstance(editor, TechnicianChoice):
                editor.offer_people(offers.technicians)

    def offer_people_of_record(self, offered: bool) -> None:
        """Whether there is a record, with a requestor and a technician."""
        for editor in self.editors.values():
            if isinstance(editor, RecipientsField):
                editor.offer_people_of_record(offered)

    def show_values(self, plain: Mapping[str, Any]) -> None:
        super().show_values(plain)
        if "field" in self.editors:
            self._fit()
            # Again: before the field was shown, the value's list was that of another field.
            super().show_values(plain)

    def _fit(self) -> None:
        field, value = self.editors["field"], self.editors["value"]
        if isinstance(field, QComboBox) and isinstance(value, FittedValue):
            value.fit(field.currentData())


def _editor(name: str) -> Editor:
    match name:
        case "template":
            return TemplateChoice()
        case "recipients":
            return _recipients()
        case "value":
            return FittedValue()
        case "technician":
            return TechnicianChoice()
        case "text":
            return _text()
        case "subject":
            return QLineEdit()
        case "private":
            return QCheckBox()
    return make_combo()


def _recipients() -> RecipientsField:
    field = RecipientsField()
    field.addresses.list.setFixedHeight(ADDRESSES_HEIGHT)
    return field


def _text() -> TemplateEditor:
    editor = TemplateEditor()
    editor.setFixedHeight(TEXT_HEIGHT)
    return editor
