"""Signs in to an IMAP server with LOGIN, AUTHENTICATE PLAIN or XOAUTH2, and sends ID (RFC 3501, RFC 2595, RFC 2971).

XOAUTH2 is described by Google ("OAuth 2.0 Mechanism") and Microsoft ("Authenticate an IMAP, POP or SMTP connection using OAuth").
"""

from __future__ import annotations

import imaplib
import re

from imapclient.exceptions import LoginError

from trackit_console import __version__
from trackit_console.transports.imap_client import Client

PROGRAM = {"name": "Track-It! Email Console", "version": __version__}
"""The ID that this program sends to servers (RFC 2971)."""

_ATOM_LIKE = re.compile(r"[A-Za-z0-9.@_+=/$!?#&'~|^:;,<>-]+")


def sign_in(client: Client, name: str, password: str) -> None:
    """Signs in with LOGIN, or with AUTHENTICATE PLAIN if LOGIN cannot carry the name or the password.

    Call it within `exchange`, which maps refusals.
    """
    if client.preauthenticated:
        return
    plain = client.has_capability("AUTH=PLAIN")
    login = not client.has_capability("LOGINDISABLED")
    login_carries_it = _ATOM_LIKE.fullmatch(name) and password.isascii()
    try:
        if plain and not (login and login_carries_it):
            client.plain_login(name, password)
        elif login:
            _log_in(client, name, password)
        else:
            raise imaplib.IMAP4.error("[PRIVACYREQUIRED] LOGINDISABLED, and no AUTH=PLAIN")
    except LoginError as error:
        # imapclient raises it for a lost connection as well, which must not count as a wrong password.
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            raise error.__context__ from None
        raise imaplib.IMAP4.error(" ".join([str(error), *_alerts(client)])) from None


def sign_in_with_token(client: Client, name: str, token: str) -> None:
    """Signs in to the mailbox `name` with an access token (IN-19); call it within `exchange`, which maps refusals.

    The server must offer AUTH=XOAUTH2.
    """
    responses = iter([f"user={name}\x01auth=Bearer {token}\x01\x01".encode()])
    try:
        # A refusal comes as another challenge, with details in JSON. The server says NO only after an empty response to it.
        client._imap.authenticate("XOAUTH2", lambda _challenge: next(responses, b""))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise imaplib.IMAP4.error(" ".join([str(error), *_alerts(client)])) from None


def _alerts(client: Client) -> list[str]:
    """The ALERT texts that accompanied the last command; they must be shown to the user (RFC 3501 section 7.1)."""
    lines = [line for kind in ("OK", "NO", "BAD") for line in client.untagged(kind)]
    return [line.decode("utf-8", "replace") for line in lines if line.upper().startswith(b"[ALERT]")]


def send_id(client: Client) -> None:
    """Sends ID if the server supports it (RFC 2971): some let no folder be selected without it (NetEase).

    Call it within `exchange`. A refusal is ignored: nothing depends on the answer.
    """
    if not client.has_capability("ID"):
        return
    try:
        client.id_(PROGRAM)
    # In imaplib a kind of `error`, but no refusal: the connection is gone.
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        pass


def _log_in(client: Client, name: str, password: str) -> None:
    # imaplib quotes the password but not the name, so DOMAIN\user would break the command. It encodes both as ASCII.
    if not (name + password).isascii():
        raise imaplib.IMAP4.error("[PRIVACYREQUIRED] letters outside of ASCII need AUTH=PLAIN, which is not offered")
    name = name if _ATOM_LIKE.fullmatch(name) else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    client.login(name, password)
