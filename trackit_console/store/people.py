"""The repository of technicians and requestors, and the snapshot of it that decisions are made on (MSG-02, MSG-03, MSG-05)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trackit_console.clock import Clock
from trackit_console.settings.people import Requestor, Technician
from trackit_console.store.audit import Audit
from trackit_console.store.column_types import fold, key_of
from trackit_console.store.tables import (
    DeliveryRow,
    NoteRow,
    OutboxRow,
    RecordRow,
    RequestorRow,
    TechnicianAddressRow,
    TechnicianRow,
)

T = TypeVar("T")
AT_ONCE = 500
"""Values in one IN list: SQL Server takes 2,100 parameters at most."""


@dataclass(frozen=True, slots=True)
class Person:
    """A technician or requestor as decisions know them."""

    id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Target:
    """A record (or requestor) that a message can be a note on."""

    module: str
    id: int
    status: str
    closed_at: datetime | None
    technician_id: int | None
    template: str | None = None

    @property
    def keyword(self) -> str:
        return f"{self.module} - {self.id}"


@dataclass(frozen=True, slots=True)
class Directory:
    """What the database knows about the senders, keywords and message ids of a batch; a plain value.

    `technicians` and `requestors` are by address with letter case folded; `targets` by (module, id); `by_message_id`
    by message id as written; `taken` are message ids that another mailbox of the same template already took.
    """

    technicians: dict[str, Person] = field(default_factory=dict)
    requestors: dict[str, Person] = field(default_factory=dict)
    targets: dict[tuple[str, int], Target] = field(default_factory=dict)
    by_message_id: dict[str, Target] = field(default_factory=dict)
    taken: dict[str, Target] = field(default_factory=dict)


def in_parts(values: Collection[T]) -> Iterator[Sequence[T]]:
    """`values` in pieces that fit an IN list."""
    everything = list(values)
    for at in range(0, len(everything), AT_ONCE):
        yield everything[at : at + AT_ONCE]


class People:
    """Technicians and requestors. It never commits."""

    def __init__(self, session: Session, audit: Audit, clock: Clock) -> None:
        self._session = session
        self._audit = audit
        self._clock = clock

    def technicians(self) -> list[Technician]:
        """All technicians with the addresses mapped to them, by name."""
        mapped: dict[int, list[str]] = {}
        for row in self._session.scalars(select(TechnicianAddressRow).order_by(TechnicianAddressRow.position)):
            mapped.setdefault(row.technician_id, []).append(row.written)
        rows = self._session.scalars(select(TechnicianRow).order_by(TechnicianRow.name))
        return [Technician(name=row.name, email=row.email, mapped_addresses=mapped.get(row.id, [])[1:]) for row in rows]

    def requestors(self) -> list[Requestor]:
        """All requestors, by name."""
        rows = self._session.scalars(select(RequestorRow).order_by(RequestorRow.name, RequestorRow.id))
        return [_requestor(row) for row in rows]

    def save_technician(self, technician: Technician, by: str) -> int:
        """Adds the technician, or replaces the one with this email; answers the id."""
        row = self._session.scalar(
            select(TechnicianRow).join(TechnicianAddressRow).where(TechnicianAddressRow.address == fold(technician.email))
        )
        before = None if row is None else self._technician(row)
        if row is None:
            row = TechnicianRow(name=technician.name, email=technician.email)
            self._session.add(row)
            self._session.flush()
        row.name, row.email = technician.name, technician.email
        self._session.execute(delete(TechnicianAddressRow).where(TechnicianAddressRow.technician_id == row.id))
        written = {fold(each): each for each in (technician.email, *technician.mapped_addresses)}
        for position, (address, as_written) in enumerate(written.items()):
            self._session.add(TechnicianAddressRow(address=address, technician_id=row.id, position=position, written=as_written))
        self._audit.changed(f"technician {technician.email}", by, before, technician)
        return row.id

    def _technician(self, row: TechnicianRow) -> Technician:
        mapped = select(TechnicianAddressRow.written).where(TechnicianAddressRow.technician_id == row.id)
        addresses = self._session.scalars(mapped.order_by(TechnicianAddressRow.position))
        return Technician(name=row.name, email=row.email, mapped_addresses=list(addresses)[1:])

    def save_requestor(self, requestor: Requestor, by: str) -> int:
        """Adds the requestor, or replaces the one with this email; answers the id."""
        row = self._session.scalar(select(RequestorRow).where(RequestorRow.address == fold(requestor.email)))
        before = None if row is None else _requestor(row)
        if row is None:
            row = RequestorRow(address=fold(requestor.email), created_at=self._clock.now())
            self._session.add(row)
        row.name, row.email = requestor.name, requestor.email
        self._session.flush()
        self._audit.changed(f"requestor {requestor.email}", by, before, requestor)
        return row.id

    def directory(
        self,
        addresses: Collection[str],
        keywords: Collection[tuple[str, int]],
        message_ids: Collection[str],
        mailbox: tuple[int, str | None],
    ) -> Directory:
        """What is known of these; `mailbox` is the id and the ticket template of the mailbox that asks."""
        folded = {fold(each) for each in addresses if each}
        by_id, taken = self._by_message_ids(message_ids, mailbox)
        return Directory(
            technicians=self._technicians_by(folded),
            requestors=self._requestors_by(folded),
            targets=self._targets(keywords),
            by_message_id=by_id,
            taken=taken,
        )

    def _technicians_by(self, folded: Collection[str]) -> dict[str, Person]:
        asked = select(TechnicianAddressRow.address, TechnicianRow.id, TechnicianRow.name, TechnicianRow.email).join(
            TechnicianRow, TechnicianRow.id == TechnicianAddressRow.technician_id
        )
        return {
            fold(row.address): Person(row.id, row.name, row.email)
            for part in in_parts(folded)
            for row in self._session.execute(asked.where(TechnicianAddressRow.address.in_(part)))
        }

    def _requestors_by(self, folded: Collection[str]) -> dict[str, Person]:
        asked = select(RequestorRow.address, RequestorRow.id, RequestorRow.name, RequestorRow.email)
        return {
            fold(row.address): Person(row.id, row.name, row.email)
            for part in in_parts(folded)
            for row in self._session.execute(asked.where(RequestorRow.address.in_(part)))
        }

    def _targets(self, keywords: Collection[tuple[str, int]]) -> dict[tuple[str, int], Target]:
        found: dict[tuple[str, int], Target] = {}
        for part in in_parts({number for module, number in keywords if module != "Requestor"}):
            for row in self._session.execute(_target_columns().where(RecordRow.id.in_(part))):
                found[row.module, row.id] = _target(row)
        for part in in_parts({number for module, number in keywords if module == "Requestor"}):
            for number in self._session.scalars(select(RequestorRow.id).where(RequestorRow.id.in_(part))):
                found["Requestor", number] = Target("Requestor", number, "", None, None)
        return {keyword: target for keyword, target in found.items() if keyword in keywords}

    def _by_message_ids(
        self, message_ids: Collection[str], mailbox: tuple[int, str | None]
    ) -> tuple[dict[str, Target], dict[str, Target]]:
        """Records by the messages they took or sent; and those that another mailbox took as its own delivery."""
        ids = {key_of(each): each for each in message_ids}
        by_id: dict[str, Target] = {}
        taken: dict[str, Target] = {}
        for part in in_parts(ids):
            received = (
                _target_columns(NoteRow.message_key, DeliveryRow.mailbox_id.label("mailbox_id"))
                .join(NoteRow, NoteRow.record_id == RecordRow.id)
                .outerjoin(DeliveryRow, DeliveryRow.id == NoteRow.delivery_id)
                .where(NoteRow.message_key.in_(part))
            )
            for row in self._session.execute(received):
                target = _target(row)
                by_id.setdefault(ids[row.message_key], target)
                if row.mailbox_id not in (None, mailbox[0]) and row.template == mailbox[1]:
                    taken[ids[row.message_key]] = target
            sent = _target_columns(OutboxRow.message_key).join(OutboxRow, OutboxRow.record_id == RecordRow.id)
            for row in self._session.execute(sent.where(OutboxRow.message_key.in_(part))):
                by_id.setdefault(ids[row.message_key], _target(row))
        return by_id, taken


def _requestor(row: RequestorRow) -> Requestor:
    """Not validated: mail brings senders whom no admin could type, `root@localhost`."""
    return Requestor.model_construct(name=row.name, email=row.email)


def _target_columns(*more: Any) -> Any:
    return select(
        RecordRow.module, RecordRow.id, RecordRow.status, RecordRow.closed_at, RecordRow.technician_id, RecordRow.template, *more
    )


def _target(row: Any) -> Target:
    return Target(row.module, row.id, row.status, row.closed_at, row.technician_id, row.template)
