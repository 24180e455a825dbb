"""What is wrong between the parts of a configuration: there twice, or named and not there (IN-07, MSG-05, NOT-01)."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence

from trackit_console.domain.addresses import address_key
from trackit_console.settings.definition_checks import Naming, unknown_names
from trackit_console.settings.definition_names import definition_key
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.mailbox_checks import check_among
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.people_checks import check_technician, template_key
from trackit_console.settings.validation import Finding, finding


def check_mailboxes(mailboxes: Sequence[Mailbox]) -> list[Finding]:
    """Findings for mailboxes with the account or the name of an earlier one."""
    return [
        Finding(f"mailboxes.{number}.{each.field}", each.rule, each.message)
        for number, mailbox in enumerate(mailboxes)
        for each in check_among(mailbox, mailboxes[:number])
    ]


def check_technicians(technicians: Sequence[Technician]) -> list[Finding]:
    """Findings for addresses that an earlier technician has."""
    found: list[Finding] = []
    owners: dict[str, str] = {}
    for number, technician in enumerate(technicians):
        found += taken_addresses(number, technician, owners)
        owners |= dict.fromkeys(technician.addresses, technician.name)
    return found


def check_requestors(requestors: Sequence[Requestor]) -> list[Finding]:
    """Findings for requestors with an address that was there before."""
    return _same("requestors", "email", [each.email for each in requestors], address_key)


def check_templates(templates: Sequence[TicketTemplate]) -> list[Finding]:
    """Findings for ticket templates with a name that was there before."""
    return _same("ticket_templates", "name", [each.name for each in templates], template_key)


def check_names(part: str, names: Sequence[str]) -> list[Finding]:
    """Findings for definitions with a name that was there before; `part` is that of the file."""
    return _same(part, "name", names, definition_key)


def check_unknown(part: str, values: Sequence[Naming], templates: Container[str], technicians: Container[str]) -> list[Finding]:
    """Findings for templates and technicians that the definitions of this part name and that are not there."""
    return [
        Finding(f"{part}.{number}.{each.field}", each.rule, each.message)
        for number, value in enumerate(values)
        for each in unknown_names(value, templates, technicians)
    ]


def taken_addresses(number: int, technician: Technician, owners: Mapping[str, str]) -> list[Finding]:
    """Findings for addresses of another technician; `owners` maps keys of addresses to names."""
    found = check_technician(technician, owners)
    return [Finding(f"technicians.{number}.{each.field}", each.rule, each.message) for each in found]


def _same(part: str, field: str, values: Sequence[str], key: Callable[[str], str]) -> list[Finding]:
    """Findings for values whose key occurred before."""
    seen: set[str] = set()
    found = []
    for number, value in enumerate(values):
        if key(value) in seen:
            found.append(finding(f"{part}.{number}.{field}", "doubled", value=value))
        seen.add(key(value))
    return found
