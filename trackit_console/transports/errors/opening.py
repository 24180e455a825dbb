"""Errors of opening the folder."""

from __future__ import annotations

from trackit_console.transports.errors.base import TransportError
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class FolderMissing(TransportError):
    """The folder does not exist."""

    code = "folder_missing"
    default_step = StepName.FOLDER
    sentence = QT_TRANSLATE_NOOP("transports", "The mailbox of {account} has no folder {folder}.")
    remedy = QT_TRANSLATE_NOOP("transports", "Check the name of the folder under More settings. The usual one is INBOX.")


class FolderRefused(TransportError):
    """The server refuses to open a folder that exists or may exist."""

    code = "folder_refused"
    default_step = StepName.FOLDER
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not open the folder {folder} of {account}. It says: {words}")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Follow what the server says. Some providers want the account to be confirmed, or access by programs to be switched on.",
    )


class FolderReadOnly(TransportError):
    """The account lacks the rights to read messages and to mark, move or delete them."""

    code = "folder_read_only"
    default_step = StepName.FOLDER
    sentence = QT_TRANSLATE_NOOP("transports", "{account} does not have all rights to the folder {folder}.")
    remedy = QT_TRANSLATE_NOOP("transports", "The account needs the right to read, change and delete messages in this folder.")


class FolderInUse(TransportError):
    """Another program has locked the folder (RFC 5530: INUSE)."""

    code = "folder_in_use"
    default_step = StepName.FOLDER
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "Another program is using the folder {folder} of {account}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Close the program that has this folder open, or give the help desk a folder of its own."
    )
