"""Inserts of many rows: each row gets its own id back, whatever columns it fills (RUN-03)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.clock import BEGINNING
from trackit_console.store import row_inserts
from trackit_console.store.database import Database
from trackit_console.store.row_inserts import Row, insert_returning_ids
from trackit_console.store.statements import within_bytes
from trackit_console.store.tables import RecordRow

ROWS = 2500
"""More than one statement takes on either database."""


def rows() -> list[Row]:
    """Records whose subjects tell them apart; every third fills another column."""
    usual = {"module": "Ticket", "status": "open", "priority": "medium", "source": "email", "version": 1}
    at = {"created_at": BEGINNING, "updated_at": BEGINNING}
    templates = ["Mail" if number % 3 == 0 else None for number in range(ROWS)]
    return [{**usual, **at, "subject": f"number {number}", "template": each} for number, each in enumerate(templates)]


@pytest.mark.covers("RUN-03")
@pytest.mark.parametrize("in_sequence", [False, True])
@pytest.mark.parametrize("ascending", [False, True])
def test_each_row_gets_its_own_id_back(
    database: Database, ascending: bool, in_sequence: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not in_sequence:  # as on SQL Server
        monkeypatch.setattr(row_inserts, "numbers_in_sequence", lambda _connection: False)
    with database.unit_of_work() as work:
        ids = insert_returning_ids(work.connection, RecordRow, rows(), ascending=ascending)
        kept = {row.id: row.subject for row in work.connection.execute(select(RecordRow.id, RecordRow.subject))}
    assert [kept[number] for number in ids] == [f"number {number}" for number in range(ROWS)]
    if ascending:
        assert ids == sorted(ids)


@pytest.mark.covers("OUT-06", "DB-01")
@pytest.mark.parametrize(("most", "taken"), [(30, [1, 2]), (29, [1]), (5, [1]), (60, [1, 2, 3])])
def test_what_fits_together_is_taken_and_at_least_one(most: int, taken: list[int]) -> None:
    assert within_bytes([(1, 10), (2, 20), (3, 30)], most) == taken
    assert within_bytes([], most) == []
