"""Reads the certificate files named in a form, with the passwords that are stored of them (IN-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pydantic import SecretStr

    from trackit_console.client_certificate import ClientCertificate
    from trackit_console.console.database_connection import DatabaseConnection


class ReadCertificate(Protocol):
    """Reads a file on a worker thread; raises `ClientCertificateProblem`, or `StoreError` where a stored password is opened."""

    def __call__(self, path: str, password: SecretStr | None) -> ClientCertificate: ...


class ClientCertificates:
    """A `StoredSecret` stands for the password that the database has of the account."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def of_mailbox(self, path: str, password: SecretStr | None, mailbox_id: int | None) -> ClientCertificate:
        """The certificate of the mailbox with this id, None for one that is new."""
        from trackit_console.client_certificate import read_client_certificate
        from trackit_console.settings.stored_secret import StoredSecret

        if isinstance(password, StoredSecret):
            password = self._stored_password(mailbox_id or 0)
        return read_client_certificate(path, password)

    def _stored_password(self, mailbox_id: int) -> SecretStr | None:
        with self._connection.database.reading() as transaction:
            try:
                mailbox = transaction.mailboxes.get(mailbox_id, secrets=True).value
            except KeyError:  # deleted by somebody else, and the password with it
                return None
        return getattr(mailbox, "certificate_password", None)

    def of_outgoing(self, path: str, password: SecretStr | None) -> ClientCertificate:
        """The certificate of the outgoing account."""
        from trackit_console.client_certificate import read_client_certificate
        from trackit_console.settings.stored_secret import StoredSecret

        if isinstance(password, StoredSecret):
            with self._connection.database.reading() as transaction:
                stored = transaction.settings.outgoing(secrets=True)
            password = getattr(stored.value if stored else None, "certificate_password", None)
        return read_client_certificate(path, password)
