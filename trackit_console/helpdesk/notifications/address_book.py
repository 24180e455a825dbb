"""What deciding about mail asks of the database, asked once a transaction: who people are, and how much was sent to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import Person, RecordRef

if TYPE_CHECKING:
    from collections.abc import Sequence

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class AddressBook:
    """The people behind keys of addresses, and the mail to them within the last hour, with what this transaction sends.

    Mail that was decided is counted here and never read again: it comes into the outbox only when its round has ended.
    """

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._people: dict[str, tuple[Person | None, Person | None]] = {}
        self._to: Counter[str] = Counter()
        self._about: Counter[tuple[str, RecordRef]] = Counter()
        self._in_a_day: Counter[str] = Counter()
        self._counted_for_a_day: set[str] = set()
        self._told: set[object] = set()

    @cached_property
    def technicians(self) -> Sequence[Person]:
        """All technicians."""
        return self._read.technicians()

    def prepare(self, keys: Collection[str]) -> None:
        """Looks up all of `keys` that are not known yet, together."""
        new = {key for key in keys if key and key not in self._people}
        if not new:
            return
        technicians, requestors = self._read.known_people(new)
        self._people |= {key: (technicians.get(key), requestors.get(key)) for key in new}
        sent = self._read.sent_lately(new, self._read.now - HOUR)
        # A Counter adds: what this transaction counted already stays.
        self._to.update(sent.to_recipient)
        self._about.update(sent.about_record)

    def person(self, key: str) -> tuple[Person | None, Person | None]:
        """The technician and the requestor with this address, which was prepared."""
        return self._people.get(key, (None, None))

    def sent_to(self, key: str) -> int:
        """Mails to this address within the last hour."""
        return self._to[key]

    def sent_about(self, key: str, record: RecordRef) -> int:
        """Those of them that are about `record`."""
        return self._about[key, record]

    def sent_in_a_day(self, key: str) -> int:
        """Mails to this address within the last day; asked for all prepared addresses together, and only if it matters for one."""
        if key not in self._counted_for_a_day:
            new = self._people.keys() - self._counted_for_a_day | {key}
            self._in_a_day.update(self._read.sent_lately(new, self._read.now - DAY).to_recipient)
            self._counted_for_a_day |= new
        return self._in_a_day[key]

    def count(self, key: str, record: RecordRef | None) -> None:
        """One more mail is sent to this address."""
        self._to[key] += 1
        self._in_a_day[key] += 1
        if record:
            self._about[key, record] += 1

    def first_time(self, what: object) -> bool:
        """Whether this is asked about `what` for the first time in the transaction."""
        if what in self._told:
            return False
        self._told.add(what)
        return True


class AddressBooks:
    """The address book of each transaction, for as long as its reader lives."""

    def __init__(self) -> None:
        self._books: WeakKeyDictionary[Reader, AddressBook] = WeakKeyDictionary()

    def of(self, read: Reader) -> AddressBook:
        book = self._books.get(read)
        if book is None:
            self._books[read] = book = AddressBook(read)
        return book
