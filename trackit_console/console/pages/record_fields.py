"""The fields of a record that are only read, as caption and value. Fields without a value are left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton

from trackit_console.console.display_text import moment, shortened, translated
from trackit_console.console.due_text import limits_text
from trackit_console.console.undeliverable_words import came_back_here_text
from trackit_console.console.widgets.layouts import clear
from trackit_console.domain.records import LinkKind
from trackit_console.helpdesk.labels import NO_SUBJECT, label_of

if TYPE_CHECKING:
    from trackit_console.store.record_views import LinkView, RecordView
    from trackit_console.store.undeliverable_addresses import UndeliverableMark

LINK_LENGTH = 60


def show_fields(layout: QGridLayout, record: RecordView, now: datetime, came_back: UndeliverableMark | None) -> None:
    """Fills the grid with two fields in a row. `came_back` is said below the requestor, who is the first one."""
    clear(layout)
    if came_back is not None:
        line = _label(came_back_here_text(came_back), "error")
        line.setWordWrap(True)
        layout.addWidget(line, 1, 0, 1, 4)
    for number, (caption, value) in enumerate(_fields(record, now)):
        row, side = divmod(number, 2)
        if came_back is not None and row:
            row += 1
        layout.addWidget(_label(caption, "caption"), row, side * 2)
        layout.addWidget(_value(caption, value), row, side * 2 + 1)
    for column in (1, 3):
        layout.setColumnStretch(column, 1)


def show_limits(layout: QGridLayout, record: RecordView, now: datetime) -> None:
    """Adds a line for each due time of its service level."""
    for caption, value in limits_text(record, now):
        row = layout.rowCount()
        layout.addWidget(_label(caption, "caption"), row, 0)
        layout.addWidget(_value(caption, value), row, 1, 1, 3)


def show_links(layout: QGridLayout, links: Sequence[LinkView], followed: Callable[[Any], None]) -> None:
    """Adds a line for each linked record, which opens it."""
    for link in links:
        row = layout.rowCount()
        caption = {
            LinkKind.RELATED: QCoreApplication.translate("record_fields", "Linked"),
            LinkKind.FOLLOWS: QCoreApplication.translate("record_fields", "Follow-up"),
        }[link.kind]
        layout.addWidget(_label(caption, "caption"), row, 0)
        name = f"{link.ref.module.value} {link.ref.id}"
        words = f"{name}: {shortened(link.subject or translated(NO_SUBJECT), LINK_LENGTH)} ({translated(label_of(link.status))})"
        button = QPushButton(words.replace("&", "&&"))
        button.setProperty("link", "true")
        button.setAccessibleName(words)
        button.clicked.connect(lambda _checked, ref=link.ref: followed(ref))
        layout.addWidget(button, row, 1, 1, 3, Qt.AlignmentFlag.AlignLeft)


def _fields(record: RecordView, now: datetime) -> list[tuple[str, str]]:
    person = f"{record.requestor} <{record.requestor_email}>" if record.requestor_email else record.requestor
    every = [
        (QCoreApplication.translate("record_fields", "Requestor"), person),
        (QCoreApplication.translate("record_fields", "Source"), translated(label_of(record.source)) if record.source else ""),
        (QCoreApplication.translate("record_fields", "Category"), record.category),
        (QCoreApplication.translate("record_fields", "Template"), record.template),
        (QCoreApplication.translate("record_fields", "Service level"), record.service_level.name or ""),
        (QCoreApplication.translate("record_fields", "Due"), moment(record.due_at, now)),
        (QCoreApplication.translate("record_fields", "Expires"), moment(record.expires_at, now)),
        (QCoreApplication.translate("record_fields", "Created"), moment(record.created_at, now)),
        (QCoreApplication.translate("record_fields", "Updated"), moment(record.updated_at, now) if record.priority else ""),
    ]
    return [(caption, value) for caption, value in every if value]


def _value(caption: str, value: str) -> QLabel:
    label = _label(value, "")
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
    label.setAccessibleName(f"{caption}: {value}")
    return label


def _label(words: str, role: str) -> QLabel:
    label = QLabel(words, wordWrap=role == "")
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label
