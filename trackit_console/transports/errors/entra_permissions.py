"""Errors of what an app registration may do in a directory: permissions, consent, services."""

from __future__ import annotations

from trackit_console.transports.errors.entra import EntraError
from trackit_console.user_messages import QT_TRANSLATE_NOOP


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


class ScopeRefused(EntraError):
    """The scope is not valid (AADSTS70011)."""

    code = "scope_refused"
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft Entra does not know the service {resource} that the app asks for.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Check Cloud, and for Other the Graph Address: it must be the address of Microsoft Graph without a path.",
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


class ServicePrincipalMissing(EntraError):
    """The app was never used in this tenant (AADSTS7000229)."""

    code = "service_principal_missing"
    sentence = QT_TRANSLATE_NOOP("transports", "The directory {tenant} has no enterprise application for the app {application}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "In Microsoft Entra: App registrations > your app > API permissions > Grant admin consent. It creates the "
        "enterprise application.",
    )
