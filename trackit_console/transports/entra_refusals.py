"""What a refusal of Microsoft Entra means, by the AADSTS number of its answer.

Microsoft asks programs not to branch on the numbers, as they may change: here they only choose the advice. Any other
refusal is shown with Microsoft's own words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import requests

from trackit_console.transports.errors import (
    AccountLocked,
    AccountThrottled,
    AnswerIncomplete,
    ApiPermissionMissing,
    AppDisabled,
    AppNotFound,
    BasicAuthOff,
    BlockedByConditionalAccess,
    ClientCertificateNotAccepted,
    ClientSecretExpired,
    ClockWrong,
    ConsentMissing,
    CredentialMissing,
    EntraRefused,
    MultiFactorNeeded,
    PasswordExpired,
    PublicClient,
    ScopeRefused,
    ServerBusy,
    ServiceNotInTenant,
    ServicePrincipalMissing,
    SignInLoop,
    SignInRefused,
    TenantIdNeeded,
    TenantNotFound,
    TransportError,
    UserNotFound,
    WrongClientSecret,
    WrongCloud,
)
from trackit_console.transports.server_access import ServerAccess
from trackit_console.transports.step_names import StepName
from trackit_console.transports.web_answers import is_web_page, retry_after, web_page_instead

_MEANINGS: dict[type[TransportError], tuple[int, ...]] = {
    WrongClientSecret: (7000215,),
    ClientSecretExpired: (7000222,),
    AppNotFound: (700016, 70001, 700011),
    TenantNotFound: (90002, 900023),
    AppDisabled: (7000112,),
    ConsentMissing: (65001, 90094),
    ApiPermissionMissing: (650056, 65005, 650057),
    ServiceNotInTenant: (500011, 50001, 650052),
    ClientCertificateNotAccepted: (700027, 700030, 50012, 50013),
    ClockWrong: (500133, 700024),
    CredentialMissing: (7000218, 900144),
    PublicClient: (700025,),
    TenantIdNeeded: (50194,),
    WrongCloud: (90038, 900382, 900432, 50049),
    BlockedByConditionalAccess: (53003, 530032, 530034),
    BasicAuthOff: (530035,),
    UserNotFound: (50034, 51004),
    SignInRefused: (50126,),
    PasswordExpired: (50055,),
    AccountLocked: (50057, 50053),
    MultiFactorNeeded: (50076, 50079, 50074),
    SignInLoop: (50196,),
    ScopeRefused: (70011, 28002, 700022, 700023, 1002012),
    ServicePrincipalMissing: (7000229,),
    ServerBusy: (90033, 90024, 50033, 90006, 90012),
    AccountThrottled: (90055,),
}
_BY_NUMBER = {number: kind for kind, numbers in _MEANINGS.items() for number in numbers}
_BY_ERROR: dict[str, type[TransportError]] = {
    "temporarily_unavailable": ServerBusy,
    "invalid_client": WrongClientSecret,
    "unauthorized_client": AppNotFound,
    "invalid_scope": ScopeRefused,
}
"""For an answer without a number that is known (RFC 6749 section 5.2)."""
_NUMBER = re.compile(r"AADSTS(\d+)")
_THROTTLED, _FAULT = 429, 500
# Far more than `clean` keeps, even if the answer repeats a token many times: one that is cut in two here cannot be masked.
_WORDS_BYTES = 64 * 1024


def refusal_of(told: Mapping[str, Any], answer: requests.Response | None, access: ServerAccess) -> TransportError:
    """The error for what the token endpoint `told` instead of a token, in `answer`."""
    words = access.clean(str(told.get("error_description") or told.get("error") or told))
    known = [_BY_NUMBER[number] for number in _numbers(told) if number in _BY_NUMBER]
    otherwise = ServerBusy if answer is not None and _is_passing(answer) else EntraRefused
    kind = known[0] if known else _BY_ERROR.get(str(told.get("error")), otherwise)
    return kind(words, step=StepName.SIGN_IN, **access.facts)


def check_json(answer: requests.Response, access: ServerAccess) -> None:
    """Raises unless `answer` is JSON: msal would write whatever else it is into the log, with what it repeats of us."""
    if is_web_page(answer) and not _is_passing(answer):
        raise web_page_instead(answer, access, StepName.SIGN_IN)
    try:
        json.loads(answer.content)
    except ValueError:
        kind = ServerBusy if _is_passing(answer) else AnswerIncomplete
        raise kind(_words(answer, access), step=StepName.SIGN_IN, **access.facts).after(retry_after(answer)) from None


def failure_of(error: Exception, answer: requests.Response | None, access: ServerAccess) -> TransportError:
    """The error for an exception of msal; the reason stands in the last `answer`, not in the exception."""
    if access.ended:
        return access.problem(error, StepName.SIGN_IN)
    if answer is None:
        return EntraRefused(access.clean(str(error)), **access.facts)
    if _is_passing(answer):
        return ServerBusy(_words(answer, access), step=StepName.SIGN_IN, **access.facts)
    # It is JSON: otherwise check_json would have raised.
    told = json.loads(answer.content)
    if isinstance(told, dict) and "error" in told:
        return refusal_of(told, answer, access)
    return EntraRefused(access.clean(str(error)), **access.facts)


def _is_passing(answer: requests.Response) -> bool:
    return answer.status_code == _THROTTLED or answer.status_code >= _FAULT


def _words(answer: requests.Response, access: ServerAccess) -> str:
    return access.clean(f"{answer.status_code} {answer.reason} {answer.content[:_WORDS_BYTES].decode('utf-8', 'replace')}")


def _numbers(answer: Mapping[str, Any]) -> Iterator[int]:
    """The numbers in an answer, the most specific one first: `error_codes` has them in no told order."""
    found = _NUMBER.search(str(answer.get("error_description", "")))
    if found:
        yield int(found[1])
    codes = answer.get("error_codes")
    yield from (each for each in (codes if isinstance(codes, list) else ()) if isinstance(each, int))
