"""What an admin is asked before a change of the audit is undone: what returns, what stays, and what is in the way (DB-04)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from trackit_console.console.audit_words import object_words
from trackit_console.console.changed_field_words import change_line
from trackit_console.console.conflicts import FieldChoice
from trackit_console.console.dialogs.conflict import ConflictDialog
from trackit_console.console.message_boxes import ask
from trackit_console.console.setting_words import SETTING_WORDS
from trackit_console.settings.field_changes import field_changes
from trackit_console.settings.rollback import ABSENT
from trackit_console.store.audited_json import masked
from trackit_console.store.rollbacks import Step, Undoing

if TYPE_CHECKING:
    from trackit_console.store.kept_objects import Uses

Undo = Callable[[frozenset[str]], Any]


def ask_undo(parent: QWidget, undoing: Undoing, undo: Undo) -> None:
    """Asks, and calls `undo` with the fields that were changed since and are to return as well, if the admin agrees."""
    if undoing.plan.conflicts:
        dialog = conflict_question(parent, undoing)
        dialog.accepted.connect(lambda: undo(dialog.chosen_mine))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return
    title, question, detail, action = words_of(undoing)
    if ask(parent, title, question, [action, QCoreApplication.translate("undo", "Cancel")], detail) == 0:
        undo(frozenset())


def words_of(undoing: Undoing) -> tuple[str, str, str, str]:
    """Title, question, consequences and the button of a change that nobody changed since."""
    title = QCoreApplication.translate("undo", "Undo this change")
    entry = undoing.entry
    what = object_words(entry)
    if undoing.step is Step.DELETE:
        words = QCoreApplication.translate("undo", "{who} added this. Delete it?\n{what}")
        detail, action = _uses_words(undoing.uses), QCoreApplication.translate("undo", "Delete")
    elif undoing.step is Step.ADD_AGAIN:
        words = QCoreApplication.translate("undo", "{who} deleted this. Add it again?\n{what}")
        detail, action = _secrets_words(undoing), QCoreApplication.translate("undo", "Add again")
    else:
        words = QCoreApplication.translate("undo", "Set back what {who} changed?\n{what}")
        detail = "\n".join(each for each in (_back_words(undoing), _secrets_words(undoing)) if each)
        action = QCoreApplication.translate("undo", "Undo")
    return title, words.format(who=entry.actor, what=what), detail, action


def conflict_question(parent: QWidget, undoing: Undoing) -> ConflictDialog:
    """The dialog over the fields that somebody changed since: each stays as it is unless its former value is chosen."""
    choices = [
        FieldChoice(
            each.name, _title(undoing, each.name), _value(undoing, each.name, each.before), _now(undoing, each.name), False
        )
        for each in undoing.plan.conflicts
    ]
    words = [
        QCoreApplication.translate("undo", "These fields were changed again since. Choose what each is to have."),
        _returning_words(undoing),
        _secrets_words(undoing),
    ]
    headings = (
        QCoreApplication.translate("undo", "Undo this change"),
        QCoreApplication.translate("undo", "Before the change"),
        QCoreApplication.translate("undo", "As it is now"),
    )
    return ConflictDialog(parent, words, headings, choices, QCoreApplication.translate("undo", "Undo"))


def _returning_words(undoing: Undoing) -> str:
    lines = _back_words(undoing)
    return f"{QCoreApplication.translate('undo', 'What nobody changed since is set back:')}\n{lines}" if lines else ""


def _back_words(undoing: Undoing) -> str:
    """A line for each field that returns: what it has now, and what it had."""
    if undoing.stored is None:
        return ""
    present = json.loads(masked(undoing.stored.value))
    former = {name: None if value is ABSENT else value for name, value in undoing.plan.back.items()}
    changes = field_changes({name: present.get(name) for name in former}, former)
    return "\n".join(change_line(each, _model(undoing, each.path[0])) for each in changes)


def _model(undoing: Undoing, name: str) -> type[BaseModel]:
    """The model that has the field: that of the former state, or else the present one."""
    return undoing.model if name in undoing.model.model_fields or undoing.stored is None else type(undoing.stored.value)


def _now(undoing: Undoing, name: str) -> str:
    return _value(undoing, name, getattr(undoing.stored and undoing.stored.value, name, ABSENT))


def _value(undoing: Undoing, name: str, value: Any) -> str:
    return SETTING_WORDS.line(undoing.model.model_fields.get(name), None if value is ABSENT else value)


def _title(undoing: Undoing, name: str) -> str:
    return SETTING_WORDS.title(name, _model(undoing, name).model_fields.get(name))


def _secrets_words(undoing: Undoing) -> str:
    lost, kept = undoing.plan.lost_secrets, undoing.plan.kept_secrets
    misplaced = undoing.misplaced_secrets(undoing.model, [each.name for each in undoing.plan.conflicts])
    lines = []
    if kept:
        words = QCoreApplication.translate("undo", "The audit keeps no secrets: {fields} stays as it is now.")
        lines.append(words.format(fields=", ".join(_title(undoing, name) for name in kept)))
    if lost:
        words = QCoreApplication.translate("undo", "The audit keeps no secrets: {fields} must be typed again afterwards.")
        lines.append(words.format(fields=", ".join(_title(undoing, name) for name in lost)))
    if misplaced:
        words = QCoreApplication.translate(
            "undo",
            "{fields} as it is now may not be meant for the former server or account: when that returns, the mailbox is disabled. "
            "Type it again before you enable the mailbox.",
        )
        lines.append(words.format(fields=", ".join(_title(undoing, name) for name in misplaced)))
    if undoing.disables:
        lines.append(QCoreApplication.translate("undo", "Until then the mailbox is disabled."))
    return "\n".join(lines)


def _uses_words(uses: Uses) -> str:
    """What depends on an object that would be deleted; its repository refuses while other settings name it."""
    lines = []
    if uses.records:
        lines.append(QCoreApplication.translate("undo", "%Ln records name it. They stay, without it.", "", uses.records))
    if uses.notes:
        lines.append(QCoreApplication.translate("undo", "%Ln notes about it are deleted as well.", "", uses.notes))
    return "\n".join(lines)
