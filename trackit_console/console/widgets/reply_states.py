"""What became of the mails in which a reply was sent: to whom, and whether it waits, was sent or failed (OUT-06)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from trackit_console.console.outgoing_mail_text import STATE_TONES, error_text, state_text
from trackit_console.console.widgets.pill import Pill
from trackit_console.domain.outgoing_mail import MailState
from trackit_console.store.outbox_views import OutboxView


class ReplyStates(QWidget):
    """A line for each mail, and a link to them; `clicked` says that it was followed."""

    clicked = Signal()

    def __init__(self, mails: Sequence[OutboxView], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, mail in enumerate(mails):
            state = Pill()
            state.show_state(STATE_TONES[mail.state], state_text(mail.state))
            grid.addWidget(state, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self._recipient(mail), row, 1)
        link = QPushButton(self.tr("Outgoing Mail"), self)
        link.setProperty("link", "true")
        link.setAccessibleName(self.tr("Show this reply in Outgoing Mail"))
        link.clicked.connect(lambda _checked: self.clicked.emit())
        grid.addWidget(link, 0, 2, Qt.AlignmentFlag.AlignTop)

    def _recipient(self, mail: OutboxView) -> QLabel:
        words = self.tr("to {recipients}").replace("{recipients}", ", ".join(mail.recipients))
        why = error_text(mail) if mail.state is not MailState.SENT else ""
        line = QLabel("\n".join(filter(None, (words, why))), self, wordWrap=True)
        line.setTextFormat(Qt.TextFormat.PlainText)
        line.setProperty("role", "caption")
        return line
