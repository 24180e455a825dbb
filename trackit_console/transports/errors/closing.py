"""Errors of ending a session."""

from __future__ import annotations

from trackit_console.transports.errors.base import TransportError
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class DeletionNotConfirmed(TransportError):
    """The server did not delete the messages that it was told to delete when the session ends (RFC 1939 section 6)."""

    code = "deletion_not_confirmed"
    default_step = StepName.FOLDER
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} did not delete the processed messages of {account}. It says: {words}")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "The tickets were made, and no message is taken twice. The deletion is tried again at the next poll. If it stays so, show "
        "the details to whoever looks after the mail server.",
    )
