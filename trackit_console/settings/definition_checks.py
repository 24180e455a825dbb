"""What a notification, rule or service level names that does not exist: templates, technicians (NOT-01, NOT-03, NOT-04).

Dialogs and the configuration file ask it; what is wrong in a definition by itself is refused by its model.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from trackit_console.domain.addresses import address_key
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.definition_names import definition_key
from trackit_console.settings.linked_record_actions import CreateLinkedRecord
from trackit_console.settings.notifications import Notification
from trackit_console.settings.rule_actions import AssignTo
from trackit_console.settings.service_levels import ServiceLevel
from trackit_console.settings.validation import Finding, finding

Naming = Notification | BusinessRule | ServiceLevel


def unknown_names(value: Naming, templates: Container[str], technicians: Container[str]) -> list[Finding]:
    """Findings for templates and technicians that `value` names and that are not there.

    `templates` are keys of names (`definition_key`), `technicians` keys of addresses (`address_key`), mapped ones among them.
    """
    return [
        *(
            finding(field, "template_unknown", template=name)
            for field, name in _templates(value)
            if definition_key(name) not in templates
        ),
        *(
            finding(field, "technician_unknown", address=address)
            for field, address in _technicians(value)
            if address_key(address) not in technicians
        ),
    ]


def _templates(value: Naming) -> Iterator[tuple[str, str]]:
    """The templates that are named, each with the path of its field."""
    if isinstance(value, Notification):
        yield "template", value.template
        return
    part, entries = _entries(value)
    for number, each in enumerate(entries):
        if name := getattr(each, "template", None):
            yield f"{part}.{number}.template", name


def _technicians(value: Naming) -> Iterator[tuple[str, str]]:
    """The technicians that a rule assigns to, each with the path of its field; nobody is no technician."""
    part, entries = _entries(value)
    for number, each in enumerate(entries):
        if isinstance(each, AssignTo | CreateLinkedRecord) and each.technician:
            yield f"{part}.{number}.technician", each.technician


def _entries(value: Naming) -> tuple[str, list[Any]]:
    if isinstance(value, BusinessRule):
        return "actions", list(value.actions)
    return "reminders", list(value.reminders) if isinstance(value, ServiceLevel) else []
