"""Signs in to an SMTP server with AUTH PLAIN, LOGIN or CRAM-MD5 (RFC 4954, RFC 4616, RFC 2195)."""

from __future__ import annotations

import base64
import hmac
import smtplib

from trackit_console.transports.connection import Connection
from trackit_console.transports.errors import EncryptionRequired, SignInNotAllowed
from trackit_console.transports.smtp_refusals import expect


def sign_in(client: smtplib.SMTP, connection: Connection, name: str, password: str, *, encrypted: bool) -> None:
    """Signs in; a refusal is smtplib's SMTPResponseException. Raises `EncryptionRequired`, `SignInNotAllowed`.

    Not smtplib's `login`: it repeats a refused password with the next mechanism, which can lock the account.
    """
    mechanisms = client.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in mechanisms:
        initial_response = _base64(f"\0{name}\0{password}")  # RFC 4616
        expect(*client.docmd("AUTH", f"PLAIN {initial_response}"), wanted=235)
    elif "LOGIN" in mechanisms:
        expect(*client.docmd("AUTH", "LOGIN"), wanted=334)
        expect(*client.docmd(_base64(name)), wanted=334)
        expect(*client.docmd(_base64(password)), wanted=235)
    elif "CRAM-MD5" in mechanisms:
        # Last: servers offer it, but cannot check it if they keep a hash of the password.
        code, challenge = client.docmd("AUTH", "CRAM-MD5")
        expect(code, challenge, wanted=334)
        digest = hmac.new(password.encode(), base64.b64decode(challenge), "md5").hexdigest()
        expect(*client.docmd(_base64(f"{name} {digest}")), wanted=235)
    else:
        # Many servers offer AUTH only after STARTTLS, to protect passwords (RFC 4954 section 4).
        starttls_needed = not encrypted and client.has_extn("starttls")
        raise (EncryptionRequired if starttls_needed else SignInNotAllowed)(", ".join(mechanisms), **connection.facts)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
