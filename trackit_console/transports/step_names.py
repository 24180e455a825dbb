"""The phases of a connection test, and which of them a mailbox, an outgoing account and a database have (IN-10).

The names are public (the JSON of `check`); `TITLES` are their names on screen.
"""

from __future__ import annotations

from enum import StrEnum

from trackit_console.user_messages import QT_TRANSLATE_NOOP


class StepName(StrEnum):
    """The phases of a connection, in order: of an account, and of a database."""

    DRIVER = "driver"
    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    SIGN_IN = "sign_in"
    FOLDER = "folder"
    SEND = "send"
    RIGHTS = "rights"
    SCHEMA = "schema"
    SELF_TEST = "self_test"


TITLES = {
    StepName.DRIVER: QT_TRANSLATE_NOOP("transports", "Find the driver"),
    StepName.RESOLVE: QT_TRANSLATE_NOOP("transports", "Find the server"),
    StepName.CONNECT: QT_TRANSLATE_NOOP("transports", "Connect"),
    StepName.TLS: QT_TRANSLATE_NOOP("transports", "Secure connection"),
    StepName.SIGN_IN: QT_TRANSLATE_NOOP("transports", "Sign in"),
    StepName.FOLDER: QT_TRANSLATE_NOOP("transports", "Open the folder"),
    StepName.SEND: QT_TRANSLATE_NOOP("transports", "Send a test message"),
    StepName.RIGHTS: QT_TRANSLATE_NOOP("transports", "Check the rights"),
    StepName.SCHEMA: QT_TRANSLATE_NOOP("transports", "Look at the tables"),
    StepName.SELF_TEST: QT_TRANSLATE_NOOP("transports", "Check what is kept"),
}

_OPENING = (StepName.RESOLVE, StepName.CONNECT, StepName.TLS, StepName.SIGN_IN)
MAILBOX_STEPS = (*_OPENING, StepName.FOLDER, StepName.SEND)
OUTGOING_STEPS = (*_OPENING, StepName.SEND)
DATABASE_STEPS = (StepName.DRIVER, *_OPENING, StepName.RIGHTS, StepName.SCHEMA, StepName.SELF_TEST)
