"""A SQL Server that a test scripts: it greets, encrypts, and answers sign-ins and statements with the errors it was told.

Written from MS-TDS. It knows no SQL: that is for a real server.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

HEADER = struct.Struct(">BBHHBB")
PRELOGIN, RESPONSE, LOGIN, BATCH = 0x12, 0x04, 0x10, 0x01
OFF, ON, NOT_SUPPORTED = 0, 1, 2
_ERROR, _LOGIN_ACK, _ENVIRONMENT, _DONE = 0xAA, 0xAD, 0xE3, 0xFD
_FATAL = 20
_TDS_74 = 0x74000004


@dataclass
class Behaviour:
    """What the server does. `login_errors` and `statement_errors` are numbers of SQL Server, sent in this order."""

    tls: ssl.SSLContext | None = None
    greeting: bytes | None = None
    """Sent to whoever connects, in place of TDS."""
    silent: bool = False
    hangs_up_at: str = ""
    """`connect`, `tls`, `login` or `statement`."""
    silent_at: str = ""
    login_errors: tuple[int, ...] = ()
    statement_errors: tuple[int, ...] = ()
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

    def reply(self, payload: bytes, kind: int = RESPONSE) -> None:
        data = HEADER.pack(kind, 1, HEADER.size + len(payload), 0, 1, 0) + payload
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

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

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
        wants_tls = does.tls is not None and _encryption_in(asked) not in (OFF, NOT_SUPPORTED)
        session.reply(_prelogin(does.version, ON if wants_tls else NOT_SUPPORTED))
        if self._stops("tls"):
            return
        if does.tls is not None and wants_tls:
            session.shake_hands(does.tls)
        session.packet()
        if self._stops("login"):
            return
        if does.login_errors:
            session.reply(_failed(does.login_errors))
            return
        session.reply(_login_ack() + _done())
        while True:
            _, asked = session.packet()
            # What the driver sets by itself is always taken: its own words for a refusal there hide the number.
            ours = "SELECT" in asked.decode("utf-16-le", "ignore").upper()
            if ours and self._stops("statement"):
                return
            session.reply(_failed(does.statement_errors) if ours and does.statement_errors else _done())

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
def tds_server(behaviour: Behaviour) -> Iterator[TdsServer]:
    """A scripted SQL Server for one block."""
    server = TdsServer(behaviour)
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


# ---------------------------------------------------------------------- tokens (MS-TDS section 2.2.7)


def _encryption_in(prelogin: bytes) -> int:
    start = 0
    while prelogin[start] != 0xFF:
        token, offset, _ = struct.unpack(">BHH", prelogin[start : start + 5])
        if token == 1:
            return int(prelogin[offset])
        start += 5
    return NOT_SUPPORTED


def _prelogin(version: tuple[int, int, int], encryption: int) -> bytes:
    options = ((0, struct.pack(">BBHH", *version, 0)), (1, bytes([encryption])), (2, b"\0"), (3, b""), (4, b"\0"))
    tokens, data, offset = b"", b"", 5 * len(options) + 1
    for token, value in options:
        tokens += struct.pack(">BHH", token, offset + len(data), len(value))
        data += value
    return tokens + b"\xff" + data


def _short(text: str) -> bytes:
    return bytes([len(text)]) + text.encode("utf-16-le")


def _long(text: str) -> bytes:
    return struct.pack("<H", len(text)) + text.encode("utf-16-le")


def _token(kind: int, body: bytes) -> bytes:
    return struct.pack("<BH", kind, len(body)) + body


def _failed(numbers: tuple[int, ...]) -> bytes:
    return b"".join(_error(each) for each in numbers) + _done(error=True)


def _error(number: int) -> bytes:
    severity = _FATAL if number in (596, 824, 40501, 17809) else 14
    words = _long(f"Fehler {number}") + _short("SQL01") + _short("")  # a server speaks its own language
    return _token(_ERROR, struct.pack("<IBB", number, 1, severity) + words + struct.pack("<I", 1))


def _done(*, error: bool = False) -> bytes:
    return struct.pack("<BHHQ", _DONE, 2 if error else 0, 0, 0)


def _login_ack() -> bytes:
    ack = struct.pack(">BI", 1, _TDS_74) + _short("Microsoft SQL Server") + bytes([16, 0, 16, 39])
    database = _token(_ENVIRONMENT, bytes([1]) + _short("TrackIt") + _short("master"))
    size = _token(_ENVIRONMENT, bytes([4]) + _short("4096") + _short("4096"))
    return database + size + _token(_LOGIN_ACK, ack)
