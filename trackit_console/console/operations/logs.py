"""The log files of the data directory, for the **Logs** page (LOG-02). No database is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trackit_console.log_lines import LogFilter
    from trackit_console.log_reader import LogFile, LogNews, LogPart, Place

LINES_AT_ONCE = 1000


class LogOperations:
    """Reads below `folder`, which need not exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def files(self) -> list[LogFile]:
        """The log files, the newest day first. Raises `LogFileUnreadable`."""
        from trackit_console.log_reader import log_files

        return log_files(self.folder)

    def newest(self, file: Path, wanted: LogFilter) -> LogPart:
        """The last lines of a file. Raises `LogFileGone` and `LogFileUnreadable`."""
        from trackit_console.log_reader import read_before

        return read_before(file, None, wanted, LINES_AT_ONCE)

    def older(self, file: Path, start: int, wanted: LogFilter) -> LogPart:
        """The lines before byte `start`. Raises `LogFileGone` and `LogFileUnreadable`."""
        from trackit_console.log_reader import read_before

        return read_before(file, start, wanted, LINES_AT_ONCE)

    def news(self, place: Place | None, wanted: LogFilter) -> LogNews:
        """Which files there are, and what was added behind `place`. Raises `LogFileUnreadable`."""
        from trackit_console.log_reader import look

        return look(self.folder, place, wanted, LINES_AT_ONCE)
