"""Our errors for what resolving a name and connecting a socket can raise."""

from __future__ import annotations

import socket
from typing import Any

from trackit_console.transports.errors import (
    ConnectionLost,
    ConnectRefused,
    ConnectTimedOut,
    NameNotFound,
    NameServerSilent,
    TransportError,
    Unreachable,
)
from trackit_console.transports.step_names import StepName


def resolve_error(error: Exception, words: str, facts: dict[str, Any]) -> TransportError:
    """The error for a name that was not resolved, with `words` as detail."""
    # Every other code means that the name does not exist or is malformed.
    silent = isinstance(error, socket.gaierror) and error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL)
    return (NameServerSilent if silent else NameNotFound)(words, **facts)


def connect_error(error: Exception, words: str, seconds: float, facts: dict[str, Any]) -> TransportError:
    """The error for a connection that did not come about within `seconds`, with `words` as detail."""
    if isinstance(error, ConnectionRefusedError):
        return ConnectRefused(words, **facts)
    if isinstance(error, TimeoutError):
        return ConnectTimedOut(words, seconds=f"{seconds:g}", **facts)
    if isinstance(error, ConnectionError):
        return ConnectionLost(words, step=StepName.CONNECT, **facts)
    return Unreachable(words, **facts)
