"""A session with an Exchange server for one mailbox: opens it phase by phase, with a password or an app (IN-03, IN-04, IN-10).

`ews_client` sends requests, `ews_folders` finds the folder; `ews` decides what is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Self

from exchangelib.errors import ErrorAccessDenied, ErrorFolderNotFound, ErrorItemNotFound

from trackit_console.settings.exchange_mailbox import EwsBasic, EwsOAuth
from trackit_console.transports.clouds import cloud_of, default_scope
from trackit_console.transports.connection_phases import Phase, Timeouts, walk
from trackit_console.transports.entra import EntraSession
from trackit_console.transports.errors import ConnectionLost, FolderMissing, FolderReadOnly, PasswordMissing, TransportError
from trackit_console.transports.ews_authorization import Authorization, ByPassword, ByToken
from trackit_console.transports.ews_client import EwsClient
from trackit_console.transports.ews_folders import Folders
from trackit_console.transports.ews_reading import unread_mail
from trackit_console.transports.ews_refusals import Refusals
from trackit_console.transports.https_session import HttpsSession
from trackit_console.transports.opening_phases import opening_phases, signed_in
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

FOLDER_OPENED = QT_TRANSLATE_NOOP("transports", "{folder}: {unread} unread messages.")


class EwsSession:
    """A session with one folder. Not thread-safe, except for `abort` and `expire`.

    The certificate of the Exchange server is checked by the mailbox's settings, that of the sign-in server always.
    """

    def __init__(self, mailbox: EwsOAuth | EwsBasic, timeouts: Timeouts) -> None:
        self._mailbox = mailbox
        self._https = HttpsSession(mailbox.exchange_web_service_url, mailbox, timeouts, mailbox.account)
        self._connection = self._https.connection
        self._connection.facts |= {"url": mailbox.exchange_web_service_url, "mailbox": self._address}
        self._entra = self._entra_session(timeouts)
        self._authorization: Authorization | None = self._made_authorization()
        self._ews_client: EwsClient | None = None
        self._folder: Any = None
        self._inbox: Any = None

    @property
    def _address(self) -> str:
        """The mailbox that is opened: an app opens that of the account, an account may open one shared with it (IN-18)."""
        return (self._mailbox.address if isinstance(self._mailbox, EwsBasic) else None) or self._mailbox.account

    def _entra_session(self, timeouts: Timeouts) -> EntraSession | None:
        if not isinstance(self._mailbox, EwsOAuth):
            return None
        cloud = cloud_of(self._mailbox, self._mailbox.exchange_web_service_url)
        self._connection.facts |= {"application": self._mailbox.application_id, "tenant": self._mailbox.directory_id}
        return EntraSession(self._mailbox, cloud, default_scope(cloud.exchange), self._mailbox.ca_file, timeouts)

    def _made_authorization(self) -> Authorization | None:
        if self._entra:
            return ByToken(self._entra, self._connection.masking)
        if not isinstance(self._mailbox, EwsBasic) or self._mailbox.password is None:
            return None
        password = self._mailbox.password.get_secret_value()
        self._connection.masking.add_secret(password)
        return ByPassword(self._mailbox.account, password)

    # ------------------------------------------------------------------ phases

    @property
    def phases(self) -> list[Phase]:
        """The phases of opening this mailbox."""
        connection = self._connection
        return [
            *opening_phases(connection, connection.connect, self._https.secure, None),
            Phase(StepName.SIGN_IN, self, self._sign_in, partial(signed_in, self._mailbox.account)),
            Phase(StepName.FOLDER, self, self._open_folder, self._describe_folder),
        ]

    def __enter__(self) -> Self:
        try:
            walk(self.phases)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _sign_in(self) -> None:
        if self._authorization is None:
            raise PasswordMissing(**self._connection.facts)
        refusals = Refusals(self._connection, by_app=self._entra is not None)
        self._authorization.header()  # asks Entra, before exchangelib's own errors can get in between
        self._ews_client = EwsClient(
            self._mailbox.exchange_web_service_url,
            self._address,
            self._https,
            self._authorization,
            refusals,
            impersonated=self._entra is not None,
        )
        try:
            self._open_inbox()
        except TransportError as problem:
            # A token does not learn of a permission that was granted after it was issued.
            if not (problem.authentication and self._authorization.renew()):
                raise
            self._open_inbox()

    def _open_inbox(self) -> None:
        """The first request with a password or token: only its answer tells whether they are accepted."""
        with self._client.exchange(StepName.SIGN_IN):
            self._inbox = Folders(self._client.account).inbox()

    def _open_folder(self) -> None:
        with self._exchange():
            try:
                self._folder = Folders(self._client.account).find(self._mailbox.folder, self._inbox)
            except (ErrorFolderNotFound, ErrorItemNotFound):
                self._folder = None
        if self._folder is None:
            raise FolderMissing(**self._facts)

    def _describe_folder(self) -> Phrase:
        return Phrase("transports", FOLDER_OPENED, {"folder": self._mailbox.folder, "unread": self.unread()})

    def unread(self) -> int:
        """The unread messages without bounces, meeting requests and automatic replies (IN-14)."""
        with self._exchange():
            return unread_mail(self._folder)

    # ------------------------------------------------------------------ ending

    def finish(self) -> None:
        """Closes the connection: there is nothing to log out from."""
        self.close()

    def close(self) -> None:
        """Closes the connections; raises nothing."""
        self._ews_client = None
        self._https.close()
        if self._entra:
            self._entra.close()

    def abort(self) -> None:
        """Interrupts a blocking call, from any thread; that call raises `Cancelled`."""
        self._connection.abort()
        if self._entra:
            self._entra.abort()

    def expire(self) -> None:
        """Like `abort`, but the call raises `TimedOut`."""
        self._connection.expire()
        if self._entra:
            self._entra.expire()

    # ------------------------------------------------------------------ requests

    @property
    def _client(self) -> EwsClient:
        if self._ews_client is None:
            raise ConnectionLost(step=StepName.FOLDER, **self._connection.facts)
        return self._ews_client

    @property
    def _facts(self) -> dict[str, Any]:
        return {**self._connection.facts, "folder": self._mailbox.folder}

    @contextmanager
    def _exchange(self) -> Iterator[None]:
        with self._client.exchange(StepName.FOLDER):
            try:
                yield
            except ErrorAccessDenied as error:
                raise FolderReadOnly(self._connection.clean(str(error)), **self._facts) from None
