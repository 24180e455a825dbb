"""Why a change of the audit is not taken back (DB-04)."""

from __future__ import annotations

from trackit_console.store.errors import StoreError
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class NothingToUndo(StoreError):
    """The entry tells of something that is no change of settings, such as a restart."""

    code = "nothing_to_undo"
    sentence = QT_TRANSLATE_NOOP("store", "This changed no settings, so it cannot be undone.")
    remedy = QT_TRANSLATE_NOOP("store", "Select an entry that added, changed or deleted something.")


class UndoneAlready(StoreError):
    """The object is as it was before the change."""

    code = "undone_already"
    sentence = QT_TRANSLATE_NOOP("store", "Nothing of this change is left: everything is as it was before.")
    remedy = QT_TRANSLATE_NOOP("store", "Nothing needs to be done.")


class OnlySecretsChanged(StoreError):
    """The change was about secrets alone, which the audit does not keep."""

    code = "only_secrets_changed"
    sentence = QT_TRANSLATE_NOOP("store", "This changed only a password or another secret. The audit does not keep secrets.")
    remedy = QT_TRANSLATE_NOOP("store", "Type the earlier one where it is set. The present one stays until then.")


class SecretOfPresentAccount(StoreError):
    """The former server or account would return with a secret that is meant for the present one, and would be sent it at once."""

    code = "secret_of_present_account"
    sentence = QT_TRANSLATE_NOOP(
        "store",
        "With the former server or account, the present password or secret would be used, which may be meant for another.",
    )
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Edit the account instead: enter its former server or account, and type the password or secret for it. Nothing was changed.",
    )


class ChangedObjectGone(StoreError):
    """The object of the change does not exist any more."""

    code = "changed_object_gone"
    sentence = QT_TRANSLATE_NOOP("store", "What was changed does not exist any more.")
    remedy = QT_TRANSLATE_NOOP("store", "Undo its deletion first, then undo this change.")


class ObjectThereAgain(StoreError):
    """A deleted object cannot be added again, because there is one of its name."""

    code = "object_there_again"
    sentence = QT_TRANSLATE_NOOP("store", "There is one with the name {name} again already.")
    remedy = QT_TRANSLATE_NOOP("store", "Give that one another name, or undo its changes instead.")


class FormerStateRefused(StoreError):
    """Today's rules, or another object, do not allow what was set before the change."""

    code = "former_state_refused"
    sentence = QT_TRANSLATE_NOOP("store", "It cannot be set back to what it was: {why}")
    remedy = QT_TRANSLATE_NOOP("store", "Correct that first, or change the settings where they are edited. Nothing was changed.")
