"""One mail transaction: MAIL, RCPT for each recipient, DATA (RFC 5321 section 3.3).

After a refusal the session is reset (RSET), so that the next message can be sent over it. Errors of the connection are
those of smtplib and of the socket.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Protocol

from trackit_console.transports.errors import RefusedRecipient, TransportError
from trackit_console.transports.smtp_envelope import Path
from trackit_console.transports.smtp_refusals import Command

SERVICE_CLOSING = 421
"""The server hangs up after this reply (RFC 5321 section 3.8)."""
FINAL_REPLY_FACTOR = 10
"""How much longer the reply to a whole message may take: RFC 5321 section 4.5.3.2.6 wants 10 minutes, so that a message
which the server is still scanning is not sent a second time."""
_ACCEPTED = (250, 251)


class ProblemOf(Protocol):
    """Makes the error for a reply to a command; `recipient` is the one whom it concerns."""

    def __call__(self, code: int, text: bytes, command: Command, recipient: str = "") -> TransportError: ...


class Transaction:
    """Sends one message over the session of `client`.

    `refused` are the recipients that the server did not take. `accepted`: it confirmed the message. `in_doubt`: it has
    the whole message, and its reply has not come.
    """

    def __init__(self, client: smtplib.SMTP, problem_of: ProblemOf) -> None:
        self._client = client
        self._problem_of = problem_of
        self.refused: list[RefusedRecipient] = []
        self.accepted = False
        self.in_doubt = False

    def run(self, sender: Path, recipients: Mapping[str, Path], raw: bytes) -> None:
        """Sends `raw` to the `recipients` (paths by address) that the server accepts.

        Raises the `TransportError` for a refusal of the whole; `refused` has the recipients if all were refused.
        """
        with self._reset_if_refused():
            self._command(f"MAIL FROM:<{sender.text}>{self._options(sender, recipients, raw)}", Command.MAIL)
            self.refused = [each for address, path in recipients.items() if (each := self._refusal(address, path))]
            if len(self.refused) == len(recipients):
                raise self.refused[0].problem.of_all(self.refused)
            self._send(raw)
            self.accepted = True

    def _options(self, sender: Path, recipients: Mapping[str, Path], raw: bytes) -> str:
        options = [""]
        if self._client.has_extn("size"):
            options.append(f"SIZE={len(raw)}")
        if not raw.isascii() and self._client.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        if any(path.needs_utf8 for path in (sender, *recipients.values())) or not _header(raw).isascii():
            options.append("SMTPUTF8")
            self._client.command_encoding = "utf-8"
        return " ".join(options)

    def _refusal(self, address: str, path: Path) -> RefusedRecipient | None:
        code, text = self._client.docmd("RCPT", f"TO:<{path.text}>")
        if code in _ACCEPTED:
            return None
        problem = self._problem_of(code, text, Command.RCPT, address)
        if code == SERVICE_CLOSING:
            raise self._hung_up(problem)
        return RefusedRecipient(address, problem.detail, problem.permanent, problem)

    def _send(self, raw: bytes) -> None:
        self._command("DATA", Command.DATA, wanted=(354,))
        with self._patience():
            self._client.send(_dot_stuffed(raw))
            # Only now: a server cancels a message whose end it has not got (RFC 5321 section 4.1.1.10).
            self.in_doubt = True
            reply = self._client.getreply()
            self.in_doubt = False
        self._expect(*reply, Command.DATA, _ACCEPTED)

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """Waits longer for the answer to what is sent in its block."""
        sock = self._client.sock
        assert sock is not None, "the server has just answered"
        usual = sock.gettimeout()
        sock.settimeout(usual and usual * FINAL_REPLY_FACTOR)
        yield
        sock.settimeout(usual)

    def _command(self, line: str, command: Command, wanted: tuple[int, ...] = (250,)) -> None:
        self._expect(*self._client.docmd(line), command, wanted)

    def _expect(self, code: int, text: bytes, command: Command, wanted: tuple[int, ...]) -> None:
        if code not in wanted:
            problem = self._problem_of(code, text, command)
            raise self._hung_up(problem) if code == SERVICE_CLOSING else problem

    def _hung_up(self, problem: TransportError) -> TransportError:
        # For `SmtpSender.usable`: nothing can be sent over this session any more.
        self._client.close()
        return problem

    @contextmanager
    def _reset_if_refused(self) -> Iterator[None]:
        try:
            yield
        except TransportError:
            self._reset()
            raise
        finally:
            # For this message alone; smtplib would keep it for the next ones.
            self._client.command_encoding = "ascii"

    def _reset(self) -> None:
        """What is wrong with the session now is told by the next command; the refusal matters more."""
        with suppress(smtplib.SMTPException, OSError):
            if self._client.sock is not None and self._client.docmd("RSET")[0] != _ACCEPTED[0]:
                self._client.close()


def _header(raw: bytes) -> bytes:
    return raw.partition(b"\r\n\r\n")[0]


def _dot_stuffed(raw: bytes) -> bytes:
    """The message with its end (RFC 5321 section 4.5.2)."""
    ended = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    stuffed = ended.replace(b"\r\n.", b"\r\n..")
    return (b"." if stuffed.startswith(b".") else b"") + stuffed + b".\r\n"
