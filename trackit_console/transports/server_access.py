"""What every transport needs of its server, whatever carries the protocol: error facts, masked text, and `abort`.

A subclass knows how the server is reached (`connection`: by a socket) and maps the errors of what it uses.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from trackit_console.transports.errors import Cancelled, TimedOut, TransportError
from trackit_console.transports.masking import Masking
from trackit_console.transports.step_names import StepName

WORDS_LIMIT = 500
"""Maximum characters of a server's text to keep."""


class ServerAccess(ABC):
    """The way to one server for one account; implements `connection_phases.Abortable`.

    `facts` are the facts for the sentences of its errors. `masking` removes secrets from a server's text before that is
    kept as the detail of an error.
    """

    def __init__(self, host: str, port: int, account_name: str) -> None:
        self.host = host
        self.port = port
        self.facts: dict[str, Any] = {"server": host, "port": port, "account": account_name}
        self.masking = Masking()
        self._end: type[TransportError] | None = None

    def clean(self, words: str) -> str:
        """The server's text `words` as it may be kept: one line, `WORDS_LIMIT` characters, secrets masked."""
        # Masked before it is cut: half a secret would not be found.
        return " ".join(self.masking(words).split())[:WORDS_LIMIT]

    # ------------------------------------------------------------------ ending

    def abort(self) -> None:
        """Interrupts any call that waits for this server, from any thread; that call raises `Cancelled`."""
        self._end_by(Cancelled)

    def expire(self) -> None:
        """Like `abort`, but because a time limit passed: the call raises `TimedOut`."""
        self._end_by(TimedOut)

    def _end_by(self, end: type[TransportError]) -> None:
        # Before the interruption: the call that fails because of it asks for the reason at once.
        self._end = self._end or end  # the first reason counts
        self._interrupt()

    @property
    def ended(self) -> bool:
        """Whether `abort` or `expire` was called."""
        return self._end is not None

    @abstractmethod
    def _interrupt(self) -> None:
        """Makes a call that waits in another thread fail at once; with which error does not matter."""

    # ------------------------------------------------------------------ errors

    @contextmanager
    def mapped(self, step: StepName) -> Iterator[None]:
        """Maps the errors of sockets in its block to ours, for the phase `step`."""
        try:
            yield
        except TransportError:
            raise
        except (OSError, EOFError, UnicodeError) as error:
            raise self.problem(error, step) from None
        # The block may have ended well all the same, if the interruption came when nothing was waiting.
        if self._end:
            raise self._end(step=step, **self.facts)

    def problem(self, error: Exception, step: StepName) -> TransportError:
        """Our error for `error`, in the phase `step`."""
        if self._end:  # then `error` is only the effect of the interruption
            return self._end(step=step, **self.facts)
        return self._problem(error, self.clean(str(error)), step)

    @abstractmethod
    def _problem(self, error: Exception, words: str, step: StepName) -> TransportError:
        """As `problem`, while nobody ended the access; `words` is the text of `error`, masked."""
