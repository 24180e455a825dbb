"""The error for a server that greets as another service (IN-10)."""

from __future__ import annotations

from trackit_console.transports.connection import Connection
from trackit_console.transports.errors import TlsExpected, TransportError, WrongProtocol
from trackit_console.transports.service_signatures import TLS, service_of
from trackit_console.transports.step_names import StepName


def wrong_service(
    connection: Connection, first: bytes, step: StepName, only: tuple[str, ...] | None = None
) -> TransportError | None:
    """The error for a server that starts with `first`; None if that may be the right protocol, or is not in `only`."""
    found = service_of(first)
    if found in ("", connection.protocol) or (only and found not in only):
        return None
    if found == TLS:
        return TlsExpected(step=step, **connection.facts)
    words = connection.clean(first.decode("ascii", "replace"))
    return WrongProtocol(words, step=step, found=found, wanted=connection.protocol, **connection.facts)
