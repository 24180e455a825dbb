"""Settings in words, in the language of this console: for conflicts, the audit, undoing a change and the preview of an import."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from trackit_console.console.display_text import day_text, label
from trackit_console.settings.value_words import ValueWords

SETTING_WORDS = ValueWords(
    say=label,
    listed=lambda items: QLocale().createSeparatedList(items),
    day=day_text,
    more=lambda count: QCoreApplication.translate("setting_words", "and %Ln more", "", count),
)
"""Asks for language and locale each time: both may change while the console runs."""
