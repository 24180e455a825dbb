"""The errors of connecting to and using a mail server, by phase and by what the caller does next.

    TransportError
    +-- resolve     NameNotFound, NameServerSilent
    +-- connect     ConnectRefused, Unreachable, ConnectTimedOut, WrongProtocol, TlsExpected
    +-- tls         TlsFailed
    |   +-- handshake    TlsNotSpoken, TlsClosed, TlsTooOld, NoCommonCipher, ClientCertificateWanted
    |   +-- STARTTLS     StartTlsMissing, StartTlsRefused
    |   +-- certificate  CertificateUntrusted (CertificateSelfSigned), CertificateExpired, CertificateNotYetValid,
    |                    CertificateWrongName, CertificateWrongPurpose, CertificateTooWeak, CertificateNotPinned,
    |                    CaFileUnreadable
    +-- sign_in
    |   +-- password     SignInRefused, PasswordMissing, AppPasswordNeeded, PasswordExpired
    |   +-- account      AccountLocked, ProtocolNotAllowed, AccountBusy, WebLoginRequired
    |   +-- rules        BasicAuthOff, SmtpAuthOff, SignInBlockedByPolicy, SignInNotAllowed, EncryptionRequired,
    |                    SignInRequired
    +-- folder      FolderMissing, FolderRefused, FolderReadOnly, FolderInUse
    +-- closing     DeletionNotConfirmed
    +-- send        SenderRefused, MessageRefused (MessageTooLarge), Greylisted, SendingLimitReached
    |   +-- RecipientRefused (RelayDenied, RecipientMailboxFull)
    +-- any phase   ServerBusy, ServerRefused, AccountThrottled, TimedOut, ConnectionLost, ProtocolBroken, Cancelled,
                    NotInThisVersion

`authentication` marks those that count as a failed sign-in (MON-04) and are not retried at once, `transient` those that
usually go away by themselves. The modules that call a library map its exceptions to these.
"""

from trackit_console.transports.errors.base import (
    AccountThrottled,
    Cancelled,
    ConnectionLost,
    NotInThisVersion,
    ProtocolBroken,
    ServerBusy,
    ServerRefused,
    TimedOut,
    TransportError,
)
from trackit_console.transports.errors.closing import DeletionNotConfirmed
from trackit_console.transports.errors.connecting import (
    ConnectRefused,
    ConnectTimedOut,
    NameNotFound,
    NameServerSilent,
    TlsExpected,
    Unreachable,
    WrongProtocol,
)
from trackit_console.transports.errors.opening import FolderInUse, FolderMissing, FolderReadOnly, FolderRefused
from trackit_console.transports.errors.securing import (
    CaFileUnreadable,
    CertificateExpired,
    CertificateNotPinned,
    CertificateNotYetValid,
    CertificateSelfSigned,
    CertificateTooWeak,
    CertificateUntrusted,
    CertificateWrongName,
    CertificateWrongPurpose,
    ClientCertificateWanted,
    NoCommonCipher,
    StartTlsMissing,
    StartTlsRefused,
    TlsClosed,
    TlsFailed,
    TlsNotSpoken,
    TlsTooOld,
)
from trackit_console.transports.errors.sending import (
    Greylisted,
    MessageRefused,
    MessageTooLarge,
    RecipientMailboxFull,
    RecipientRefused,
    RelayDenied,
    SenderRefused,
    SendingLimitReached,
)
from trackit_console.transports.errors.signing_in import (
    AccountBusy,
    AccountLocked,
    AppPasswordNeeded,
    BasicAuthOff,
    EncryptionRequired,
    PasswordExpired,
    PasswordMissing,
    ProtocolNotAllowed,
    SignInBlockedByPolicy,
    SignInNotAllowed,
    SignInRefused,
    SignInRequired,
    SmtpAuthOff,
    WebLoginRequired,
)

__all__ = [
    "AccountBusy",
    "AccountLocked",
    "AccountThrottled",
    "AppPasswordNeeded",
    "BasicAuthOff",
    "CaFileUnreadable",
    "Cancelled",
    "CertificateExpired",
    "CertificateNotPinned",
    "CertificateNotYetValid",
    "CertificateSelfSigned",
    "CertificateTooWeak",
    "CertificateUntrusted",
    "CertificateWrongName",
    "CertificateWrongPurpose",
    "ClientCertificateWanted",
    "ConnectRefused",
    "ConnectTimedOut",
    "ConnectionLost",
    "DeletionNotConfirmed",
    "EncryptionRequired",
    "FolderInUse",
    "FolderMissing",
    "FolderReadOnly",
    "FolderRefused",
    "Greylisted",
    "MessageRefused",
    "MessageTooLarge",
    "NameNotFound",
    "NameServerSilent",
    "NoCommonCipher",
    "NotInThisVersion",
    "PasswordExpired",
    "PasswordMissing",
    "ProtocolBroken",
    "ProtocolNotAllowed",
    "RecipientMailboxFull",
    "RecipientRefused",
    "RelayDenied",
    "SenderRefused",
    "SendingLimitReached",
    "ServerBusy",
    "ServerRefused",
    "SignInBlockedByPolicy",
    "SignInNotAllowed",
    "SignInRefused",
    "SignInRequired",
    "SmtpAuthOff",
    "StartTlsMissing",
    "StartTlsRefused",
    "TimedOut",
    "TlsClosed",
    "TlsExpected",
    "TlsFailed",
    "TlsNotSpoken",
    "TlsTooOld",
    "TransportError",
    "Unreachable",
    "WebLoginRequired",
    "WrongProtocol",
]
