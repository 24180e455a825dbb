"""Pictures of the dialogs for the help, taken by the build, so that they show the dialogs as they are.

    python -m trackit_console.console.help_pictures

`dev.py` and `build.spec` call it. Without the pictures the help is shown without them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QScrollArea, QWidget

from trackit_console.console import sample_data
from trackit_console.console.app import application, make_window
from trackit_console.console.dialogs.help import PICTURES, SHARPNESS
from trackit_console.console.dialogs.mailbox import MailboxDialog
from trackit_console.console.dialogs.outgoing import OutgoingDialog
from trackit_console.console.screenshot_wait import wait
from trackit_console.console.screenshots import use_desktop_screen
from trackit_console.console.window import MainWindow
from trackit_console.paths import DataDir
from trackit_console.settings.exchange_mailbox import EwsBasic
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.server_mailbox import Pop3
from trackit_console.store.row_mapping import Stored

_ADDRESS = "support@contoso.com"
_SECRET = SecretStr("not shown")


def _mailboxes() -> dict[str, Mailbox]:
    """An example of each type (IN-01)."""
    by_secret = {"certificate_file": None, "certificate_password": None, "client_secret": _SECRET}
    return {
        "mailbox-microsoft365": sample_data.MICROSOFT365.model_copy(update=by_secret),
        "mailbox-ews-oauth": sample_data.EWS,
        "mailbox-ews-basic": EwsBasic(
            user_account_name=_ADDRESS,
            password=_SECRET,
            exchange_web_service_url="https://mail.contoso.com/EWS/Exchange.asmx",
        ),
        "mailbox-imap": sample_data.MAILBOX,
        "mailbox-pop3": Pop3(server="mail.contoso.com", port=995, user_account_name=_ADDRESS, password=_SECRET),
    }


def dialogs(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Each dialog with the name of its picture."""
    parts: tuple[Any, ...] = (window.tasks, window.context.window_settings, lambda *_: iter(()))
    for name, mailbox in _mailboxes().items():
        yield name, MailboxDialog(*parts, stored=Stored(1, 1, mailbox), templates=["Default"])
    yield "outgoing-email", OutgoingDialog(*parts, stored=Stored(1, 1, sample_data.OUTGOING), mailboxes=[sample_data.MAILBOX])


def _show_whole(dialog: QWidget) -> None:
    """Shows it so high that no field is below the fold."""
    dialog.show()
    wait(50)
    hidden = max(each.verticalScrollBar().maximum() for each in dialog.findChildren(QScrollArea))
    dialog.resize(dialog.width(), dialog.height() + hidden)
    wait(50)


def _framed(picture: QPixmap) -> QPixmap:
    """With a line around it, as a dialog has the colour of the page."""
    painter = QPainter(picture)
    painter.setPen(QPen(QColor(128, 128, 128), 1))
    painter.drawRect(QRectF(0, 0, *picture.deviceIndependentSize().toTuple()).adjusted(0.5, 0.5, -0.5, -0.5))
    painter.end()
    return picture


def main() -> int:
    """Takes the pictures."""
    # Before the QApplication, which reads them once. The offscreen platform warns of every dialog that it knows no size hints.
    os.environ.update(QT_QPA_PLATFORM="offscreen", QT_SCALE_FACTOR=str(SHARPNESS), QT_LOGGING_RULES="default.warning=false")
    PICTURES.mkdir(exist_ok=True)
    # Windows does not delete a database that is still open somewhere.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        use_desktop_screen(Path(scratch), SHARPNESS)
        data_dir = DataDir(Path(scratch)).make()
        window = make_window(data_dir, data_dir.database_url, application())
        window.theme.choose("light")
        for name, dialog in dialogs(window):
            _show_whole(dialog)
            _framed(dialog.grab()).save(str(PICTURES / f"{name}.png"))
            dialog.hide()
        window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
