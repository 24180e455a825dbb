"""Accounts of Windows by their names, as security identifiers (SEC-02). Other systems have none."""

from __future__ import annotations

import sys

from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem

SYSTEM = "S-1-5-18"
"""The account of the system itself."""
ADMINISTRATORS = "S-1-5-32-544"
"""The group of the administrators of a computer."""
SERVICE_ACCOUNTS = {"localsystem": SYSTEM, "system": SYSTEM, "localservice": "S-1-5-19", "networkservice": "S-1-5-20"}
"""The accounts of services by their names in `sc.exe`, which are others in the list of accounts of a translated Windows."""


class AccountUnknown(Problem):
    """Windows knows no account of this name."""

    context = "accounts"
    code = "account_unknown"
    sentence = QT_TRANSLATE_NOOP("accounts", "There is no account {account}.")
    remedy = QT_TRANSLATE_NOOP(
        "accounts",
        "Write it as the list of services shows it: DOMAIN\\name, NT SERVICE\\name, LocalSystem, LocalService or NetworkService.",
    )


class AccountNotNeeded(Problem):
    """Only Windows gives a file to a further account."""

    context = "accounts"
    code = "account_not_needed"
    sentence = QT_TRANSLATE_NOOP("accounts", "On this system only the owner of a file reads it: no other account can be named.")
    remedy = QT_TRANSLATE_NOOP("accounts", "Run the command as the user that the service runs as.")


def service_account(account: str) -> str | None:
    """The SID of an account that every Windows has, None for any other."""
    name = account.casefold().removeprefix("nt authority\\").replace(" ", "")
    return SERVICE_ACCOUNTS.get(name)


def sid_of(account: str) -> str:
    """The SID of `account`. Raises `AccountUnknown`, and `AccountNotNeeded` where there are none."""
    if sys.platform == "win32":
        from trackit_console.store.windows_rights import look_up

        if known := service_account(account):
            return known
        try:
            # The list of services writes a local account as .\name, which the system does not look up.
            return look_up(account.removeprefix(".\\"))
        except OSError as error:
            raise AccountUnknown(str(error), account=account) from error
    raise AccountNotNeeded


def own_sid() -> str:
    """The SID of the account that this process runs as; empty where there are none."""
    if sys.platform == "win32":
        from trackit_console.store.windows_rights import own_sid as asked

        return asked()
    return ""
