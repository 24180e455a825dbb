"""Which account and folder the cursor and the references of a mailbox belong to (RUN-03, IN-16)."""

from __future__ import annotations

from trackit_console.domain.addresses import address_key
from trackit_console.settings.exchange_mailbox import EwsMailbox, Microsoft365
from trackit_console.settings.mailbox import Mailbox, MailboxType
from trackit_console.store.column_types import key_of


def source_key(mailbox: Mailbox) -> str:
    """The key of what is read. Another port or name of the server has the same: that is how the same mail is reached.

    Thrown away, the cursor would cost a ticket for each message that a person has read meanwhile. Another server shows by
    itself that its numbers are others (UIDVALIDITY).
    """
    return _key(mailbox.type, mailbox)


def goes_on_from(key: str, mailbox: Mailbox) -> bool:
    """Whether the cursor that belongs to `key` tells how far this mailbox was read.

    A mailbox that is converted from EWS goes on at the time of its last visit (IN-16).
    """
    types: list[str] = [mailbox.type]
    if isinstance(mailbox, Microsoft365):
        types += [MailboxType.EWS_OAUTH, MailboxType.EWS_BASIC]
    return key in [_key(each, mailbox) for each in types]


def _key(mailbox_type: str, mailbox: Mailbox) -> str:
    # A row that was changed by hand may have no account.
    account = mailbox.account or ""
    exchange = isinstance(mailbox, EwsMailbox | Microsoft365)
    return key_of(mailbox_type, address_key(account) if exchange else account, mailbox.folder or "")
