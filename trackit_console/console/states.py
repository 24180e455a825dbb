"""States as pills: what the tiles, the header and the lists say about mailboxes and the monitor (T-03, IN-15)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from trackit_console.console.phrases import say
from trackit_console.console.widgets.pill import Tone
from trackit_console.console.widgets.tile import TileState
from trackit_console.settings.tiles import Tile, missing

if TYPE_CHECKING:
    from trackit_console.store.monitoring import MailboxState
    from trackit_console.store.overview import Overview

Pills = Sequence[tuple[Tone, str]]


def monitor_pill(overview: Overview) -> tuple[Tone, str]:
    """The monitor as a whole."""
    host = overview.running
    if overview.restart_needed:
        return "warn", QCoreApplication.translate("states", "Restart needed")
    if host is not None and overview.wanted.running:
        return "ok", QCoreApplication.translate("states", "Monitor running")
    if overview.wanted.running:
        return "warn", QCoreApplication.translate("states", "Monitor starting")
    if host is not None:
        return "warn", QCoreApplication.translate("states", "Monitor stopping")
    return "bad", QCoreApplication.translate("states", "Monitor stopped")


def mailbox_pill(enabled: bool, state: MailboxState | None, now: datetime) -> tuple[Tone, str]:
    """One mailbox: enabled or not, and how its last visit went."""
    if not enabled:
        return "dim", QCoreApplication.translate("states", "Disabled")
    if state is None or state.last_poll_at is None:
        return "dim", QCoreApplication.translate("states", "Not checked yet")
    if state.error is None:
        return "ok", QCoreApplication.translate("states", "Working")
    return "bad", error_words(state.error.step)


def error_words(step: str) -> str:
    """What failed, short enough for a pill; the whole sentence stands beside it."""
    return {
        "resolve": QCoreApplication.translate("states", "Server not found"),
        "connect": QCoreApplication.translate("states", "No connection"),
        "tls": QCoreApplication.translate("states", "No secure connection"),
        "sign_in": QCoreApplication.translate("states", "Sign-in refused"),
        "folder": QCoreApplication.translate("states", "Folder trouble"),
        "database": QCoreApplication.translate("states", "Database trouble"),
    }.get(step, QCoreApplication.translate("states", "Failing"))


def tile_state(page: str, overview: Overview) -> TileState:
    """What the tile that opens `page` says: what is missing, and how it is doing."""
    tile, pills = _TILES[page]
    return TileState([say(each) for each in missing(tile, overview.settings)], pills(overview))


def _mailbox_pills(overview: Overview) -> Pills:
    enabled = [each for each in overview.mailboxes if each.value.enabled]
    failing = [each for each in enabled if (state := overview.states.get(each.id)) and state.error]
    pills: list[tuple[Tone, str]] = []
    if enabled:
        pills.append(("ok", QCoreApplication.translate("states", "%n enabled", "", len(enabled))))
    if failing:
        pills.append(("bad", QCoreApplication.translate("states", "%n failing", "", len(failing))))
    if overview.quarantine:
        pills.append(("warn", QCoreApplication.translate("states", "%n set aside", "", overview.quarantine)))
    return pills


def _monitor_pills(overview: Overview) -> Pills:
    monitor = overview.monitor.value
    words = QCoreApplication.translate("states", "every {minutes} min · {emails} emails")
    return [monitor_pill(overview), ("dim", words.format(minutes=monitor.poll_interval, emails=monitor.emails_to_process))]


def _filter_pills(overview: Overview) -> Pills:
    filters = overview.filters.value
    stopped = sum(number for (_, outcome), number in overview.today.items() if outcome.value == "filtered")
    pills: list[tuple[Tone, str]] = [
        ("dim", QCoreApplication.translate("states", "%n sender rules", "", len(filters.sender))),
        ("dim", QCoreApplication.translate("states", "%n subject rules", "", len(filters.subject))),
    ]
    if stopped:
        pills.append(("dim", QCoreApplication.translate("states", "%n stopped today", "", stopped)))
    return pills


_TILES: dict[str, tuple[Tile, Callable[[Overview], Pills]]] = {
    "incoming": (Tile.INCOMING_AND_OUTGOING, _mailbox_pills),
    "monitor": (Tile.MONITOR, _monitor_pills),
    "filters": (Tile.FILTERS, _filter_pills),
}
