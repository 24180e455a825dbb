"""What the commands share: the data directory, the database, and how results and errors are printed."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from trackit_console.paths import DatabaseUrl, DataDir
from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.store.database import Database

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_DATABASE = 3


class WrongCall(Problem):
    """The arguments were parsed, but cannot be carried out."""

    context = "commands"
    code = "wrong_call"
    sentence = "{words}"
    remedy = "See trackit-console --help."


@dataclass(frozen=True, slots=True)
class CliContext:
    """The data directory of this run, and the URL of the database if one was given."""

    data_dir: DataDir
    database: DatabaseUrl | None

    @property
    def url(self) -> DatabaseUrl:
        """The URL of the database: by default the one that was chosen in the console, else the embedded one.

        Raises `ChoiceUnreadable`.
        """
        if self.database is None and self.data_dir.chosen_database.exists():
            from trackit_console.store.chosen_database import chosen_url  # slow to import, and mostly nothing was chosen

            return chosen_url(self.data_dir)
        return self.database or self.data_dir.database_url

    @property
    def is_file(self) -> bool:
        """Whether the database is an embedded one. Raises `ChoiceUnreadable`."""
        return self.url.startswith("sqlite")

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """Opens the database for a block; raises `StoreError`."""
        from trackit_console.monitor.help_desk import open_help_desk  # slow to import, and not every command needs it

        database = open_help_desk(self.url, self.data_dir)
        try:
            yield database
        finally:
            database.close()


def actor() -> str:
    """The user's name, for the audit log."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        # There is no name: KeyError on POSIX, ImportError on Windows, OSError since Python 3.13.
        return "command line"


def answer(document: Any) -> None:
    """Writes `document` as JSON to standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, default=_moment)
    sys.stdout.write("\n")


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def error_answer(problem: Problem) -> dict[str, Any]:
    """A problem in the form of docs/interface.md."""
    return {"code": problem.code, "detail": f"{problem.message} {problem.detail}".strip(), "remedy": str(problem.remedy_message)}


def answer_error(problem: Problem, *, as_json: bool) -> None:
    """Prints an error: text to standard error, and with `as_json` the document of docs/interface.md to standard output."""
    print(f"{problem.message}\n{problem.remedy_message}", file=sys.stderr)
    if problem.detail:
        print(problem.detail, file=sys.stderr)
    if as_json:
        from trackit_console.settings.yaml_lines import ConfigurationRefused

        error = error_answer(problem)
        if isinstance(problem, ConfigurationRefused):
            error["findings"] = [
                {"line": each.line, "field": each.found.field, "words": str(each.found.message)} for each in problem.findings
            ]
        answer({"error": error})
