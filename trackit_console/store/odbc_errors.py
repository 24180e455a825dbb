"""Takes the exceptions of pyodbc apart: SQLSTATE, words, native number, and the permission that they name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

_SQLSTATE = re.compile(r"[0-9A-Z]{5}")
_TAGS = re.compile(r"(?:\[[^\]]*\]\s*)*")
_NUMBER = re.compile(r"\((-?\d+)\) \((SQL\w+)\)")


@dataclass(frozen=True, slots=True)
class OdbcError:
    """The parts of a pyodbc exception. `number` is 0 if there is none."""

    state: str
    words: str
    number: int
    from_server: bool
    connecting: bool


def odbc_error(error: BaseException) -> OdbcError | None:
    """The parts of `error`; None if it is not from pyodbc.

    Its arguments are a SQLSTATE and a text, `[state] [vendor][driver][SQL Server]text (number) (function)`. On Windows
    further diagnostic records follow in the same text, without a function. In errors of pyodbc itself the arguments are
    swapped, or there is no SQLSTATE.
    """
    arguments = [str(argument) for argument in error.args]
    state = next((argument for argument in arguments if _SQLSTATE.fullmatch(argument)), "")
    if not state and type(error).__module__ != "pyodbc":
        return None
    words = next((argument for argument in arguments if argument != state), "")
    tags = _TAGS.match(words)
    # The last match: the text before it may quote a stored value that looks like one.
    number, function = next(reversed(_NUMBER.findall(words)), ("0", ""))
    from_server = tags is not None and "[SQL Server]" in tags[0]
    return OdbcError(state, words, int(number), from_server, function == "SQLDriverConnect")


_RIGHT = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|EXECUTE|REFERENCES|ALTER|CONTROL|CREATE [A-Z]+|VIEW [A-Z ]+[A-Z])\b")
_NAME = re.compile(r"['\"«„“]([^'\"»“”]+)['\"»“”]")


def right_named_in(words: str) -> str | Phrase:
    """The permission that an error (229, 230, 262) is about. SQL Server does not translate the names of permissions and objects."""
    right, name = _RIGHT.search(words), _NAME.search(words)
    if right is None:
        return Phrase("store", QT_TRANSLATE_NOOP("store", "see the technical details"))
    return f"{right[1]} ({name[1]})" if name else right[1]
