"""Keeps NULL out of the parameters of an UPDATE: for each, the ODBC driver asks SQL Server which type it has (a round trip).

`statements` does the same for an INSERT, by the columns that it names.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, Executable, Update, event, null
from sqlalchemy.sql.elements import BindParameter, ClauseElement
from sqlalchemy.sql.visitors import replacement_traverse


def write_null_as_text(engine: Engine) -> None:
    """Lets every UPDATE of `engine` say `SET column = NULL` where a value is None."""
    event.listen(engine, "before_execute", _rewritten, retval=True)


def _rewritten(_connection: Connection, statement: Executable, several: Any, single: Any, _options: Any) -> tuple[Any, Any, Any]:
    written = replacement_traverse(statement, {}, _null_for_none) if isinstance(statement, Update) else statement
    return written, several, single


def _null_for_none(element: Any, **_: Any) -> ClauseElement | None:
    # The value is None as well of a parameter that gets it with the execution, or from a callable.
    if isinstance(element, BindParameter) and element.value is None and not element.required and element.callable is None:
        return null()
    return None
