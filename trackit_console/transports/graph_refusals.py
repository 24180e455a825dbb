"""What a refusal of Microsoft Graph means, by the error code of its answer.

Codes come in mixed case and may be nested: the innermost one that is known counts. Microsoft asks programs not to branch
on messages; the one exception is documented, as an application access policy has no code of its own.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

import requests

from trackit_console.transports.errors import (
    AccessPolicyExcludes,
    AccountThrottled,
    GraphRefused,
    MailboxAccessDenied,
    MailboxNotEnabled,
    MailboxNotFound,
    MessageRefused,
    MessageTooLarge,
    OnlineMailboxFull,
    PermissionMissing,
    RecipientRefused,
    SenderRefused,
    SendingLimitReached,
    ServerBusy,
    ServiceNotInCloud,
    SubmissionBlocked,
    TokenNotAccepted,
    TransportError,
)
from trackit_console.transports.server_access import ServerAccess
from trackit_console.transports.step_names import StepName
from trackit_console.transports.web_answers import is_web_page, retry_after, web_page_instead

MAIL_READ_WRITE = "Mail.ReadWrite"
MAIL_SEND = "Mail.Send"

_MEANINGS: dict[type[TransportError], tuple[str, ...]] = {
    MailboxNotFound: ("ErrorInvalidUser", "ResourceNotFound", "Request_ResourceNotFound", "ErrorNonExistentMailbox"),
    MailboxNotEnabled: ("MailboxNotEnabledForRESTAPI", "MailboxNotSupportedForRESTAPI", "extensionError"),
    MailboxAccessDenied: ("ErrorAccessDenied", "AccessDenied", "Authorization_RequestDenied"),
    TokenNotAccepted: ("InvalidAuthenticationToken",),
    AccountThrottled: ("ApplicationThrottled", "TooManyRequests", "activityLimitReached", "ErrorTooManyObjectsOpened"),
    ServerBusy: (
        "serviceNotAvailable",
        "ErrorServerBusy",
        "ErrorInternalServerTransientError",
        "ErrorMailboxStoreUnavailable",
        "ErrorTimeoutExpired",
        "ErrorMailboxMoveInProgress",
    ),
    OnlineMailboxFull: ("ErrorQuotaExceeded", "quotaLimitReached"),
    MessageTooLarge: ("ErrorMessageSizeExceeded", "ErrorAttachmentSizeLimitExceeded"),
    MessageRefused: ("ErrorMimeContentInvalid", "ErrorMimeContentInvalidBase64String"),
    RecipientRefused: ("ErrorInvalidRecipients",),
    SenderRefused: ("ErrorSendAsDenied",),
    SubmissionBlocked: ("ErrorMessageSubmissionBlocked", "ErrorAccountSuspend"),
    SendingLimitReached: ("ErrorExceededMessageLimit", "ErrorSubmissionQuotaExceeded"),
}
_BY_CODE = {code.lower(): kind for kind, codes in _MEANINGS.items() for code in codes}
_BY_STATUS: dict[int, type[TransportError]] = {
    401: TokenNotAccepted,
    403: MailboxAccessDenied,
    405: ServiceNotInCloud,
    413: MessageTooLarge,
    429: AccountThrottled,
    501: ServiceNotInCloud,
    502: ServerBusy,
    503: ServerBusy,
    504: ServerBusy,
    507: OnlineMailboxFull,
    509: AccountThrottled,
}
_POLICY_WORDS = ("[RAOP]", "Access to OData is disabled")
"""An application access policy (Microsoft: "Limiting application permissions to specific Exchange Online mailboxes")."""
_GONE = frozenset({"erroritemnotfound", "errorinvalididmalformed", "errorinvalidid"})
_RESYNC = frozenset({"syncstatenotfound", "syncstateinvalid", "resyncrequired"})
_NO_SUCH_FUNCTION = "segment"
_PASSING = frozenset(status for status, kind in _BY_STATUS.items() if kind.transient)
_NOT_FOUND, _GONE_STATUS, _FIRST_OF_SERVER = 404, 410, 500
_SENDING = ("/sendmail", "/send")
_WORDS_BYTES = 64 * 1024
"""Far more than is kept, even if the answer repeats a token many times: one that was cut in two could not be masked."""


class Refusal:
    """The error in an answer of Graph: `{"error": {"code", "message", "innerError": {...}}}`."""

    def __init__(self, answer: requests.Response) -> None:
        self.answer = answer
        self.status = answer.status_code
        error = _error_of(answer)
        self.has_graphs_form = bool(error)
        self.codes = [code.lower() for code in _codes(error)]
        self.words = _words(answer, error)
        self._message = str(error.get("message", ""))

    @property
    def item_is_gone(self) -> bool:
        """Whether a message or folder does not exist; an id of another mailbox is reported as malformed."""
        return bool(_GONE.intersection(self.codes))

    @property
    def must_sync_anew(self) -> bool:
        """Whether a delta link is worth nothing any more."""
        return self.status == _GONE_STATUS or bool(_RESYNC.intersection(self.codes))

    @property
    def folder_exists(self) -> bool:
        return "errorfolderexists" in self.codes

    @property
    def function_is_unknown(self) -> bool:
        """Whether this cloud does not offer the function itself, as opposed to the thing that it was called for."""
        return self.status in (405, 501) or (
            self.status in (400, _NOT_FOUND) and not self.item_is_gone and (_NO_SUCH_FUNCTION in self._message or not self.codes)
        )

    @property
    def concerns_the_item(self) -> bool:
        """Whether other messages may fare better: not if the sign-in, the access, the rate or the room was refused."""
        return self.status not in (401, 403, 429, 507, 509)

    def problem(self, access: ServerAccess, step: StepName, roles: Collection[str] | None) -> TransportError:
        """Our error. `roles` are those of the token, None if it names none (which says nothing: see `PermissionMissing`)."""
        # A page with a fault of the server is of Microsoft's own gateways, and passes.
        if is_web_page(self.answer) and self.status not in _PASSING:
            return web_page_instead(self.answer, access, step)
        words = access.clean(self.words)
        kind = self._kind()
        facts: dict[str, Any] = {"words": words}
        if kind is MailboxAccessDenied:
            # A large message is sent as a draft, and making that needs the permission for reading and writing.
            needed = MAIL_SEND if (self.answer.url or "").lower().endswith(_SENDING) else MAIL_READ_WRITE
            if any(each in self._message for each in _POLICY_WORDS):
                kind = AccessPolicyExcludes
            elif needed not in (roles or ()):
                kind, facts["permission"] = PermissionMissing, needed
        problem = kind(words, step=step, **{**access.facts, **facts}).after(retry_after(self.answer))
        return problem.lasting(self.status < _FIRST_OF_SERVER)

    def _kind(self) -> type[TransportError]:
        known = [_BY_CODE[code] for code in self.codes if code in _BY_CODE]
        if known:
            return known[0]
        if self.status in _BY_STATUS:
            return _BY_STATUS[self.status]
        if self.status == _NOT_FOUND and (not self.has_graphs_form or self.function_is_unknown):
            return ServiceNotInCloud
        return GraphRefused


def _error_of(answer: requests.Response) -> dict[str, Any]:
    try:
        error = json.loads(answer.content).get("error")
    except (ValueError, AttributeError):
        return {}
    return error if isinstance(error, dict) else {}


def _codes(error: dict[str, Any]) -> Iterator[str]:
    """The codes of an error, the innermost first."""
    inner = next((value for name, value in error.items() if name.lower() == "innererror"), None)
    if isinstance(inner, dict):
        yield from _codes(inner)
    if error.get("code"):
        yield str(error["code"])


def _words(answer: requests.Response, error: dict[str, Any]) -> str:
    if not error:
        return f"{answer.status_code} {answer.reason} {answer.content[:_WORDS_BYTES].decode('utf-8', 'replace')}".strip()
    request_id = answer.headers.get("request-id", "")
    return f"{answer.status_code} {error.get('code', '')}: {error.get('message', '')} {f'(request {request_id})' if request_id else ''}".strip()
