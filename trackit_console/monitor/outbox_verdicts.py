"""What the answer of a mail server means for the mail in hand, and whether it is about the account instead (OUT-06)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from trackit_console.domain.outgoing_mail import Attempt, ClaimedMail
from trackit_console.domain.records import AppliedReason
from trackit_console.transports.errors import (
    AccountThrottled,
    EncryptionRequired,
    Greylisted,
    RefusedRecipient,
    SenderRefused,
    SendingLimitReached,
    ServerRefused,
    SubmissionBlocked,
    TransportError,
)
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import Problem

_OF_ACCOUNT = (AccountThrottled, EncryptionRequired, SendingLimitReached, ServerRefused, SubmissionBlocked)


def reason_of(problem: Problem) -> AppliedReason:
    """`problem` as it is kept: its code and facts, and the technical words as the fact `detail`."""
    detail = {"detail": problem.detail} if problem.detail else {}
    return AppliedReason(f"{problem.context}.{problem.code}", {**problem.facts, **detail})


def taken(mail: ClaimedMail, refused: Sequence[RefusedRecipient], next_try_at: datetime | None) -> Attempt:
    """The server took the mail for all but `refused`; who was not refused for good is tried again."""
    delivered = set(mail.open_recipients) - {each.recipient for each in refused}
    return Attempt(
        delivered=tuple(each for each in mail.open_recipients if each in delivered),
        refused={each.recipient: reason_of(each.problem) for each in refused if each.permanent},
        error=reason_of(refused[0].problem) if refused else None,
        next_try_at=next_try_at,
    )


def not_sent(problem: TransportError, next_try_at: datetime | None) -> Attempt:
    """The server did not take the mail for anybody."""
    if problem.refused:
        for_good = {each.recipient: reason_of(each.problem) for each in problem.refused if each.permanent}
        return Attempt(refused=for_good, error=reason_of(problem), next_try_at=next_try_at)
    return Attempt(error=reason_of(problem), next_try_at=None if problem.permanent else next_try_at)


def is_about_account(problem: TransportError) -> bool:
    """Whether no other mail can be sent either, until the account or its server is mended."""
    # The sender is the same for every mail: an admin mends it, and then all of them go.
    if isinstance(problem, SenderRefused):
        return True
    if problem.permanent or problem.in_doubt:
        return False
    return all(_bars_account(each) for each in [each.problem for each in problem.refused] or [problem])


def _bars_account(problem: TransportError) -> bool:
    asked_for_rest = problem.retry_after is not None and not problem.about_message
    return isinstance(problem, _OF_ACCOUNT) or problem.authentication or asked_for_rest or problem.step is not StepName.SEND


def is_doubtful(problem: TransportError) -> bool:
    """Whether an error that is not about the account for certain may be: several in a row are.

    A filter that breaks down over one message looks like a server that is overloaded.
    """
    verdict = problem.permanent or problem.refused or problem.about_message
    return not verdict and not isinstance(problem, Greylisted)
