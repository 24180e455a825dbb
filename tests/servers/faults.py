"""A server fed with bytes, for what real servers will not do on request: half an answer, a reset, a lie."""

from __future__ import annotations

import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Answer = bytes | Callable[["Talk", bytes], None]
"""What is sent for a command (`%s` in it is the command's tag), or what is done."""


@dataclass
class Talk:
    """One connection, as the script sees it."""

    sock: socket.socket
    heard: list[bytes]
    gone: bool = False
    """Whether the client has hung up: an empty line is otherwise a line like any other."""
    _held: bytes = b""
    over: threading.Event = field(default_factory=threading.Event)

    def show_text(self, words: bytes) -> None:
        self.sock.sendall(words)

    def line(self) -> bytes:
        """The next line, without its end; empty when the client is gone."""
        while b"\n" not in self._held:
            more = self.sock.recv(65536)
            if not more:
                self.gone = True
                return b""
            self._held += more
        line, self._held = self._held.split(b"\n", 1)
        self.heard.append(line.rstrip(b"\r"))
        return self.heard[-1]

    def wait(self) -> None:
        """Says nothing until the client has gone."""
        with suppress(OSError):
            while self.sock.recv(65536):
                pass

    def reset(self) -> None:
        """Ends the connection as a crashed host does."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


Script = Callable[[Talk], None]


class ScriptedServer:
    """Plays `script` to each client that connects to `port`; `heard` is every line that clients sent."""

    host = "127.0.0.1"

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._tls = tls
        self.heard: list[bytes] = []
        self._listener = socket.create_server((self.host, 0))
        self._open: list[socket.socket] = []
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
                thread = threading.Thread(target=self._talk, args=(sock,))
                self._threads.append(thread)
                thread.start()

    def _talk(self, sock: socket.socket) -> None:
        talk = Talk(sock, self.heard)
        try:
            with suppress(OSError):
                talk.sock = self._secured(sock)
                self._script(talk)
        finally:
            talk.sock.close()  # after STARTTLS another one than at the beginning

    def _secured(self, sock: socket.socket) -> socket.socket:
        if not self._tls:
            return sock
        # Known to `stop` before the handshake: a client may never begin it.
        secured = self._tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        self._open.append(secured)
        try:
            secured.do_handshake()
        except OSError:  # the client is gone, or `stop` came between
            secured.close()
            raise
        return secured

    def stop_listening(self) -> None:
        """Takes no further clients."""
        for end in (lambda: self._listener.shutdown(socket.SHUT_RDWR), self._listener.close):
            with suppress(OSError):
                end()

    def stop(self) -> None:
        """Ends it and every connection."""
        for sock in (self._listener, *self._open):
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            with suppress(OSError):
                sock.close()
        for thread in self._threads:
            thread.join(5)


@contextmanager
def scripted(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[ScriptedServer]:
    """A scripted server for one block."""
    server = ScriptedServer(script, tls)
    try:
        yield server
    finally:
        server.stop()


# ---------------------------------------------------------------------- IMAP

CAPABILITIES = b"IMAP4rev1 UIDPLUS MOVE NAMESPACE AUTH=PLAIN"


@dataclass
class ImapScript:
    """A small IMAP server: what it answers to each command, by the command's name ("UID FETCH" is one).

    What is not in `answers` is answered as a server with one empty folder does; `messages` fills it.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    greeting: bytes = b"* OK ready\r\n"
    capabilities: bytes = CAPABILITIES
    messages: Sequence[bytes] = ()

    def __call__(self, talk: Talk) -> None:
        if self.greeting:
            talk.show_text(self.greeting)
        while line := talk.line():
            tag, _, command = line.partition(b" ")
            answer = self.answers.get(_name(command)) or self.usual(command)
            if callable(answer):
                answer(talk, tag)
            else:
                talk.show_text(answer.replace(b"%s", tag))
            if _name(command) == "LOGOUT":
                return

    def usual(self, command: bytes) -> bytes:
        """What it answers to `command` where the script says nothing."""
        count = len(self.messages)
        uids = b" ".join(str(number + 1).encode() for number in range(count))
        usual = {
            "CAPABILITY": b"* CAPABILITY " + self.capabilities + b"\r\n",
            "LOGOUT": b"* BYE\r\n",
            "SELECT": b"* %d EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT %d] .\r\n" % (count, count + 1),
            "NAMESPACE": b'* NAMESPACE (("" "/")) NIL NIL\r\n',
            "UID SEARCH": b"* SEARCH " + uids + b"\r\n",
            "UID FETCH": self.fetched(command),
            "STATUS": b"* STATUS INBOX (UNSEEN %d)\r\n" % count,
        }
        return usual.get(_name(command), b"") + b"%s OK done\r\n"

    def fetched(self, command: bytes) -> bytes:
        """The untagged answers to a FETCH of sizes or of whole messages."""
        wanted = re.match(rb"UID FETCH (\S+)", command)
        uids = [int(uid) for uid in wanted.group(1).split(b",")] if wanted else []
        return b"".join(self._fetched_one(uid, command) for uid in uids if uid <= len(self.messages))

    def _fetched_one(self, uid: int, command: bytes) -> bytes:
        raw = self.messages[uid - 1].replace(b"%s", b"")
        if b"HEADER" in command:
            head = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            return b"* %d FETCH (UID %d BODY[HEADER]<0> {%d}\r\n%s)\r\n" % (uid, uid, len(head), head)
        if b"BODY" in command:
            return b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, uid, len(raw), raw)
        return b"* %d FETCH (UID %d RFC822.SIZE %d)\r\n" % (uid, uid, len(raw))


def _name(command: bytes) -> str:
    words = command.decode("ascii", "replace").upper().split()
    return " ".join(words[:2]) if words[:1] == ["UID"] else " ".join(words[:1])


# ---------------------------------------------------------------------- SMTP


@dataclass
class SmtpScript:
    """A small SMTP server: what it answers to each command, by its first word; `.` is the end of a message.

    What is not in `answers` is answered as a server does that takes everything.
    """

    answers: Mapping[str, bytes] = field(default_factory=dict)
    greeting: bytes = b"220 ready\r\n"
    extensions: Sequence[bytes] = (b"AUTH PLAIN LOGIN",)

    def __call__(self, talk: Talk) -> None:
        talk.show_text(self.greeting)
        while line := talk.line():
            verb = line.decode("ascii", "replace").upper().split(" ")[0].partition(":")[0]
            talk.show_text(self.answers.get(verb) or self._usual(verb))
            if verb == "DATA" and "DATA" not in self.answers:
                while talk.line() != b"." and not talk.gone:
                    pass
                talk.show_text(self.answers.get(".", b"250 taken\r\n"))

    def _usual(self, verb: str) -> bytes:
        extensions = b"".join(b"250-" + each + b"\r\n" for each in self.extensions)
        usual = {
            "EHLO": b"250-mail\r\n" + extensions + b"250 HELP\r\n",
            "AUTH": b"235 welcome\r\n",
            "DATA": b"354 go on\r\n",
            "QUIT": b"221 bye\r\n",
        }
        return usual.get(verb, b"250 OK\r\n")
