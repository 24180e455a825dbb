"""Many records at once, inserted as rows: 100,000 through the unit of work would take a minute."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from tests.clock import BEGINNING
from trackit_console.domain.records import Module, Priority, Status
from trackit_console.settings.people import Technician
from trackit_console.store.database import Database
from trackit_console.store.tables import RecordRow, RequestorRow

PRIORITIES = [each.value for each in Priority]


def many_records(database: Database, number: int) -> list[int]:
    """`number` tickets of 50 requestors, every tenth one open, and one assignment; answers the ids of two technicians.

    Every third ticket is of the first technician, the next one of the second.
    """
    with database.begin() as transaction:
        ids = [
            transaction.people.save_technician(Technician(name=name, email=f"{name.lower()}@example.com"), "test")
            for name in ("Ada", "Bob")
        ]
        transaction.session.execute(
            insert(RequestorRow),
            [
                {
                    "id": each,
                    "name": f"Requestor {each:02}",
                    "email": f"r{each}@example.com",
                    "address": f"r{each}@example.com",
                    "created_at": BEGINNING,
                }
                for each in range(1, 51)
            ],
        )
        made = [_row(each, ids) for each in range(1, number + 1)]
        transaction.session.execute(insert(RecordRow), [*made, {**_row(number + 1, ids), "module": Module.ASSIGNMENT.value}])
    return ids


def _row(number: int, technicians: list[int]) -> dict[str, object]:
    return {
        "id": number,
        "module": Module.TICKET.value,
        "subject": f"Subject {number:06}",
        "status": (Status.OPEN if number % 10 == 0 else Status.CLOSED).value,
        "priority": PRIORITIES[number % 4],
        "source": "email",
        "requestor_id": number % 50 + 1,
        "technician_id": [*technicians, None][number % 3],
        "created_at": BEGINNING,
        "updated_at": BEGINNING + timedelta(seconds=number * 7919 % 100_003),
        "version": 1,
    }
