"""Our errors for what a POP3 server answers. `pop3_refusals` interprets its texts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from trackit_console.transports.connection import Connection
from trackit_console.transports.errors import ProtocolBroken, TransportError
from trackit_console.transports.pop3_client import Refusal
from trackit_console.transports.pop3_refusals import kind_of_refusal
from trackit_console.transports.step_names import StepName

INBOX = "INBOX"
"""The only folder of POP3, as sentences name it."""


@contextmanager
def exchange(connection: Connection, step: StepName, otherwise: type[TransportError] = ProtocolBroken) -> Iterator[None]:
    """Wraps every exchange with the server: maps refusals, broken answers and the errors of the socket to ours.

    `otherwise` is the error for a refusal that has neither a known response code nor a known text.
    """
    with connection.mapped(step):
        try:
            yield
        # `from None`: a server may repeat the command, and with it the password.
        except Refusal as refusal:
            raise refused_error(connection, refusal, step, otherwise) from None
        except UnicodeError:
            raise
        except ValueError as error:
            if connection.ended:  # a stream that another thread closed raises ValueError
                raise connection.problem(error, step) from None
            raise ProtocolBroken(connection.clean(str(error)), step=step, **connection.facts) from None


def refused_error(
    connection: Connection, refusal: Refusal, step: StepName, otherwise: type[TransportError] = ProtocolBroken
) -> TransportError:
    """Our error for -ERR; `otherwise` if the server's text does not tell."""
    words = connection.clean(f"-ERR {refusal}")
    return (kind_of_refusal(words, step) or otherwise)(words, step=step, words=words, folder=INBOX, **connection.facts)
