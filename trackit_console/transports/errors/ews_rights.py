"""Errors of the rights to a mailbox in Exchange Web Services. `ews_refusals` maps what the server answers to them."""

from __future__ import annotations

from trackit_console.transports.errors.base import TransportError
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class EwsForbidden(TransportError):
    """403 by a server that is not Microsoft's."""

    code = "ews_forbidden"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not let {account} use Exchange Web Services.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Ask the Exchange administrator whether Exchange Web Services are switched on for the mailbox and for this program "
        "(Get-CASMailbox: EwsEnabled, EwsApplicationAccessPolicy), and whether a proxy keeps this computer out.",
    )


class EwsAppRightMissing(TransportError):
    """ErrorImpersonateUserDenied or ErrorAccessDenied to an app in Exchange Online."""

    code = "ews_app_right_missing"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "The app {application} has no right to open the mailbox {mailbox}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "In Microsoft Entra: App registrations > your app > API permissions > APIs my organization uses > Office 365 Exchange "
        "Online > Application permissions > full_access_as_app, then Grant admin consent. An access policy in Exchange may "
        "also leave this mailbox out.",
    )


class ImpersonationDenied(TransportError):
    """ErrorImpersonateUserDenied by an Exchange server of the organization's own."""

    code = "ews_impersonation_denied"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not let {account} act for the mailbox {mailbox}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Ask the Exchange administrator to assign the role ApplicationImpersonation: "
        "New-ManagementRoleAssignment -Role ApplicationImpersonation -User with the account that signs in.",
    )


class EwsNoMailboxRights(TransportError):
    """ErrorAccessDenied: the account signed in, but may not open this mailbox."""

    code = "ews_no_mailbox_rights"
    default_step = StepName.SIGN_IN
    sentence = QT_TRANSLATE_NOOP("transports", "{account} has no right to open the mailbox {mailbox}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Give the account Full Access to the mailbox (Exchange admin center: Mailboxes > Delegation). It may take an hour "
        "until that counts.",
    )


class EwsMailboxNotFound(TransportError):
    """ErrorNonExistentMailbox, ErrorMissingEmailAddress and the like."""

    code = "ews_mailbox_not_found"
    default_step = StepName.SIGN_IN
    sentence = QT_TRANSLATE_NOOP("transports", "{server} has no mailbox {mailbox}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Check the spelling of User Account Name and Email Address. The address must belong to a mailbox of this "
        "organization with an Exchange license: a group or a contact has none.",
    )
