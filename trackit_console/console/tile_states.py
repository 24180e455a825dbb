"""What the tiles of **Email Configurations** say: what is missing, and states as pills (T-02, T-03)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel
from PySide6.QtCore import QCoreApplication

from trackit_console.console.display_text import translated
from trackit_console.console.status_pills import monitor_pill
from trackit_console.console.widgets.pill import Tone
from trackit_console.console.widgets.tile import TileState
from trackit_console.settings.ews_retirement import ews_ended
from trackit_console.settings.expiry import ExpiryState, expiry_of
from trackit_console.settings.smtp_retirement import smtp_password_ends
from trackit_console.settings.tiles import Tile, missing

if TYPE_CHECKING:
    from datetime import datetime

    from trackit_console.store.snapshot import Snapshot

Pills = Sequence[tuple[Tone, str]]


def tile_state(page: str, snapshot: Snapshot, now: datetime) -> TileState:
    """What the tile that opens `page` says: what is missing, and how it is doing."""
    tile, pills = _TILES[page]
    return TileState([translated(each) for each in missing(tile, snapshot.settings)], pills(snapshot, now))


def _mailbox_pills(snapshot: Snapshot, now: datetime) -> Pills:
    enabled = [each for each in snapshot.mailboxes if each.value.enabled]
    failing = [each for each in enabled if each.findings or ((state := snapshot.states.get(each.id)) and state.error)]
    pills: list[tuple[Tone, str]] = []
    if enabled:
        pills.append(("ok", QCoreApplication.translate("tile_states", "%Ln enabled", "", len(enabled))))
    if failing:
        pills.append(("bad", QCoreApplication.translate("tile_states", "%Ln failing", "", len(failing))))
    pills += _warnings([*(each.value for each in enabled), *([snapshot.outgoing.value] if snapshot.outgoing else [])], now)
    if snapshot.quarantine:
        pills.append(("warn", QCoreApplication.translate("tile_states", "%Ln set aside", "", snapshot.quarantine)))
    return pills


def _warnings(accounts: Sequence[BaseModel], now: datetime) -> Pills:
    """Credentials that expire, and what Microsoft ends, counted over all accounts in use (IN-16, IN-17, OUT-02)."""
    states = [expiry.state for each in accounts if (expiry := expiry_of(each, now.astimezone().date()))]
    expired, soon = states.count(ExpiryState.EXPIRED), states.count(ExpiryState.EXPIRES_SOON)
    ended = sum(ews_ended(each) for each in accounts)
    pills: list[tuple[Tone, str]] = []
    if expired:
        pills.append(("bad", QCoreApplication.translate("tile_states", "%Ln with an expired secret", "", expired)))
    if soon:
        pills.append(("warn", QCoreApplication.translate("tile_states", "%Ln with an expiring secret", "", soon)))
    if ended:
        pills.append(("warn", QCoreApplication.translate("tile_states", "%Ln on EWS, which has ended", "", ended)))
    if any(smtp_password_ends(each) for each in accounts):
        pills.append(("warn", QCoreApplication.translate("tile_states", "SMTP password is ending")))
    return pills


def _monitor_pills(snapshot: Snapshot, _now: datetime) -> Pills:
    monitor = snapshot.monitor.value
    if snapshot.monitor.findings:
        return [monitor_pill(snapshot), ("bad", QCoreApplication.translate("tile_states", "Settings wrong"))]
    words = QCoreApplication.translate("tile_states", "every {minutes} min · {emails} emails")
    pills: list[tuple[Tone, str]] = [
        monitor_pill(snapshot),
        ("dim", words.format(minutes=monitor.poll_interval, emails=monitor.emails_to_process)),
    ]
    if snapshot.backup_status.code:
        pills.append(("bad", QCoreApplication.translate("tile_states", "Backup failed")))
    return pills


def _filter_pills(snapshot: Snapshot, _now: datetime) -> Pills:
    filters = snapshot.filters.value
    stopped = sum(number for (_, outcome), number in snapshot.today.items() if outcome.value == "filtered")
    pills: list[tuple[Tone, str]] = [
        ("dim", QCoreApplication.translate("tile_states", "%Ln sender rules", "", len(filters.sender))),
        ("dim", QCoreApplication.translate("tile_states", "%Ln subject rules", "", len(filters.subject))),
    ]
    if stopped:
        pills.append(("dim", QCoreApplication.translate("tile_states", "%Ln stopped today", "", stopped)))
    return pills


_TILES: dict[str, tuple[Tile, Callable[[Snapshot, datetime], Pills]]] = {
    "incoming": (Tile.INCOMING_AND_OUTGOING, _mailbox_pills),
    "monitor": (Tile.MONITOR, _monitor_pills),
    "filters": (Tile.FILTERS, _filter_pills),
}
