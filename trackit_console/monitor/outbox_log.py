"""The lines about outgoing mail in the log of its component (LOG-01): few, however long a server is away."""

from __future__ import annotations

import logging

from trackit_console.domain.outgoing_mail import ClaimedMail, MailState
from trackit_console.domain.records import AppliedReason
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.logs import component
from trackit_console.settings.outgoing import Outgoing
from trackit_console.transports.factory import sender_of
from trackit_console.user_messages import Problem


class OutboxLog:
    """The log of one outgoing account. `enabled`: whether each mail is logged."""

    def __init__(self, outgoing: Outgoing, *, enabled: bool) -> None:
        self._enabled = enabled
        self._log = component(sender_of(outgoing))

    def account_failed(self, problem: Problem) -> None:
        """Once, when it begins: how it goes on stands in the outbox."""
        words = f"no mail can be sent, all of it waits: {problem} {problem.detail}"
        self._log.error("%s", _one_line(words))

    def account_works(self) -> None:
        """Once, when it is over."""
        self._log.info("mail can be sent again")

    def tried(self, mail: ClaimedMail, state: MailState | None, error: AppliedReason | None) -> None:
        """One line for each mail that was tried. `state` None: another monitor has it by now."""
        if self._enabled:
            why = reason_phrase(error) if error else ""
            became = state.value if state else "taken over by another monitor"
            level = logging.WARNING if state is MailState.FAILED else logging.INFO
            detail = error.facts.get("detail", "") if error else ""
            words = f"mail {mail.id} {mail.message_id} to {', '.join(mail.recipients)}: {became} {why} {detail}"
            self._log.log(level, "%s", _one_line(words))

    def given_up(self, number: int) -> None:
        """Mail that waited too long for the account."""
        self._log.error("mails given up: %s; the outgoing account has not worked for too long", number)

    def written_in_part(self, problem: Problem) -> None:
        """The database does not take all that is to be kept of a mail."""
        words = f"what the mail server answered cannot be written in full: {problem} {problem.detail}"
        self._log.error("%s", _one_line(words))

    def fault(self, mail: ClaimedMail) -> None:
        """The traceback of a fault of the program: always logged, as nobody could find it otherwise."""
        self._log.exception("mail %s: unexpected error", mail.id)


def _one_line(words: str) -> str:
    # What others wrote must not forge lines of the log.
    return " ".join(words.split())
