"""The lists of requestors, technicians and ticket templates: their columns and words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from trackit_console.console.dialogs.object_dialog import ObjectDialog, RequestorDialog, TechnicianDialog, TemplateDialog
from trackit_console.console.display_text import label
from trackit_console.console.models.column import Column
from trackit_console.console.operations.listed_people import ListedPerson
from trackit_console.console.operations.people import KeptPeople
from trackit_console.console.pages.object_list import ObjectList
from trackit_console.console.undeliverable_words import came_back_text, mark_day
from trackit_console.domain.audit import Audited
from trackit_console.settings.people import DEFAULT_TEMPLATE, EMAIL, NAME, PRIORITY_LABELS, Requestor, Technician, TicketTemplate

if TYPE_CHECKING:
    from trackit_console.store.kept_objects import Uses
    from trackit_console.store.row_mapping import Stored
    from trackit_console.store.undeliverable_addresses import UndeliverableMark


class PersonList(ObjectList):
    """The rows are `ListedPerson`s."""

    objects: KeptPeople[Any]

    def marks_text(self, row: Stored[Any] | None) -> str:
        """What is said of the addresses of a person from which mail came back, a line for each."""
        return "\n".join(came_back_text(each) for each in _marks(row))

    def clear_marks(self) -> None:
        """**Clear the mark** of the selected person."""
        current = self.table.current
        if isinstance(current, ListedPerson) and current.marks:
            self.page.do(partial(self.objects.clear_marks, current), then=lambda _none: self.read())

    def _marks_column(self) -> Column[Stored[Any]]:
        return Column(
            self.tr("Mail came back"),
            lambda row: "".join(mark_day(each) for each in _marks(row)[:1]),
            tone=lambda row: "bad" if _marks(row) else None,
            tip=self.marks_text,
        )


def _marks(row: Stored[Any] | None) -> Sequence[UndeliverableMark]:
    return row.marks if isinstance(row, ListedPerson) else ()


class RequestorList(PersonList):
    """Who writes to the help desk (MSG-03)."""

    name = "requestors"
    audited = Audited.REQUESTOR

    def columns(self) -> list[Column[Stored[Any]]]:
        return [
            Column(label(NAME), lambda row: row.value.name, stretch=True),
            Column(label(EMAIL), lambda row: row.value.email, stretch=True),
            self._marks_column(),
        ]

    def dialog(self, stored: Stored[Any] | None) -> ObjectDialog:
        return RequestorDialog(self.page.context.window_settings, stored, self.page)

    def words_if_empty(self) -> tuple[str, str, str]:
        words = self.tr(
            "Add the people who write to the help desk, or import them from a CSV file. Unknown senders can be added by their mail."
        )
        return self.tr("No requestor yet"), words, self.tr("Add a requestor")

    def deleting(self, value: Requestor, uses: Uses) -> tuple[str, str, str]:
        said = [self.tr("%Ln records of this person stay, without a requestor.", "", uses.records)] if uses.records else []
        said += [self.tr("%Ln notes about this person are deleted.", "", uses.notes)] if uses.notes else []
        said.append(self.tr("Mail from this address is mail from an unknown sender again."))
        question = self.tr("Delete the requestor {name} ({email})?").format(name=value.name, email=value.email)
        return self.tr("Delete requestor"), question, "\n".join(said)

    def key_words(self, value: Requestor) -> str:
        return value.email


class TechnicianList(PersonList):
    """Who works on records (MSG-05)."""

    name = "technicians"
    audited = Audited.TECHNICIAN

    def columns(self) -> list[Column[Stored[Any]]]:
        return [
            Column(label(NAME), lambda row: row.value.name, stretch=True),
            Column(label(EMAIL), lambda row: row.value.email, stretch=True),
            Column(
                label(Technician.model_fields["mapped_addresses"].title or ""),
                lambda row: ", ".join(row.value.mapped_addresses),
                tip=lambda row: "\n".join(row.value.mapped_addresses),
                stretch=True,
            ),
            self._marks_column(),
        ]

    def dialog(self, stored: Stored[Any] | None) -> ObjectDialog:
        return TechnicianDialog(self.page.context.window_settings, stored, self.page)

    def words_if_empty(self) -> tuple[str, str, str]:
        words = self.tr(
            "Add the people who work on tickets, or import them from a CSV file. Their mail is recognized by its address."
        )
        return self.tr("No technician yet"), words, self.tr("Add a technician")

    def deleting(self, value: Technician, uses: Uses) -> tuple[str, str, str]:
        said = [self.tr("%Ln records of this technician stay, assigned to nobody.", "", uses.records)] if uses.records else []
        mapped = len(value.mapped_addresses)
        said += [self.tr("%Ln mapped addresses are free for others.", "", mapped)] if mapped else []
        said.append(self.tr("Notes go on naming this technician."))
        question = self.tr("Delete the technician {name} ({email})?").format(name=value.name, email=value.email)
        return self.tr("Delete technician"), question, "\n".join(said)

    def key_words(self, value: Technician) -> str:
        return value.email


class TemplateList(ObjectList):
    """What tickets begin with (IN-01, MON-04)."""

    name = "templates"
    audited = Audited.TICKET_TEMPLATE

    def columns(self) -> list[Column[Stored[Any]]]:
        return [
            Column(label(NAME), lambda row: row.value.name, stretch=True),
            Column(
                label(TicketTemplate.model_fields["subject"].title or ""),
                lambda row: row.value.subject or self.tr("(that of the message)"),
                stretch=True,
            ),
            Column(
                label(TicketTemplate.model_fields["priority"].title or ""),
                # One that was written by hand is shown as it is.
                lambda row: label(PRIORITY_LABELS.get(row.value.priority, row.value.priority)),
            ),
        ]

    def dialog(self, stored: Stored[Any] | None) -> ObjectDialog:
        return TemplateDialog(self.page.context.window_settings, stored, self.page)

    def words_if_empty(self) -> tuple[str, str, str]:
        words = self.tr("Add a template for tickets that begin with another subject or priority than others.")
        return self.tr("No ticket template yet"), words, self.tr("Add a ticket template")

    def refusal(self, value: TicketTemplate, uses: Uses) -> Exception | None:
        from trackit_console.store.saving_errors import TemplateInUse

        return TemplateInUse(value.name, uses.mailboxes, uses.alert_ticket) if uses.in_settings else None

    def deleting(self, value: TicketTemplate, uses: Uses) -> tuple[str, str, str]:
        detail = self.tr("Tickets that were made with it stay as they are.")
        if value.name == DEFAULT_TEMPLATE.name:
            detail = self.tr(
                "Mailboxes without a template use it. Without it their tickets keep the subject and have medium priority."
            )
        return self.tr("Delete ticket template"), self.tr("Delete the template {name}?").format(name=value.name), detail

    def key_words(self, value: TicketTemplate) -> str:
        return value.name
