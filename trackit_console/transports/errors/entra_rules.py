"""Errors of rules that block a sign-in with Microsoft Entra, and of accounts of people."""

from __future__ import annotations

from trackit_console.transports.errors.entra import EntraError
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class BlockedByConditionalAccess(EntraError):
    """A policy for workload identities blocks the app (AADSTS53003)."""

    code = "conditional_access"
    sentence = QT_TRANSLATE_NOOP("transports", "A Conditional Access policy blocks the sign-in of the app {application}.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Ask the administrator of Microsoft Entra to exclude the app from the policy, or to allow the address of "
        "this computer. The sign-in log of the app names the policy.",
    )


class ClockWrong(EntraError):
    """The assertion is not within its time range (AADSTS500133)."""

    code = "clock_wrong"
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft Entra says that this computer's clock is wrong.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Set this computer's time and time zone, then test again. Windows: Settings > Time & language > Sync now.",
    )


class SignInLoop(EntraError):
    """Too many equal requests (AADSTS50196)."""

    code = "sign_in_loop"
    sentence = QT_TRANSLATE_NOOP("transports", "Microsoft Entra stopped the app {application} because it signed in too often.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Wait some minutes. If it stays so, another program probably signs in with the same app again and again.",
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
