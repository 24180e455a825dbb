"""Restricted File Types: the endings whose files are not added to records (MSG-04), and how a person writes them."""

from __future__ import annotations

import re

from pydantic import Field, TypeAdapter, ValidationError

from trackit_console.settings.default_file_types import DEFAULT_RESTRICTED_FILE_TYPES
from trackit_console.settings.field_types import FileType, Settings
from trackit_console.user_messages import QT_TRANSLATE_NOOP

_SEPARATORS = re.compile(r"[\s,;|]+")
_FILE_TYPE: TypeAdapter[str] = TypeAdapter(FileType)


class FileTypes(Settings):
    """The list as one value: it is saved, and conflicts, as a whole."""

    restricted_file_types: list[FileType] = Field(
        default_factory=lambda: sorted(DEFAULT_RESTRICTED_FILE_TYPES),
        title=QT_TRANSLATE_NOOP("settings", "Restricted File Types"),
        description=QT_TRANSLATE_NOOP("settings", "Files of these types are not added to records."),
    )


def file_types_in(text: str) -> tuple[list[str], list[str]]:
    """The file types that a person wrote (`exe, .js *.scr` names three), and the words that are none."""
    types: dict[str, None] = {}
    refused: list[str] = []
    for word in filter(None, _SEPARATORS.split(text)):
        try:
            types[_FILE_TYPE.validate_python(word.lstrip("*"))] = None
        except ValidationError:
            refused.append(word)
    return list(types), refused
