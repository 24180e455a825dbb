"""Errors of signing in an app registration with Microsoft Entra: which app, in which directory. `entra_refusals` maps to them.

Numbers from Microsoft's "Microsoft Entra authentication and authorization error codes". The detail of each error has
Microsoft's own words, with the Trace ID that its support asks for.
"""

from __future__ import annotations

from trackit_console.transports.errors.base import TransportError
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class EntraError(TransportError):
    """Base class: the sign-in failed, and will fail again until an administrator changes something."""

    default_step = StepName.SIGN_IN
    authentication = True


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


class EntraRefused(EntraError):
    """Entra refused for a reason that is not in our table."""

    code = "entra_refused"
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft Entra refused the sign-in of the app {application}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "The details show Microsoft's own words. Search for the number after AADSTS on the page Microsoft Entra "
        "error codes, or show them to the administrator of Microsoft Entra.",
    )
