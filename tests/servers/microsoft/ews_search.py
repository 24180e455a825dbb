"""Restrictions and sync states of Exchange Web Services, on the simulated mailbox."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tests.servers.microsoft.ews_xml import Element, local_name
from tests.servers.microsoft.mail import Message
from tests.servers.microsoft.mailbox import Change, Folder

PROPERTIES: dict[str, Callable[[Message], Any]] = {
    "message:IsRead": lambda message: message.read,
    "item:DateTimeReceived": lambda message: message.received,
    "item:ItemClass": lambda message: message.message_class,
    "item:Subject": lambda message: message.subject,
}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "IsEqualTo": lambda left, right: left == right,
    "IsNotEqualTo": lambda left, right: left != right,
    "IsGreaterThan": lambda left, right: left > right,
    "IsGreaterThanOrEqualTo": lambda left, right: left >= right,
    "IsLessThan": lambda left, right: left < right,
    "IsLessThanOrEqualTo": lambda left, right: left <= right,
}


def meets(restriction: Element, message: Message) -> bool:
    """Whether `message` meets one search expression; KeyError for what this server does not know."""
    name = local_name(restriction)
    if name in ("Restriction", "And"):
        return all(meets(child, message) for child in restriction)
    if name == "Or":
        return any(meets(child, message) for child in restriction)
    if name == "Not":
        return not meets(restriction[0], message)
    left = PROPERTIES[restriction[0].get("FieldURI")](message)
    return COMPARISONS[name](left, _constant(restriction[1][0].get("Value"), left))


def _constant(text: str, like: Any) -> Any:
    if isinstance(like, bool):
        return text in ("true", "1")
    return datetime.fromisoformat(text) if isinstance(like, datetime) else text


@dataclass(frozen=True)
class State:
    """How far a client has synchronized: up to which change, and, while it enumerates, up to which place."""

    folder: int
    change: int
    place: int | None
    generation: int

    @property
    def text(self) -> str:
        return base64.b64encode(json.dumps(asdict(self)).encode()).decode()


def read_state(text: str) -> State:
    """Raises ValueError."""
    return State(**json.loads(base64.b64decode(text)))


@dataclass(frozen=True)
class Page:
    changes: list[tuple[str, Message, str]]
    """`Create`, `Update`, `ReadFlagChange` or `Delete`, and the id that the message had."""
    state: State
    last: bool


def page_of(folder: Folder, state: State, limit: int) -> Page:
    """The next `limit` changes: first what lies in the folder, then what happened since."""
    if state.place is not None:
        here = sorted((each for each in folder.messages if each.place > (state.place or 0)), key=lambda each: each.place)
        shown = here[:limit]
        place = shown[-1].place if len(here) > limit else None
        after = State(state.folder, state.change, place, state.generation)
        return Page([("Create", each, each.entry_id.ews) for each in shown], after, place is None)
    found: list[tuple[str, Message, str]] = []
    number, created = state.change, set()
    for change in folder.changes[state.change :]:
        if len(found) == limit:
            break
        number = change.number
        if change.kind == "created":
            created.add(change.entry_id)
        if shown_as := _shown(change, created):
            found.append((shown_as, change.message, change.entry_id.ews))
    after = State(state.folder, number, None, state.generation)
    return Page(found, after, number == len(folder.changes))


def _shown(change: Change, created: set[Any]) -> str:
    here = change.message.entry_id == change.entry_id
    if change.kind == "created":
        return "Create" if here else ""
    if change.entry_id in created:
        return ""
    return "Delete" if change.kind == "deleted" else "ReadFlagChange" if here else ""
