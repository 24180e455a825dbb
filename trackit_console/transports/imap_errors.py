"""Our errors for what imaplib, imapclient and the server answer. `imap_refusals` interprets the texts of servers (RFC 5530)."""

from __future__ import annotations

import ast
import imaplib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from trackit_console.transports.connection import Connection
from trackit_console.transports.errors import FolderReadOnly, ProtocolBroken, TransportError
from trackit_console.transports.imap_refusals import kind_of_refusal
from trackit_console.transports.step_names import StepName

_BYTES = re.compile(r"""\[?\bb(?P<quote>['"])(?:\\.|(?!(?P=quote))[^\\])*(?P=quote)\]?""", re.DOTALL)


@contextmanager
def exchange(
    connection: Connection, step: StepName, otherwise: type[TransportError] = ProtocolBroken, **facts: Any
) -> Iterator[None]:
    """Wraps every exchange with the server: maps the errors of imaplib, imapclient and the socket to ours.

    `otherwise` is the error for a refusal that has neither a known response code nor a known text.
    """
    facts = {**connection.facts, **facts}
    with connection.mapped(step):
        try:
            yield
        # `from None`: the library's error may contain the command, and with it the password.
        # In this order: in imaplib `readonly` is an `abort`, and `abort` an `error`.
        except imaplib.IMAP4.readonly as error:
            raise FolderReadOnly(connection.clean(said(error)), step=step, **facts) from None
        except imaplib.IMAP4.abort as error:
            raise _abort_error(connection, error, step, facts) from None
        except imaplib.IMAP4.error as error:
            raise refused_error(connection, error, step, otherwise, facts) from None
        except (ValueError, TypeError, LookupError, AssertionError) as error:
            raise ProtocolBroken(connection.clean(said(error)), step=step, **facts) from None


def said(error: Exception) -> str:
    """What `error` says. imaplib and imapclient put what the server sent into it as Python writes bytes: `b'[ALERT] …'`."""
    return _BYTES.sub(_decoded, str(error))


def _decoded(found: re.Match[str]) -> str:
    try:
        text: bytes = ast.literal_eval(found[0].strip("[]"))
    except (SyntaxError, ValueError):  # the server's own text looks like it
        return found[0]
    return text.decode("utf-8", "replace")


def refusal(connection: Connection, error: imaplib.IMAP4.error) -> str:
    """The server's text for a refused command; re-raises `error` if the connection ended instead."""
    if isinstance(error, imaplib.IMAP4.abort):
        raise error
    return connection.clean(said(error))


def refused_error(
    connection: Connection, error: imaplib.IMAP4.error, step: StepName, otherwise: type[TransportError], facts: dict[str, Any]
) -> TransportError:
    """Our error for a refused command; `otherwise` if the server's text does not tell."""
    words = connection.clean(said(error))
    # imaplib's own words for BAD, by which a server says that it does not understand the command (RFC 3501 section 7.1.3).
    if "command error: BAD" in words:
        otherwise = ProtocolBroken
    return (kind_of_refusal(words, step) or otherwise)(words, step=step, words=words, **facts)


def _abort_error(connection: Connection, error: imaplib.IMAP4.abort, step: StepName, facts: dict[str, Any]) -> TransportError:
    if connection.ended:
        return connection.problem(error, step)
    words = connection.clean(said(error))
    if kind := kind_of_refusal(words, step):
        return kind(words, step=step, words=words, **facts)
    # imaplib also raises `abort` for a response that it cannot parse.
    if "unexpected response" in words:
        return ProtocolBroken(words, step=step, **facts)
    return connection.problem(error, step)
