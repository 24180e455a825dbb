"""The operations of Exchange Web Services that mail needs, on the simulated mailboxes.

From Microsoft's "EWS operations in Exchange" (GetFolder, FindFolder, CreateFolder, FindItem, GetItem, SyncFolderItems,
UpdateItem, MoveItem, DeleteItem, CreateItem); what Microsoft refuses is refused here.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

from tests.servers.microsoft.ews_search import State, meets, page_of, read_state
from tests.servers.microsoft.ews_xml import (
    Element,
    answer,
    element,
    failure,
    find,
    find_all,
    folder_element,
    item_element,
    item_id,
    local_name,
    success,
    text_of,
)
from tests.servers.microsoft.ids import parse
from tests.servers.microsoft.mail import Message
from tests.servers.microsoft.mailbox import Folder, Mailbox

LARGEST_PAGE = 1000
LARGEST_SYNC = 512
NOT_FOUND = "The specified object was not found in the store., The process failed to get the correct properties."


class Refused(Exception):
    """An operation on one item or folder was refused."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(code)
        self.code, self.text = code, text or code


class Broken(Exception):
    """The whole request is refused by a SOAP fault."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code, self.text = code, text


@dataclass
class Call:
    """One request, by the caller that is in `mailbox`; `reach` gives the mailbox of an address, or refuses."""

    request: Element
    mailbox: Mailbox
    reach: Callable[[str], Mailbox]
    generation: int
    sent: list[bytes]

    @property
    def operation(self) -> str:
        return local_name(self.request)

    @property
    def fields(self) -> set[str]:
        return {str(each.get("FieldURI")) for each in find_all(self.request, "*/t:AdditionalProperties/t:FieldURI")}

    def folders(self, container: str) -> list[Folder]:
        found = find(self.request, f"m:{container}")
        return [self.folder(node) for node in (found if found is not None else ())]

    def folder(self, node: Element) -> Folder:
        if local_name(node) == "DistinguishedFolderId":
            owner = text_of(node, "t:Mailbox/t:EmailAddress")
            mailbox = self.reach(owner) if owner else self.mailbox
            if (known := mailbox.well_known(node.get("Id"))) is None:
                raise Refused("ErrorFolderNotFound", "The specified folder could not be found in the store.")
            return known
        entry = parse(node.get("Id"))
        if entry is None or entry.kind != "folder":
            raise Refused("ErrorInvalidIdMalformed", "Id is malformed.")
        owner_box = self.reach(entry.mailbox)
        if entry.number not in owner_box.folders:
            raise Refused("ErrorFolderNotFound", "The specified folder could not be found in the store.")
        return owner_box.folders[entry.number]

    def message(self, node: Element) -> Message:
        entry = parse(node.get("Id"))
        if entry is None or entry.kind != "item":
            raise Refused("ErrorInvalidIdMalformed", "Id is malformed.")
        found = self.reach(entry.mailbox).find(node.get("Id"))
        if found is None:
            raise Refused("ErrorItemNotFound", NOT_FOUND)
        return found

    def for_each(self, nodes: list[Element], act: Callable[[Element], list[Element]]) -> Element:
        """One result for each of `nodes`, refusals among them."""
        results = []
        for node in nodes:
            try:
                results.append(success(self.operation, *act(node)))
            except Refused as refused:
                results.append(failure(self.operation, refused.code, refused.text))
        return answer(self.operation, results)

    def items(self) -> list[Element]:
        return find_all(self.request, "m:ItemIds/t:ItemId")


def get_folder(call: Call) -> Element:
    nodes = list(find(call.request, "m:FolderIds"))
    return call.for_each(nodes, lambda node: [element("m:Folders", None, folder_element(call.folder(node), call.fields))])


def find_folder(call: Call) -> Element:
    def search(node: Element) -> list[Element]:
        shown = [each for each in call.folder(node).children if not each.hidden]
        folders = element("t:Folders", None, *(folder_element(each, call.fields) for each in shown))
        total = {"TotalItemsInView": str(len(shown)), "IncludesLastItemInRange": "true"}
        return [element("m:RootFolder", None, folders, **total)]

    return call.for_each(list(find(call.request, "m:ParentFolderIds")), search)


def create_folder(call: Call) -> Element:
    [parent] = call.folders("ParentFolderId")

    def create(node: Element) -> list[Element]:
        name = text_of(node, "t:DisplayName")
        if parent.child(name):
            raise Refused("ErrorFolderExists", "A folder with the specified name already exists.")
        return [element("m:Folders", None, folder_element(parent.mailbox.create_folder(name, parent), set()))]

    return call.for_each(list(find(call.request, "m:Folders")), create)


def find_item(call: Call) -> Element:
    view = find(call.request, "m:IndexedPageItemView")
    size, offset = int(view.get("MaxEntriesReturned")), int(view.get("Offset"))
    if size > LARGEST_PAGE:
        raise Broken("ErrorInvalidPagingMaxRows", "MaxEntriesReturned is too large.")
    restriction = find(call.request, "m:Restriction")
    orders = find_all(call.request, "m:SortOrder/t:FieldOrder")

    def search(node: Element) -> list[Element]:
        found = [each for each in call.folder(node).messages if restriction is None or meets(restriction, each)]
        if not orders or orders[0].get("Order") == "Descending":
            found.reverse()
        shown, last = found[offset : offset + size], offset + size >= len(found)
        items = element("t:Items", None, *(item_element(each, call.fields) for each in shown))
        ranges = {"TotalItemsInView": str(len(found)), "IncludesLastItemInRange": str(last).lower()}
        return [element("m:RootFolder", None, items, **ranges, IndexedPagingOffset=str(offset + len(shown)))]

    return call.for_each(list(find(call.request, "m:ParentFolderIds")), search)


def get_item(call: Call) -> Element:
    def get(node: Element) -> list[Element]:
        message = call.message(node)
        if message.item_error:
            raise Refused(message.item_error)
        if message.mime_error and "item:MimeContent" in call.fields:
            raise Refused("ErrorMimeContentConversionFailed", "The conversion of the MIME content failed.")
        return [element("m:Items", None, item_element(message, call.fields))]

    return call.for_each(call.items(), get)


def sync_folder_items(call: Call) -> Element:
    try:
        [folder] = call.folders("SyncFolderId")
        limit = int(text_of(call.request, "m:MaxChangesReturned"))
        if not 0 < limit <= LARGEST_SYNC:
            raise Broken("ErrorInvalidSyncMaxChanges", "MaxChangesReturned must be from 1 to 512.")
        state = _state(call, folder)
    except Refused as refused:
        return answer(call.operation, [failure(call.operation, refused.code, refused.text)])
    page = page_of(folder, state, limit)
    shown = [_change(kind, message, id, call.fields) for kind, message, id in page.changes]
    children = (
        element("m:SyncState", page.state.text),
        element("m:IncludesLastItemInRange", str(page.last).lower()),
        element("m:Changes", None, *shown),
    )
    return answer(call.operation, [success(call.operation, *children)])


def _state(call: Call, folder: Folder) -> State:
    text = text_of(call.request, "m:SyncState")
    if not text:
        return State(folder.number, len(folder.changes), 0, call.generation)
    try:
        state = read_state(text)
    except ValueError:
        raise Refused("ErrorInvalidSyncStateData", "The sync state data is invalid.") from None
    if state.folder != folder.number or state.generation != call.generation:
        raise Refused("ErrorInvalidSyncStateData", "The sync state data is invalid.")
    return state


def _change(kind: str, message: Message, id: str, fields: set[str]) -> Element:
    if kind == "Create":
        return element("t:Create", None, item_element(message, fields))
    known = element("t:ItemId", Id=id, ChangeKey="CQAA")
    read = element("t:IsRead", str(message.read).lower()) if kind == "ReadFlagChange" else None
    return element(f"t:{kind}", None, known, read)


def update_item(call: Call) -> Element:
    always = call.request.get("ConflictResolution") == "AlwaysOverwrite"

    def update(change: Element) -> list[Element]:
        node = find(change, "t:ItemId")
        message = call.message(node)
        if not node.get("ChangeKey"):
            raise Refused("ErrorChangeKeyRequiredForWriteOperations", "Change key is required for this operation.")
        if not always and node.get("ChangeKey") != item_id(message).get("ChangeKey"):
            raise Refused("ErrorIrresolvableConflict", "The send or update operation could not be performed.")
        [field] = find_all(change, "t:Updates/t:SetItemField")
        if find(field, "t:FieldURI").get("FieldURI") != "message:IsRead":
            raise Refused("ErrorInvalidPropertySet", "Set action is invalid for property.")
        message.mailbox.update(message, read=text_of(field, "*/t:IsRead") in ("true", "1"))
        return [element("m:Items", None, element("t:Message", None, item_id(message)))]

    return call.for_each(find_all(call.request, "m:ItemChanges/t:ItemChange"), update)


def move_item(call: Call) -> Element:
    try:
        [target] = call.folders("ToFolderId")
    except Refused:
        raise Broken("ErrorToFolderNotFound", "The destination folder could not be found.") from None

    def move(node: Element) -> list[Element]:
        moved = target.mailbox.move_message(call.message(node), target)
        return [element("m:Items", None, element("t:Message", None, item_id(moved)))]

    return call.for_each(call.items(), move)


def delete_item(call: Call) -> Element:
    def delete(node: Element) -> list[Element]:
        message = call.message(node)
        mailbox = message.mailbox
        if call.request.get("DeleteType") == "MoveToDeletedItems":
            mailbox.move_message(message, mailbox.folder("deleteditems"))
        else:
            mailbox.purge(message)
        return []

    return call.for_each(call.items(), delete)


def create_item(call: Call) -> Element:
    def create(node: Element) -> list[Element]:
        call.sent.append(base64.b64decode(text_of(node, "t:MimeContent")))
        return [element("m:Items")]

    return call.for_each(list(find(call.request, "m:Items")), create)


OPERATIONS: dict[str, Callable[[Call], Element]] = {
    "GetFolder": get_folder,
    "FindFolder": find_folder,
    "CreateFolder": create_folder,
    "FindItem": find_item,
    "GetItem": get_item,
    "SyncFolderItems": sync_folder_items,
    "UpdateItem": update_item,
    "MoveItem": move_item,
    "DeleteItem": delete_item,
    "CreateItem": create_item,
}
