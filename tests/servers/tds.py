"""A SQL Server that a test scripts: it greets, encrypts, and answers sign-ins and statements with the errors it was told.

Written from MS-TDS. It knows no SQL: that is for a real server.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.servers.tds_tokens import (
    NOT_SUPPORTED,
    OFF,
    ON,
    Rows,
    begun,
    done,
    encryption_in,
    failed,
    login_ack,
    prelogin,
    result,
)

HEADER = struct.Struct(">BBHHBB")
PRELOGIN, RESPONSE, TRANSACTION, ATTENTION = 0x12, 0x04, 0x0E, 0x06
_TRANSACTION_REQUESTS = {5: "begin", 7: "commit", 8: "rollback"}
_STREAM_HEADERS = 22
"""Bytes before what a client asks within a session."""
ASKED_OF_EACH: Mapping[str, Rows] = {
    "SERVERPROPERTY('ProductVersion')": [["16.0.4135.4", "dbo"]],
    "SELECT 1": [[1]],
}
"""What is asked of each new server."""


@dataclass
class Behaviour:
    """What the server does. `login_errors` and `statement_errors` are numbers of SQL Server, sent in this order."""

    tls: ssl.SSLContext | None = None
    greeting: bytes | None = None
    """Sent to whoever connects, in place of TDS."""
    silent: bool = False
    hangs_up_at: str = ""
    """`connect`, `tls`, `login`, `statement`, `commit` or `rollback`."""
    silent_at: str = ""
    """The same, or `result`: after the first row."""
    answers: Mapping[str, Rows] = field(default_factory=dict)
    """What is answered to a statement that contains the text, beside `ASKED_OF_EACH`."""
    login_errors: tuple[int, ...] = ()
    statement_errors: tuple[int, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)
    """The error for a statement that contains the text."""
    later_errors: tuple[int, ...] = ()
    """Sent in place of the last result of several."""
    version: tuple[int, int, int] = (16, 0, 4135)


@dataclass
class Session:
    """One connection; after the handshake all goes through TLS."""

    sock: socket.socket
    incoming: ssl.MemoryBIO = field(default_factory=ssl.MemoryBIO)
    outgoing: ssl.MemoryBIO = field(default_factory=ssl.MemoryBIO)
    secured: ssl.SSLObject | None = None

    def packet(self) -> tuple[int, bytes]:
        """The next message of the client: its type, and its bytes without headers."""
        whole = b""
        while True:
            kind, status, length, *_ = HEADER.unpack(self._take(HEADER.size))
            whole += self._take(length - HEADER.size)
            if status & 1:
                return kind, whole

    def reply(self, payload: bytes, kind: int = RESPONSE, *, whole: bool = True) -> None:
        data = HEADER.pack(kind, int(whole), HEADER.size + len(payload), 0, 1, 0) + payload
        if self.secured is None:
            self.sock.sendall(data)
            return
        self.secured.write(data)
        self.sock.sendall(self.outgoing.read())

    def shake_hands(self, context: ssl.SSLContext) -> None:
        """The TLS handshake, inside of PRELOGIN packets."""
        secured = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        while True:
            try:
                secured.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._flush()
                self.incoming.write(self.packet()[1])
        self._flush()
        self.secured = secured

    def _flush(self) -> None:
        if data := self.outgoing.read():
            self.reply(data, PRELOGIN)

    def _take(self, wanted: int) -> bytes:
        found = b""
        while len(found) < wanted:
            found += self._some(wanted - len(found))
        return found

    def _some(self, wanted: int) -> bytes:
        while self.secured is not None:
            try:
                return self.secured.read(wanted)
            except ssl.SSLWantReadError:
                self.incoming.write(self._received(65536))
        return self._received(wanted)

    def _received(self, wanted: int) -> bytes:
        data = self.sock.recv(wanted)
        if not data:
            raise ConnectionError("the client is gone")
        return data


class TdsServer:
    """Does as `behaviour` says to each client that connects to `port`."""

    def __init__(self, behaviour: Behaviour, port: int = 0) -> None:
        self.behaviour = behaviour
        self.heard: list[str] = []
        self.prepared: list[str] = []
        """The statements that it was asked, and `begin`, `commit`, `rollback`."""
        self.sign_ins = 0
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self._open.append(sock)
                self._threads.append(threading.Thread(target=self._talk, args=(sock,)))
                self._threads[-1].start()

    def _talk(self, sock: socket.socket) -> None:
        with sock, suppress(OSError):
            self._serve(Session(sock))

    def _serve(self, session: Session) -> None:
        does = self.behaviour
        if does.greeting is not None:
            session.sock.sendall(does.greeting)
            self._over.wait(30)
        if self._stops("connect"):
            return
        _, asked = session.packet()
        wants_tls = does.tls is not None and encryption_in(asked) not in (OFF, NOT_SUPPORTED)
        session.reply(prelogin(does.version, ON if wants_tls else NOT_SUPPORTED))
        if self._stops("tls"):
            return
        if does.tls is not None and wants_tls:
            session.shake_hands(does.tls)
        session.packet()
        if self._stops("login"):
            return
        if does.login_errors:
            session.reply(failed(does.login_errors))
            return
        self.sign_ins += 1
        session.reply(login_ack() + done())
        while self._answer(session, *session.packet()):
            pass

    def _answer(self, session: Session, kind: int, asked: bytes) -> bool:
        """Answers one request; returns whether the connection goes on."""
        does = self.behaviour
        if kind == ATTENTION:
            session.reply(done(attention=True))
            return True
        if kind == TRANSACTION:
            request = _TRANSACTION_REQUESTS[asked[_STREAM_HEADERS]]
            self.heard.append(request)
            if self._stops(request):
                return False
            session.reply(done())
            return True
        words = asked.decode("utf-16-le", "ignore")
        # What prepares a new connection is always taken: of what the driver sets by itself, its words for a refusal hide the number.
        prepares = "LOCK_TIMEOUT" in words or not any(verb in words.upper() for verb in ("SELECT", "UPDATE", "INSERT", "DELETE"))
        *first, rows = [self._rows(each) for each in words.split(";\n")]
        if "LOCK_TIMEOUT" in words:
            self.prepared.append(words[words.find("SET LOCK_TIMEOUT") :])
        if not prepares:
            self.heard.append(words[words.find("SELECT") :] if "SELECT" in words else words)
            if self._stops("statement"):
                return False
            if errors := does.statement_errors or tuple(number for text, number in does.refused.items() if text in words):
                session.reply(failed(errors))
                return True
        if rows and does.silent_at == "result":
            session.reply(begun(rows), whole=False)
            return not self._stops("result")
        last = failed(does.later_errors) if first and does.later_errors else result(rows) if rows else done()
        session.reply(b"".join(result(each, more=True) for each in first if each) + last)
        return True

    def _rows(self, words: str) -> Rows | None:
        answers = (*self.behaviour.answers.items(), *ASKED_OF_EACH.items())
        return next((rows for text, rows in answers if text in words), None)

    def _stops(self, place: str) -> bool:
        if self.behaviour.silent_at == place:
            self._over.wait(30)
        return place in (self.behaviour.hangs_up_at, self.behaviour.silent_at)

    def stop(self) -> None:
        self._over.set()
        for sock in (self._listener, *self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            with suppress(OSError):
                sock.close()
        for thread in self._threads:
            thread.join(5)


@contextmanager
def tds_server(behaviour: Behaviour, port: int = 0) -> Iterator[TdsServer]:
    """A scripted SQL Server for one block, on any free port unless `port` says which."""
    server = TdsServer(behaviour, port)
    try:
        yield server
    finally:
        server.stop()


class Browser:
    """SQL Server Browser: tells each instance's port, and says nothing about the others."""

    def __init__(self, instances: dict[str, bytes]) -> None:
        self._instances = instances
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._sock.getsockname()[1])

    def _serve(self) -> None:
        while True:
            asked, client = self._sock.recvfrom(1024)
            if not asked:
                return
            if answer := self._instances.get(asked[1:].rstrip(b"\0").decode()):
                self._sock.sendto(b"\x05" + struct.pack("<H", len(answer)) + answer, client)

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._sock.close()
