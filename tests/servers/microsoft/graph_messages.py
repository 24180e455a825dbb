"""Messages: list, get, MIME content, update, move, copy, delete (user-list-messages, message-move, message-permanentdelete)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any
from urllib.parse import quote, urlencode

from tests.servers.microsoft import access, errors, odata
from tests.servers.microsoft.errors import GraphError
from tests.servers.microsoft.graph import Call, Graph
from tests.servers.microsoft.http import Response
from tests.servers.microsoft.mail import Message
from tests.servers.microsoft.mailbox import Folder
from tests.servers.microsoft.odata import Filter
from tests.servers.microsoft.representation import MESSAGE_FILTERS, SELECTABLE, check_expand, shown_message

LIST_OPTIONS = ("$select", "$top", "$skip", "$filter", "$orderby", "$count", "$expand")
DEFAULT_PAGE, LARGEST_PAGE = 10, 1000
UPDATABLE = {"isRead", "categories", "flag", "inferenceClassification"}


def register(graph: Graph, *, permanent_delete: bool = True) -> None:
    """`permanentDelete` is offered by the global cloud only."""
    graph.on("GET", "mailFolders/{}/messages", lambda call: _list(call, call.folder(call.parts[1])))
    graph.on("GET", "mailFolders/{}/messages/$count", lambda call: _count(call, call.folder(call.parts[1])))
    graph.on("GET", "messages", lambda call: _list(call, None))
    for path in ("messages/{}", "mailFolders/{}/messages/{}"):
        graph.on("GET", path, _get)
        graph.on("PATCH", path, _update)
        graph.on("DELETE", path, _delete)
        graph.on("GET", f"{path}/$value", _mime)
        graph.on("POST", f"{path}/move", _move)
        graph.on("POST", f"{path}/copy", _copy)
        if permanent_delete:
            graph.on("POST", f"{path}/permanentDelete", _purge)


def _addressed(call: Call) -> Message:
    """The message of the path; below a folder it must lie there."""
    if len(call.parts) == 2:
        return call.message(call.parts[1])
    return call.message(call.parts[2], call.folder(call.parts[1]))


def _shown(call: Call, message: Message, status: int = 200) -> Response:
    return call.answer(
        shown_message(message, None, immutable=call.immutable, body_type=call.body_type), "messages/$entity", status
    )


# Lists


def _list(call: Call, folder: Folder | None) -> Response:
    asked = odata.options(call.request, LIST_OPTIONS)
    selected = odata.selection(asked.get("$select"), SELECTABLE, "message")
    basic = selected is not None and not {"body", "bodyPreview", "uniqueBody"} & set(selected)
    call.need(access.READ_BASIC if basic else access.READ)
    message_class = check_expand(asked.get("$expand"))
    top = odata.number(asked.get("$top", str(DEFAULT_PAGE)), "$top", 1, LARGEST_PAGE)
    skip = odata.number(asked.get("$skip", "0"), "$skip", 0)
    found = _found(call, folder, asked)
    counted: dict[str, Any] = {}
    if asked.get("$count", "false") == "true":
        everything = list(found)
        counted, found = {"@odata.count": len(everything)}, iter(everything)
    # One more than the page tells whether there is a next one.
    page = list(islice(found, skip, skip + top + 1))
    show = [
        shown_message(message, selected, immutable=call.immutable, body_type=call.body_type, message_class=message_class)
        for message in page[:top]
    ]
    value = counted | {"value": show}
    if len(page) > top:
        value["@odata.nextLink"] = _next_link(call, skip + top)
    return call.answer(value, "messages")


def _next_link(call: Call, skip: int) -> str:
    """As Graph writes it: the first request's options, and `$skip` counted over the folder as it is by then."""
    query = dict(call.request.query) | {"$skip": str(skip)}
    user = quote(call.parts[0], safe="@")
    folder = f"/mailFolders/{quote(call.parts[1], safe='')}" if len(call.parts) > 1 else ""
    return f"{call.request.origin}/v1.0/users/{user}{folder}/messages?{urlencode(query, quote_via=quote)}"


def _found(call: Call, folder: Folder | None, asked: dict[str, str]) -> Iterator[Message]:
    filtered = odata.parse_filter(asked["$filter"], MESSAGE_FILTERS, "message") if "$filter" in asked else None
    orders = odata.order(asked["$orderby"], MESSAGE_FILTERS, "message") if "$orderby" in asked else []
    odata.check_order(orders, filtered)
    folders = [folder] if folder else call.mailbox.visible_folders()
    source = _ordered(folders, orders, filtered)
    return filter(filtered.accepts, source) if filtered else iter(source)


def _ordered(folders: list[Folder], orders: list[tuple[str, bool]], filtered: Filter | None) -> Iterable[Message]:
    """Newest first where nothing else is asked for, as Outlook shows a folder."""
    orders = orders or [("receivedDateTime", True)]
    if len(folders) == 1 and [name for name, _ in orders] == ["receivedDateTime"]:
        messages = folders[0].ordered
        start = _start(messages, filtered)
        if orders[0][1]:
            return (messages[index] for index in range(len(messages) - 1, start - 1, -1))
        return islice(messages, start, None)
    everything = list(chain.from_iterable(folder.ordered for folder in folders))
    for name, descending in reversed(orders):
        everything.sort(key=MESSAGE_FILTERS[name].read, reverse=descending)
    return everything


def _start(messages: list[Message], filtered: Filter | None) -> int:
    """Where a filter that begins with `receivedDateTime ge` can begin to look: a folder of 10,000 is not walked for a few."""
    if filtered is None or filtered.since is None:
        return 0
    return bisect_left(messages, filtered.since, key=lambda message: message.received)


def _count(call: Call, folder: Folder) -> Response:
    call.need(access.READ_BASIC)
    asked = odata.options(call.request, ("$filter",))
    total = sum(1 for _ in _found(call, folder, asked))
    return Response(200, str(total).encode(), {"Content-Type": "text/plain"})


# One message


def _get(call: Call) -> Response:
    message = _addressed(call)
    asked = odata.options(call.request, ("$select", "$expand"))
    selected = odata.selection(asked.get("$select"), SELECTABLE, "message")
    call.need(access.READ)
    shown = shown_message(
        message,
        selected,
        immutable=call.immutable,
        body_type=call.body_type,
        message_class=check_expand(asked.get("$expand")),
    )
    return call.answer(shown, "messages/$entity")


def _mime(call: Call) -> Response:
    call.need(access.READ)
    odata.options(call.request, ())
    message = _addressed(call)
    if message.mime_error:
        raise GraphError(
            message.mime_error, "ErrorInternalServerError", "An internal server error occurred. The operation failed."
        )
    return Response(200, message.raw, {"Content-Type": "text/plain"})


def _update(call: Call) -> Response:
    call.need(access.WRITE)
    message = _addressed(call)
    if unknown := set(call.json) - UPDATABLE:
        name = sorted(unknown)[0]
        if name not in SELECTABLE:
            raise errors.bad_request(f"The property '{name}' does not exist on type 'microsoft.graph.message'.")
        raise errors.bad_request(f"The property '{name}' is read-only and cannot be set.", "ErrorInvalidPropertySet")
    read = call.json.get("isRead", message.read)
    if not isinstance(read, bool):
        raise errors.bad_request(f"Cannot convert the literal '{read}' to the expected type 'Edm.Boolean'.")
    categories, flag = call.json.get("categories", message.categories), call.json.get("flag", {})
    if not isinstance(categories, list) or not isinstance(flag, dict):
        raise errors.bad_request("An unexpected node was found when reading from the JSON reader.")
    message.categories, message.flag = list(categories), flag.get("flagStatus", message.flag)
    call.mailbox.update(message, read=read)
    return _shown(call, message)


def _destination(call: Call) -> Folder:
    name = call.json.get("destinationId", call.json.get("DestinationId"))
    if not isinstance(name, str) or not name:
        raise errors.bad_request("The destinationId parameter is required.", "ErrorInvalidParameter")
    return call.folder(name)


def _move(call: Call) -> Response:
    call.need(access.WRITE)
    message, target = _addressed(call), _destination(call)
    return _shown(call, call.mailbox.move_message(message, target), 201)


def _copy(call: Call) -> Response:
    call.need(access.WRITE)
    message, target = _addressed(call), _destination(call)
    return _shown(call, call.mailbox.copy_message(message, target), 201)


def _delete(call: Call) -> Response:
    """To Deleted Items; what lies there already goes to Recoverable Items."""
    call.need(access.WRITE)
    message = _addressed(call)
    gone = message.folder.well_known in ("deleteditems", "recoverableitemsdeletions")
    target = call.mailbox.well_known("recoverableitemsdeletions" if gone else "deleteditems")
    assert target
    call.mailbox.move_message(message, target)
    return Response(204)


def _purge(call: Call) -> Response:
    call.need(access.WRITE)
    call.mailbox.purge(_addressed(call))
    return Response(204)
