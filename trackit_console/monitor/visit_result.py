"""How a visit to a mailbox ended, and the error that is kept of it: a code with facts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from trackit_console.domain.deliveries import PROCESSED, Outcome
from trackit_console.domain.polling import PollError
from trackit_console.monitor.errors import PostActionRefused, SettingsRefused
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.row_mapping import Stored
from trackit_console.user_messages import Problem


@dataclass(slots=True)
class VisitCounts:
    """What a visit did: messages seen, how many had which outcome, and the post actions that the server refused.

    `opened`: the server let us in, whatever went wrong afterwards. `told`: an outage, or its end, was told on a ticket.
    """

    opened: bool = False
    seen: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    unread: int | None = None
    not_settled: Counter[str] = field(default_factory=Counter)
    told: bool = False

    @property
    def changed(self) -> bool:
        """Whether the visit may have changed a record, which can lead to more work."""
        return self.told or self.seen > 0

    @property
    def processed(self) -> int:
        """Messages that became records or notes."""
        return sum(number for outcome, number in self.outcomes.items() if outcome in PROCESSED)


@dataclass(frozen=True, slots=True)
class VisitResult:
    """How a visit ended. `error` None: it went well. `skipped`: another host has the mailbox. `stopped`: it was cut off.

    `retry_after` are the seconds that the server wants to be left alone.
    """

    mailbox_id: int
    name: str
    counts: VisitCounts = field(default_factory=VisitCounts)
    error: PollError | None = None
    sign_in_refused: bool = False
    skipped: bool = False
    stopped: bool = False
    retry_after: float | None = None


def poll_error(problem: Problem, step: str) -> PollError:
    """`problem` as it is kept: by its code and facts."""
    return PollError(step, problem.context, problem.code, problem.facts, problem.detail)


def settings_error(mailbox: Stored[Mailbox]) -> PollError:
    """The error of a mailbox whose stored settings today's rules refuse."""
    # One of them: a list shows one error, the dialog shows all at their fields.
    found = mailbox.findings[0]
    return poll_error(SettingsRefused(field=found.field, words=found.message), "settings")


def post_action_error(counts: VisitCounts) -> PollError | None:
    """The refusal that most messages had, None if the server refused no post action."""
    if not counts.not_settled:
        return None
    words, _ = counts.not_settled.most_common(1)[0]
    return poll_error(PostActionRefused(number=counts.not_settled.total(), words=words), "folder")
