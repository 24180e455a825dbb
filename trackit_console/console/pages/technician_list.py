"""The list of technicians: its columns and words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.console.dialogs.technician import TechnicianDialog
from trackit_console.console.display_text import label
from trackit_console.console.models.column import Column
from trackit_console.console.pages.person_list import PersonList
from trackit_console.domain.audit import Audited
from trackit_console.settings.people import EMAIL, NAME, Technician

if TYPE_CHECKING:
    from trackit_console.store.kept_objects import Uses
    from trackit_console.store.row_mapping import Stored


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
