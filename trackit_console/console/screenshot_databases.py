"""The scenes of the database and of its recovery key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QWidget

from trackit_console.console import sample_data
from trackit_console.console.dialogs.copy_progress import CopyProgress
from trackit_console.console.dialogs.database import DatabaseDialog
from trackit_console.console.dialogs.enter_recovery_key import EnterRecoveryKeyDialog
from trackit_console.console.dialogs.recovery_key import RecoveryKeyDialog
from trackit_console.console.operations.database_choice import Choice
from trackit_console.console.screenshot_wait import SETTLE_MS, TIMEOUT_MS, wait
from trackit_console.console.window import MainWindow
from trackit_console.settings.database import SqliteTarget
from trackit_console.store.odbc_drivers import PREFERRED
from trackit_console.store.secrets import KEY_BYTES, SecretBox
from trackit_console.transports.step_names import DATABASE_STEPS


def databases_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """The embedded database, and a SQL Server whose certificate is its own."""
    parts = (window.tasks, window.context.window_settings)
    databases = window.services.databases
    file = Path("C:/Users/ada/AppData/Local/TrackItConsole/trackit.sqlite3")
    yield "dialog-database-embedded", DatabaseDialog(databases, Choice(SqliteTarget(), list(PREFERRED), file), *parts)
    server = DatabaseDialog(databases, Choice(sample_data.DATABASE, list(PREFERRED), file), *parts)
    server.ui.steps.begin(DATABASE_STEPS)
    for step in sample_data.DATABASE_REPORT:
        server.ui.steps.show_step(step)
    yield "dialog-database-server", server
    progress = CopyProgress(window)
    progress.told.emit("raw_messages", 61, 100)
    yield "dialog-database-move", progress


def recovery_key_scenes(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """The bar after the key was changed, the last step of a new database, and the key of one that is in use."""
    services = window.services
    services.database.rotate_key("CONTOSO\\ada")
    window.open_page("tiles")
    wait(TIMEOUT_MS, until=window.recovery_keys.bar.isVisible)
    wait(SETTLE_MS)
    yield "page-tiles-recovery-key", window
    key = SecretBox(bytes(7 * each % 256 for each in range(KEY_BYTES))).recovery_key()
    confirm, change = services.databases.confirm_key, services.databases.change_key
    yield "dialog-recovery-key-new", RecoveryKeyDialog(key, window.tasks, confirm)
    yield "dialog-recovery-key", RecoveryKeyDialog(key, window.tasks, confirm, change)
    yield "dialog-recovery-key-enter", EnterRecoveryKeyDialog(services.databases, window.tasks)
    services.databases.confirm_key(services.database.recovery_key)
    wait(TIMEOUT_MS, until=window.recovery_keys.bar.isHidden)
