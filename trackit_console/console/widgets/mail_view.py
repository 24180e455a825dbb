"""Shows the HTML of a message as its sender meant it, without trusting it (MSG-07, SEC-03)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QImageReader, QPalette, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from trackit_console.console.message_boxes import ask
from trackit_console.mail import Attachment
from trackit_console.mail.html_display import DisplayableHtml, displayable

LARGEST_IMAGE = QSize(1_600, 1_600)
IMAGES_PIXELS = 50_000_000
"""Pixels of all images of a message; 200 MB of memory."""
_NOTHING = QImage(1, 1, QImage.Format.Format_ARGB32)
_NOTHING.fill(Qt.GlobalColor.transparent)


class MailView(QTextBrowser):
    """A read-only view of the HTML of one message; `show_message` shows another.

    - Nothing is loaded from files or the network: images are those of the message's attachments.
    - A link is opened in the browser or mail program after a question that names its address; Tab and Enter do the same.
    - In a dark or high-contrast theme the text has the window's colours, because mail is written for white paper.

    `shown` says what was left out, for whoever wants to tell: `shown.cut` (its end), `shown.remote_images` (their number).
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._html = ""
        self._attachments: Sequence[Attachment] = ()
        self._images: dict[str, QImage] = {}
        self._pixels_left = IMAGES_PIXELS
        self.shown = DisplayableHtml("", cut=False, remote_images=0)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.anchorClicked.connect(self._ask_to_open)
        self._retranslate()

    def show_message(self, html: str, attachments: Sequence[Attachment]) -> None:
        """Shows `html` as received (`Message.html`), with the inline images among `attachments` (`Message.attachments`)."""
        self._html, self._attachments = html, attachments
        self._images.clear()
        self._pixels_left = IMAGES_PIXELS
        self._show()

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """The image that `name` stands for, else an empty one: the base class would look for a file."""
        url = QUrl(name)
        if kind != QTextDocument.ResourceType.ImageResource.value or url.scheme() != "cid":
            return _NOTHING
        content_id = url.path(QUrl.ComponentFormattingOption.FullyDecoded)
        if content_id not in self._images:
            self._images[content_id] = self._decoded(content_id)
        return self._images[content_id]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() == QEvent.Type.PaletteChange and self._html:
            self._show()

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Message"))

    def _show(self) -> None:
        on_white = self.palette().color(QPalette.ColorRole.Base).lightness() > 127
        self.shown = displayable(self._html, self._attachments, colours=on_white)
        self.setHtml(self.shown.html)

    def _decoded(self, content_id: str) -> QImage:
        content = next((each.content for each in self._attachments if each.content_id == content_id), b"")
        buffer = QBuffer()
        buffer.setData(QByteArray(content))
        reader = QImageReader(buffer)
        reader.setAutoTransform(True)
        size = reader.size()
        if size.width() > LARGEST_IMAGE.width() or size.height() > LARGEST_IMAGE.height():
            size.scale(LARGEST_IMAGE, Qt.AspectRatioMode.KeepAspectRatio)
            reader.setScaledSize(size)
        # A file of some kilobytes may claim to have gigabytes of pixels.
        if not size.isValid() or size.width() * size.height() > self._pixels_left:
            return _NOTHING
        self._pixels_left -= size.width() * size.height()
        image = reader.read()
        return _NOTHING if image.isNull() else image

    def _ask_to_open(self, url: QUrl) -> None:
        # Fully encoded, a host in letters of another script is told from the one that it imitates.
        address = url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        question = self.tr("Open this link?\n{address}").format(address=address)
        detail = self.tr(
            "It came with the message, and may lead elsewhere than its text says. Open it only if you know the sender."
        )
        if ask(self, self.tr("Open link"), question, [self.tr("Open"), self.tr("Do not open")], detail) == 0:
            QDesktopServices.openUrl(url)
