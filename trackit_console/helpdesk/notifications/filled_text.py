"""Fills the tokens of a text that is no mail: the notes and subjects that business rules write (NOT-03)."""

from __future__ import annotations

from trackit_console.domain.listeners import Reader
from trackit_console.helpdesk.notifications.facts import HelpDesk
from trackit_console.helpdesk.notifications.occasions import Story
from trackit_console.helpdesk.notifications.rendering import render_line, render_text
from trackit_console.helpdesk.notifications.values import values_of
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.settings.tokens import names_in


def fill(
    template: str,
    occurrence: Occurrence,
    read: Reader,
    *,
    rule: str,
    help_desk: HelpDesk,
    line: bool = False,
    private: bool = False,
) -> str:
    """`template` with the values of `occurrence`; as one `line` where it is for a subject.

    Only what is `private` may tell of private notes. `rule` is the name of the rule that writes it.
    """
    with_history = "history" in names_in(template)
    occasion = Story(occurrence, read).occasion(rule, private_notes=private, with_history=with_history)
    values = values_of(occasion, help_desk, occurrence.at)
    return render_line(template, values) if line else render_text(template, values)
