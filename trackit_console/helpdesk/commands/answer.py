"""What the sender of a command is told: what was done, or which line was not understood or not allowed (MSG-06).

An answer is a list of reasons: the record's history shows them as a system note, in the language of whoever reads it.
"""

from __future__ import annotations

from collections.abc import Sequence

from trackit_console.domain.records import AppliedReason
from trackit_console.helpdesk.commands.lines import CommandText
from trackit_console.helpdesk.reasons import Reason, applied


def done(text: CommandText, changes: Sequence[AppliedReason]) -> tuple[AppliedReason, ...]:
    """The command, and what it changed."""
    return (applied(Reason.EMAIL_COMMAND, lines=text.shown), *changes)


def refused(text: CommandText, why: Sequence[AppliedReason]) -> tuple[AppliedReason, ...]:
    """The command, and why nothing was changed."""
    return (applied(Reason.EMAIL_COMMAND_REFUSED, lines=text.shown), *why)


def turned_off(text: CommandText) -> tuple[AppliedReason, ...]:
    """For the time line alone: nobody is answered that commands are turned off."""
    return (applied(Reason.EMAIL_COMMAND_OFF, lines=text.shown),)
