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


class CertificateUntrusted(TlsFailed):
    """The chain ends at an authority that this computer does not trust."""

    code = "certificate_untrusted"
    sentence = QT_TRANSLATE_NOOP(
        "transports", "The certificate of {server} comes from an authority that this computer does not trust. {certificate}"
    )
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Choose the authority's file under Certificate Authority File, or have it added to this computer's store."
    )


class CertificateSelfSigned(CertificateUntrusted):
    """The certificate is self-signed."""

    code = "certificate_self_signed"
    sentence = QT_TRANSLATE_NOOP("transports", "The certificate of {server} is signed by the server itself. {certificate}")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "If it is your server, compare the fingerprint and enter it as Pinned Certificate; otherwise do not connect.",
    )


class CertificateExpired(TlsFailed):
    """The certificate has expired."""

    code = "certificate_expired"
    sentence = QT_TRANSLATE_NOOP("transports", "The certificate of {server} has expired. {certificate}")
    remedy = QT_TRANSLATE_NOOP("transports", "It must be renewed at the mail server. Check this computer's clock as well.")


class CertificateNotYetValid(TlsFailed):
    """The certificate is not valid yet."""

    code = "certificate_not_yet_valid"
    sentence = QT_TRANSLATE_NOOP("transports", "The certificate of {server} is not valid yet. {certificate}")
    remedy = QT_TRANSLATE_NOOP("transports", "Check the clock of this computer.")


class CertificateWrongName(TlsFailed):
    """The certificate is for another host name."""

    code = "certificate_wrong_name"
    sentence = QT_TRANSLATE_NOOP("transports", "The certificate is not for {server}. {certificate}")
    remedy = QT_TRANSLATE_NOOP("transports", "Enter the server by the name in its certificate.")


class CertificateWrongPurpose(TlsFailed):
    """The certificate is not meant for server authentication."""

    code = "certificate_wrong_purpose"
    sentence = QT_TRANSLATE_NOOP("transports", "The certificate of {server} was not issued for a server. {certificate}")
    remedy = QT_TRANSLATE_NOOP("transports", "The mail server needs a certificate for server authentication.")


class CertificateTooWeak(TlsFailed):
    """The key or the signature is too weak."""

    code = "certificate_too_weak"
    sentence = QT_TRANSLATE_NOOP("transports", "The certificate of {server} is too weak: {weakness}. {certificate}")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "The mail server needs a new certificate: RSA with 2048 bits or more, or ECDSA, signed with SHA-256."
    )


class CertificateNotPinned(TlsFailed):
    """The certificate is not the pinned one."""

    code = "certificate_not_pinned"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} shows another certificate than the pinned one. {certificate}")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "If it was renewed, compare the new fingerprint with the server's and enter it as Pinned Certificate."
    )


class CaFileUnreadable(TlsFailed):
    """The file with additional authorities cannot be used."""

    code = "ca_file_unreadable"
    sentence = QT_TRANSLATE_NOOP("transports", "The Certificate Authority File {file} cannot be read.")
    remedy = QT_TRANSLATE_NOOP("transports", "Choose a file with certificates in PEM form.")
