"""Screenshots of every page and dialog, empty and filled, light and dark, for visual review.

    python -m trackit_console.console.screenshots DIR --scale-name 100

The scale is Qt's own (`QT_SCALE_FACTOR`), so each scale is a process of its own; `dev.py screenshots` starts both.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from trackit_console.console.app import application, make_window
from trackit_console.console.sample_database import fill, report_host
from trackit_console.console.screenshot_scenes import scenes
from trackit_console.console.screenshot_wait import TIMEOUT_MS, wait
from trackit_console.console.window import MainWindow
from trackit_console.paths import DataDir


def take(folder: Path, scale: str, qt: QApplication) -> int:
    """Saves all screenshots to `folder` and returns their number."""
    number = 0
    for filled in (False, True):
        # Windows does not delete a database that is still open somewhere.
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            data_dir = DataDir(Path(scratch)).make()
            window = make_window(data_dir, data_dir.database_url, qt)
            if filled:
                fill(window.services)
            window.show()
            window.begin()
            wait(TIMEOUT_MS, until=lambda shown=window: shown.watch.snapshot is not None)  # type: ignore[misc]
            for choice in ("light", "dark"):
                window.theme.choose(choice)
                for name, widget in scenes(window, filled):
                    if filled:
                        report_host(window.services)
                    number += _save(widget, folder / f"{name}-{choice}-{scale}.png")
            window.close()
    return number


def _save(widget: QWidget, file: Path) -> int:
    if not widget.isVisible():
        widget.show()
        wait(50)
    widget.grab().save(str(file))
    if not isinstance(widget, MainWindow):
        widget.hide()
        widget.deleteLater()
    return 1


def use_desktop_screen(folder: Path, scale: int = 1) -> None:
    """The offscreen platform has a screen of 800 x 800 by itself, which dialogs would be cut down to.

    `scale` is that of Qt: the screen has room for as much at each.
    """
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        size = {"width": 1920 * scale, "height": 1080 * scale}
        screen = {"name": "1", "x": 0, "y": 0, **size, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        file = folder / "screen.json"
        file.write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"


def main() -> int:
    """Parses the arguments and takes the screenshots."""
    parser = argparse.ArgumentParser(description="Pictures of every page and dialog")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale-name", default="100")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        # Before the QApplication, which reads its platform once.
        use_desktop_screen(Path(scratch))
        number = take(options.folder, options.scale_name, application())
    print(f"{number} pictures at {options.scale_name} % in {options.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
