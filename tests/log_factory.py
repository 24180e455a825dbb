"""Log files as the program writes them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

NEWEST = date(2026, 3, 31)
TRACEBACK = 'Traceback (most recent call last):\n  File "visit.py", line 1\nValueError: no such folder'


def entry(number: int, level: str = "INFO", message: str = "") -> str:
    """An entry, one second after the one with the number before."""
    hours, rest = divmod(number, 3600)
    return f"2026-03-31 {hours % 24:02}:{rest // 60:02}:{rest % 60:02},123 {level} {message or f'message {number}'}\n"


def log_file(folder: Path, text: str, component: str = "EmailMonitor", day: date = NEWEST) -> Path:
    """Writes a file as `logs.DailyFiles` names it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{component}_{day}.log"
    file.write_text(text, encoding="utf-8", newline="\n")
    return file


def add_to(file: Path, text: str) -> None:
    """Writes behind what is there, as a component does."""
    with file.open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
