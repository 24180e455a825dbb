"""An SMTP server by aiosmtpd: plain, STARTTLS and TLS from the first byte, with sign-in, keeping what it is sent."""

from __future__ import annotations

import asyncio
import logging
import ssl
from dataclasses import dataclass, field
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.servers.dovecot import free_ports

NAME, PASSWORD = "sender@example.com", "smtp päss=word"


@dataclass(frozen=True)
class Accepted:
    """A message that was taken, with its envelope."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    signed_in: str | None
    options: tuple[str, ...] = ()
    """What MAIL named: SIZE, BODY, SMTPUTF8."""


@dataclass
class Inbox:
    """aiosmtpd's handler: takes all but what it is told to refuse."""

    sign_in_required: bool = False
    accepted: list[Accepted] = field(default_factory=list)
    refused_recipients: dict[str, str] = field(default_factory=dict)
    refused_senders: dict[str, str] = field(default_factory=dict)
    refuse_data: str = ""
    seconds_before_taken: float = 0.0

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if self.sign_in_required and not session.authenticated:
            return "530 5.7.0 sign in first"
        if address in self.refused_senders:
            return self.refused_senders[address]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if address in self.refused_recipients:
            return self.refused_recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuse_data:
            return self.refuse_data
        # Whoever hangs up meanwhile cancels it: the message is not taken.
        await asyncio.sleep(self.seconds_before_taken)
        raw, sender = envelope.original_content or b"", str(envelope.mail_from)
        name = session.auth_data.decode() if session.auth_data else None
        self.accepted.append(Accepted(sender, tuple(envelope.rcpt_tos), raw, name, tuple(envelope.mail_options)))
        return "250 OK"


class SmtpServer:
    """Running from `start` to `stop` on `host` and `port`."""

    host, name, password = "localhost", NAME, PASSWORD

    def __init__(
        self,
        security: Literal["none", "ssl", "ssl_tls"],
        context: ssl.SSLContext,
        *,
        sign_in: bool = True,
        mechanisms_hidden: tuple[str, ...] = (),
        utf8: bool = False,
    ) -> None:
        self.inbox = Inbox(sign_in_required=sign_in)
        options: dict[str, Any] = {
            "authenticator": _authenticator if sign_in else None,
            "auth_require_tls": security == "ssl_tls",
            "auth_exclude_mechanism": mechanisms_hidden,
            "enable_SMTPUTF8": utf8,
        }
        if security == "ssl_tls":
            options |= {"tls_context": context, "require_starttls": True}
        (self.port,) = free_ports(1)
        encrypted = context if security == "ssl" else None
        self._controller = Controller(self.inbox, "127.0.0.1", self.port, ssl_context=encrypted, **options)

    @property
    def accepted(self) -> list[Accepted]:
        return self.inbox.accepted

    def start(self) -> None:
        # The server's own logs: it warns of itself, reports every handshake that a test breaks off, and its loop every
        # session that was open when it stopped. Nothing but servers uses asyncio here.
        for name in ("mail.log", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._controller.start()

    def sessions(self) -> int:
        """How many clients are connected; what they sent before they died may still be read."""
        return asyncio.run_coroutine_threadsafe(_count_sessions(), self._controller.loop).result(10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(_end_sessions(), self._controller.loop).result(10)
        self._controller.stop()


async def _count_sessions() -> int:
    return len(asyncio.all_tasks()) - 1


async def _end_sessions() -> None:
    """Clients that hung up in the middle leave sessions behind that wait for them."""
    sessions = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for session in sessions:
        session.cancel()
    await asyncio.gather(*sessions, return_exceptions=True)


def _authenticator(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    good = (data.login, data.password) == (NAME.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=good, auth_data=data.login if good else None)
