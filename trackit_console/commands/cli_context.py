"""What the commands share: the data directory, the database, the answers and the errors."""

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
    """The arguments cannot be followed, though they could be read."""

    context = "commands"
    code = "wrong_call"
    sentence = "{words}"
    remedy = "See trackit-console --help."


@dataclass(frozen=True, slots=True)
class CliContext:
    """Where this run of the program works: the data directory, and the database's URL if one was given."""

    data_dir: DataDir
    database: DatabaseUrl | None

    @property
    def url(self) -> DatabaseUrl:
        """The database's URL, by default that of the embedded one."""
        return self.database or self.data_dir.database_url

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """The database, open; raises `StoreError`."""
        from trackit_console.store.database import open_database  # heavy: only for commands that need it

        database = open_database(self.url, self.data_dir)
        try:
            yield database
        finally:
            database.close()


def actor() -> str:
    """Who works here, for the audit."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "command line"


def answer(document: Any) -> None:
    """Writes `document` as JSON to standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, default=_moment)
    sys.stdout.write("\n")


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def answer_error(problem: Problem, *, as_json: bool) -> None:
    """Says what went wrong: words on standard error, and the JSON of docs/interface.md when it was asked for."""
    print(f"{problem.message}\n{problem.remedy_message}", file=sys.stderr)
    if problem.detail:
        print(problem.detail, file=sys.stderr)
    if as_json:
        from trackit_console.settings.configuration import ConfigurationRefused

        error: dict[str, Any] = {"code": problem.code, "detail": _detail(problem), "remedy": str(problem.remedy_message)}
        if isinstance(problem, ConfigurationRefused):
            error["findings"] = [
                {"line": each.line, "field": each.found.field, "words": str(each.found.message)} for each in problem.findings
            ]
        answer({"error": error})


def _detail(problem: Problem) -> str:
    return f"{problem.message} {problem.detail}".strip()
