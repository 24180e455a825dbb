"""Business rules as a listener of the write path (NOT-03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trackit_console.domain.effects import Change
from trackit_console.domain.events import Event
from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import RecordDetails, RecordRef
from trackit_console.helpdesk.business_rules.acting import Tools, after
from trackit_console.helpdesk.business_rules.running import run_rules
from trackit_console.helpdesk.business_time import Calendar
from trackit_console.helpdesk.occurrences import EVENT_NAMES, Occurrence, occurrences
from trackit_console.helpdesk.reaction_settings import ReactionSettings
from trackit_console.settings.business_rules import BusinessRule

About = tuple[str, str]
"""An event and the module of its record; events about a mailbox have none."""


class RulesListener:
    """Judges the enabled rules by the events of a round. A `domain.listeners.Listener`; made once per settings."""

    def __init__(self, settings: ReactionSettings, tools: Tools) -> None:
        self._tools = tools
        self._calendar = Calendar.of(settings.business_hours)
        self._rules: dict[About, list[BusinessRule]] = {}
        for rule in settings.rules:
            for event in dict.fromkeys(rule.events):
                for module in ("", *dict.fromkeys(rule.modules)):
                    self._rules.setdefault((event, module), []).append(rule)

    def __call__(self, events: Sequence[Event], read: Reader) -> Sequence[Change]:
        # Nothing is read of the database as long as no rule is about what happened.
        if not any(_about(each) in self._rules for each in events if each.kind in EVENT_NAMES):
            return ()
        left: dict[RecordRef, RecordDetails] = {}
        changes: list[Change] = []
        for occurrence in occurrences(events, read):
            changes += self._answer(occurrence, left, read)
        return changes

    def _answer(self, occurrence: Occurrence, left: dict[RecordRef, RecordDetails], read: Reader) -> list[Change]:
        """The changes of all rules; `left` has the records as they are after them, for further occurrences of the round."""
        ref = occurrence.details.ref if occurrence.details else None
        if ref in left:
            occurrence = replace(occurrence, details=left[ref])
        rules = self._rules.get((occurrence.event, ref.module.value if ref else ""), ())
        changes = []
        for result in run_rules(rules, occurrence, self._tools, self._calendar, read):
            if result.effects:
                by = (*occurrence.by, result.judgement.rule.name)
                changes.append(Change(result.effects, quiet=occurrence.quiet, by=by))
                occurrence = after(occurrence, result.effects, read)
        if ref and occurrence.details:
            left[ref] = occurrence.details
        return changes


def _about(event: Event) -> About:
    return EVENT_NAMES[event.kind], event.record.module.value if event.record else ""
