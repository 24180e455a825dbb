"""The errors of connecting to and using a mail server, by phase and by what the caller does next.

    TransportError
    +-- resolve     NameNotFound, NameServerSilent
    +-- connect     ConnectRefused, Unreachable, ConnectTimedOut, ProxyRefused, WrongProtocol, TlsExpected
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
    |   +-- EntraError   one for each thing that an administrator must change (`errors.entra`)
    +-- folder      FolderMissing, FolderRefused, FolderReadOnly, FolderInUse
    +-- closing     DeletionNotConfirmed
    +-- send        SenderRefused, MessageRefused (MessageTooLarge), Greylisted, SendingLimitReached
    |   +-- RecipientRefused (RelayDenied, RecipientMailboxFull)
    +-- any phase   ServerBusy, ServerRefused, AccountThrottled, TimedOut, ConnectionLost, ProtocolBroken, Cancelled,
                    WebPageInstead, AnswerIncomplete, NotInThisVersion

`authentication` marks those that count as a failed sign-in (MON-04) and are not retried at once, `transient` those that
usually go away by themselves. The modules that call a library map its exceptions to these.
"""

from trackit_console.transports.errors.base import (
    AccountThrottled,
    AnswerIncomplete,
    Cancelled,
    ConnectionLost,
    NotInThisVersion,
    ProtocolBroken,
    ServerBusy,
    ServerRefused,
    TimedOut,
    TransportError,
    WebPageInstead,
)
from trackit_console.transports.errors.closing import (
    DeletionNotConfirmed,
)
from trackit_console.transports.errors.connecting import (
    ConnectRefused,
    ConnectTimedOut,
    NameNotFound,
    NameServerSilent,
    ProxyRefused,
    TlsExpected,
    Unreachable,
    WrongProtocol,
)
from trackit_console.transports.errors.entra import (
    ApiPermissionMissing,
    AppDisabled,
    AppNotFound,
    BlockedByConditionalAccess,
    ClientCertificateNotAccepted,
    ClientCertificateUnusable,
    ClientSecretExpired,
    ClockWrong,
    ConsentMissing,
    CredentialMissing,
    EntraError,
    EntraRefused,
    MultiFactorNeeded,
    PublicClient,
    ScopeRefused,
    ServiceNotInTenant,
    ServicePrincipalMissing,
    SignInLoop,
    TenantIdNeeded,
    TenantNotFound,
    UserNotFound,
    WrongClientSecret,
    WrongCloud,
)
from trackit_console.transports.errors.opening import (
    FolderInUse,
    FolderMissing,
    FolderReadOnly,
    FolderRefused,
)
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
    "AnswerIncomplete",
    "ApiPermissionMissing",
    "AppDisabled",
    "AppNotFound",
    "AppPasswordNeeded",
    "BasicAuthOff",
    "BlockedByConditionalAccess",
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
    "ClientCertificateNotAccepted",
    "ClientCertificateUnusable",
    "ClientCertificateWanted",
    "ClientSecretExpired",
    "ClockWrong",
    "ConnectRefused",
    "ConnectTimedOut",
    "ConnectionLost",
    "ConsentMissing",
    "CredentialMissing",
    "DeletionNotConfirmed",
    "EncryptionRequired",
    "EntraError",
    "EntraRefused",
    "FolderInUse",
    "FolderMissing",
    "FolderReadOnly",
    "FolderRefused",
    "Greylisted",
    "MessageRefused",
    "MessageTooLarge",
    "MultiFactorNeeded",
    "NameNotFound",
    "NameServerSilent",
    "NoCommonCipher",
    "NotInThisVersion",
    "PasswordExpired",
    "PasswordMissing",
    "ProtocolBroken",
    "ProtocolNotAllowed",
    "ProxyRefused",
    "PublicClient",
    "RecipientMailboxFull",
    "RecipientRefused",
    "RelayDenied",
    "ScopeRefused",
    "SenderRefused",
    "SendingLimitReached",
    "ServerBusy",
    "ServerRefused",
    "ServiceNotInTenant",
    "ServicePrincipalMissing",
    "SignInBlockedByPolicy",
    "SignInLoop",
    "SignInNotAllowed",
    "SignInRefused",
    "SignInRequired",
    "SmtpAuthOff",
    "StartTlsMissing",
    "StartTlsRefused",
    "TenantIdNeeded",
    "TenantNotFound",
    "TimedOut",
    "TlsClosed",
    "TlsExpected",
    "TlsFailed",
    "TlsNotSpoken",
    "TlsTooOld",
    "TransportError",
    "Unreachable",
    "UserNotFound",
    "WebLoginRequired",
    "WebPageInstead",
    "WrongClientSecret",
    "WrongCloud",
    "WrongProtocol",
]
