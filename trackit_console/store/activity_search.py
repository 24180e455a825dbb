"""Finds messages of the activity by the beginnings of their words (RUN-08): by the index, and by reading what it does not have yet.

Every message that the index names is read and judged again by `domain.search_words.has_all`, as are those that wait to be indexed:
so both are found by one rule, and the index may name too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from trackit_console.domain.search_words import after, asked_words, has_all, record_word
from trackit_console.store.activity_words import TEXTS, block_of, first_of_block, words_in
from trackit_console.store.search_conditions import part_of, record_number, runs_of
from trackit_console.store.statements import VALUES_IN_A_LIST, in_parts
from trackit_console.store.tables import ActivityRow, ActivityWordRow

READ_AT_ONCE = 2000
"""So many messages are rather read than narrowed down by the next word."""
NEWEST_WAITING = 2000
"""So many messages that wait to be indexed are read whatever they say. That more wait is so after an upgrade only."""
_FIRST_BLOCKS, _MOST_BLOCKS = 2, 64
"""How many blocks are searched at once: few at first, for what most messages have, then four times as many, up to the most."""
_MOST_WORDS = 8
"""Words that the database is asked for; all are judged."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found. Hits compare by age."""

    at: datetime
    delivery_id: int

    def __lt__(self, other: Hit) -> bool:
        return (self.at, self.delivery_id) < (other.at, other.delivery_id)


class ActivitySearch:
    """One search for `text`, which has words, among the messages for which `narrowed` holds.

    `since` is the moment that `narrowed` begins with, None for all time.
    """

    def __init__(self, session: Session, text: str, narrowed: Sequence[ColumnElement[bool]], since: datetime | None) -> None:
        self._session = session
        self._text = text
        self._narrowed = narrowed
        self._since = since
        self._number = record_number(text)
        record = [] if self._number is None else [[record_word(self._number)]]
        self._alternatives = [asked_words(text), *record]

    def newest(self, wanted: int) -> list[int]:
        """The ids of the newest messages that match, the newest first; fewer than `wanted` if there are no more."""
        if wanted <= 0:
            return []
        first, last = self._ends()
        hits: dict[int, Hit] = {}
        read_down_to = first
        # What waits comes first: a message that is indexed meanwhile is read twice, not never.
        for source in (self._waiting(), *(self._indexed(each, first, last) for each in self._alternatives)):
            found, lowest = self._take(source, wanted)
            hits |= found
            read_down_to = max(read_down_to, lowest)
        newest = sorted(hits.values(), reverse=True)[:wanted]
        if read_down_to:
            since = newest[-1].at if len(newest) == wanted else self._since
            newest = sorted((hits | self._decided_late(read_down_to, since)).values(), reverse=True)[:wanted]
        return [each.delivery_id for each in newest]

    def _ends(self) -> tuple[int, int]:
        """The ids between which the index is searched: 0 for the lower one if nothing is left out."""
        line = ActivityRow
        # Not the lowest id of the period: to find that one, a database would read the messages before it.
        begin = select(line.delivery_id).where(line.at >= self._since).order_by(line.at).limit(1) if self._since else None
        highest = select(func.max(line.delivery_id))
        if begin is None:
            return 0, self._session.scalar(highest) or 0
        return first_of_block(self._session.scalar(begin) or 0), self._session.scalar(highest) or 0

    def _take(self, source: Iterable[Sequence[Any]], wanted: int) -> tuple[dict[int, Hit], int]:
        """The hits among the messages of `source`, and the id down to which it was read: 0, to its end."""
        hits: dict[int, Hit] = {}
        for rows in source:
            hits |= self._judged(rows)
            if len(hits) >= wanted:
                return hits, rows[-1].delivery_id
        return hits, 0

    def _judged(self, rows: Iterable[Any]) -> dict[int, Hit]:
        hits: dict[int, Hit] = {}
        for row in rows:
            words = words_in(row)
            if any(has_all(each, words) for each in self._alternatives):
                hits[row.delivery_id] = Hit(row.at, row.delivery_id)
        return hits

    def _decided_late(self, below: int, since: datetime | None) -> dict[int, Hit]:
        """Older deliveries that got their line in the activity later than others, as a retry from quarantine gives it."""
        # The sum keeps databases from reading by the id: all older messages, instead of the newest lines.
        return self._judged(
            self._session.execute(self._messages(ActivityRow.at >= since, ActivityRow.delivery_id + 0 < below)).all()
        )

    def _messages(self, *conditions: ColumnElement[bool]) -> Any:
        asked = select(ActivityRow.delivery_id, ActivityRow.at, ActivityRow.record_id, *TEXTS)
        return asked.where(*conditions, *self._narrowed).order_by(ActivityRow.delivery_id.desc())

    # ------------------------------------------------------------------ by the index

    def _indexed(self, words: Sequence[str], first: int, last: int) -> Iterator[Sequence[Any]]:
        """The messages between two ids that the index names for `words`, part by part, by descending id."""
        met = dict.fromkeys(words, 0)
        for group, blocks in enumerate(_groups(block_of(first), block_of(last))):
            # The first group is looked up for every word, to learn which ones are rare.
            found = sorted(self._candidates(met, blocks, enough=READ_AT_ONCE if group else -1), reverse=True)
            for part in in_parts(found):
                if rows := self._session.execute(self._messages(ActivityRow.delivery_id.in_(part))).all():
                    yield rows

    def _candidates(self, met: dict[str, int], blocks: Sequence[int], enough: int) -> set[int]:
        """Messages of `blocks` that have the rarest word, and the next ones as well as long as they are more than `enough`.

        `met` counts how many each word had; of words as rare, the longest is asked for first.
        """
        found: set[int] = set()
        for position, word in enumerate(sorted(met, key=lambda each: (met[each], -len(each)))[:_MOST_WORDS]):
            if position and len(found) <= enough:
                break
            having = set(self._session.scalars(self._having(word, blocks, narrowed=not position)))
            met[word] += len(having)
            found = found & having if position else having
        return found

    def _having(self, word: str, blocks: Sequence[int], *, narrowed: bool) -> Any:
        entry = ActivityWordRow
        asked = select(entry.delivery_id).where(entry.block.in_(blocks), entry.word >= word, entry.word < after(word))
        if narrowed and self._narrowed:
            asked = asked.join(ActivityRow, ActivityRow.delivery_id == entry.delivery_id).where(*self._narrowed)
        return asked

    # ------------------------------------------------------------------ by reading

    def _waiting(self) -> Iterator[Sequence[Any]]:
        """The messages that are not indexed yet, part by part, by descending id: those of the last minute, after an upgrade all."""
        read = 0
        older: list[ColumnElement[bool]] = []
        while rows := self._session.execute(self._messages(ActivityRow.indexed.is_(None), *older).limit(VALUES_IN_A_LIST)).all():
            yield rows
            read += len(rows)
            older = [ActivityRow.delivery_id < rows[-1].delivery_id]
            if read >= NEWEST_WAITING:
                older.append(self._seems_to_match())

    def _seems_to_match(self) -> ColumnElement[bool]:
        """What a database can tell of a text without our words: to read a million messages would take half a minute."""
        every = [or_(*[part_of(column, each) for column in TEXTS]) for each in runs_of(self._text)[:_MOST_WORDS]]
        on_record = false() if self._number is None else ActivityRow.record_id == self._number
        return or_(and_(true(), *every), on_record)


def _groups(first: int, last: int) -> Iterator[Sequence[int]]:
    """The blocks from `last` down to `first`, in groups."""
    number = _FIRST_BLOCKS
    while last >= first:
        yield range(max(first, last - number + 1), last + 1)
        last, number = last - number, min(number * 4, _MOST_BLOCKS)
