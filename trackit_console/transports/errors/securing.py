"""Errors of encrypting a connection (SEC-01, IN-09). They carry the certificate that the server presented."""

from __future__ import annotations

from trackit_console.transports.certificate import Certificate
from trackit_console.transports.errors.base import TransportError
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class TlsFailed(TransportError):
    """The connection could not be encrypted.

    `certificate` is the one that the server presented, if that is the cause; sentences include its description.
    """

    code = "tls_failed"
    default_step = StepName.TLS
    sentence = QT_TRANSLATE_NOOP("transports", "No secure connection could be made with {server}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Show the details to whoever looks after the mail server: its TLS settings may be unusual."
    )

    def __init__(
        self, detail: str = "", *, step: StepName | None = None, certificate: Certificate | None = None, **facts: object
    ) -> None:
        super().__init__(detail, step=step, certificate=certificate.described if certificate else "", **facts)
        self.certificate = certificate


class TlsNotSpoken(TlsFailed):
    """The port answers, but does not speak TLS."""

    code = "tls_not_spoken"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not speak SSL on port {port}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Use the port for SSL (IMAP 993, POP3 995, SMTP 465), or clear Use SSL and choose STARTTLS."
    )


class TlsClosed(TlsFailed):
    """The server closed the connection during the handshake."""

    code = "tls_closed"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} ended the connection on port {port} when encryption was to begin.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Check the port first. A firewall, a load balancer without a server behind it, or a server that does not know this "
        "computer hangs up like this.",
    )


class TlsTooOld(TlsFailed):
    """The server offers nothing newer than TLS 1.1 (SEC-01)."""

    code = "tls_too_old"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} only offers versions of TLS that are no longer safe.")
    remedy = QT_TRANSLATE_NOOP("transports", "TLS 1.2 or newer must be switched on at the mail server.")


class NoCommonCipher(TlsFailed):
    """The server offers no cipher that is still considered safe here."""

    code = "tls_no_common_cipher"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} and this computer have no encryption method in common.")
    remedy = QT_TRANSLATE_NOOP("transports", "Current cipher suites (AES-GCM with ECDHE) must be switched on at the mail server.")


class ClientCertificateWanted(TlsFailed):
    """The server requires a client certificate."""

    code = "client_certificate_wanted"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} wants a certificate of this computer, and there is none to show.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Use a port of the mail server at which a user name and password are enough, or have the demand removed."
    )


class StartTlsMissing(TlsFailed):
    """The server does not offer STARTTLS; nothing was sent in clear."""

    code = "starttls_missing"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not offer STARTTLS on port {port}.")
    remedy = QT_TRANSLATE_NOOP("transports", "Use SSL from the start, with its own port. The password was not sent.")


class StartTlsRefused(TlsFailed):
    """The server supports STARTTLS, but it is temporarily unavailable (RFC 3207 section 4: 454)."""

    code = "starttls_refused"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} knows STARTTLS, but refused to begin with it.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "It is tried again by itself; the password was not sent. If it stays so, the mail server's certificate or key may be "
        "missing.",
    )
