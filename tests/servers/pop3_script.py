"""A small POP3 server for `faults.ScriptedServer`: does all that RFC 1939 wants, and what a test says instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.servers.faults import Talk

Pop3Answer = bytes | Callable[[Talk, bytes], None]
"""What is sent for a command, or what is done: it gets the command's arguments."""

CAPA = (b"USER", b"UIDL", b"TOP", b"STLS")


def hangs_up(talk: Talk, _argument: bytes) -> None:
    """An answer: the connection is closed."""
    talk.sock.close()


@dataclass
class Pop3Script:
    """`answers` by command, or by command and argument ("RETR 2"), come before what is usual.

    `messages` stay between sessions; what a client deletes is gone after QUIT. `uidls` are those of the messages, None
    where the server has no UIDL. `capabilities` None: it does not know CAPA.
    """

    messages: list[bytes] = field(default_factory=list)
    uidls: list[bytes] | None = None
    answers: dict[str, Pop3Answer] = field(default_factory=dict)
    greeting: bytes = b"+OK ready\r\n"
    capabilities: Sequence[bytes] | None = CAPA

    def hang_up_once(self, command: str) -> None:
        """Closes the connection over this command, the first time."""

        def answer(talk: Talk, argument: bytes) -> None:
            del self.answers[command]
            hangs_up(talk, argument)

        self.answers[command] = answer

    def __call__(self, talk: Talk) -> None:
        if self.greeting:
            talk.show_text(self.greeting)
        session = _Session(self)
        while line := talk.line():
            verb, _, argument = line.partition(b" ")
            name = verb.decode("ascii", "replace").upper()
            answer = self.answers.get(f"{name} {argument.decode('ascii', 'replace')}") or self.answers.get(name)
            if callable(answer):
                answer(talk, argument)
            else:
                talk.show_text(answer or session.answer(name, argument))
            if name == "QUIT":
                return


class _Session:
    """The mailbox as one client sees it: what arrives meanwhile is not in it."""

    def __init__(self, script: Pop3Script) -> None:
        self._script = script
        self._messages = list(script.messages)
        self._uidls = None if script.uidls is None else list(script.uidls)
        self._deleted: set[int] = set()

    def answer(self, name: str, argument: bytes) -> bytes:
        there = [number for number in range(1, len(self._messages) + 1) if number not in self._deleted]
        if name == "CAPA" and self._script.capabilities is not None:
            return multi_line(*(each for each in self._script.capabilities if each != b"UIDL" or self._uidls is not None))
        if name == "LIST":
            return multi_line(*(b"%d %d" % (number, len(self._messages[number - 1])) for number in there))
        if name == "UIDL" and self._uidls is not None:
            return multi_line(*(b"%d %s" % (number, self._uidls[number - 1]) for number in there))
        if name in ("RETR", "TOP", "DELE"):
            return self._of_message(name, int(argument.split()[0]))
        if name == "QUIT":
            self._update()
        return b"+OK\r\n" if name in ("USER", "PASS", "STAT", "NOOP", "QUIT") else b"-ERR unknown command\r\n"

    def _of_message(self, name: str, number: int) -> bytes:
        if number in self._deleted or not 1 <= number <= len(self._messages):
            return b"-ERR no such message\r\n"
        if name == "DELE":
            self._deleted.add(number)
            return b"+OK\r\n"
        raw = self._messages[number - 1]
        return text(raw if name == "RETR" else raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")

    def _update(self) -> None:
        for number in self._deleted:
            at = next(at for at, raw in enumerate(self._script.messages) if raw is self._messages[number - 1])
            del self._script.messages[at]
            if self._script.uidls is not None:
                del self._script.uidls[at]


def multi_line(*lines: bytes) -> bytes:
    """An answer of so many lines."""
    return b"".join(line + b"\r\n" for line in (b"+OK", *lines, b"."))


def text(raw: bytes) -> bytes:
    """A message as an answer, with the dots that RFC 1939 section 3 adds."""
    stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in raw.split(b"\r\n"))
    return b"+OK\r\n" + stuffed + b".\r\n"
