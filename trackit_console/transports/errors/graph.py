"""Errors of Microsoft Graph. `graph_refusals` maps its error codes to them.

Codes from Microsoft's "Microsoft Graph error responses and resource types" and "Limiting application permissions to
specific Exchange Online mailboxes". The detail of each error has Microsoft's own words and the request ID that its
support asks for.
"""

from __future__ import annotations

from trackit_console.transports.errors.base import TransportError
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class GraphError(TransportError):
    """Base class: Microsoft 365 answered, and refused."""

    default_step = StepName.FOLDER


class MailboxNotFound(GraphError):
    """The tenant has no such user or address (ErrorInvalidUser)."""

    code = "mailbox_not_found"
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft 365 has no mailbox {account} in the directory {tenant}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Check the address or object ID of the mailbox. A distribution list or a mail contact has no mailbox; if it is "
        "a Microsoft 365 group, use a shared mailbox instead.",
    )


class MailboxNotEnabled(GraphError):
    """There is a user, but no mailbox in Exchange Online (MailboxNotEnabledForRESTAPI)."""

    code = "mailbox_not_enabled"
    sentence = QT_TRANSLATE_NOOP("transports", "{account} has no active mailbox in Exchange Online.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "In the Microsoft 365 admin center, check that the account has a license with Exchange Online; a new mailbox "
        "needs about 15 minutes. A mailbox on your own Exchange server is reached by EWS or IMAP.",
    )


class MailboxNeverOpened(GraphError):
    """The mailbox exists, but its folders were not made yet (ErrorItemNotFound for the Inbox)."""

    code = "mailbox_never_opened"
    sentence = QT_TRANSLATE_NOOP("transports", "The mailbox {account} has no Inbox yet.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Open the mailbox once in Outlook on the web, or send an email to it, then test again.",
    )


class PermissionMissing(GraphError):
    """The token does not name the application permission that the call needs (ErrorAccessDenied)."""

    code = "application_permission_missing"
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "The app {application} does not have the application permission {permission}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "In Microsoft Entra: App registrations > your app > API permissions > Add a permission > Microsoft Graph > "
        "Application permissions (not delegated ones) > {permission}. Then grant admin consent. If access is "
        "granted by RBAC for Applications, check there that its scope includes {account}.",
    )


class AccessPolicyExcludes(GraphError):
    """An application access policy leaves the mailbox out (ErrorAccessDenied with [RAOP])."""

    code = "access_policy_excludes_mailbox"
    authentication = True
    sentence = QT_TRANSLATE_NOOP(
        "transports", "An application access policy of Exchange Online keeps the app {application} out of {account}."
    )
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Ask the Exchange administrator to add the mailbox to the group of the policy; Test-ApplicationAccessPolicy "
        "shows the result. A change takes more than an hour to come into effect.",
    )


class MailboxAccessDenied(GraphError):
    """Access is denied although the token names the permission (ErrorAccessDenied)."""

    code = "mailbox_access_denied"
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft 365 denies the app {application} access to {account}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "The app has its permission, but not for this mailbox: ask the Exchange administrator for application access "
        "policies and for the scopes of RBAC for Applications. Changes take up to two hours.",
    )


class TokenNotAccepted(GraphError):
    """Graph refuses even a new token (InvalidAuthenticationToken)."""

    code = "token_not_accepted"
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not accept the sign-in of the app {application}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Check Cloud: a sign-in in one cloud is worth nothing in another. For Other, Sign-in Address and Graph Address "
        "must belong together. Check this computer's clock as well.",
    )


class ServiceNotInCloud(GraphError):
    """The address does not offer this part of Graph."""

    code = "service_not_in_cloud"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not offer this service of Microsoft Graph.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Check Cloud, and for Other the Graph Address. Some clouds offer a part of Microsoft Graph only: the details "
        "show what was asked for.",
    )


class OnlineMailboxFull(GraphError):
    """The mailbox has no room left (ErrorQuotaExceeded)."""

    code = "online_mailbox_full"
    sentence = QT_TRANSLATE_NOOP("transports", "The mailbox of {account} is full.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Delete mail in it, empty Deleted Items, or have its quota raised by the Microsoft 365 administrator."
    )


class SubmissionBlocked(GraphError):
    """Microsoft blocked the account from sending (ErrorMessageSubmissionBlocked)."""

    code = "submission_blocked"
    default_step = StepName.SEND
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft 365 has blocked {account} from sending email.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "In the Microsoft Defender portal, look under Restricted entities: Microsoft blocks accounts that look as if "
        "they send spam. Find the cause, then unblock the account there.",
    )


class GraphRefused(GraphError):
    """Graph refused for a reason that is not in our table."""

    code = "graph_refused"
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft 365 refused a request to the mailbox {account}. It says: {words}")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Follow what it says. If it stays so, show the details to Microsoft's support: they have the ID of the request.",
    )
