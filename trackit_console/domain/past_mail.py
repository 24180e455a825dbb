"""Mail that was taken in, and the people of today, as the preview of filter rules needs them (FIL-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PastMessage:
    """A line of the activity. `sender` is as it was written, `sender_key` the key of its address, empty if not kept.

    `reasons` are the codes of why the message became what it did.
    """

    delivery_id: int
    at: datetime
    sender: str
    sender_key: str
    subject: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """The keys (`domain.addresses.address_key`) of all addresses of technicians and requestors."""

    technicians: frozenset[str] = frozenset()
    requestors: frozenset[str] = frozenset()
