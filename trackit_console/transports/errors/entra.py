"""Errors of signing in an app registration with Microsoft Entra. `entra_refusals` maps Microsoft's codes to them.

Numbers from Microsoft's "Microsoft Entra authentication and authorization error codes". The detail of each error has
Microsoft's own words, with the Trace ID that its support asks for.
"""

from __future__ import annotations

from trackit_console.transports.errors.base import TransportError
from trackit_console.transports.steps import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class EntraError(TransportError):
    """Base class: the sign-in failed, and will fail again until an administrator changes something."""

    default_step = StepName.SIGN_IN
    authentication = True


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


class AppNotFound(EntraError):
    """The tenant has no such app (AADSTS700016)."""

    code = "app_not_found"
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft Entra knows no app {application} in the directory {tenant}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Compare Application (Client) ID and Directory (Tenant) ID with the overview page of the app registration: "
        "they may come from two organizations, or the IDs were mixed up.",
    )


class TenantNotFound(EntraError):
    """There is no such tenant in this cloud (AADSTS90002)."""

    code = "tenant_not_found"
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft Entra knows no directory {tenant}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Compare Directory (Tenant) ID with the overview page of the app registration. If it is right, the "
        "organization is in another cloud: choose it under Cloud.",
    )


class AppDisabled(EntraError):
    """The enterprise application was switched off (AADSTS7000112)."""

    code = "app_disabled"
    sentence = QT_TRANSLATE_NOOP("transports", "The app {application} is disabled.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "In Microsoft Entra: Enterprise applications > your app > Properties > Enabled for users to sign-in: Yes.",
    )


class ConsentMissing(EntraError):
    """No administrator has granted the app's permissions (AADSTS65001)."""

    code = "consent_missing"
    sentence = QT_TRANSLATE_NOOP("transports", "Nobody has granted the app {application} its permissions.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "In Microsoft Entra: App registrations > your app > API permissions > Grant admin consent. It takes effect "
        "within minutes.",
    )


class ApiPermissionMissing(EntraError):
    """The app does not ask for a permission of this service (AADSTS650056, AADSTS65005)."""

    code = "api_permission_missing"
    sentence = QT_TRANSLATE_NOOP("transports", "The app {application} has no permission for {resource}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "In Microsoft Entra: App registrations > your app > API permissions > Add a permission > Application "
        "permissions. Then grant admin consent.",
    )


class ServiceNotInTenant(EntraError):
    """The tenant has no such service (AADSTS500011, AADSTS650052)."""

    code = "service_not_in_tenant"
    sentence = QT_TRANSLATE_NOOP("transports", "The directory {tenant} has no service {resource}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Check that the organization has a subscription with Exchange Online and that Cloud is right. For a cloud "
        "under Other, check its addresses.",
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


class ClockWrong(EntraError):
    """The assertion is not within its time range (AADSTS500133)."""

    code = "clock_wrong"
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft Entra says that this computer's clock is wrong.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Set this computer's time and time zone, then test again. Windows: Settings > Time & language > Sync now.",
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


class TenantIdNeeded(EntraError):
    """The app belongs to one tenant, but the sign-in named none (AADSTS50194)."""

    code = "tenant_id_needed"
    sentence = QT_TRANSLATE_NOOP("transports", "The app {application} can only sign in to its own directory.")
    remedy = QT_TRANSLATE_NOOP("transports", "Enter the Directory (Tenant) ID of the organization that registered the app.")


class WrongCloud(EntraError):
    """The tenant is in another national cloud (AADSTS90038)."""

    code = "wrong_cloud"
    sentence = QT_TRANSLATE_NOOP("transports", "The directory {tenant} belongs to another cloud of Microsoft.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Choose the cloud of your organization under Cloud: US Government organizations of GCC use Worldwide, GCC "
        "High and DoD have their own.",
    )


class BlockedByConditionalAccess(EntraError):
    """A policy for workload identities blocks the app (AADSTS53003)."""

    code = "conditional_access"
    sentence = QT_TRANSLATE_NOOP("transports", "A Conditional Access policy blocks the sign-in of the app {application}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Ask the administrator of Microsoft Entra to exclude the app from the policy, or to allow the address of "
        "this computer. The sign-in log of the app names the policy.",
    )


class UserNotFound(EntraError):
    """The directory has no such user (AADSTS50034)."""

    code = "user_not_found"
    sentence = QT_TRANSLATE_NOOP("transports", "The directory {tenant} has no user {account}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Check the address of the account. A guest or an address of another organization cannot be used.",
    )


class MultiFactorNeeded(EntraError):
    """The account must confirm its sign-in (AADSTS50076)."""

    code = "multi_factor_needed"
    sentence = QT_TRANSLATE_NOOP(
        "transports",
        "The account must confirm its sign-in with a second factor, which a program cannot do.",
    )
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Use Microsoft 365 with OAuth, where the app signs in by itself and not as this person.",
    )


class SignInLoop(EntraError):
    """Too many equal requests (AADSTS50196)."""

    code = "sign_in_loop"
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft Entra stopped the app {application} because it signed in too often.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Wait some minutes. If it stays so, another program probably signs in with the same app again and again.",
    )


class ScopeRefused(EntraError):
    """The scope is not valid (AADSTS70011)."""

    code = "scope_refused"
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft Entra does not know the service {resource} that the app asks for.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Check Cloud, and for Other the Graph Address: it must be the address of Microsoft Graph without a path.",
    )


class ServicePrincipalMissing(EntraError):
    """The app was never used in this tenant (AADSTS7000229)."""

    code = "service_principal_missing"
    sentence = QT_TRANSLATE_NOOP("transports", "The directory {tenant} has no enterprise application for the app {application}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "In Microsoft Entra: App registrations > your app > API permissions > Grant admin consent. It creates the "
        "enterprise application.",
    )


class EntraRefused(EntraError):
    """Entra refused for a reason that is not in our table."""

    code = "entra_refused"
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft Entra refused the sign-in of the app {application}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "The details show Microsoft's own words. Search for the number after AADSTS on the page Microsoft Entra "
        "error codes, or show them to the administrator of Microsoft Entra.",
    )
