"""Errors of signing in. `imap_refusals`, `pop3_refusals` and `smtp_refusals` map a server's text to them.

`authentication` marks those that a new attempt with the same settings cannot fix (MON-04): retrying may lock the account.
"""

from __future__ import annotations

from trackit_console.transports.errors.base import TransportError
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class SignInRefused(TransportError):
    """The server refused the name or the password (RFC 3501 section 6.2, RFC 5530). A retry at once may lock the account."""

    code = "wrong_password"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} refused the user name or the password of {account}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Type the password again. Gmail and others need an app password. Check that IMAP or POP3 (outgoing: SMTP) is allowed "
        "for the account.",
    )


class PasswordMissing(TransportError):
    """No password is stored."""

    code = "password_missing"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "No password is stored for {account}.")
    remedy = QT_TRANSLATE_NOOP("transports", "Edit the account and enter its password.")


class AppPasswordNeeded(TransportError):
    """The provider requires an app password instead of the account's password."""

    code = "app_password_needed"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} wants an app password for {account}, not the account's own password.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Make an app password (or authorization code) in the provider's security settings and enter it here."
    )


class WebLoginRequired(TransportError):
    """The provider requires a sign-in in a browser first."""

    code = "web_login_required"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} wants {account} to be confirmed in a web browser first.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Sign in to the provider's web page with this account, confirm what it asks, then test again."
    )


class BasicAuthOff(TransportError):
    """The provider no longer allows sign-in with a password (Exchange Online: BasicAuthBlocked, 5.7.30)."""

    code = "basic_auth_off"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} no longer lets accounts sign in by user name and password.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "A new password does not help. Use the type Microsoft 365 with OAuth for this account."
    )


class SmtpAuthOff(TransportError):
    """SMTP AUTH is switched off for the tenant or the mailbox (Exchange Online: 5.7.139)."""

    code = "smtp_auth_off"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "Authenticated SMTP is switched off for {account} or its organization.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "In the Microsoft 365 admin center turn on Authenticated SMTP for the user (Mail, Manage email apps), or send by "
        "Microsoft 365 with OAuth.",
    )


class SignInBlockedByPolicy(TransportError):
    """A policy of the organization blocks this way of signing in; the password may be right."""

    code = "sign_in_blocked_by_policy"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "A security rule of the organization keeps {account} from signing in.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Ask who looks after security defaults and conditional access to allow this sign-in, or use OAuth."
    )


class PasswordExpired(TransportError):
    """The password has expired and must be changed (RFC 5530: EXPIRED)."""

    code = "password_expired"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "The password of {account} has expired.")
    remedy = QT_TRANSLATE_NOOP("transports", "Set a new password at the mail server, then enter it here.")


class AccountLocked(TransportError):
    """The account is locked or disabled (RFC 5530: CONTACTADMIN; RFC 5248: X.7.13)."""

    code = "account_locked"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} has locked or disabled the account {account}.")
    remedy = QT_TRANSLATE_NOOP("transports", "Have the account unlocked by whoever looks after the mail server. See the details.")


class ProtocolNotAllowed(TransportError):
    """The password is right, but the account may not use this protocol (RFC 5530: AUTHORIZATIONFAILED)."""

    code = "protocol_not_allowed"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not let {account} use this kind of access.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Switch on IMAP or POP3 (outgoing: SMTP) for the account in the provider's settings, and check its license and rights.",
    )


class SignInNotAllowed(TransportError):
    """The server accepts no password on this connection, or none at all (LOGINDISABLED, PRIVACYREQUIRED)."""

    code = "sign_in_not_allowed"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not accept a user name and password on this connection.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Turn on Use SSL or STARTTLS. If it is on, sign-in by password is switched off at the server."
    )


class EncryptionRequired(TransportError):
    """The server accepts neither passwords nor mail without encryption (RFC 3207 section 4, RFC 4954 section 6: 530, 538)."""

    code = "encryption_required"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} takes passwords and mail on an encrypted connection only.")
    remedy = QT_TRANSLATE_NOOP("transports", "Choose SSL/TLS (port 587) or SSL (port 465) as Security Type.")


class SignInRequired(TransportError):
    """The server accepts no mail before sign-in (RFC 4954 section 6)."""

    code = "sign_in_required"
    default_step = StepName.SIGN_IN
    sentence = QT_TRANSLATE_NOOP("transports", "{server} asks for a user name and password before it takes mail.")
    remedy = QT_TRANSLATE_NOOP("transports", "Turn on SMTP requires authentication, and enter user account name and password.")


class AccountBusy(TransportError):
    """The account has too many connections."""

    code = "account_busy"
    default_step = StepName.SIGN_IN
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} allows no further connection of {account} now.")
    remedy = QT_TRANSLATE_NOOP("transports", "Close other programs that read this mailbox. It is tried again by itself.")


class TokenRefused(TransportError):
    """The mail server does not let the app registration into the mailbox, although its token is good."""

    code = "token_refused"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not let the app into the mailbox {account}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "In Microsoft Entra the app needs the application permission IMAP.AccessAsApp of Office 365 Exchange Online, with admin "
        "consent. In Exchange Online PowerShell it needs New-ServicePrincipal with the object ID of the enterprise application, and "
        "Add-MailboxPermission with FullAccess to this mailbox.",
    )


class TokenSignInMissing(TransportError):
    """The mail server offers no sign-in with a token (XOAUTH2)."""

    code = "token_sign_in_missing"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} offers no sign-in for an app (XOAUTH2).")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Check the server's name: that of Exchange Online is outlook.office365.com. For another server choose Password under "
        "Authentication.",
    )
