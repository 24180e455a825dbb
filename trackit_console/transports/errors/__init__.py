"""What can go wrong on the way to a mail server, named by phase and by what the caller does next.

    TransportError
    +-- resolve     NameNotFound, NameServerSilent
    +-- connect     ConnectRefused, Unreachable, ConnectTimedOut
    +-- tls         TlsFailed
    |   |           +-- CertificateUntrusted, CertificateSelfSigned, CertificateExpired, CertificateNotYetValid
    |   |           +-- CertificateWrongName, CertificateNotPinned, CaFileUnreadable
    |   +--         TlsNotSpoken, TlsTooOld, StartTlsMissing
    +-- sign_in     SignInRefused, PasswordMissing, SignInNotAllowed, SignInRequired, AccountBusy
    +-- folder      FolderMissing, FolderReadOnly
    +-- send        SenderRefused, RecipientRefused, MessageRefused
    +-- any phase   ServerBusy, ServerRefused, TimedOut, ConnectionLost, ProtocolBroken, Cancelled, NotInThisVersion

`authentication` marks those that count as a failed sign-in (MON-04) and are not tried again at once; `transient` those
that usually pass by themselves. Which foreign exception becomes which of these is decided where the library is called.
"""

from __future__ import annotations

from typing import ClassVar

from trackit_console.transports.steps import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem


class TransportError(Problem):
    """Base. `step` is the phase it happened in; a class that may happen in any phase gets it when it is raised."""

    context = "transports"
    default_step: ClassVar[StepName] = StepName.CONNECT
    authentication: ClassVar[bool] = False
    transient: ClassVar[bool] = False

    def __init__(self, detail: str = "", *, step: StepName | None = None, **facts: object) -> None:
        super().__init__(detail, **facts)
        self.step = step or self.default_step


class NameNotFound(TransportError):
    """The name server knows no such host."""

    code = "name_not_found"
    default_step = StepName.RESOLVE
    sentence = QT_TRANSLATE_NOOP("transports", "There is no server of the name {server}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Check the spelling of the server name, and that this computer can reach its name server."
    )


class NameServerSilent(TransportError):
    """The name could not be looked up; that says nothing about the name."""

    code = "name_server_silent"
    default_step = StepName.RESOLVE
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "The name server did not say where {server} is.")
    remedy = QT_TRANSLATE_NOOP("transports", "Check this computer's network connection. It is tried again by itself.")


class ConnectRefused(TransportError):
    """The host answers, but nothing listens on the port."""

    code = "connection_refused"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not accept connections on port {port}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Check the port and whether it goes with Use SSL. Ask whether the service is switched on there."
    )


class Unreachable(TransportError):
    """There is no way to the host."""

    code = "unreachable"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} cannot be reached from this computer.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Check the network connection and the firewall between this computer and the mail server."
    )


class ConnectTimedOut(TransportError):
    """Nothing came back, not even a refusal."""

    code = "connect_timed_out"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} did not answer on port {port} within {seconds} seconds.")
    remedy = QT_TRANSLATE_NOOP("transports", "Check server and port. A firewall that drops connections looks like this.")


class TlsFailed(TransportError):
    """The secure connection could not be made."""

    code = "tls_failed"
    default_step = StepName.TLS
    sentence = QT_TRANSLATE_NOOP("transports", "No secure connection could be made with {server}.")
    remedy = QT_TRANSLATE_NOOP("transports", "Show the details to whoever looks after the mail server.")


class TlsNotSpoken(TlsFailed):
    """The port answers, but not with TLS."""

    code = "tls_not_spoken"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not speak SSL on port {port}.")
    remedy = QT_TRANSLATE_NOOP("transports", "Use the port for SSL (IMAP 993, SMTP 465), or clear Use SSL and choose STARTTLS.")


class TlsTooOld(TlsFailed):
    """The server offers nothing newer than TLS 1.1 (SEC-01)."""

    code = "tls_too_old"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} only offers versions of TLS that are no longer safe.")
    remedy = QT_TRANSLATE_NOOP("transports", "TLS 1.2 or newer must be switched on at the mail server.")


class StartTlsMissing(TlsFailed):
    """The server does not offer STARTTLS; nothing was sent in clear."""

    code = "starttls_missing"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not offer STARTTLS on port {port}.")
    remedy = QT_TRANSLATE_NOOP("transports", "Use SSL from the start, with its own port. The password was not sent.")


class CertificateUntrusted(TlsFailed):
    """The chain ends at an authority that is not trusted here."""

    code = "certificate_untrusted"
    sentence = QT_TRANSLATE_NOOP(
        "transports", "The certificate of {server} comes from an authority that this computer does not trust. {certificate}"
    )
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Choose the authority's file under Certificate Authority File, or have it added to this computer's store."
    )


class CertificateSelfSigned(CertificateUntrusted):
    """The server vouches for itself."""

    code = "certificate_self_signed"
    sentence = QT_TRANSLATE_NOOP("transports", "The certificate of {server} is signed by the server itself. {certificate}")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "If it is your server, compare the fingerprint and enter it as Pinned Certificate; otherwise do not connect.",
    )


class CertificateExpired(TlsFailed):
    """The certificate's time is over."""

    code = "certificate_expired"
    sentence = QT_TRANSLATE_NOOP("transports", "The certificate of {server} has expired. {certificate}")
    remedy = QT_TRANSLATE_NOOP("transports", "It must be renewed at the mail server. Check this computer's clock as well.")


class CertificateNotYetValid(TlsFailed):
    """The certificate's time has not come yet."""

    code = "certificate_not_yet_valid"
    sentence = QT_TRANSLATE_NOOP("transports", "The certificate of {server} is not valid yet. {certificate}")
    remedy = QT_TRANSLATE_NOOP("transports", "Check the clock of this computer.")


class CertificateWrongName(TlsFailed):
    """The certificate belongs to another name."""

    code = "certificate_wrong_name"
    sentence = QT_TRANSLATE_NOOP("transports", "The certificate is not for {server}. {certificate}")
    remedy = QT_TRANSLATE_NOOP("transports", "Enter the server by the name in its certificate.")


class CertificateNotPinned(TlsFailed):
    """Another certificate than the pinned one."""

    code = "certificate_not_pinned"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} shows another certificate than the pinned one. {certificate}")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "If it was renewed, compare the new fingerprint with the server's and enter it as Pinned Certificate."
    )


class CaFileUnreadable(TlsFailed):
    """The file with further authorities cannot be used."""

    code = "ca_file_unreadable"
    sentence = QT_TRANSLATE_NOOP("transports", "The Certificate Authority File {file} cannot be read.")
    remedy = QT_TRANSLATE_NOOP("transports", "Choose a file with certificates in PEM form.")


class SignInRefused(TransportError):
    """The server answered, and said no (RFC 3501 section 6.2, RFC 5530). Not retried at once: accounts get locked."""

    code = "wrong_password"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} refused the user name or the password of {account}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Type the password again. Gmail and others need an app password. Check that IMAP is allowed for the account.",
    )


class PasswordMissing(TransportError):
    """There is no password to sign in with."""

    code = "password_missing"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "No password is stored for {account}.")
    remedy = QT_TRANSLATE_NOOP("transports", "Edit the account and enter its password.")


class SignInNotAllowed(TransportError):
    """The server takes no password here: not on this connection, or not at all (LOGINDISABLED, PRIVACYREQUIRED)."""

    code = "sign_in_not_allowed"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not accept a user name and password on this connection.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Turn on Use SSL or STARTTLS. If it is on, sign-in by password is switched off at the server."
    )


class SignInRequired(TransportError):
    """The server takes nothing from somebody who has not signed in (RFC 4954 section 6)."""

    code = "sign_in_required"
    default_step = StepName.SIGN_IN
    sentence = QT_TRANSLATE_NOOP("transports", "{server} asks for a user name and password before it takes mail.")
    remedy = QT_TRANSLATE_NOOP("transports", "Turn on SMTP requires authentication, and enter user account name and password.")


class AccountBusy(TransportError):
    """Too many connections of this account, or the mailbox is in use."""

    code = "account_busy"
    default_step = StepName.SIGN_IN
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} allows no further connection of {account} now.")
    remedy = QT_TRANSLATE_NOOP("transports", "Close other programs that read this mailbox. It is tried again by itself.")


class FolderMissing(TransportError):
    """There is no such folder."""

    code = "folder_missing"
    default_step = StepName.FOLDER
    sentence = QT_TRANSLATE_NOOP("transports", "The mailbox of {account} has no folder {folder}.")
    remedy = QT_TRANSLATE_NOOP("transports", "Check the name of the folder under More settings. The usual one is INBOX.")


class FolderReadOnly(TransportError):
    """Messages of the folder can be read, but not marked, moved or deleted."""

    code = "folder_read_only"
    default_step = StepName.FOLDER
    sentence = QT_TRANSLATE_NOOP("transports", "{account} may only read the folder {folder}.")
    remedy = QT_TRANSLATE_NOOP("transports", "The account needs the right to change and delete messages in this folder.")


class SenderRefused(TransportError):
    """The server does not let this account send from this address."""

    code = "sender_refused"
    default_step = StepName.SEND
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not let mail be sent from {sender}.")
    remedy = QT_TRANSLATE_NOOP("transports", "Use an address that the outgoing account owns as From Address.")


class RecipientRefused(TransportError):
    """The server does not take mail for this address."""

    code = "recipient_refused"
    default_step = StepName.SEND
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not take mail for {recipient}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Check the address. If it is outside of your domain, the outgoing server may need you to sign in."
    )


class MessageRefused(TransportError):
    """The server took the addresses, but not the message."""

    code = "message_refused"
    default_step = StepName.SEND
    sentence = QT_TRANSLATE_NOOP("transports", "{server} refused the message.")
    remedy = QT_TRANSLATE_NOOP("transports", "Show the details to whoever looks after the mail server.")


class ServerBusy(TransportError):
    """The server says that it cannot now."""

    code = "server_busy"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} is busy and asks to come back later.")
    remedy = QT_TRANSLATE_NOOP("transports", "Nothing needs to be done: it is tried again by itself.")


class ServerRefused(TransportError):
    """The server hangs up on this computer, whoever signs in."""

    code = "server_refused"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} refuses to talk to this computer.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Show the details to whoever looks after the mail server: this computer's address may be blocked."
    )


class TimedOut(TransportError):
    """The server stopped answering."""

    code = "timed_out"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} stopped answering.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "It is tried again by itself. If it stays so, look at the mail server's load and the network."
    )


class ConnectionLost(TransportError):
    """The connection ended in the middle."""

    code = "connection_lost"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "The connection with {server} was lost.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "It is tried again by itself. If it stays so, look at the mail server and the network."
    )


class ProtocolBroken(TransportError):
    """What came back is not what the protocol allows, or the server refused a command that it must know."""

    code = "protocol_broken"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} gave an answer that cannot be understood.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Check that server and port belong to a mail server of this type. The details show what it said."
    )


class Cancelled(TransportError):
    """Somebody ended it."""

    code = "cancelled"
    sentence = QT_TRANSLATE_NOOP("transports", "Cancelled.")
    remedy = ""


class NotInThisVersion(TransportError):
    """A mailbox or account of a type that can be kept, but not used yet."""

    code = "not_in_this_version"
    sentence = QT_TRANSLATE_NOOP("transports", "Accounts of type {type} cannot be used in this version yet.")
    remedy = QT_TRANSLATE_NOOP("transports", "The settings can be kept, with the mailbox disabled. Use IMAP meanwhile.")
