"""Connection tests of accounts as they stand in a form, with the secrets that are stored of them (IN-10, OUT-05)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem

if TYPE_CHECKING:
    from trackit_console.cancel import Cancel
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.settings.mailbox import Mailbox
    from trackit_console.settings.outgoing import Outgoing
    from trackit_console.transports.steps import Step


class AccountDeleted(Problem):
    """The account whose stored secret a test needs was deleted by somebody else."""

    context = "connection_tests"
    code = "account_deleted"
    sentence = QT_TRANSLATE_NOOP("connection_tests", "Somebody else deleted this account, and its stored password with it.")
    remedy = QT_TRANSLATE_NOOP(
        "connection_tests", "Type the password, the client secret or the certificate password to test it again."
    )


class ConnectionTests:
    """Each yields the steps of the test as they start and end; raises `AccountDeleted`."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def check_mailbox(self, mailbox: Mailbox, mailbox_id: int | None, cancel: Cancel) -> Iterator[Step]:
        """**Test Connection** with what is in the form; secrets that were not typed are those stored of `mailbox_id`.

        Yields the steps as `transports.check` does; raises `AccountDeleted`.
        """
        from trackit_console.store.row_mapping import stored_secrets, with_secrets_of
        from trackit_console.transports.check import check_mailbox

        with self._connection.database.reading() as transaction:
            if stored_secrets(mailbox):
                try:
                    mailbox = with_secrets_of(mailbox, transaction.mailboxes.get(mailbox_id or 0, secrets=True).value)
                except KeyError:
                    raise AccountDeleted from None
            outgoing = transaction.settings.outgoing(secrets=True)
        # Outside the transaction: a test can take a minute, and must not hold a connection to the database all that time.
        yield from check_mailbox(mailbox, outgoing.value if outgoing else None, cancel)

    def check_outgoing(self, outgoing: Outgoing, recipient: str, cancel: Cancel) -> Iterator[Step]:
        """**Send Test Email**, with stored secrets as `check_mailbox`."""
        from trackit_console.store.row_mapping import stored_secrets, with_secrets_of
        from trackit_console.transports.check import check_outgoing

        # Only then are secrets opened: a form in which all was typed needs none.
        if stored_secrets(outgoing):
            with self._connection.database.reading() as transaction:
                stored = transaction.settings.outgoing(secrets=True)
            if stored is None:
                raise AccountDeleted
            outgoing = with_secrets_of(outgoing, stored.value)
        yield from check_outgoing(outgoing, recipient, cancel)
