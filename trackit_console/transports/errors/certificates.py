"""Errors of the certificate that a server presents (SEC-01, IN-09). They carry it."""

from __future__ import annotations

from trackit_console.transports.errors.securing import TlsFailed
from trackit_console.user_messages import QT_TRANSLATE_NOOP


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
        "If it is your server, compare the fingerprint, and trust the certificate in the connection test; otherwise do not connect.",
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
        "transports",
        "If it was renewed, compare the new fingerprint with the server's, and trust the new certificate in the connection test.",
    )


class CaFileUnreadable(TlsFailed):
    """The file with additional authorities cannot be used."""

    code = "ca_file_unreadable"
    sentence = QT_TRANSLATE_NOOP("transports", "The Certificate Authority File {file} cannot be read.")
    remedy = QT_TRANSLATE_NOOP("transports", "Choose a file with certificates in PEM form.")
