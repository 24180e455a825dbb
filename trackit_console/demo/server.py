"""The demo's mail server: one account with IMAP and SMTP, on the loopback address, inside this process.

pymap and aiosmtpd (extra `demo`, used only here) run on one asyncio loop in a daemon thread. Mail is kept in memory and
never leaves the computer: what is sent by SMTP is in `accepted`. The messages are in `samples`; `demo_setup` configures the
product.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import ssl
import threading
from argparse import Namespace
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from uuid import uuid4
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Login
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl import SASLAuth
from pysasl.hashing import Cleartext
from pysasl.mechanism.login import LoginMechanism
from pysasl.mechanism.plain import PlainMechanism

from trackit_console.demo.certificates import server_context

HOST = "127.0.0.1"
ANSWER_LIMIT = 20.0
"""Seconds that starting, stopping or a delivery may take."""
DATA_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Account:
    """The only account of the server. Its user name is its address."""

    address: str
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12), repr=False)


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports chosen by the system: IMAP with implicit TLS, SMTP with required STARTTLS."""

    imap: int
    smtp: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that was taken by SMTP, whomever it is for."""

    at: datetime
    recipients: tuple[str, ...]
    raw: bytes


class DemoMailServer:
    """A context manager: the server runs within its block. Clients must trust `ca_file`, which is in `folder`."""

    def __init__(self, folder: Path, account: Account) -> None:
        self.account = account
        self.ca_file = folder / "demo-authority.pem"
        self._tls = server_context(folder, self.ca_file, HOST)
        self._started: Future[tuple[asyncio.AbstractEventLoop, _Inbox, Ports]] = Future()
        # Made in another thread than its loop runs in: since Python 3.10 it belongs to no loop until somebody waits.
        self._over = asyncio.Event()
        self._accepted: list[Accepted] = []
        self._thread = threading.Thread(target=self._run, name="demo mail server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._loop, self._inbox, self.ports = self._started.result(ANSWER_LIMIT)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)  # asyncio wakes who waits only from the thread of the loop
        self._thread.join(ANSWER_LIMIT)

    def deliver(self, raw: bytes) -> int:
        """Puts a message into the inbox unchanged and returns its UID. Must not be called from the server's own thread."""
        return asyncio.run_coroutine_threadsafe(self._inbox.append(raw), self._loop).result(ANSWER_LIMIT)

    @property
    def accepted(self) -> tuple[Accepted, ...]:
        """All that was sent by SMTP so far, the oldest first."""
        # A copy: the server's thread goes on adding.
        return tuple(self._accepted)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as problem:  # handed to whoever waits in `__enter__`
            if self._started.done():
                raise
            self._started.set_exception(problem)

    async def _serve(self) -> None:
        """Serves until `_over` is set, then closes the remaining connections."""
        loop = asyncio.get_running_loop()
        config = _config(self.account, self._tls)
        login = Login(config)
        await login.demo_user_identity.set(UserMetadata(config, self.account.address, password=self.account.password))
        inbox = _Inbox(login)
        imap, smtp = _Imap(login, config), _Smtp(self.account, inbox, self._tls, self._accepted)
        listeners = [
            await asyncio.start_server(imap.serve, HOST, 0, ssl=self._tls),
            await loop.create_server(smtp.protocol, HOST, 0),
        ]
        self._started.set_result((loop, inbox, Ports(*map(_port, listeners))))
        await self._over.wait()
        for listener in listeners:
            listener.close()
        for transport in (*imap.connected(), *smtp.connected()):
            with contextlib.suppress(
                AttributeError
            ):  # raised by asyncio for a TLS connection that has just ended (Python 3.11.2)
                transport.abort()


def _port(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


class _Config(Config):
    """pymap's settings, without what it would look up on the computer."""

    @property
    def tls_auth(self) -> SASLAuth:
        """Explicit, since pysasl finds its mechanisms by package metadata, which a frozen program lacks."""
        return SASLAuth([PlainMechanism(), LoginMechanism()])

    @property
    def greeting(self) -> bytes:
        """Without the host name, which pymap would look up in DNS for each connection."""
        return b"Demo mail server ready"


def _config(account: Account, tls: ssl.SSLContext) -> _Config:
    """Everything runs on one loop, without pymap's threads. The password is not hashed: it protects sample mail only."""
    config = _Config(
        Namespace(proxy_protocol=None),
        host=HOST,
        port=0,
        demo_data=False,
        demo_user=account.address,
        demo_password=account.password,
        tls_enabled=False,  # STARTTLS is not offered because the listener uses implicit TLS
        ssl_context=tls,
        hash_context=Cleartext(),
        cpu_subsystem=Subsystem.for_asyncio(),
    )
    config.apply_context()
    return config


class _Imap:
    """The IMAP connections.

    `serve` replaces pymap's proxy-protocol callback, which keeps no reference to its tasks, so that the garbage collector
    can end a session.
    """

    def __init__(self, login: Login, config: _Config) -> None:
        self._server = IMAPServer(login, config)
        self._connected: set[asyncio.WriteTransport] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection until it ends."""
        self._connected.add(writer.transport)
        try:
            await self._server(reader, writer, SocketInfo.get(writer, None, unique_id=uuid4().bytes))
        finally:
            self._connected.discard(writer.transport)

    def connected(self) -> list[asyncio.WriteTransport]:
        """The open connections."""
        return list(self._connected)


class _Inbox:
    """Direct access to the account's INBOX."""

    def __init__(self, login: Login) -> None:
        self._identity = login.demo_user_identity

    async def append(self, raw: bytes) -> int:
        """Appends a message as unread and returns its UID."""
        async with self._identity.new_session() as session:
            appended, _ = await session.append_messages("INBOX", [AppendMessage(raw, datetime.now(UTC), frozenset())])
        return max(appended.uids)


class _Smtp:
    """The SMTP connections. STARTTLS and AUTH are required. Mail to the account goes to its inbox, all mail into `accepted`."""

    def __init__(self, account: Account, inbox: _Inbox, tls: ssl.SSLContext, accepted: list[Accepted]) -> None:
        self._account = account
        self._inbox = inbox
        self._tls = tls
        self._accepted = accepted
        self._protocols: WeakSet[SMTP] = WeakSet()
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own deprecated property at each sign-in

    def protocol(self) -> SMTP:
        """The protocol object for one connection."""
        protocol = SMTP(
            self,
            loop=asyncio.get_running_loop(),
            hostname=HOST,
            ident="Demo mail server",
            data_size_limit=DATA_LIMIT,
            tls_context=self._tls,
            require_starttls=True,
            auth_required=True,
            authenticator=self._authenticate,
        )
        self._protocols.add(protocol)
        return protocol

    def connected(self) -> list[asyncio.WriteTransport]:
        """The open connections."""
        return [each.transport for each in self._protocols if isinstance(each.transport, asyncio.WriteTransport)]

    def _authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        expected = f"{self._account.address}\0{self._account.password}".encode()
        known = isinstance(given, LoginPassword) and secrets.compare_digest(b"%b\0%b" % tuple(given), expected)
        # `handled` would mean that the client has been told of a refusal (aiosmtpd).
        return AuthResult(success=known, handled=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd for each message; returns the reply to the client."""
        raw = envelope.original_content or b""
        self._accepted.append(Accepted(datetime.now(UTC), tuple(envelope.rcpt_tos), raw))
        if self._account.address.casefold() in (each.casefold() for each in envelope.rcpt_tos):
            await self._inbox.append(raw)
        return "250 Accepted"
