"""Delta queries over one folder's messages (api-reference/v1.0/api/message-delta.md, concepts/delta-query-overview.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from tests.servers.microsoft import access, odata
from tests.servers.microsoft.errors import GraphError, bad_request, too_complex
from tests.servers.microsoft.graph import Call, Graph
from tests.servers.microsoft.http import Response, json_response
from tests.servers.microsoft.mailbox import Change, ChangeKind, Folder
from tests.servers.microsoft.representation import MESSAGE_FILTERS, SELECTABLE, shown_message

FIRST_OPTIONS = ("$select", "$top", "$filter", "$orderby", "$expand", "changeType")
TOKENS = ("$skiptoken", "$deltatoken")
DEFAULT_PAGE, LARGEST_PAGE = 10, 1000
SINCE = re.compile(r"receivedDateTime g[et] \S+", re.IGNORECASE)
MOST_FILTERED = 5000
"""With `$filter` a delta query gives no more messages than these."""
KINDS: tuple[ChangeKind, ...] = ("created", "updated", "deleted")


@dataclass(frozen=True)
class Query:
    """What the first request of a round asked for; it stays in the tokens."""

    folder: Folder
    selected: list[str] | None
    accepts: Any
    kinds: tuple[ChangeKind, ...]
    top: int | None


@dataclass(frozen=True)
class State:
    """What one token stands for. `upto` is the change at which the next round begins."""

    query: Query
    pending: tuple[Change, ...]
    upto: int
    done: bool = False
    """A deltaLink's, not a nextLink's."""


@dataclass
class Deltas:
    """The tokens of one server, and what is to go wrong with them."""

    expired_as: str = ""
    """"": tokens are good; `gone`: 410 with Location; `syncStateNotFound` or another code: 400 with it."""
    replays: int = 0
    """So many further pages bring the previous page's items again, in front."""
    empty_pages: int = 0
    """So many further pages are empty, and have a nextLink all the same."""
    removed_reason: str = "deleted"
    states: dict[str, State] = field(default_factory=dict)
    last: tuple[Change, ...] = ()

    def expire(self, as_: str = "syncStateNotFound") -> None:
        """All tokens given out so far are forgotten; the answer to them is `gone` or an error code."""
        self.states.clear()
        self.expired_as = as_

    def keep(self, state: State) -> str:
        token = uuid4().hex + uuid4().hex
        self.states[token] = state
        return token


def register(graph: Graph, deltas: Deltas) -> None:
    graph.on("GET", "mailFolders/{}/messages/delta", lambda call: _delta(call, deltas))


def _delta(call: Call, deltas: Deltas) -> Response:
    call.need(access.READ)
    folder = call.folder(call.parts[1])
    asked = odata.options(call.request, (*FIRST_OPTIONS, *TOKENS))
    token = asked.get("$skiptoken") or asked.get("$deltatoken")
    if not token:  # an empty one is what the Location of a 410 has: begin anew
        state = _begin(folder, asked)
    elif set(asked) - set(TOKENS):
        raise bad_request("The query options of a delta query are part of its token and cannot be given with it.")
    elif (found := deltas.states.get(token)) and found.query.folder is folder:
        state = _resumed(found) if found.done else found
    else:
        return _expired(call, deltas)
    return _page(call, deltas, state)


def _begin(folder: Folder, asked: dict[str, str]) -> State:
    text = asked.get("$filter")
    if text is not None and not SINCE.fullmatch(text.strip()):
        raise too_complex()
    if asked.get("$orderby", "receivedDateTime desc").strip() != "receivedDateTime desc":
        raise too_complex()
    if "$expand" in asked:
        raise bad_request(f"Parsing OData Select and Expand failed: '{asked['$expand']}' cannot be expanded.")
    kind = asked.get("changeType")
    if kind not in (None, *KINDS):
        raise bad_request(f"Invalid value '{kind}' for changeType.")
    query = Query(
        folder,
        odata.selection(asked.get("$select"), SELECTABLE, "message"),
        odata.parse_filter(text, MESSAGE_FILTERS, "message").accepts if text else lambda message: True,
        tuple(each for each in KINDS if kind in (None, each)),
        odata.number(asked["$top"], "$top", 1, LARGEST_PAGE) if "$top" in asked else None,
    )
    messages = reversed(folder.ordered) if "$orderby" in asked else folder.ordered
    everything = _wanted(query, (Change(0, "created", message, message.entry_id) for message in messages))
    return State(query, everything[:MOST_FILTERED] if text else everything, len(folder.changes))


def _resumed(state: State) -> State:
    folder = state.query.folder
    latest: dict[int, Change] = {}
    created = set()
    for change in folder.changes[state.upto :]:
        # What was made and changed within one round is new, whatever came last; what is gone again is not told of as new.
        # A message that went and came back has another place by then: one is told of as removed, the other as new.
        place = change.entry_id.number
        if change.kind == "created":
            created.add(place)
        latest.pop(place, None)
        is_new = change.kind == "updated" and place in created
        latest[place] = replace(change, kind="created") if is_new else change
    return State(state.query, _wanted(state.query, latest.values()), len(folder.changes))


def _wanted(query: Query, changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(each for each in changes if each.kind in query.kinds and (each.kind == "deleted" or query.accepts(each.message)))


def _page(call: Call, deltas: Deltas, state: State) -> Response:
    size = _size(call, state.query)
    empty = deltas.empty_pages > 0
    deltas.empty_pages -= empty
    count = 0 if empty else size
    taken, rest = state.pending[:count], state.pending[count:]
    more = empty or bool(rest)
    shown, deltas.last = taken, taken or deltas.last
    if deltas.replays and not more:
        deltas.replays -= 1
        shown = deltas.last + taken
    value: dict[str, Any] = {"value": [_shown(call, deltas, state, change) for change in shown]}
    following = State(state.query, rest, state.upto, done=not more)
    name = "$skiptoken" if more else "$deltatoken"
    value["@odata.nextLink" if more else "@odata.deltaLink"] = f"{_address(call)}?{name}={deltas.keep(following)}"
    answer = call.answer(value, "Collection(message)")
    if call.request.preference("odata.maxpagesize"):
        applied = answer.headers.get("Preference-Applied")
        answer.headers["Preference-Applied"] = ", ".join(filter(None, (applied, f"odata.maxpagesize={size}")))
    return answer


def _address(call: Call) -> str:
    """Links name the folder by its id, in the form with a key, however the first request named it."""
    user, folder = quote(call.parts[0], safe="@"), call.folder(call.parts[1]).id
    return f"{call.request.origin}/v1.0/users/{user}/mailFolders('{quote(folder, safe='')}')/messages/delta"


def _size(call: Call, query: Query) -> int:
    wanted = call.request.preference("odata.maxpagesize")
    if wanted and wanted.isdigit() and int(wanted) > 0:
        return min(int(wanted), LARGEST_PAGE)
    return query.top or DEFAULT_PAGE


def _shown(call: Call, deltas: Deltas, state: State, change: Change) -> dict[str, Any]:
    message, query = change.message, state.query
    if change.kind == "deleted":
        identity = message.immutable_id if call.immutable else change.entry_id.rest
        return {"@odata.type": "#microsoft.graph.message", "id": identity, "@removed": {"reason": deltas.removed_reason}}
    # Of an update the properties that changed are sure to come, and no others.
    selected = ["isRead"] if change.kind == "updated" else query.selected
    return {"@odata.type": "#microsoft.graph.message"} | shown_message(
        message, selected, immutable=call.immutable, body_type=call.body_type, entry_id=change.entry_id
    )


def _expired(call: Call, deltas: Deltas) -> Response:
    if deltas.expired_as == "gone":
        answer = json_response({"error": {"code": "resyncRequired", "message": "Resync required. Replace any local items."}}, 410)
        answer.headers["Location"] = f"{_address(call)}?$deltatoken="
        return answer
    code = deltas.expired_as or "syncStateNotFound"
    raise GraphError(400, code, "The sync state generation is not found; continuationSyncState is unavailable.")
