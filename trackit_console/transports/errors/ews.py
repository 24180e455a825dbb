"""Errors of reaching Exchange Web Services and signing in there. `ews_refusals` maps what the server answers to them."""

from __future__ import annotations

from trackit_console.transports.errors.base import TransportError
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class EwsUrlWrong(TransportError):
    """The server has no Exchange Web Services at this address (404, 405)."""

    code = "ews_url_wrong"
    default_step = StepName.SIGN_IN
    sentence = QT_TRANSLATE_NOOP("transports", "{server} has no Exchange Web Services at {url}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Check Exchange Web Service URL: it usually is https://serverName/EWS/Exchange.asmx. Auto-discover Exchange Web "
        "Service finds it by the email address.",
    )


class EwsRedirected(TransportError):
    """The server sends on to another address, usually a sign-in page."""

    code = "ews_redirected"
    default_step = StepName.SIGN_IN
    sentence = QT_TRANSLATE_NOOP("transports", "{server} sends on from {url} to {target}, which was not followed.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "A sign-in page does not work for this program: the address may belong to Outlook on the web or to a proxy that asks "
        "people to sign in first. Enter the address of Exchange Web Services itself.",
    )


class EwsPageInstead(TransportError):
    """A page for people came back instead of a SOAP answer."""

    code = "ews_page_instead"
    default_step = StepName.SIGN_IN
    sentence = QT_TRANSLATE_NOOP("transports", "{server} answered {url} with a web page instead of Exchange Web Services.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Check Exchange Web Service URL: it usually ends with /EWS/Exchange.asmx. If it is right, a proxy or firewall answers "
        "in place of the server: the details show the title of its page.",
    )


class EwsPasswordRefused(TransportError):
    """401 to a user name and password."""

    code = "ews_wrong_password"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} refused the user name or the password of {account}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Type the password again, and check that User Account Name is the name that the account signs in to Windows with "
        "(userName@domain.com): it may differ from the email address.",
    )


class BasicSignInNotOffered(TransportError):
    """401 that offers NTLM or Negotiate alone."""

    code = "ews_basic_not_offered"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not accept user name and password here: it offers only {offered}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Ask the Exchange administrator to allow basic authentication for Exchange Web Services "
        "(Set-WebServicesVirtualDirectory -BasicAuthentication $true), or read the mailbox by IMAP.",
    )


class EwsTokenRefused(TransportError):
    """401 to a token that Microsoft Entra has just issued."""

    code = "ews_token_refused"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} does not accept the sign-in of the app {application}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Check that Exchange Web Service URL and Cloud belong together and that the mailbox is in the directory {tenant}. "
        "An Exchange server of your own does not accept apps: use Exchange Web Service with Basic Authentication there.",
    )


class EwsBlocked(TransportError):
    """Exchange Online does not let programs use EWS (blocked by default since October 2026, ends in April 2027)."""

    code = "ews_blocked"
    default_step = StepName.SIGN_IN
    authentication = True
    sentence = QT_TRANSLATE_NOOP(
        "transports", "Exchange Online does not let this program read {account} by Exchange Web Services."
    )
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Microsoft has been blocking Exchange Web Services in Exchange Online since October 2026 and removes them in April "
        "2027. Change the mailbox to Microsoft 365 with OAuth. Until then an administrator can allow the app: "
        "Set-OrganizationConfig -EwsEnabled $true, with the app's ID in -EwsAllowedAppIDs.",
    )
