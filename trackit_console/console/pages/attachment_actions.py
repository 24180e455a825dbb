"""**Open** and **Save…** of a file that came with a message (SEC-03)."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from trackit_console.console.attachment_files import AttachmentDeleted, FileNotOpened, file_name, is_plain, save_marked, to_open
from trackit_console.console.message_boxes import ask

if TYPE_CHECKING:
    from trackit_console.console.pages.page import Page
    from trackit_console.store.record_views import AttachmentView


class AttachmentActions(QObject):
    """For the attachments of the notes on `page`. A file of a restricted type has no content, and no such actions."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page

    def save(self, delivery_id: int, attachment: AttachmentView) -> None:
        """Saves where the user chooses."""
        name, _ = QFileDialog.getSaveFileName(self._page, self.tr("Save attachment"), file_name(attachment.name))
        if name:
            self._page.do(lambda: save_marked(Path(name), self._content(delivery_id, attachment)))

    def open(self, delivery_id: int, attachment: AttachmentView) -> None:
        """Opens with the program that this computer has for it; asks first unless it is a plain document or image."""
        if not is_plain(attachment.name) and not self._agreed(attachment.name):
            return
        self._page.do(
            lambda: to_open(attachment.name, self._content(delivery_id, attachment)), then=partial(self._show, attachment.name)
        )

    def _agreed(self, name: str) -> bool:
        words = self.tr("Open {file}?").format(file=name)
        detail = self.tr(
            "Files of this type can run programs or change this computer. Open it only if you expected it from this sender."
        )
        return ask(self._page, self.tr("Open attachment"), words, [self.tr("Open"), self.tr("Do not open")], detail) == 0

    def _show(self, name: str, file: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(file))):
            self._page.show_problem(FileNotOpened(file=name))

    def _content(self, delivery_id: int, attachment: AttachmentView) -> bytes:
        """Called on the worker thread: the whole message is read and parsed again for one attachment."""
        content = self._page.context.services.messages.attachment(delivery_id, attachment.sha256)
        if content is None:
            raise AttachmentDeleted(file=attachment.name)
        return content
