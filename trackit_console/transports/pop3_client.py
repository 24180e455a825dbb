"""A POP3 client on a socket of our `Connection` (RFC 1939, RFC 2449): commands, multi-line answers, pipelining.

Not poplib: it refuses lines above 2,048 bytes, which occur in real mail, keeps a whole message as a list of lines, and
knows no pipelining. Raises `Refusal` for -ERR, ValueError for an answer that breaks the protocol, and the errors of
sockets. `pop3_errors` maps them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from trackit_console.transports.connection import Connection
from trackit_console.transports.server_lines import LINE_LIMIT

LISTING_BYTES = 32 * 1024 * 1024
"""Maximum bytes of an answer to CAPA, LIST or UIDL: about 400,000 messages."""
PIPELINED = 40
"""Commands sent before the answer to the first is read: few enough to fit into any socket's buffer."""
_PIECE = 64 * 1024

T = TypeVar("T")
Download = tuple[str, int, int | None]
"""A command with a multi-line answer, the maximum bytes of that, and how many of them are wanted (None: all)."""


class Refusal(Exception):
    """The server answered -ERR; the text is what followed it."""


class Pop3Client:
    """One connection, from after the greeting. `capabilities` holds the last answer to CAPA, None if there was none."""

    def __init__(self, connection: Connection) -> None:
        self._sock = connection.sock
        self._file = self._sock.makefile("rb", _PIECE)
        self._line_end = b"\r\n"
        self._outstanding = 0
        self.capabilities: dict[str, list[str]] | None = None

    @property
    def in_step(self) -> bool:
        """Whether every command has been answered, so that another can be sent."""
        return self._outstanding == 0

    def close(self) -> None:
        """Closes the stream; the socket belongs to the connection."""
        with suppress(OSError):
            self._file.close()

    # ------------------------------------------------------------------ commands

    def ask(self, command: str, expected: str = "+OK") -> str:
        """Sends a command with a one-line answer; returns what follows `expected` (`+` asks for more, RFC 5034)."""
        self._send([command])
        return self._answered(partial(self._status, expected))

    def ask_lines(self, command: str) -> list[bytes]:
        """Sends a command with a multi-line answer; returns its lines."""
        self._send([command])
        return self._answered(partial(self._data, LISTING_BYTES, None)).splitlines()

    def statuses(self, commands: Sequence[str]) -> Iterator[str | Refusal]:
        """The one-line answers to many commands, in order."""
        return self._answers([(command, self._status) for command in commands])

    def texts(self, commands: Sequence[Download]) -> Iterator[bytes | Refusal]:
        """The multi-line answers to many commands, in order."""
        return self._answers([(command, partial(self._data, limit, keep)) for command, limit, keep in commands])

    def read_capabilities(self) -> None:
        """Sends CAPA, which older servers do not know (RFC 2449 section 5)."""
        with suppress(Refusal):
            self.capabilities = capabilities_of(line.decode("ascii", "replace") for line in self.ask_lines("CAPA"))

    def offers(self, name: str) -> bool:
        """Whether the server says that it has this capability."""
        return name in (self.capabilities or {})

    def _answers(self, exchanges: Sequence[tuple[str, Callable[[], T]]]) -> Iterator[T | Refusal]:
        """Sends commands, each with what reads its answer; many at once if the server allows (RFC 2449 section 6.6)."""
        at_once = PIPELINED if self.offers("PIPELINING") else 1
        for start in range(0, len(exchanges), at_once):
            some = exchanges[start : start + at_once]
            self._send([command for command, _ in some])
            for _, read in some:
                try:
                    answer: T | Refusal = self._answered(read)
                except Refusal as refusal:
                    answer = refusal
                yield answer

    def _send(self, commands: Sequence[str]) -> None:
        self._outstanding += len(commands)
        self._sock.sendall("".join(f"{command}\r\n" for command in commands).encode())

    def _answered(self, read: Callable[[], T]) -> T:
        """What `read` reads. A refusal is an answer too; after any other error the next answer cannot be found."""
        try:
            answer = read()
        except Refusal:
            self._outstanding -= 1
            raise
        self._outstanding -= 1
        return answer

    # ------------------------------------------------------------------ answers

    def _status(self, expected: str = "+OK") -> str:
        line = self._file.readline(LINE_LIMIT)
        if not line.endswith(b"\n"):
            if len(line) < LINE_LIMIT:
                raise EOFError("the server closed the connection")
            raise ValueError(f"no end of line within {LINE_LIMIT} bytes")
        # Whatever ends the lines of the status ends those of the text: a bare LF inside a message is not a line's end.
        self._line_end = b"\r\n" if line.endswith(b"\r\n") else b"\n"
        status, _, words = line.decode("utf-8", "replace").strip().partition(" ")
        if status.upper() == "-ERR":
            raise Refusal(words)
        if status.upper() != expected:
            raise ValueError(f"neither {expected} nor -ERR: {status} {words}")
        return words

    def _data(self, limit: int, keep: int | None) -> bytes:
        """The text that follows +OK, without the dots that RFC 1939 section 3 adds. Lines may have any length."""
        self._status()
        text, read, at_line_start, tail = bytearray(), 0, True, b""
        while piece := self._file.readline(_PIECE):
            if at_line_start and piece.startswith(b"."):
                if piece == b"." + self._line_end:
                    return bytes(text)
                piece = piece[1:]
            read += len(piece)
            if read > limit:
                raise ValueError(f"more than {limit} bytes")
            # A piece may end between CR and LF, so the last two bytes are kept over pieces.
            tail = (tail + piece)[-2:]
            at_line_start = tail.endswith(self._line_end)
            if keep is None or len(text) < keep:
                text += piece
        raise EOFError("the server closed the connection in the middle of an answer")


def capabilities_of(lines: Iterable[str]) -> dict[str, list[str]]:
    """The capabilities in the lines of an answer to CAPA, with their arguments, all in upper case (RFC 2449 section 3)."""
    words = [line.upper().split() for line in lines]
    return {name: arguments for name, *arguments in filter(None, words)}
