"""The list of requestors: its columns and words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.console.dialogs.requestor import RequestorDialog
from trackit_console.console.display_text import label
from trackit_console.console.models.column import Column
from trackit_console.console.pages.person_list import PersonList
from trackit_console.domain.audit import Audited
from trackit_console.settings.people import EMAIL, NAME, Requestor

if TYPE_CHECKING:
    from trackit_console.store.kept_objects import Uses
    from trackit_console.store.row_mapping import Stored


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
