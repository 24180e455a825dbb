"""Why a passphrase is not taken, or a sealed text not opened (DB-06)."""

from __future__ import annotations

from trackit_console.settings.validation_rules import CONTEXT
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem


class PassphraseNeeded(Problem):
    """The file has sealed secrets."""

    context = CONTEXT
    code = "passphrase_needed"
    sentence = QT_TRANSLATE_NOOP("settings", "The secrets in this file are sealed under a passphrase.")
    remedy = QT_TRANSLATE_NOOP("settings", "Give the passphrase that was chosen when the file was exported.")


class WrongPassphrase(Problem):
    """The passphrase is not that of the file."""

    context = CONTEXT
    code = "wrong_passphrase"
    sentence = QT_TRANSLATE_NOOP("settings", "This is not the passphrase of this file.")
    remedy = QT_TRANSLATE_NOOP("settings", "Letter case and blanks count. Without it, the secrets cannot be read by anybody.")


class PassphraseTooShort(Problem):
    """Anybody who has the file could guess it."""

    context = CONTEXT
    code = "passphrase_too_short"
    sentence = QT_TRANSLATE_NOOP("settings", "A passphrase has at least {least} characters.")
    remedy = QT_TRANSLATE_NOOP("settings", "Several words that do not belong together are easy to keep and hard to guess.")


class NotSealed(Exception):
    """A text is not a secret sealed under this passphrase for this field."""
