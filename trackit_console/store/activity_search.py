"""Finds messages of the activity by the beginnings of their words (RUN-08): by the index, and by reading what it does not have yet.

Every message that the index names is read and judged again by `domain.search_words.has_all`, as are those that wait to be indexed:
so both are found by one rule, and the index may name too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from trackit_console.domain.search_words import after, asked_words, has_all, record_word
from trackit_console.store.activity_words import TEXTS, block_of, first_of_block, words_in
from trackit_console.store.search_conditions import part_of, record_number, runs_of
from trackit_console.store.statements import VALUES_IN_A_LIST, in_parts
from trackit_console.store.tables import ActivityRow, ActivityWordRow

if TYPE_CHECKING:
    from trackit_console.store.activity_views import ActivityQuery

READ_AT_ONCE = 2000
"""So many messages are rather read than narrowed down by the next word."""
NEWEST_WAITING = 2000
"""So many messages that wait to be indexed are read whatever they say. That more wait is so after an upgrade only."""
_FIRST_BLOCKS, _MOST_BLOCKS = 2, 64
"""How many blocks are searched at once: few at first, for what most messages have, then four times as many, up to the most."""
_MOST_WORDS = 8
"""Words that the database is asked for; all are judged."""


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A message that was found. Hits compare by age."""

    at: datetime
    delivery_id: int


class ActivitySearch:
    """One search, whose text has words. `narrowed` is what the query asks for besides them."""

    def __init__(self, session: Session, query: ActivityQuery, narrowed: Sequence[ColumnElement[bool]]) -> None:
        self._session = session
        self._query = query
        self._narrowed = narrowed
        self._number = record_number(query.text)
        record = [] if self._number is None else [[record_word(self._number)]]
        self._alternatives = [asked_words(query.text), *record]

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
        newest = _newest(hits, wanted)
        if read_down_to:
            since = newest[-1].at if len(newest) == wanted else self._query.since
            newest = _newest(hits | self._judged(self._decided_late(read_down_to, since)), wanted)
        return [each.delivery_id for each in newest]

    def _ends(self) -> tuple[int, int]:
        """The ids between which the index is searched: 0 for the lower one if nothing is left out."""
        line = ActivityRow
        last = self._session.scalar(select(func.max(line.delivery_id))) or 0
        if self._query.since is None:
            return 0, last
        # Not the lowest id of the period: to find that one, a database would read the messages before it.
        begin = select(line.delivery_id).where(line.at >= self._query.since).order_by(line.at).limit(1)
        return first_of_block(self._session.scalar(begin) or 0), last

    def _take(self, source: Iterable[Sequence[int]], wanted: int) -> tuple[dict[int, Hit], int]:
        """The hits among the messages of `source`, and the id down to which it was read: 0, to its end."""
        hits: dict[int, Hit] = {}
        for ids in source:
            hits |= self._judged(ids)
            if len(hits) >= wanted:
                return hits, ids[-1]
        return hits, 0

    def _judged(self, ids: Sequence[int]) -> dict[int, Hit]:
        """Those of the messages that match."""
        line, hits = ActivityRow, {}
        read = select(line.delivery_id, line.at, line.mailbox_id, line.outcome, line.record_id, *TEXTS)
        for part in in_parts(ids):
            for row in self._session.execute(read.where(line.delivery_id.in_(part))):
                if self._matches(row):
                    hits[row.delivery_id] = Hit(row.at, row.delivery_id)
        return hits

    def _matches(self, row: Any) -> bool:
        query = self._query
        if query.since is not None and row.at < query.since:
            return False
        if query.mailbox_id not in (None, row.mailbox_id) or query.outcome not in (None, row.outcome):
            return False
        words = words_in(row)
        return any(has_all(each, words) for each in self._alternatives)

    # ------------------------------------------------------------------ the messages that may match, by descending id

    def _indexed(self, words: Sequence[str], first: int, last: int) -> Iterator[Sequence[int]]:
        """Those between two ids that the index names for `words`, part by part."""
        met = dict.fromkeys(words, 0)
        for group, blocks in enumerate(_groups(block_of(first), block_of(last))):
            # The first group is looked up for every word, to learn which ones are rare.
            yield from in_parts(sorted(self._named(met, blocks, enough=READ_AT_ONCE if group else -1), reverse=True))

    def _named(self, met: dict[str, int], blocks: Sequence[int], enough: int) -> set[int]:
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

    def _waiting(self) -> Iterator[Sequence[int]]:
        """Those that are not indexed yet, part by part: those of the last minute, after an upgrade all."""
        # The ids alone: their index has them, and is small when few wait. What narrows would lead a database to a larger one.
        asked = select(ActivityRow.delivery_id).where(ActivityRow.indexed.is_(None)).order_by(ActivityRow.delivery_id.desc())
        older, read = asked, 0
        while ids := self._session.scalars(older.limit(VALUES_IN_A_LIST)).all():
            yield ids
            read += len(ids)
            older = asked.where(ActivityRow.delivery_id < ids[-1])
            if read >= NEWEST_WAITING:
                older = older.where(self._seems_to_match(), *self._narrowed)

    def _seems_to_match(self) -> ColumnElement[bool]:
        """What a database can tell of a text without our words: to read a million messages would take half a minute."""
        every = [or_(*[part_of(column, each) for column in TEXTS]) for each in runs_of(self._query.text)[:_MOST_WORDS]]
        on_record = false() if self._number is None else ActivityRow.record_id == self._number
        # SQLAlchemy takes no `and_` of nothing, which a text without runs would make.
        return or_(and_(true(), *every), on_record)

    def _decided_late(self, below: int, since: datetime | None) -> Sequence[int]:
        """Older deliveries that got their line in the activity later than others, as a retry from quarantine gives it."""
        # The sum keeps databases from going by the id, through all older messages, instead of the newest lines.
        late = (ActivityRow.at >= since, ActivityRow.delivery_id + 0 < below)
        return self._session.scalars(select(ActivityRow.delivery_id).where(*late)).all()


def _newest(hits: dict[int, Hit], wanted: int) -> list[Hit]:
    return sorted(hits.values(), reverse=True)[:wanted]


def _groups(first: int, last: int) -> Iterator[Sequence[int]]:
    """The blocks from `last` down to `first`, in groups."""
    number = _FIRST_BLOCKS
    while last >= first:
        yield range(max(first, last - number + 1), last + 1)
        last, number = last - number, min(number * 4, _MOST_BLOCKS)
