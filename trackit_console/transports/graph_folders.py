"""Finds the folders of a mailbox of Microsoft 365: the one that is read (IN-18), and the one for processed mail (MON-06)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from trackit_console.settings.post_action import PROCESSED_FOLDER
from trackit_console.transports.errors import FolderMissing, MailboxNeverOpened
from trackit_console.transports.graph_session import GraphRefusal, GraphSession, segment

INBOX = "inbox"
"""Its well-known name, whatever the language of the mailbox; in the settings it is written as in IMAP (RFC 3501)."""
_TOP = "mailFolders"
_FIELDS = "id,displayName,unreadItemCount"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder; its ID stays the same for its whole life. `unread` counts items of all types."""

    id: str
    name: str
    unread: int

    @property
    def path(self) -> str:
        """Its path below the mailbox."""
        return f"{_TOP}/{segment(self.id)}"


def is_in(session: GraphSession, folder: Folder, message: str) -> bool:
    """Whether the message of this ID lies in `folder`; raises `GraphRefusal` if it does not exist."""
    return bool(session.get(f"messages/{message}", select="parentFolderId")["parentFolderId"] == folder.id)


def find_folder(session: GraphSession, path: str) -> Folder:
    """The folder at `path`: `INBOX`, `INBOX/Sub`, or names from the top with slashes between them.

    Raises `FolderMissing`, `MailboxNeverOpened`.
    """
    first, _, rest = path.strip("/").partition("/")
    if first.lower() == INBOX:
        inbox = _inbox(session)
        found = _below(session, f"{inbox.path}/childFolders", rest) if rest else inbox
    else:
        found = _below(session, _TOP, path.strip("/"))
    if found is None:
        raise FolderMissing(**{**session.connection.facts, "folder": path})
    return found


def reload(session: GraphSession, folder: Folder) -> Folder:
    """The folder as it is now."""
    return _folder(session.get(folder.path, select=_FIELDS))


def processed_folder(session: GraphSession) -> str:
    """The ID of the folder for processed mail beside the Inbox, which is created if it is missing."""
    if found := _children(session, _TOP, [PROCESSED_FOLDER]):
        return found[0].id
    try:
        return str(session.call("POST", _TOP, {"displayName": PROCESSED_FOLDER})["id"])
    except GraphRefusal as refused:
        # Another mailbox's visit or a person may have made it in between.
        if refused.refusal.folder_exists and (found := _children(session, _TOP, [PROCESSED_FOLDER])):
            return found[0].id
        raise


def _inbox(session: GraphSession) -> Folder:
    try:
        return _folder(session.get(f"{_TOP}/{INBOX}", select=_FIELDS))
    except GraphRefusal as refused:
        if refused.refusal.item_is_gone:
            raise MailboxNeverOpened(refused.problem.detail, **session.connection.facts) from None
        raise


def _below(session: GraphSession, parent: str, path: str) -> Folder | None:
    """The folder at `path` below `parent`. A name may itself contain a slash, so the longest that fits is tried first."""
    prefixes = list(accumulate(path.split("/"), "{}/{}".format))
    found = _children(session, parent, prefixes)
    for folder in sorted(found, key=lambda each: len(each.name), reverse=True):
        rest = path[len(folder.name) :].removeprefix("/")
        deeper = _below(session, f"{folder.path}/childFolders", rest) if rest else folder
        if deeper is not None:
            return deeper
    return None


def _children(session: GraphSession, parent: str, names: list[str]) -> list[Folder]:
    """The folders directly below `parent` that have one of `names`; Exchange does not tell letter case apart."""
    # OData doubles a quote within a literal: a folder's name must not end its own and add to the filter.
    wanted = " or ".join("displayName eq '{}'".format(name.replace("'", "''")) for name in names)
    page = session.get(parent, filter=wanted, select=_FIELDS, top="100")
    found = [_folder(each) for each in page["value"]]
    while "@odata.nextLink" in page:
        page = session.get(page["@odata.nextLink"])
        found += [_folder(each) for each in page["value"]]
    known = {name.casefold() for name in names}
    return [each for each in found if each.name.casefold() in known]


def _folder(shown: Mapping[str, Any]) -> Folder:
    return Folder(str(shown["id"]), str(shown["displayName"]), int(shown["unreadItemCount"]))
