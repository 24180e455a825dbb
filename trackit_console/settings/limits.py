"""The limits of settings fields: of a number, of a line, of a text of several lines. Forms read them with `limits_of`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

from trackit_console.settings.validation import rule_error

_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029")
"""What editors and word processors put between lines."""


@dataclass(frozen=True, slots=True)
class IntRange:
    """An integer between two limits, both included, with one message for every violation."""

    least: int
    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._check, handler(source))

    def _check(self, value: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> int:
        try:
            number = int(handler(value))
        except ValidationError:
            number = self.least - 1
        if not self.least <= number <= self.most:
            raise rule_error("whole_number", least=self.least, most=self.most)
        return number


@dataclass(frozen=True, slots=True)
class SingleLineText:
    """One line of text, stripped, with at most `most` UTF-16 code units, as SQL Server counts NVARCHAR."""

    most: int = 255

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, value: str) -> str:
        text = value.strip()
        if not is_one_line(text):
            raise rule_error("one_line")
        if utf16_length(text) > self.most:
            raise rule_error("too_long", most=self.most)
        return text


@dataclass(frozen=True, slots=True)
class ManyLinesText:
    """Text of several lines with at most `most` UTF-16 code units, kept with LF as line end and without blanks at its end."""

    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, value: str) -> str:
        text = _LINE_ENDS.sub("\n", value).rstrip()
        if utf16_length(text) > self.most:
            raise rule_error("too_long", most=self.most)
        for at, letter in enumerate(text):
            if letter not in "\n\t" and unicodedata.category(letter) in ("Cc", "Cs"):
                line, column = place_in(text, at)
                raise rule_error("control_character", line=line, column=column)
        return text


def limits_of(field: FieldInfo) -> IntRange | SingleLineText | ManyLinesText | None:
    """The limits of a field, also of an optional one (`Port | None`)."""
    return next((each for each in metadata_of(field) if isinstance(each, IntRange | SingleLineText | ManyLinesText)), None)


def place_in(text: str, at: int) -> tuple[int, int]:
    """Line and column of a character of `text`; both count from 1."""
    before = text[:at]
    return before.count("\n") + 1, at - before.rfind("\n")


def metadata_of(field: FieldInfo) -> list[Any]:
    """The `Annotated` metadata of a field, also of an optional one (`Port | None`)."""
    inner = [each for part in getattr(field.annotation, "__args__", ()) for each in getattr(part, "__metadata__", ())]
    return [*field.metadata, *inner]


def utf16_length(text: str) -> int:
    """Length of `text` in UTF-16 code units, as NVARCHAR counts it (an emoji has two)."""
    # surrogatepass: `ManyLinesText` counts before it refuses a lone surrogate.
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_one_line(text: str) -> bool:
    """Whether `text` has no control characters, line separators or lone surrogates."""
    return not {"Cc", "Zl", "Zp", "Cs"} & {unicodedata.category(letter) for letter in text}
