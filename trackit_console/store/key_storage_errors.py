"""What can go wrong with the file of a key on this computer (SEC-02)."""

from __future__ import annotations

from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem


class KeyUnreadable(Problem):
    """The key file cannot be used; nothing was replaced."""

    context = "store"
    code = "key_unreadable"
    sentence = QT_TRANSLATE_NOOP("store", "The key file {file} cannot be read.")
    remedy = QT_TRANSLATE_NOOP("store", "Restore the file from a backup, or enroll this computer with the recovery key.")


class KeyNotKept(Problem):
    """The key could not be stored. Nothing was encrypted with it: those passwords could never be read again."""

    context = "store"
    code = "key_not_kept"
    sentence = QT_TRANSLATE_NOOP("store", "The key file {file} cannot be written.")
    remedy = QT_TRANSLATE_NOOP("store", "Let this account write to the folder, or name another one with --data-dir.")
