"""The five types of incoming mailboxes, and which model each has (IN-01).

The models are in `server_mailbox` and `exchange_mailbox`; `mailbox_checks` compares mailboxes with each other.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, TypeAdapter

from trackit_console.settings.any_mailbox import AnyMailbox
from trackit_console.settings.exchange_mailbox import EwsBasic, EwsOAuth, Microsoft365
from trackit_console.settings.field_types import HIDE_INPUT
from trackit_console.settings.server_mailbox import Imap, Pop3
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class MailboxType(StrEnum):
    """The types in the order of the **Mailbox Type** list (IN-01)."""

    MICROSOFT365 = "microsoft365"
    EWS_OAUTH = "ews_oauth"
    EWS_BASIC = "ews_basic"
    IMAP = "imap"
    POP3 = "pop3"


TYPE_LABELS = {
    MailboxType.MICROSOFT365: QT_TRANSLATE_NOOP("settings", "Microsoft 365 with OAuth"),
    MailboxType.EWS_OAUTH: QT_TRANSLATE_NOOP("settings", "Exchange Web Services with OAuth"),
    MailboxType.EWS_BASIC: QT_TRANSLATE_NOOP("settings", "Exchange Web Service with Basic Authentication"),
    MailboxType.IMAP: QT_TRANSLATE_NOOP("settings", "IMAP"),
    MailboxType.POP3: QT_TRANSLATE_NOOP("settings", "POP3"),
}


Mailbox = Annotated[Microsoft365 | EwsOAuth | EwsBasic | Imap | Pop3, Field(discriminator="type")]
MAILBOX_MODELS: dict[MailboxType, type[AnyMailbox]] = {
    MailboxType.MICROSOFT365: Microsoft365,
    MailboxType.EWS_OAUTH: EwsOAuth,
    MailboxType.EWS_BASIC: EwsBasic,
    MailboxType.IMAP: Imap,
    MailboxType.POP3: Pop3,
}
# Said again: pydantic goes by the outermost schema alone, so the models' own HIDE_INPUT does not count here.
mailbox_adapter: TypeAdapter[Mailbox] = TypeAdapter(Mailbox, config=HIDE_INPUT)
"""Validates a mailbox of any type from a dict of its fields; raises pydantic's ValidationError (see `pydantic_errors.findings`)."""
