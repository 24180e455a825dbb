"""Signs in to a POP3 server with USER and PASS, AUTH PLAIN or AUTH LOGIN (RFC 1939, RFC 5034, RFC 4616)."""

from __future__ import annotations

import base64

from trackit_console.transports.connection import Connection
from trackit_console.transports.errors import SignInNotAllowed, SignInRefused
from trackit_console.transports.pop3_client import Pop3Client
from trackit_console.transports.step_names import StepName

_ENDS_A_COMMAND = frozenset("\r\n\0")


def sign_in(client: Pop3Client, connection: Connection, name: str, password: str) -> None:
    """Signs in; a refusal is a `Refusal`, which `exchange` maps. Raises `SignInNotAllowed`, `SignInRefused`.

    One attempt only: the same password by another mechanism can lock the account.
    """
    if _ENDS_A_COMMAND.intersection(name + password):
        raise SignInRefused("a line break in the name or the password", step=StepName.SIGN_IN, **connection.facts)
    mechanisms = (client.capabilities or {}).get("SASL", [])
    user = client.capabilities is None or client.offers("USER")
    # USER takes one word of ASCII (RFC 1939 section 3); PLAIN is UTF-8 by definition.
    if "PLAIN" in mechanisms and not (user and _is_a_word(name) and password.isascii()):
        _authenticate(client, "PLAIN", f"\0{name}\0{password}")
    elif user:
        # Letters outside of ASCII go as UTF-8 (RFC 6856 section 2.2): whether they are understood, the server must say.
        client.ask(f"USER {name}")
        client.ask(f"PASS {password}")
    elif "LOGIN" in mechanisms:
        _authenticate(client, "LOGIN", name, password)
    else:
        raise SignInNotAllowed("CAPA: no USER, SASL " + " ".join(mechanisms), **connection.facts)


def _is_a_word(name: str) -> bool:
    return name.isascii() and len(name.split()) == 1


def _authenticate(client: Pop3Client, mechanism: str, *responses: str) -> None:
    # Without an initial response, which would make the line longer than RFC 2449 allows and which Exchange refuses.
    client.ask(f"AUTH {mechanism}", "+")
    for response in responses:
        last = response is responses[-1]
        client.ask(base64.b64encode(response.encode()).decode("ascii"), "+OK" if last else "+")
