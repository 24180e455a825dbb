"""The choice of a database as plain values: what can be chosen, what is asked before, what was moved (DB-02, DB-03)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from trackit_console.user_messages import Problem

if TYPE_CHECKING:
    from trackit_console.settings.database import DatabaseTarget


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen database, the drivers for SQL Server on this computer, and why the choice could not be read, if so.

    `embedded_file` is the file of the embedded database where no other is named.
    """

    target: DatabaseTarget
    drivers: list[str]
    embedded_file: Path
    problem: Problem | None = None


class Needed(Enum):
    """What must be done to the tables of a database before it can be used."""

    NOTHING = "nothing"
    CREATE = "create"
    UPGRADE = "upgrade"


@dataclass(frozen=True, slots=True)
class Question:
    """What the admin is asked before a database is used: what it `needed`, and whether to move everything from `movable` to it.

    `movable` is the name of the open database; empty where the other one is not empty.
    """

    needed: Needed
    movable: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied to the database of this name, and compared."""

    database: str
    tables: int
    rows: int
