"""Help: one page of text for each page and dialog of the console, opened by F1 (T-05)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QImage, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from trackit_console.console.compiled import help_rc  # noqa: F401 - brings the pages
from trackit_console.console.language import is_language_change

LANGUAGE = "en"
SPACE_PX = 5
PICTURES = Path(__file__).parents[1] / "compiled" / "pictures"
"""Where `help_pictures` puts what the pages show."""
SHARPNESS = 2
"""Pixels of a picture for each pixel of its dialog at 100 %."""
PICTURE_WIDTH_PX = 540


class _Reader(QTextBrowser):
    """Shows Markdown from the resources, and pictures from `PICTURES`; one that was not taken is left out."""

    def loadResource(self, kind: int, url: QUrl | str) -> Any:
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, url)
        picture = QImage(str(PICTURES / QUrl(url).fileName()))
        if picture.isNull():
            return _nothing()
        # Scaled here, since Qt leaves pixels out when it draws a picture smaller than it is.
        ratio, width = self.devicePixelRatio(), min(picture.width() / SHARPNESS, PICTURE_WIDTH_PX)
        shown = picture.scaledToWidth(round(width * ratio), Qt.TransformationMode.SmoothTransformation)
        shown.setDevicePixelRatio(ratio)
        return shown


def _nothing() -> QImage:
    """For a null image Qt would draw the icon of a broken one."""
    nothing = QImage(1, 1, QImage.Format.Format_ARGB32)
    nothing.fill(0)
    return nothing


class HelpDialog(QDialog):
    """A non-modal window; links lead to other help pages."""

    def __init__(self, page: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.resize(620, 640)
        self.reader = _Reader(self, openLinks=True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self._back = buttons.addButton("", QDialogButtonBox.ButtonRole.ActionRole)
        self._back.setEnabled(False)
        self._back.clicked.connect(self.reader.backward)
        self.reader.backwardAvailable.connect(self._back.setEnabled)
        self.reader.sourceChanged.connect(self._space)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.reader)
        column.addWidget(buttons)
        self.retranslate()
        self.open_page(page)

    def changeEvent(self, event: QEvent) -> None:
        if is_language_change(event):
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Sets the texts around the help page in the current language."""
        self.setWindowTitle(self.tr("Help"))
        self.reader.setAccessibleName(self.tr("Help"))
        self._back.setText(self.tr("&Back"))

    def open_page(self, page: str) -> None:
        """Shows the help page `page`, by its own name or by that of a page of the console."""
        self.reader.setSource(QUrl(f"qrc:/help/{LANGUAGE}/{page.replace('_', '-')}.md"))

    def _space(self) -> None:
        """Adds space between paragraphs, which Qt's Markdown import does not."""
        cursor, block = QTextCursor(self.reader.document()), self.reader.document().begin()
        while block.isValid():
            cursor.setPosition(block.position())
            if cursor.currentTable() is None:
                spaced = block.blockFormat()
                spaced.setTopMargin(SPACE_PX + spaced.headingLevel() * SPACE_PX)
                cursor.setBlockFormat(spaced)
            block = block.next()


def open_help(parent: QWidget, page: str) -> HelpDialog:
    """Opens the help at `page`, reusing the help window of `parent` if it is open."""
    found = next((each for each in parent.findChildren(HelpDialog) if each.isVisible()), None)
    if found is None:
        found = HelpDialog(page, parent)
        found.finished.connect(found.deleteLater)
    else:
        found.open_page(page)
    found.show()
    found.activateWindow()
    return found
