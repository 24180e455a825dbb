"""Checks of a mailbox that need more than its own fields: the typed passwords, and the other mailboxes (IN-07)."""

from __future__ import annotations

from collections.abc import Iterable

from trackit_console.settings.exchange_mailbox import Microsoft365
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.oauth import OAuthApplication, OAuthFields
from trackit_console.settings.server_mailbox import Imap, Pop3, ServerMailbox
from trackit_console.settings.validation import Finding, finding


def credential_missing(mailbox: Mailbox) -> bool:
    """Whether the mailbox cannot sign in because its password, secret or certificate is not stored."""
    if isinstance(mailbox, OAuthFields) and signs_in_by_oauth(mailbox):
        return mailbox.client_secret is None and mailbox.certificate_file is None
    return getattr(mailbox, "password", None) is None


def signs_in_by_oauth(mailbox: Mailbox) -> bool:
    """Whether the mailbox signs in as an app registration instead of with a password (IN-02, IN-03, IN-19)."""
    return isinstance(mailbox, OAuthApplication) or (isinstance(mailbox, Imap) and mailbox.authentication == "microsoft365")


def check_password(password: str, again: str, *, stored: bool, required: bool) -> Finding | None:
    """Checks **Password** and **Confirm Password**; leaving both empty keeps a stored password (IN-07, IN-12)."""
    if password != again:
        return finding("confirm_password", "passwords_differ")
    if required and not password and not stored:
        return finding("password", "password_required")
    return None


def check_among(mailbox: Mailbox, others: Iterable[Mailbox]) -> list[Finding]:
    """Findings if one of `others` has the same account on the same server, or the same name (IN-07)."""
    found = []
    for other in others:
        if account_identity(mailbox) == account_identity(other):
            found.append(finding(_account_field(mailbox), "account_taken", other=other.title))
        elif mailbox.title.casefold() == other.title.casefold():
            found.append(finding("name", "name_taken"))
    return found


def account_identity(mailbox: Mailbox) -> tuple[str, ...]:
    """What is read, normalized: account, server and folder. IMAP and POP3 on one server are the same account."""
    if isinstance(mailbox, ServerMailbox):
        folder = "inbox" if isinstance(mailbox, Pop3) else mailbox.folder.casefold()
        return ("server", mailbox.server.casefold().rstrip("."), mailbox.account.casefold(), folder)
    return ("exchange", mailbox.account.casefold(), mailbox.folder.casefold())


def _account_field(mailbox: Mailbox) -> str:
    return "user_id" if isinstance(mailbox, Microsoft365) else "user_account_name"
