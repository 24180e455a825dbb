"""Errors of what an app registration signs in with: its client secret or its certificate."""

from __future__ import annotations

from trackit_console.transports.errors.entra import EntraError
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class WrongClientSecret(EntraError):
    """The secret is none of the app's (AADSTS7000215)."""

    code = "wrong_client_secret"
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft Entra does not accept the client secret of the app {application}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Paste the secret's Value, not its Secret ID, and check that no character at the end is missing. Microsoft "
        "shows the Value once, right after it was created: make a new secret if you no longer have it.",
    )


class ClientSecretExpired(EntraError):
    """The secret's end date has passed (AADSTS7000222)."""

    code = "client_secret_expired"
    sentence = QT_TRANSLATE_NOOP("transports", "The client secret of the app {application} has expired.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "In Microsoft Entra: App registrations > your app > Certificates & secrets > New client secret. Enter its "
        "Value here, and the day on which it expires.",
    )


class ClientCertificateNotAccepted(EntraError):
    """The signature of the client assertion does not fit (AADSTS700027)."""

    code = "client_certificate_not_accepted"
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft Entra does not accept the certificate of the app {application}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "In Microsoft Entra: App registrations > your app > Certificates & secrets > Certificates. The thumbprint "
        "there must be the one that the mailbox's dialog shows; upload the public certificate (.cer) if it is not. "
        "Check that it has not expired.",
    )


class ClientCertificateUnusable(EntraError):
    """The certificate file cannot be read or used."""

    code = "client_certificate_unusable"
    sentence = QT_TRANSLATE_NOOP("transports", "The certificate of the app {application} cannot be used.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Edit the mailbox and choose its certificate file again: the dialog says what is wrong with it. It must "
        "exist on each computer that runs the monitor.",
    )


class CredentialMissing(EntraError):
    """Neither secret nor certificate is stored (also AADSTS7000218)."""

    code = "client_secret_missing"
    sentence = QT_TRANSLATE_NOOP("transports", "No client secret and no certificate is stored for the app {application}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Edit the mailbox and enter the client secret's Value, or choose a certificate file.",
    )


class PublicClient(EntraError):
    """A public client must not use a secret (AADSTS700025)."""

    code = "public_client"
    sentence = QT_TRANSLATE_NOOP("transports", "The app {application} is set up as a public client, which may not use a secret.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "In Microsoft Entra: App registrations > your app > Authentication > Allow public client flows: No.",
    )
