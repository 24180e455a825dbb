"""Line icons on a 20-unit grid, drawn in the colour of the text beside them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_PATHS = {
    "mail": "M3 5h14v10H3z M3 6l7 5 7-5",
    "monitor": "M16 7a6.5 6.5 0 1 0 .4 4.5 M16.5 3v4.5H12",
    "filter": "M3 4h14l-5.5 6.5V16l-3-1.5v-4z",
    "command": "M8 3L6 17 M14 3l-2 14 M3.5 7.5h13.5 M3 12.5h13.5",
    "menu": "M3 5h14 M3 10h14 M3 15h14",
    "back": "M11.5 5l-5 5 5 5",
    "check": "M4.5 10.5l3.5 3.5 7.5-8",
    "cross": "M5.5 5.5l9 9 M14.5 5.5l-9 9",
    "dot": "M10 9.5v1 M9.5 10h1",
    "skip": "M6 10h8",
    "wait": "M10 5v5l3 2 M10 3a7 7 0 1 0 .01 0",
    "warning": "M10 3.5l7 12.5H3z M10 8.5v3.5 M10 14v.3",
    "ticket": "M3 6h14v2.5a1.5 1.5 0 0 0 0 3V14H3v-2.5a1.5 1.5 0 0 0 0-3z M12 6v8",
    "activity": "M3 10h3.5l2-5 3 10 2-5H17",
    "file": "M13.5 8.5l-5 5a2.1 2.1 0 0 1-3-3l6-6a3.2 3.2 0 0 1 4.5 4.5l-6 6",
    "chevron-down": "M4 7l6 6 6-6",
    "chevron-up": "M4 13l6-6 6 6",
    "search": "M8.5 4a4.5 4.5 0 1 0 .01 0 M12 12l4.5 4.5",
}
_cache: dict[tuple[str, str, int], QIcon] = {}


def icon(name: str, colour: str, size: int = 20) -> QIcon:
    """The icon `name` in `colour` (`#rrggbb`), sharp up to three times `size`."""
    key = (name, colour, size)
    if key not in _cache:
        made = QIcon()
        # One for each whole scale: Windows scales by 100 to 300 %, and Qt takes the next larger one.
        for scale in (1, 2, 3):
            made.addPixmap(_drawn(name, colour, size, scale))
        _cache[key] = made
    return _cache[key]


def image_file(name: str, colour: str) -> Path:
    """The icon as an SVG file for style sheets, written once per run."""
    file = Path(_pictures().name) / f"{name}-{colour.lstrip('#')}.svg"
    if not file.exists():
        file.write_text(_drawing(name, colour), encoding="utf-8")
    return file


@cache
def _pictures() -> TemporaryDirectory[str]:
    """A temporary directory that is removed when the program ends."""
    return TemporaryDirectory(prefix="trackit-console-", ignore_cleanup_errors=True)


def _drawing(name: str, colour: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><path d="{_PATHS[name]}" fill="none" stroke="{colour}" '
        'stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def _drawn(name: str, colour: str, size: int, scale: int) -> QPixmap:
    pixmap = QPixmap(size * scale, size * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(_drawing(name, colour).encode())).render(painter, QRectF(0, 0, size * scale, size * scale))
    painter.end()
    # After painting: the painter would scale by it once more.
    pixmap.setDevicePixelRatio(scale)
    return pixmap
