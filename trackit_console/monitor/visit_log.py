"""The lines that a visit writes to the log of its component, if the settings ask for them (LOG-01)."""

from __future__ import annotations

import logging

from trackit_console.domain.deliveries import Delivery, Outcome, Recorded
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.logs import component
from trackit_console.monitor.visit_result import VisitResult
from trackit_console.settings.mailbox import Mailbox
from trackit_console.transports.factory import listener_of
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import problem_phrases


class VisitLog:
    """The log of the visits to `mailbox`; `enabled`: whether these are logged."""

    def __init__(self, mailbox: Mailbox, *, enabled: bool) -> None:
        self._name = mailbox.title
        self._enabled = enabled
        self._log = component(listener_of(mailbox))

    def begun(self) -> None:
        self._line(logging.INFO, "poll begins")

    def recorded(self, delivery: Delivery, recorded: Recorded) -> None:
        """One line for each message, with the reasons for what became of it."""
        if not self._enabled:
            return
        why = " ".join(str(reason_phrase(each)) for each in delivery.reasons)
        level = logging.WARNING if recorded.outcome is Outcome.QUARANTINED else logging.INFO
        self._line(
            level, f"UID {recorded.ref.uid} from {delivery.sender!r}: {recorded.outcome.value} {recorded.record or ''} {why}"
        )

    def ended(self, result: VisitResult) -> None:
        """What the visit did, or why it failed and what to do."""
        if result.error:
            summary, remedy = problem_phrases(result.error.context, result.error.code, result.error.facts)
            words = f"poll failed at step {result.error.step}: {summary} {result.error.detail} {remedy}"
            # A refused certificate is always logged (IN-09): mail stays unprocessed, and it may be an attack.
            self._line(logging.ERROR, words, always=result.error.step == StepName.TLS)
        else:
            self._line(logging.INFO, f"poll ended: {result.counts.seen} seen, {result.counts.processed} processed")

    def taken_over(self) -> None:
        self._line(logging.INFO, "another monitor has taken over the mailbox")

    def fault(self) -> None:
        """The traceback of a fault of the program: always logged, as nobody could find it otherwise."""
        self._log.exception("%s: unexpected error", self._name)

    def _line(self, level: int, words: str, *, always: bool = False) -> None:
        if self._enabled or always:
            # On one line: a message can put line breaks into its sender or subject, and so forge lines of the log.
            self._log.log(level, "%s: %s", self._name, " ".join(words.split()))
