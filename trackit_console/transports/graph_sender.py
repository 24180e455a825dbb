"""Sends by Microsoft Graph (OUT-03): whole messages in MIME form, as the account of the From Address.

Only in that form may a message have In-Reply-To, References and Auto-Submitted: Graph takes no such headers in JSON. No
retries here: the outbox does those. The caller composes the message.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses
from typing import Self

from trackit_console.settings.outgoing import Microsoft365Outgoing
from trackit_console.transports.connection_phases import Phase, Timeouts, walk
from trackit_console.transports.entra import SignInTls
from trackit_console.transports.errors import MessageTooLarge, RefusedRecipient
from trackit_console.transports.graph_session import GraphSession
from trackit_console.transports.smtp_content import SEVEN_BIT
from trackit_console.transports.steps import StepName

REQUEST_BYTES = 4 * 1024 * 1024
"""The largest request that Graph takes. In base64 that is a message of about 3 MB."""


class GraphSender:
    """One outgoing account, open for some messages. Not thread-safe, except for `abort` and `expire`."""

    def __init__(self, outgoing: Microsoft365Outgoing, timeouts: Timeouts | None = None) -> None:
        self._session = GraphSession(outgoing, outgoing.from_address, SignInTls(), timeouts or Timeouts())
        self._session.connection.facts["sender"] = outgoing.from_address

    @property
    def phases(self) -> list[Phase]:
        """The phases of opening this account, as a connection test runs them: with a token that is new."""
        return self._session.opening(fresh=True)

    def __enter__(self) -> Self:
        try:
            walk(self._session.opening(fresh=False))
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        self._session.close()

    def abort(self) -> None:
        self._session.abort()

    def expire(self) -> None:
        self._session.expire()

    @property
    def usable(self) -> bool:
        """Implements `source.Sender.usable`."""
        return not self._session.connection.ended

    def send(self, message: EmailMessage | bytes, recipients: Sequence[str]) -> list[RefusedRecipient]:
        """Implements `source.Sender.send`. Graph accepts all recipients or none; delivery reports come by mail.

        It sends to those that the headers name. Recipients that they do not name are added as Bcc.
        """
        raw = message if isinstance(message, bytes) else message.as_bytes(policy=SEVEN_BIT)
        encoded = base64.b64encode(_with_bcc(raw, recipients))
        facts = self._session.connection.facts
        facts["recipient"] = ", ".join(recipients)
        if len(encoded) > REQUEST_BYTES:
            raise MessageTooLarge(f"{len(raw)} bytes; Microsoft Graph takes {REQUEST_BYTES // 4 * 3}", **facts)
        with self._session.exchange(StepName.SEND):
            self._session.call("POST", "sendMail", data=encoded, step=StepName.SEND)
        return []


def _with_bcc(raw: bytes, recipients: Sequence[str]) -> bytes:
    headers = BytesHeaderParser(policy=compat32).parsebytes(raw)
    fields = [str(value) for name in ("To", "Cc", "Bcc") for value in headers.get_all(name, [])]
    named = {address.casefold() for _, address in getaddresses(fields)}
    others = [each for each in recipients if each.casefold() not in named]
    return b"Bcc: " + ", ".join(others).encode() + b"\r\n" + raw if others else raw
