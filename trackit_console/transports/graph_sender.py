"""Sends by Microsoft Graph (OUT-03): whole messages in MIME form, as the account of the From Address.

Only in that form may a message have In-Reply-To, References and Auto-Submitted: Graph takes no such headers in JSON. No
retries here: the outbox does those. The caller composes the message.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Self

from trackit_console.settings.outgoing import Microsoft365Outgoing
from trackit_console.transports.connection_phases import Phase, Timeouts, walk
from trackit_console.transports.errors import RecipientRefused, RefusedRecipient
from trackit_console.transports.graph_drafts import MIME_BYTES, Drafts
from trackit_console.transports.graph_recipients import addressed_to
from trackit_console.transports.graph_session import GraphSession
from trackit_console.transports.graph_submission import submit
from trackit_console.transports.smtp_content import SEVEN_BIT
from trackit_console.transports.smtp_envelope import NO_ADDRESS, path_of
from trackit_console.transports.step_names import StepName


class GraphSender:
    """One outgoing account, open for some messages. Not thread-safe, except for `abort` and `expire`."""

    def __init__(self, outgoing: Microsoft365Outgoing, timeouts: Timeouts | None = None) -> None:
        timeouts = timeouts or Timeouts()
        self._session = GraphSession(outgoing, outgoing.from_address, outgoing, timeouts)
        self._drafts = Drafts(self._session, outgoing, timeouts)
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
        self._drafts.abort()

    def expire(self) -> None:
        self._session.expire()
        self._drafts.expire()

    @property
    def usable(self) -> bool:
        """Implements `source.Sender.usable`."""
        return not self._session.connection.ended

    def send(self, message: EmailMessage | bytes, recipients: Sequence[str]) -> list[RefusedRecipient]:
        """Implements `source.Sender.send`. Graph accepts all recipients or none; delivery reports come by mail."""
        facts = self._session.connection.facts
        wanted = [each for each in dict.fromkeys(recipients) if path_of(each)]
        refused = [self._no_address(each) for each in dict.fromkeys(recipients) if each not in wanted]
        if not wanted and refused:
            raise refused[0].problem.of_all(refused)
        facts["recipient"] = ", ".join(wanted)
        raw = addressed_to(message if isinstance(message, bytes) else message.as_bytes(policy=SEVEN_BIT), wanted)
        try:
            with self._session.exchange(StepName.SEND):
                self._send(raw)
        except RecipientRefused as problem:
            # Graph does not tell whom it means.
            all_of_them = [RefusedRecipient(each, problem.detail, problem.permanent, problem) for each in wanted]
            raise problem.of_all([*refused, *all_of_them]) from None
        return refused

    def _send(self, raw: bytes) -> None:
        if len(raw) > MIME_BYTES:
            self._drafts.send(raw)
        else:
            submit(self._session, "sendMail", base64.b64encode(raw))

    def _no_address(self, recipient: str) -> RefusedRecipient:
        problem = RecipientRefused(NO_ADDRESS, **{**self._session.connection.facts, "recipient": recipient}).lasting()
        return RefusedRecipient(recipient, NO_ADDRESS, True, problem)
