"""What the conditions of business rules compare: the fields of an occurrence, as text (NOT-03)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

from trackit_console.domain.addresses import address_key
from trackit_console.domain.records import Person, RecordDetails
from trackit_console.helpdesk.occurrences import Occurrence

ADDRESS_FIELDS = frozenset(("requestor_email", "sender"))


def normal(text: str) -> str:
    """The form in which texts are compared: without letter case, width, composition of accents, and kinds of blanks."""
    if text.isascii():
        return " ".join(text.lower().split())
    # Twice: folding can take a text out of its normal form (Unicode Standard, section 3.13, D146).
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())


@lru_cache(maxsize=8192)
def normal_value(field: str, value: str) -> str:
    """The value of a condition on `field`, ready to compare. The values of rules are short and compared with every message."""
    return normal(address_key(value) if field in ADDRESS_FIELDS and "@" in value[1:] else value)


class Facts:
    """The fields of one occurrence. A field is read when the first condition asks for it, however many rules there are."""

    def __init__(self, occurrence: Occurrence) -> None:
        self.occurrence = occurrence
        self._found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def actual(self, field: str) -> tuple[str, ...]:
        """The values as they are written; one that is empty is left out. Only **Changed field** has more than one."""
        return self._both(field)[0]

    def comparable(self, field: str) -> tuple[str, ...]:
        """Every form in which the values may be meant, as `normal` writes them: a technician by name or by address."""
        return self._both(field)[1]

    def _both(self, field: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        found = self._found.get(field)
        if found is None:
            values = tuple(each for each in _READERS[field](self.occurrence) if each)
            shown = values[:1] if field != "changed_field" else values
            self._found[field] = found = (shown, tuple(filter(None, map(normal, values))))
        return found


def _of_record(read: Callable[[RecordDetails], str | None]) -> Callable[[Occurrence], tuple[str, ...]]:
    def values(occurrence: Occurrence) -> tuple[str, ...]:
        return (read(occurrence.details) or "",) if occurrence.details else ()

    return values


def _subject(occurrence: Occurrence) -> tuple[str, ...]:
    """That of the record; without one, that of the message."""
    if occurrence.details:
        return (occurrence.details.subject,)
    return (occurrence.received.subject,) if occurrence.received else ()


def _text(occurrence: Occurrence) -> tuple[str, ...]:
    return (occurrence.note.note.text,) if occurrence.note else ()


def _requestor_email(occurrence: Occurrence) -> tuple[str, ...]:
    return _addresses(occurrence.details.requestor if occurrence.details else None)


def _technician(occurrence: Occurrence) -> tuple[str, ...]:
    technician = occurrence.details.technician if occurrence.details else None
    return (technician.name, technician.email) if technician else ()


def _sender(occurrence: Occurrence) -> tuple[str, ...]:
    """The address of the mail, which need not be the one that the sender is kept with."""
    return (occurrence.sender_key,) if occurrence.sender_key else ()


def _addresses(person: Person | None) -> tuple[str, ...]:
    return (person.email, address_key(person.email)) if person else ()


_READERS: Mapping[str, Callable[[Occurrence], tuple[str, ...]]] = {
    "subject": _subject,
    "text": _text,
    "status": _of_record(lambda details: details.record.status.value),
    "priority": _of_record(lambda details: details.priority.value.capitalize() if details.priority else ""),
    "category": _of_record(lambda details: details.category),
    "source": _of_record(lambda details: details.source.value if details.source else ""),
    "template": _of_record(lambda details: details.record.template),
    "requestor": _of_record(lambda details: details.requestor.name if details.requestor else ""),
    "requestor_email": _requestor_email,
    "technician": _technician,
    "sender": _sender,
    "sender_role": lambda occurrence: (occurrence.sender_role,),
    "changed_field": lambda occurrence: occurrence.changed_fields,
    "mailbox": lambda occurrence: (occurrence.mailbox or "",),
}
