"""Which account and folder the cursor and the references of a mailbox belong to (RUN-03, IN-16)."""

from __future__ import annotations

from trackit_console.domain.addresses import address_key
from trackit_console.settings.exchange_mailbox import EwsMailbox, Microsoft365
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.column_types import key_of


def source_key(mailbox: Mailbox) -> str:
    """The key of what is read. Another port or name of the server has the same: that is how the same mail is reached.

    Thrown away, the cursor would cost a ticket for each message that a person has read meanwhile. Another server shows by
    itself that its numbers are others (UIDVALIDITY).
    """
    return _key(_EWS if isinstance(mailbox, EwsMailbox) else mailbox.type, mailbox)


def goes_on_from(key: str, mailbox: Mailbox) -> bool:
    """Whether the cursor that belongs to `key` tells how far this mailbox was read.

    A mailbox that is converted from EWS goes on at the time of its last visit (IN-16).
    """
    return key in (source_key(mailbox), _key(_EWS, mailbox) if isinstance(mailbox, Microsoft365) else None)


_EWS = "ews"
"""However it signs in: who changes that repairs a mailbox, and waits for the mail that came meanwhile."""


def _key(protocol: str, mailbox: Mailbox) -> str:
    # A row that was changed by hand may have no account.
    account, folder = mailbox.account or "", mailbox.folder or ""
    if isinstance(mailbox, EwsMailbox | Microsoft365):
        # Exchange tells a folder by its id: another one with nearly the same name is noticed there.
        return key_of(protocol, address_key(account), folder.casefold())
    # INBOX has no letter case (RFC 3501 section 5.1), and no server has two accounts that differ in it alone.
    return key_of(protocol, account.casefold(), folder.upper() if folder.upper() == "INBOX" else folder)
