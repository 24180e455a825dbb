"""**Notification**: on which event a mail is sent, to whom, and by which template (NOT-01)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from trackit_console.console.compiled.ui_notification_dialog import Ui_NotificationDialog
from trackit_console.console.context import Context
from trackit_console.console.dialogs.object_dialog import ObjectDialog
from trackit_console.settings.definition_names import definition_key
from trackit_console.settings.event_names import EVENTS_WITHOUT_RECORD
from trackit_console.settings.notifications import Notification
from trackit_console.settings.validation import Finding, finding

if TYPE_CHECKING:
    from trackit_console.store.row_mapping import Stored


class NotificationDialog(ObjectDialog):
    """Emits `template_wanted` with the name of the template to be edited, empty for a new one; whoever opened the dialog does that."""

    model, form, page = Notification, Ui_NotificationDialog, "notifications"
    template_wanted = Signal(str)

    def __init__(self, context: Context, stored: Stored[Any] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(context.window_settings, stored, parent)
        self._templates: Sequence[str] | None = None
        self.binding.edited.connect(self._edited)
        self.ui.edit_template_button.clicked.connect(self._template_wanted)
        self.show_fields()

    @property
    def titles(self) -> tuple[str, str]:
        return self.tr("New notification"), self.tr("Edit notification")

    def offer_templates(self, names: Sequence[str]) -> None:
        """Fills the list of templates."""
        self._templates = names
        self.ui.template.offer_names(names)
        self.show_fields()

    def choose_template(self, name: str) -> None:
        """Chooses a template that was made or renamed meanwhile."""
        self.binding.fill({"template": name})
        self.check_again("template")
        self.show_fields()

    def show_texts(self) -> None:
        super().show_texts()
        chosen = self.ui.template.currentData()
        self.ui.edit_template_button.setText(self.tr("Edit…") if chosen else self.tr("New…"))
        words = self.tr("Edit the template") if chosen else self.tr("New template")
        self.ui.edit_template_button.setAccessibleName(words)

    def show_fields(self) -> None:
        about_record = str(self.ui.event.currentData()) not in EVENTS_WITHOUT_RECORD
        hidden = () if about_record else ("modules", "caused_by")
        self.binding.set_visible(name for name in self.binding.names if name not in hidden)
        self.ui.recipients.offer_people_of_record(about_record)
        self.show_texts()

    def read(self) -> tuple[Any, list[Finding]]:
        made, found = super().read()
        if made is None or self._templates is None:
            return made, found
        if definition_key(made.template) not in map(definition_key, self._templates):
            return None, [finding("template", "template_unknown", template=made.template)]
        return made, found

    def _edited(self, name: str) -> None:
        if name in ("event", "template"):
            self.show_fields()

    def _template_wanted(self) -> None:
        self.template_wanted.emit(self.ui.template.currentData() or "")
