"""Mail folders: list, get, create (user-list-mailfolders, mailfolder-list-childfolders, user-post-mailfolders)."""

from __future__ import annotations

from typing import Any

from tests.servers.microsoft import access, errors, odata
from tests.servers.microsoft.errors import GraphError
from tests.servers.microsoft.graph import Call, Graph
from tests.servers.microsoft.http import Response
from tests.servers.microsoft.mailbox import Folder
from tests.servers.microsoft.representation import FOLDER_FILTERS, FOLDER_PROPERTIES, shown_folder

LIST_OPTIONS = ("$select", "$top", "$skip", "$filter", "$orderby", "$count", "includeHiddenFolders")
DEFAULT_PAGE = 10


def register(graph: Graph) -> None:
    graph.on("GET", "mailFolders", lambda call: _list(call, call.mailbox.root))
    graph.on("POST", "mailFolders", lambda call: _create(call, call.mailbox.root))
    graph.on("GET", "mailFolders/{}", _get)
    graph.on("GET", "mailFolders/{}/childFolders", lambda call: _list(call, call.folder(call.parts[1])))
    graph.on("POST", "mailFolders/{}/childFolders", lambda call: _create(call, call.folder(call.parts[1])))
    graph.on("GET", "mailFolders/{}/childFolders/{}", lambda call: _shown(call, call.folder(call.parts[2])))


def _get(call: Call) -> Response:
    return _shown(call, call.folder(call.parts[1]))


def _shown(call: Call, folder: Folder) -> Response:
    call.need(access.READ_BASIC)
    asked = odata.options(call.request, ("$select",))
    selected = odata.selection(asked.get("$select"), FOLDER_PROPERTIES, "mailFolder")
    return call.answer(shown_folder(folder, selected), "mailFolders/$entity")


def _list(call: Call, parent: Folder) -> Response:
    call.need(access.READ_BASIC)
    asked = odata.options(call.request, LIST_OPTIONS)
    selected = odata.selection(asked.get("$select"), FOLDER_PROPERTIES, "mailFolder")
    top = odata.number(asked.get("$top", str(DEFAULT_PAGE)), "$top", 1, 1000)
    skip = odata.number(asked.get("$skip", "0"), "$skip", 0)
    hidden = asked.get("includeHiddenFolders", "").lower() == "true"
    # recoverableitemsdeletions lies outside the folders that users see.
    found = [
        child for child in parent.children if (hidden or not child.hidden) and child.well_known != "recoverableitemsdeletions"
    ]
    if text := asked.get("$filter"):
        accepts = odata.parse_filter(text, FOLDER_FILTERS, "mailFolder").accepts
        found = [child for child in found if accepts(child)]
    found.sort(key=lambda child: child.name.lower())
    value: dict[str, Any] = {"value": [shown_folder(folder, selected) for folder in found[skip : skip + top]]}
    if asked.get("$count") == "true":
        value = {"@odata.count": len(found)} | value
    if len(found) > skip + top:
        value["@odata.nextLink"] = call.link(__skip=str(skip + top))
    return call.answer(value, "mailFolders")


def _create(call: Call, parent: Folder) -> Response:
    call.need(access.WRITE)
    odata.options(call.request, ())
    unknown = set(call.json) - {"displayName", "isHidden", "@odata.type"}
    name = call.json.get("displayName")
    if unknown or not isinstance(name, str) or not name.strip():
        raise errors.bad_request("The property 'displayName' is required when creating the entity.", "ErrorInvalidRequest")
    if parent.child(name):
        raise GraphError(
            409, "ErrorFolderExists", f"A folder with the specified name already exists., Could not create folder '{name}'."
        )
    folder = call.mailbox.create_folder(name, parent, hidden=bool(call.json.get("isHidden")))
    return call.answer(shown_folder(folder, None), "mailFolders/$entity", 201)
