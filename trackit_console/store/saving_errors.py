"""Why something could not be saved: somebody else did it first, or something depends on it (DB-04).

StoreError
+-- AccountTaken            tell the admin: another mailbox reads the same account and folder
+-- TemplateInUse           tell the admin: other settings name the template
+-- DefinitionInUse         tell the admin: notifications, rules or service levels name it
+-- Conflict                show both versions: somebody else saved first
|   +-- RecordChanged       show the record as it is now
|   +-- RecordDeleted       show that it is gone
+-- ChangedSincePreview     show the preview again: an import would not do what was shown
    +-- ConfigurationChanged  the same for the whole configuration
"""

from __future__ import annotations

from collections.abc import Sequence

from trackit_console.store.errors import StoreError
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase


class AccountTaken(StoreError):
    """Another mailbox reads this account and folder already."""

    code = "account_taken"
    sentence = QT_TRANSLATE_NOOP("store", "Another mailbox reads this account and folder already. Somebody has just added it.")
    remedy = QT_TRANSLATE_NOOP("store", "Look for it in the list of mailboxes. Two mailboxes cannot read the same folder.")


class TemplateInUse(StoreError):
    """A ticket template that mailboxes or the Email Monitor Settings name is not deleted."""

    code = "template_in_use"
    sentence = QT_TRANSLATE_NOOP("store", "The template {template} is in use: {places}.")
    remedy = QT_TRANSLATE_NOOP("store", "Choose another template there, then delete this one. Nothing was changed.")
    by_mailboxes = QT_TRANSLATE_NOOP("store", "by the mailboxes {mailboxes}")
    for_alerts = QT_TRANSLATE_NOOP("store", "in the Email Monitor Settings, for the ticket about a refused sign-in")
    by_both = QT_TRANSLATE_NOOP(
        "store", "by the mailboxes {mailboxes}, and in the Email Monitor Settings for the ticket about a refused sign-in"
    )

    def __init__(self, template: str, mailboxes: Sequence[str] = (), alert_ticket: bool = False) -> None:
        words = self.for_alerts if not mailboxes else self.by_both if alert_ticket else self.by_mailboxes
        super().__init__(template=template, places=Phrase(self.context, words, {"mailboxes": ", ".join(mailboxes)}))


class DefinitionInUse(StoreError):
    """A notification template that notifications, rules or service levels name is not deleted, nor a technician whom rules name."""

    code = "definition_in_use"
    sentence = QT_TRANSLATE_NOOP("store", "{name} is in use by: {users}.")
    remedy = QT_TRANSLATE_NOOP("store", "Choose another one there, then delete this one. Nothing was changed.")


class Conflict(StoreError):
    """Somebody else saved in the meantime. `saved` is the current version, None if it was deleted (DB-04)."""

    code = "changed_meanwhile"
    sentence = QT_TRANSLATE_NOOP("store", "Somebody else changed this in the meantime.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "Look at what was saved, then save yours again or take theirs. Nothing that you typed is lost."
    )

    def __init__(self, saved: object) -> None:
        super().__init__()
        self.saved = saved


class ChangedSincePreview(StoreError):
    """Between the preview of an import and the import, somebody else changed what it would change."""

    code = "changed_since_preview"
    sentence = QT_TRANSLATE_NOOP("store", "Somebody else has changed this list since the file was shown. Nothing was imported.")
    remedy = QT_TRANSLATE_NOOP("store", "Look at the file again: it is shown with what importing it would do now.")


class ConfigurationChanged(ChangedSincePreview):
    """Between the preview of a configuration file and its import, somebody else changed what it would change."""

    code = "configuration_changed"
    sentence = QT_TRANSLATE_NOOP(
        "store", "Somebody else has changed the settings since the file was shown. Nothing was imported."
    )
    remedy = ChangedSincePreview.remedy


class RecordChanged(Conflict):
    """A record was changed since it was read, by mail or by somebody else; `saved` is the record as it is now."""

    code = "record_changed"
    sentence = QT_TRANSLATE_NOOP("store", "{record} was changed meanwhile, by mail or by somebody else. Nothing was changed now.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "It is shown as it is now. If your change is still right, make it again. Nothing that you typed is lost."
    )

    def __init__(self, saved: object, record: str) -> None:
        super().__init__(saved)
        self.facts = {"record": record}


class RecordDeleted(Conflict):
    """A record was deleted since it was read."""

    code = "record_deleted"
    sentence = QT_TRANSLATE_NOOP("store", "{record} was deleted meanwhile. Nothing was changed now.")
    remedy = QT_TRANSLATE_NOOP("store", "If you typed a note, it is in the clipboard now.")

    def __init__(self, record: str) -> None:
        super().__init__(None)
        self.facts = {"record": record}
