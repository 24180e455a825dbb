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
    |                    SignInRequired, TokenRefused, TokenSignInMissing
    |   +-- EWS          EwsUrlWrong, EwsRedirected, EwsPageInstead, EwsPasswordRefused, BasicSignInNotOffered, EwsTokenRefused,
    |                    EwsBlocked, EwsForbidden, EwsAppRightMissing, ImpersonationDenied, EwsNoMailboxRights,
    |                    EwsMailboxNotFound
    |   +-- EntraError   one for each thing that an administrator must change (`errors.entra`)
    +-- folder      FolderMissing, FolderRefused, FolderReadOnly, FolderInUse
    +-- GraphError  one for each thing that Microsoft 365 may refuse (`errors.graph`)
    +-- closing     DeletionNotConfirmed
    +-- SQL Server  InstanceNotFound, BrowserSilent, NotASqlServer, EncryptionNotOffered
    +-- send        SenderRefused, MessageRefused (MessageTooLarge), Greylisted, SendingLimitReached
    |   +-- RecipientRefused (RelayDenied, RecipientMailboxFull, AddressNeedsUtf8)
    +-- any phase   ServerBusy, ServerRefused, AccountThrottled, TimedOut, ConnectionLost, ProtocolBroken, Cancelled,
                    WebPageInstead, AnswerIncomplete

`authentication` marks those that count as a failed sign-in (MON-04) and are not retried at once, `transient` those that
usually go away by themselves, `about_message` those that a change of the account does not mend. The modules that call a library map its exceptions to these.
"""

from trackit_console.transports.errors.answering import AnswerIncomplete, ProtocolBroken, WebPageInstead
from trackit_console.transports.errors.any_phase import (
    AccountThrottled,
    Cancelled,
    ConnectionLost,
    ServerBusy,
    ServerRefused,
    TimedOut,
)
from trackit_console.transports.errors.base import RefusedRecipient, TransportError
from trackit_console.transports.errors.certificates import (
    CaFileUnreadable,
    CertificateExpired,
    CertificateNotPinned,
    CertificateNotYetValid,
    CertificateSelfSigned,
    CertificateTooWeak,
    CertificateUntrusted,
    CertificateWrongName,
    CertificateWrongPurpose,
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
    AppDisabled,
    AppNotFound,
    EntraError,
    EntraRefused,
    TenantIdNeeded,
    TenantNotFound,
    WrongCloud,
)
from trackit_console.transports.errors.entra_credentials import (
    ClientCertificateNotAccepted,
    ClientCertificateUnusable,
    ClientSecretExpired,
    CredentialMissing,
    PublicClient,
    WrongClientSecret,
)
from trackit_console.transports.errors.entra_permissions import (
    ApiPermissionMissing,
    ConsentMissing,
    ScopeRefused,
    ServiceNotInTenant,
    ServicePrincipalMissing,
)
from trackit_console.transports.errors.entra_rules import (
    BlockedByConditionalAccess,
    ClockWrong,
    MultiFactorNeeded,
    SignInLoop,
    UserNotFound,
)
from trackit_console.transports.errors.ews import (
    BasicSignInNotOffered,
    EwsBlocked,
    EwsPageInstead,
    EwsPasswordRefused,
    EwsRedirected,
    EwsTokenRefused,
    EwsUrlWrong,
)
from trackit_console.transports.errors.ews_rights import (
    EwsAppRightMissing,
    EwsForbidden,
    EwsMailboxNotFound,
    EwsNoMailboxRights,
    ImpersonationDenied,
)
from trackit_console.transports.errors.graph import (
    AccessPolicyExcludes,
    GraphError,
    GraphRefused,
    MailboxAccessDenied,
    MailboxNeverOpened,
    MailboxNotEnabled,
    MailboxNotFound,
    OnlineMailboxFull,
    PermissionMissing,
    ServiceNotInCloud,
    SubmissionBlocked,
    TokenNotAccepted,
)
from trackit_console.transports.errors.opening import (
    FolderInUse,
    FolderMissing,
    FolderReadOnly,
    FolderRefused,
)
from trackit_console.transports.errors.securing import (
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
    AddressNeedsUtf8,
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
    TokenRefused,
    TokenSignInMissing,
    WebLoginRequired,
)
from trackit_console.transports.errors.sql_server import BrowserSilent, EncryptionNotOffered, InstanceNotFound, NotASqlServer

__all__ = [
    "AccessPolicyExcludes",
    "AccountBusy",
    "AccountLocked",
    "AccountThrottled",
    "AddressNeedsUtf8",
    "AnswerIncomplete",
    "ApiPermissionMissing",
    "AppDisabled",
    "AppNotFound",
    "AppPasswordNeeded",
    "BasicAuthOff",
    "BasicSignInNotOffered",
    "BlockedByConditionalAccess",
    "BrowserSilent",
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
    "EncryptionNotOffered",
    "EncryptionRequired",
    "EntraError",
    "EntraRefused",
    "EwsAppRightMissing",
    "EwsBlocked",
    "EwsForbidden",
    "EwsMailboxNotFound",
    "EwsNoMailboxRights",
    "EwsPageInstead",
    "EwsPasswordRefused",
    "EwsRedirected",
    "EwsTokenRefused",
    "EwsUrlWrong",
    "FolderInUse",
    "FolderMissing",
    "FolderReadOnly",
    "FolderRefused",
    "GraphError",
    "GraphRefused",
    "Greylisted",
    "ImpersonationDenied",
    "InstanceNotFound",
    "MailboxAccessDenied",
    "MailboxNeverOpened",
    "MailboxNotEnabled",
    "MailboxNotFound",
    "MessageRefused",
    "MessageTooLarge",
    "MultiFactorNeeded",
    "NameNotFound",
    "NameServerSilent",
    "NoCommonCipher",
    "NotASqlServer",
    "OnlineMailboxFull",
    "PasswordExpired",
    "PasswordMissing",
    "PermissionMissing",
    "ProtocolBroken",
    "ProtocolNotAllowed",
    "ProxyRefused",
    "PublicClient",
    "RecipientMailboxFull",
    "RecipientRefused",
    "RefusedRecipient",
    "RelayDenied",
    "ScopeRefused",
    "SenderRefused",
    "SendingLimitReached",
    "ServerBusy",
    "ServerRefused",
    "ServiceNotInCloud",
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
    "SubmissionBlocked",
    "TenantIdNeeded",
    "TenantNotFound",
    "TimedOut",
    "TlsClosed",
    "TlsExpected",
    "TlsFailed",
    "TlsNotSpoken",
    "TlsTooOld",
    "TokenNotAccepted",
    "TokenRefused",
    "TokenSignInMissing",
    "TransportError",
    "Unreachable",
    "UserNotFound",
    "WebLoginRequired",
    "WebPageInstead",
    "WrongClientSecret",
    "WrongCloud",
    "WrongProtocol",
]
