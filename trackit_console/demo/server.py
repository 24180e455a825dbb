"""The demo's mail server: one account on IMAP and SMTP, on loopback, inside this process.

pymap and aiosmtpd run on one asyncio loop in a daemon thread; nobody else knows these libraries (extra `demo`). Mail
is kept in memory and never leaves the computer. What is delivered is in `samples`, how the product is set up in `scene`.
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
"""Seconds that starting, a delivery and stopping may take."""
DATA_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Account:
    """The one account of the server; its name is its address."""

    address: str
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12), repr=False)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the server listens, as the system chose: IMAP with TLS from the first byte, SMTP with required STARTTLS."""

    imap: int
    smtp: int


class DemoMailServer:
    """Runs from entering its block until leaving it. `ca_file`, in `folder`, is what a client must trust."""

    def __init__(self, folder: Path, account: Account) -> None:
        self.account = account
        self.ca_file = folder / "demo-authority.pem"
        self._tls = server_context(folder, self.ca_file, HOST)
        self._started: Future[tuple[asyncio.AbstractEventLoop, _Inbox, Ports]] = Future()
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="demo mail server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._loop, self._inbox, self.ports = self._started.result(ANSWER_LIMIT)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(ANSWER_LIMIT)

    def deliver(self, raw: bytes) -> int:
        """Puts a message into the inbox, byte by byte as it is, and answers its UID; from any thread but the server's own."""
        return asyncio.run_coroutine_threadsafe(self._inbox.append(raw), self._loop).result(ANSWER_LIMIT)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as problem:  # the worker: whoever waits in `__enter__` hears of it
            if self._started.done():
                raise
            self._started.set_exception(problem)

    async def _serve(self) -> None:
        """Serves until it is over; what is still connected then is cut off."""
        loop = asyncio.get_running_loop()
        config = _config(self.account, self._tls)
        login = Login(config)
        await login.demo_user_identity.set(UserMetadata(config, self.account.address, password=self.account.password))
        inbox = _Inbox(login)
        imap, smtp = _Imap(login, config), _Smtp(self.account, inbox, self._tls)
        listeners = [
            await asyncio.start_server(imap.serve, HOST, 0, ssl=self._tls),
            await loop.create_server(smtp.protocol, HOST, 0),
        ]
        self._started.set_result((loop, inbox, Ports(*map(_port, listeners))))
        await self._over.wait()
        for listener in listeners:
            listener.close()
        for transport in (*imap.connected(), *smtp.connected()):
            with contextlib.suppress(AttributeError):  # asyncio's own, over a TLS connection that has just ended (Python 3.11.2)
                transport.abort()


def _port(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


class _Config(Config):
    """pymap's settings where it would look at the computer instead."""

    @property
    def tls_auth(self) -> SASLAuth:
        """Named here: pysasl finds its mechanisms by package metadata, which a frozen program lacks."""
        return SASLAuth([PlainMechanism(), LoginMechanism()])

    @property
    def greeting(self) -> bytes:
        """Without the computer's own name: pymap would look it up in DNS at each connection."""
        return b"Demo mail server ready"


def _config(account: Account, tls: ssl.SSLContext) -> _Config:
    """Everything on the one loop: no threads of pymap's own. The password is kept as it is, it opens samples only."""
    config = _Config(
        Namespace(proxy_protocol=None),
        host=HOST,
        port=0,
        demo_data=False,
        demo_user=account.address,
        demo_password=account.password,
        tls_enabled=False,  # STARTTLS is not offered: the socket has TLS from the start
        ssl_context=tls,
        hash_context=Cleartext(),
        cpu_subsystem=Subsystem.for_asyncio(),
    )
    config.apply_context()
    return config


class _Imap:
    """The IMAP connections.

    `serve` takes the place of pymap's proxy-protocol callback, whose tasks nobody holds: the garbage collector ends
    their sessions.
    """

    def __init__(self, login: Login, config: _Config) -> None:
        self._server = IMAPServer(login, config)
        self._connected: set[asyncio.WriteTransport] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until it ends."""
        self._connected.add(writer.transport)
        try:
            await self._server(reader, writer, SocketInfo.get(writer, None, unique_id=uuid4().bytes))
        finally:
            self._connected.discard(writer.transport)

    def connected(self) -> list[asyncio.WriteTransport]:
        """The connections that are open."""
        return list(self._connected)


class _Inbox:
    """The account's INBOX, from inside."""

    def __init__(self, login: Login) -> None:
        self._identity = login.demo_user_identity

    async def append(self, raw: bytes) -> int:
        """Adds a message, unread, and answers its UID."""
        async with self._identity.new_session() as session:
            appended, _ = await session.append_messages("INBOX", [AppendMessage(raw, datetime.now(UTC), frozenset())])
        return max(appended.uids)


class _Smtp:
    """The SMTP connections: STARTTLS and AUTH come first; mail to the account arrives, all other mail ends here."""

    def __init__(self, account: Account, inbox: _Inbox, tls: ssl.SSLContext) -> None:
        self._account = account
        self._inbox = inbox
        self._tls = tls
        self._protocols: WeakSet[SMTP] = WeakSet()
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of a property of its own at each sign-in

    def protocol(self) -> SMTP:
        """The protocol of one connection."""
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
        """The connections that are open."""
        return [each.transport for each in self._protocols if isinstance(each.transport, asyncio.WriteTransport)]

    def _authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        expected = f"{self._account.address}\0{self._account.password}".encode()
        known = isinstance(given, LoginPassword) and secrets.compare_digest(b"%b\0%b" % tuple(given), expected)
        return AuthResult(success=known, handled=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """A message came; the answer is the server's."""
        if self._account.address.casefold() in (each.casefold() for each in envelope.rcpt_tos):
            await self._inbox.append(envelope.original_content or b"")
        return "250 Accepted"
