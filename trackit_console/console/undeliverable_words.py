"""What is said of an address from which mail came back (MSG-09)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from trackit_console.console.display_text import day_text
from trackit_console.store.undeliverable_addresses import UndeliverableMark


def mark_day(mark: UndeliverableMark) -> str:
    """The day on which mail came back last."""
    return day_text(mark.at.astimezone().date())


def came_back_text(mark: UndeliverableMark) -> str:
    """When mail came back from an address, and why, with the record that it was about."""
    words = QCoreApplication.translate("undeliverable_words", "Mail to {address} came back on {when}: {reason}").format(
        address=mark.address, when=mark_day(mark), reason=mark.reason
    )
    return f"{words} ({mark.record})" if mark.record else words


def came_back_here_text(mark: UndeliverableMark) -> str:
    """As `came_back_text`, beside the address itself."""
    words = QCoreApplication.translate("undeliverable_words", "Mail to this address came back on {when}: {reason}")
    return words.format(when=mark_day(mark), reason=mark.reason)
