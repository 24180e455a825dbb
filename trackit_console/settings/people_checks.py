"""What of a person or a ticket template another one has already, and who is the same person (MSG-03, MSG-05)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from trackit_console.domain.addresses import address_key
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.validation import Finding, finding
from trackit_console.settings.validation_rules import CONTEXT
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

ENTRY = QT_TRANSLATE_NOOP("settings", "{entry}: {message}")


def check_technician(technician: Technician, owners: Mapping[str, str]) -> list[Finding]:
    """Findings for addresses of others; `owners` maps keys of addresses to names. An address has one technician (MSG-05)."""
    written = [("email", technician.email), *(("mapped_addresses", each) for each in technician.mapped_addresses)]
    return [
        finding(field, "address_taken", value=each, owner=owners[address_key(each)])
        for field, each in written
        if address_key(each) in owners
    ]


def check_requestor(requestor: Requestor, owners: Mapping[str, str]) -> list[Finding]:
    """As `check_technician`: an address has one requestor (MSG-03)."""
    key = address_key(requestor.email)
    return [finding("email", "address_taken", value=requestor.email, owner=owners[key])] if key in owners else []


def found_again(stored: Sequence[Technician], new: Sequence[Technician]) -> list[int | None]:
    """The places in `stored` of the technicians that each of `new` changes; None for one that is added.

    It is the one with the same email, or else the one to whom this email is mapped. Nobody is changed twice.
    """
    own = {address_key(each.email): place for place, each in enumerate(stored)}
    mapped = {address: place for place, each in enumerate(stored) for address in each.addresses}
    keys = [address_key(each.email) for each in new]
    # Of all first: whose email is mapped to somebody who has an entry of their own is a new person.
    free = set(range(len(stored))) - {own[key] for key in keys if key in own}
    found = []
    for key in keys:
        place = own.get(key)
        if place is None and mapped.get(key) in free:
            place = mapped[key]
            free.remove(place)
        found.append(place)
    return found


def template_key(name: str) -> str:
    """The form in which two names of templates are equal: SQL Server does not tell letter case apart."""
    return name.casefold()


def by_template_key(templates: Iterable[TicketTemplate]) -> dict[str, TicketTemplate]:
    """Where settings name a template, it is found here by the `template_key` of that name."""
    return {template_key(each.name): each for each in templates}


def check_template(template: TicketTemplate, others: Mapping[str, str]) -> list[Finding]:
    """A finding for the name of another template; `others` maps keys of names to names."""
    key = template_key(template.name)
    return [finding("name", "template_taken", value=others[key])] if key in others else []


def at_fields(found: Sequence[Finding], values: Mapping[str, object]) -> list[Finding]:
    """`found` with those at a part of a field (`mapped_addresses.2`, `recipients.addresses.0`) at the field itself.

    The message says which entry of `values` is wrong, where that is a text.
    """
    return [_at_field(each, values) for each in found]


def _at_field(found: Finding, values: Mapping[str, object]) -> Finding:
    field, *path = found.field.split(".")
    if not path or field not in values:
        return found
    entry = _entry_at(values[field], path)
    named = isinstance(entry, str) and path[-1].isdigit()
    message = Phrase(CONTEXT, ENTRY, {"entry": entry, "message": found.message}) if named else found.message
    return Finding(field, found.rule, message)


def _entry_at(value: object, path: Sequence[str]) -> object:
    """The part of plain lists and groups that `path` leads to, None if it leads nowhere."""
    for each in path:
        if isinstance(value, list) and each.isdigit() and int(each) < len(value):
            value = value[int(each)]
        else:
            value = value.get(each) if isinstance(value, Mapping) else None
    return value
