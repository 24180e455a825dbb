"""Why a CSV file with people or templates cannot be imported as a whole."""

from __future__ import annotations

from trackit_console.settings.validation_rules import CONTEXT
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem


class CsvRefused(Problem):
    """The file cannot be imported as a whole. Base of the reasons."""

    context = CONTEXT


class CsvColumnMissing(CsvRefused):
    """A column without which no line can be understood is missing, or stands there twice."""

    code = "csv_column_missing"
    sentence = QT_TRANSLATE_NOOP("settings", "The file needs exactly one column with the heading {column}.")
    remedy = QT_TRANSLATE_NOOP("settings", "Give the columns headings in the first line. Found there: {found}")
