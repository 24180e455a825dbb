"""The fields of a change that the audit keeps, in words: what each was before and after (DB-04)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QCoreApplication

from trackit_console.console.display_text import label
from trackit_console.console.setting_words import SETTING_WORDS
from trackit_console.settings.audited_models import model_of
from trackit_console.settings.field_changes import FieldChange, ItemChanges, field_changes, state_of
from trackit_console.user_messages import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from trackit_console.store.audit import AuditEntry


_FACTS: Mapping[str, str] = {
    "change": QT_TRANSLATE_NOOP("audit", "Change"),
    "changed_at": QT_TRANSLATE_NOOP("audit", "Made at"),
    "changed_by": QT_TRANSLATE_NOOP("audit", "Made by"),
    "order": QT_TRANSLATE_NOOP("audit", "Order"),
}


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A field of a change in words. Of a list, only the items that changed."""

    title: str
    before: str
    after: str


def changed_fields(entry: AuditEntry) -> list[ChangedField]:
    """The fields of a change, in the order in which its form has them."""
    before, after = state_of(entry.before), state_of(entry.after)
    changes = field_changes(before, after)
    if entry.action in ("undone", "reordered"):
        return [ChangedField(_fact_title(each), _lines_of(each.before), _lines_of(each.after)) for each in changes]
    model = model_of(entry.kind, after or before or {})
    order = list(model.model_fields) if model else []
    former = model_of(entry.kind, before or after or {})

    def place(change: FieldChange) -> int:
        return order.index(change.path[0]) if change.path[0] in order else len(order)

    return [_in_words(each, model if each.path[0] in order else former) for each in sorted(changes, key=place)]


def _fact_title(change: FieldChange) -> str:
    return label(_FACTS.get(change.field, change.field), "audit")


def _lines_of(value: Any) -> str:
    """A fact, and names in their order one below the other; nothing for none."""
    return "" if value is None else "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def change_line(change: FieldChange, model: type[BaseModel] | None) -> str:
    """A change in one line, `Port: 993 → 1993`; of a list, what is added and removed."""
    words = _in_words(change, model)
    before, after = words.before.replace("\n", "; "), words.after.replace("\n", "; ")
    value = "; ".join(each for each in (before, after) if each) if change.changed_items else f"{before} → {after}"
    return QCoreApplication.translate("audit", "{field}: {value}").format(field=words.title, value=value)


def _in_words(change: FieldChange, model: type[BaseModel] | None) -> ChangedField:
    title, field = SETTING_WORDS.path(model, change.path)
    if change.secret:
        changed = QCoreApplication.translate("audit", "changed; secrets are not kept here")
        return ChangedField(title, "", changed)
    if items := change.changed_items:
        return ChangedField(title, *("\n".join(each) for each in _items(items, field)))
    return ChangedField(title, SETTING_WORDS.value(field, change.before), SETTING_WORDS.value(field, change.after))


def _items(items: ItemChanges, field: FieldInfo | None) -> tuple[list[str], list[str]]:
    removed = QCoreApplication.translate("audit", "Removed: {item}")
    added = QCoreApplication.translate("audit", "Added: {item}")
    before = [*_lines(removed, items.removed, field), *_lines("{item}", (old for old, _new in items.changed), field)]
    after = [*_lines(added, items.added, field), *_lines("{item}", (new for _old, new in items.changed), field)]
    if items.reordered:
        after.append(QCoreApplication.translate("audit", "The others have another order."))
    return before, after


def _lines(words: str, items: Iterable[Any], field: FieldInfo | None) -> Iterator[str]:
    return (words.format(item=SETTING_WORDS.line(field, each)) for each in items)
