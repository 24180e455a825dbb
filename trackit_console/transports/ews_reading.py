"""What is asked of an Exchange folder: changes, lists, bodies and headers (IN-14, RUN-04, RUN-07).

Use these within `EwsClient.exchange`. `ews` decides which of them are asked for, and when.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from exchangelib import EWSDateTime, Q
from exchangelib.errors import (
    ErrorInvalidIdMalformed,
    ErrorInvalidSyncStateData,
    ErrorItemNotFound,
    ErrorSyncFolderNotFound,
    ResponseMessageError,
)
from exchangelib.fields import FieldPath
from exchangelib.folders import FolderCollection
from exchangelib.items import ID_ONLY, CalendarItem, Contact, DistributionList, Message, Persona, Task
from exchangelib.properties import ItemId
from exchangelib.services import GetItem, SyncFolderItems
from exchangelib.services.common import EWSService

from trackit_console.transports.ews_refusals import concerns_message
from trackit_console.transports.fetched_mail import BATCH_BYTES, BATCH_MESSAGES

LISTED = 250
"""Maximum items in one answer to a search: what Exchange gives for a search with a restriction."""
ANNOUNCED = 100
"""Messages whose sizes are asked for at once."""
NOT_MAIL = (CalendarItem, Contact, DistributionList, Persona, Task)
"""What people drag into mail folders, and what has no MIME content of a message."""
NOT_COUNTED = ("REPORT.", "IPM.Schedule.", "IPM.Note.Rules.OofTemplate.", "IPM.Note.Rules.ReplyTemplate.", "IPM.Recall.Report")
"""Message classes of bounces, delivery reports, meetings and automatic replies (MS-OXCMAIL, MS-OXORULE)."""
GONE = (ErrorItemNotFound, ErrorInvalidIdMalformed)
"""Refusals that say that there is no such message, or none any more."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A message that the server lists: its id, its size in bytes (0 if not told), when it came, and whether it is read."""

    id: str
    size: int
    received_at: datetime | None
    read: bool
    item: Any


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of SyncFolderItems: what came into the folder, the state after it, and whether more pages follow."""

    arrived: list[Announced]
    state: str
    more: bool
    any_change: bool


class SyncStateForgotten(Exception):
    """The server does not know the state any more: the folder has to be enumerated anew."""


class _GetItem(GetItem):  # type: ignore[misc]
    # exchangelib raises most of them, and the one message would hold up all that are asked for with it.
    ERRORS_TO_CATCH_IN_RESPONSE = ResponseMessageError


class _SyncFolderItems(SyncFolderItems):  # type: ignore[misc]
    def _get_element_container(self, message: Any, name: str | None = None) -> Any:
        # exchangelib reads the state first, which a refusal need not have.
        if message.get("ResponseClass") == "Error":
            return EWSService._get_element_container(self, message, name)
        return super()._get_element_container(message, name)


def changes(folder: Any, state: str, limit: int) -> Changes:
    """At most `limit` changes since `state`; since the beginning if that is empty. Raises `SyncStateForgotten`."""
    service = _SyncFolderItems(account=folder.account)
    fields = _fields("is_read", "size", "datetime_received")
    try:
        answer = service.call(folder, ID_ONLY, fields, state, None, max_changes_returned=limit, sync_scope=None)
        # A list: exchangelib sets sync_state only while the answer is read.
        found = [_raised(each) for each in answer]
    except (ErrorInvalidSyncStateData, ErrorSyncFolderNotFound):
        # Without a state there is none to forget. To begin anew because of it would never end.
        if not state:
            raise
        raise SyncStateForgotten from None
    arrived = [_announced(item) for kind, item in found if kind == SyncFolderItems.CREATE and not isinstance(item, NOT_MAIL)]
    return Changes(
        sorted(arrived, key=_age), service.sync_state or "", not service.includes_last_item_in_range, any_change=bool(found)
    )


def older_mail(folder: Any, since: datetime, from_date: datetime, limit: int) -> tuple[list[Announced], bool]:
    """The oldest `limit` messages from `from_date` on that are unread or were received since `since`; whether these are all."""
    wanted = Q(is_read=False) | Q(datetime_received__gte=_date(since))
    query = folder.filter(Q(datetime_received__gte=_date(from_date)) & wanted).order_by("datetime_received")
    query = query.only("is_read", "size", "datetime_received")
    query.page_size = min(LISTED, limit)
    # A slice of exchangelib's ends with a whole page.
    found = [_raised(item) for item in islice(query[:limit], limit)]
    return [_announced(item) for item in found if not isinstance(item, NOT_MAIL)], len(found) < limit


def unread_mail(folder: Any) -> int:
    """The number of unread messages, without what IN-14 leaves out: the server's own count has all of it."""
    collection = FolderCollection(account=folder.account, folders=[folder])
    found = collection.find_items(Q(is_read=False), shape=ID_ONLY, additional_fields=_fields("item_class"), page_size=LISTED)
    return sum(1 for item in map(_raised, found) if _is_counted(item))


def announced(account: Any, ids: Sequence[str]) -> list[Announced]:
    """Those of `ids` that still are where they were; of a damaged one nothing but the id is known."""
    fields = _fields("is_read", "size", "datetime_received")
    items = [ItemId(id=id) for id in ids]
    found = _GetItem(account=account, chunk_size=ANNOUNCED).call(items, fields, ID_ONLY)
    answers = zip(items, found, strict=True)
    return [_announced(_item_or_id(answer, item)) for item, answer in answers if not isinstance(answer, GONE)]


def _item_or_id(answer: Any, item: ItemId) -> Any:
    # A refusal is no proof that the message is gone: whoever asks for it alone is told what is the matter.
    if isinstance(answer, Exception) and not concerns_message(answer):
        raise answer
    return item if isinstance(answer, Exception) else answer


def body(account: Any, id: str) -> bytes | None:
    """The MIME content of one message; None if the server has none. Raises exchangelib's errors."""
    return _only(account, id, "mime_content").mime_content or None


def headers(account: Any, id: str) -> bytes:
    """The header block of one message. Raises exchangelib's errors."""
    fields = _only(account, id, "headers").headers or []
    return b"".join(f"{each.name}: {each.value}\r\n".encode() for each in fields)


def _only(account: Any, id: str, field: str) -> Any:
    # One message a request: exchangelib would ask for 100, and parse an answer with all of them.
    [item] = GetItem(account=account, chunk_size=1).call([ItemId(id=id)], _fields(field), ID_ONLY)
    return _raised(item)


def _announced(item: Any) -> Announced:
    # What an item of an unusual class does not have is not told either.
    received, read = getattr(item, "datetime_received", None), getattr(item, "is_read", None)
    received_at = datetime.fromtimestamp(received.timestamp(), UTC) if received else None
    return Announced(item.id, getattr(item, "size", None) or 0, received_at, bool(read), item)


def _age(message: Announced) -> datetime:
    return message.received_at or datetime.max.replace(tzinfo=UTC)


def _is_counted(item: Any) -> bool:
    return not isinstance(item, NOT_MAIL) and not (item.item_class or "").startswith(NOT_COUNTED)


def _raised(item: Any) -> Any:
    if isinstance(item, Exception):
        raise item
    return item


def _fields(*names: str) -> list[FieldPath]:
    return [FieldPath(field=Message.get_field_by_fieldname(name)) for name in names]


def _date(value: datetime) -> EWSDateTime:
    return EWSDateTime.from_datetime(value)


def by_date(messages: Iterable[Announced], date: datetime) -> tuple[str, ...]:
    """The ids of those received at `date`."""
    return tuple(each.id for each in messages if each.received_at == date)


def grouped(messages: Sequence[Announced], size_limit: int) -> Iterator[list[Announced]]:
    """Groups the messages by `BATCH_MESSAGES` and `BATCH_BYTES`; a message larger than that is a group of its own."""
    group: list[Announced] = []
    group_bytes = 0
    for message in messages:
        # Of a message above the limit only the header block is downloaded.
        weight = message.size if message.size <= size_limit else 0
        if group and (len(group) >= BATCH_MESSAGES or group_bytes + weight > BATCH_BYTES):
            yield group
            group, group_bytes = [], 0
        group.append(message)
        group_bytes += weight
    if group:
        yield group
