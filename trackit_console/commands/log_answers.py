"""Entries of a log as lines of text, or as JSON in the form of docs/interface.md."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from trackit_console.log_lines import LogLine, entries


def print_lines(lines: Sequence[LogLine], *, as_json: bool) -> None:
    """Prints lines as they stand in the file, or with `as_json` each entry as a JSON object on a line of its own."""
    for entry in entries(lines):
        if as_json:
            print(json.dumps(entry_answer(entry), ensure_ascii=False))
        else:
            print("\n".join(line.text for line in entry))
    # Into a pipe, what is followed would stay in the buffer.
    sys.stdout.flush()


def entry_answer(entry: Sequence[LogLine]) -> dict[str, Any]:
    """An entry in the form of docs/interface.md."""
    head = entry[0]
    return {
        "at": _moment(head.at),
        "level": head.level.name.lower() if head.level else None,
        "text": "\n".join(line.message for line in entry),
    }


def _moment(at: str) -> str | None:
    """The local time of a line with its offset; None for a line without one."""
    try:
        return datetime.fromisoformat(at.replace(",", ".")).astimezone().isoformat(timespec="milliseconds")
    except ValueError:
        return None
