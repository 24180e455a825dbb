"""Keeps the words by which messages of the activity are found (RUN-08). The monitor calls it when there is time: intake does not wait.

Words lie in blocks of 4,096 deliveries. A step writes one or two blocks of a megabyte each, however many messages there are, and a
word that every message has is read of the newest block alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from trackit_console.domain.search_words import words_of
from trackit_console.store.statements import in_parts, within_bytes
from trackit_console.store.tables import ActivityRow, ActivityWordRow

Connect = Callable[[], AbstractContextManager[Connection]]
STEP_MESSAGES = 250
"""Messages in one step."""
STEP_WORDS = 10_000
"""Words in one step; a single message may have more. Ordinary mail has some 15 a message, hostile mail hundreds."""
BLOCK = 4096
"""Deliveries of one block."""
_REMOVED_AT_ONCE = 200
"""Messages in one DELETE: at 5,000 rows SQL Server would lock the whole table."""
_SKIP_LOCKED = "WITH (UPDLOCK, READPAST, ROWLOCK)"
"""Of two hosts each takes messages of its own. Others may read these rows until the last statement of a step."""


def block_of(delivery_id: int) -> int:
    """The block that has the words of a message."""
    return delivery_id // BLOCK


def first_of_block(delivery_id: int) -> int:
    """The lowest id that the block of a message may have."""
    return block_of(delivery_id) * BLOCK


class WordIndex:
    """Adds to the index. Each step is a transaction that a power cut may undo: then it is done again."""

    def __init__(self, writing: Connect) -> None:
        self._writing = writing

    def step(self) -> int:
        """Indexes some of the messages that wait, the newest first, and answers how many; 0 when none is left. Raises `StoreError`."""
        with self._writing() as connection:
            return index_waiting(connection)


def index_waiting(connection: Connection) -> int:
    """A step, within a transaction."""
    messages = _waiting(connection)
    # In the order of the key: the pages of the index are each changed once.
    keys = sorted((block_of(number), word, number) for number, words in messages for word in words)
    if keys:
        rows = [{"block": block, "word": word, "delivery_id": number} for block, word, number in keys]
        connection.execute(insert(ActivityWordRow), rows)
    # Last: until then the lines are only locked against other updates, and can be read.
    for part in in_parts([number for number, _ in messages]):
        connection.execute(update(ActivityRow).where(ActivityRow.delivery_id.in_(part)).values(indexed=True))
    return len(messages)


def _waiting(connection: Connection) -> Sequence[tuple[int, list[str]]]:
    # The ids alone: the index of those that wait has them, and no other is read or locked.
    waiting = (
        select(ActivityRow.delivery_id)
        .with_hint(ActivityRow, _SKIP_LOCKED, "mssql")
        .where(ActivityRow.indexed.is_(None))
        .order_by(ActivityRow.delivery_id.desc())
        .limit(STEP_MESSAGES)
    )
    ids = connection.scalars(waiting).all()
    texts = select(ActivityRow.delivery_id, ActivityRow.record_id, *TEXTS).order_by(ActivityRow.delivery_id.desc())
    rows = [row for part in in_parts(ids) for row in connection.execute(texts.where(ActivityRow.delivery_id.in_(part)))]
    found = [(row.delivery_id, words_in(row)) for row in rows]
    taken = set(within_bytes(((number, len(words)) for number, words in found), STEP_WORDS))
    return [each for each in found if each[0] in taken]


TEXTS = (ActivityRow.sender, ActivityRow.subject, ActivityRow.message_id)
"""What is searched."""


def words_in(row: Any) -> list[str]:
    """The words of a message, of which `row` has the `TEXTS` and `record_id`."""
    return words_of((row.subject, row.sender, row.message_id or ""), row.record_id)


def remove_words(connection: Connection, delivery_ids: Sequence[int]) -> None:
    """Takes messages out of the index, within the transaction that removes their activity."""
    for block, numbers in groupby(sorted(delivery_ids), block_of):
        of_block = list(numbers)
        for begin in range(0, len(of_block), _REMOVED_AT_ONCE):
            part = of_block[begin : begin + _REMOVED_AT_ONCE]
            gone = delete(ActivityWordRow).where(ActivityWordRow.block == block, ActivityWordRow.delivery_id.in_(part))
            connection.execute(gone)
