"""What the refusals of Exchange Web Services mean: by HTTP status, by SOAP fault, by response code (IN-10).

Codes from Microsoft's "ResponseCode" reference; what exchangelib makes of them are exceptions of the same names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import requests
from exchangelib import errors as ews
from exchangelib.errors import EWSError

from trackit_console.settings.ews_retirement import is_microsoft_host
from trackit_console.transports.errors import (
    AccountBusy,
    AccountLocked,
    AnswerIncomplete,
    BasicAuthOff,
    BasicSignInNotOffered,
    ConnectionLost,
    EwsAppRightMissing,
    EwsBlocked,
    EwsForbidden,
    EwsMailboxNotFound,
    EwsNoMailboxRights,
    EwsPageInstead,
    EwsPasswordRefused,
    EwsRedirected,
    EwsTokenRefused,
    EwsUrlWrong,
    ImpersonationDenied,
    PasswordExpired,
    ProtocolBroken,
    ServerBusy,
    TimedOut,
    TransportError,
)
from trackit_console.transports.server_access import ServerAccess
from trackit_console.transports.step_names import StepName
from trackit_console.transports.web_answers import is_web_page, retry_after, web_page_instead

BY_CODE: dict[str, type[TransportError]] = {
    "ErrorNonExistentMailbox": EwsMailboxNotFound,
    "ErrorMissingEmailAddress": EwsMailboxNotFound,
    "ErrorMailboxConfiguration": EwsMailboxNotFound,
    "ErrorNoMailbox": EwsMailboxNotFound,
    "ErrorInvalidUserPrincipalName": EwsMailboxNotFound,
    "ErrorAccountDisabled": AccountLocked,
    "ErrorPasswordExpired": PasswordExpired,
    "ErrorPasswordChangeRequired": PasswordExpired,
    "ErrorExceededConnectionCount": AccountBusy,
    "ErrorServerBusy": ServerBusy,
    "ErrorConnectionFailed": ServerBusy,
    "ErrorInternalServerTransientError": ServerBusy,
    "ErrorMailboxStoreUnavailable": ServerBusy,
    "ErrorMailboxMoveInProgress": ServerBusy,
    "ErrorMailboxFailover": ServerBusy,
    "ErrorTimeoutExpired": ServerBusy,
    "ErrorTooManyObjectsOpened": ServerBusy,
    "ErrorInsufficientResources": ServerBusy,
}
NO_PERMISSIONS = "2000008;"
"""The reason in x-ms-diagnostics for a token without application permissions."""
CAS_MAILBOX_MISSING = ("UserNotFound", "MailboxNotFound", "MailboxGuidWithDomainNotFound")
_BUSY = (requests.codes.too_many_requests, 500, 502, 503, 504)
_SCHEMES = re.compile(r"(?:^|,)\s*([A-Za-z][\w-]*)(?=\s|,|$)")


@dataclass(frozen=True, slots=True)
class Refusals:
    """Reads the refusals to one mailbox; `access` has the facts. `by_app`: an app signs in, not an account."""

    access: ServerAccess
    by_app: bool

    # ------------------------------------------------------------------ HTTP

    def by_answer(self, answer: requests.Response, step: StepName) -> TransportError | None:
        """The error that an answer is by its status; None for SOAP, which comes with 200 or 500."""
        status = answer.status_code
        if _is_soap(answer) and status in (200, 500):
            # exchangelib's parser makes do with half an answer, and would hand over half a message.
            whole = answer.content.rstrip().endswith(b"Envelope>")
            return None if whole else self._error(AnswerIncomplete, "", step)
        words = self._words(answer)
        # Before the status: it comes with 401, which alone means that the token was refused.
        if self.by_app and NO_PERMISSIONS in answer.headers.get("x-ms-diagnostics", ""):
            return self._error(EwsAppRightMissing, words, StepName.SIGN_IN)
        if status == requests.codes.unauthorized or _cas_error(answer) == "UnauthenticatedRequest":
            return self._unauthorized(answer, words)
        if _cas_error(answer) in CAS_MAILBOX_MISSING:
            return self._error(EwsMailboxNotFound, words, step)
        if status == requests.codes.forbidden:
            return self._error(EwsBlocked if self._is_microsoft else EwsForbidden, words, step)
        if status in (301, 302, 303, 307, 308):
            target = self.access.clean(answer.headers.get("Location", "").partition("?")[0])
            return self._error(EwsRedirected, words, step, target=target)
        if status in (404, 405, 410):
            return self._error(EwsUrlWrong, words, step)
        if status in _BUSY:
            return self._error(ServerBusy, words, step).after(retry_after(answer))
        if is_web_page(answer):
            return self._error(EwsPageInstead, words, step)
        return self._error(ProtocolBroken, words, step)

    def _unauthorized(self, answer: requests.Response, words: str) -> TransportError:
        if b"currently locked out" in answer.content:
            return self._error(AccountLocked, words, StepName.SIGN_IN)
        if self.by_app:
            return self._error(EwsTokenRefused, words, StepName.SIGN_IN)
        if self._is_microsoft:
            return self._error(BasicAuthOff, words, StepName.SIGN_IN)
        offered = [scheme for scheme in _SCHEMES.findall(answer.headers.get("WWW-Authenticate", "")) if scheme]
        if offered and "basic" not in (scheme.lower() for scheme in offered):
            return self._error(BasicSignInNotOffered, words, StepName.SIGN_IN, offered=", ".join(dict.fromkeys(offered)))
        return self._error(EwsPasswordRefused, words, StepName.SIGN_IN)

    def _words(self, answer: requests.Response) -> str:
        """What the server says outside of SOAP: the reasons in its headers, and the title of a page."""
        said = [answer.headers.get(name, "") for name in ("X-CasErrorCode", "x-ms-diagnostics", "WWW-Authenticate")]
        page = web_page_instead(answer, self.access, StepName.SIGN_IN).detail if is_web_page(answer) else str(answer.status_code)
        return self.access.clean(" ".join([page, *filter(None, said)]))

    # ------------------------------------------------------------------ SOAP

    def by_error(self, error: EWSError, step: StepName) -> TransportError:
        """The error for what exchangelib raised."""
        name, words = type(error).__name__, self.access.clean(f"{type(error).__name__}: {error}")
        if isinstance(error, ews.ErrorServerBusy):
            return self._error(ServerBusy, words, step).after(error.back_off or None)
        if name in ("ErrorImpersonateUserDenied", "ErrorImpersonationDenied", "ErrorImpersonationFailed"):
            right = EwsAppRightMissing if self.by_app else ImpersonationDenied
            return self._error(right, words, StepName.SIGN_IN)
        # To somebody without rights some versions say that there is no such folder.
        if step is StepName.SIGN_IN and isinstance(
            error, ews.ErrorAccessDenied | ews.ErrorFolderNotFound | ews.ErrorItemNotFound
        ):
            return self._error(EwsAppRightMissing if self.by_app else EwsNoMailboxRights, words, step)
        return self._error(BY_CODE.get(name, ProtocolBroken), words, step)

    # ------------------------------------------------------------------ what both need

    @property
    def _is_microsoft(self) -> bool:
        """Whether this is Exchange Online, the only Exchange that apps can sign in to."""
        return self.by_app or is_microsoft_host(f"https://{self.access.facts['server']}")

    def _error(self, kind: type[TransportError], words: str, step: StepName, **facts: Any) -> TransportError:
        return kind(words, step=step, words=words, **self.access.facts, **facts)


def concerns_message(error: EWSError) -> bool:
    """Whether `error` is about the message that was asked for, and not about server, account or mailbox."""
    name = type(error).__name__
    return name not in BY_CODE and "Impersonat" not in name and not isinstance(error, ews.ErrorAccessDenied)


def may_concern_message(problem: TransportError) -> bool:
    """Whether `problem` may be the effect of one message: a server that breaks over it."""
    broken = isinstance(problem, ConnectionLost | TimedOut | AnswerIncomplete | ProtocolBroken | EwsPageInstead)
    # The detail begins with the status: a server breaks with 500 over one message, and is away with 502 to 504.
    return broken or (isinstance(problem, ServerBusy) and problem.detail.startswith("500"))


def _is_soap(answer: requests.Response) -> bool:
    return b"schemas.xmlsoap.org/soap/envelope" in answer.content[:2000]


def _cas_error(answer: requests.Response) -> str:
    """The code of X-CasErrorCode, which the front end of Exchange sends when it did not ask the mailbox's server."""
    return answer.headers.get("X-CasErrorCode", "").rpartition("CAS error:")[2].strip()
