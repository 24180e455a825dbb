"""Finds folders of an Exchange mailbox by their path, and makes the one for processed mail (IN-18, MON-06).

exchangelib's own way (`account.root / "a" / "b"`) downloads all folders of the mailbox first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from exchangelib.errors import ErrorFolderExists
from exchangelib.fields import FieldPath
from exchangelib.folders import Folder, Inbox, Messages, MsgFolderRoot, Root
from exchangelib.items import ID_ONLY
from exchangelib.properties import DistinguishedFolderId, FolderId, Mailbox
from exchangelib.services import CreateFolder, FindFolder, GetFolder

from trackit_console.settings.post_action import PROCESSED_FOLDER

INBOX = "inbox"
_SHALLOW = "Shallow"
_PAGE = 500
_NAME = [FieldPath(field=Folder.get_field_by_fieldname("name"))]


class Folders:
    """The folders of the mailbox of `account`. Use it within `EwsClient.exchange`."""

    def __init__(self, account: Any) -> None:
        self._account = account
        # Made without asking the server; nothing depends on what else exchangelib keeps of a root.
        self._root = Root(account=account)

    def inbox(self) -> Any:
        """The Inbox, whatever its name in the mailbox's language."""
        [found] = GetFolder(account=self._account).call([self._well_known(Inbox)], additional_fields=None, shape=ID_ONLY)
        if isinstance(found, Exception):
            raise found
        return self._folder(found.id)

    def find(self, path: str, inbox: Any) -> Any | None:
        """The folder at `path` below the top of the mailbox, or below `inbox` where that is its first name; None if there is none."""
        first, _, rest = path.strip("/").partition("/")
        if first.casefold() == INBOX:
            return self._below(inbox, rest) if rest else inbox
        return self._below(self._well_known(MsgFolderRoot), path.strip("/"))

    def processed(self) -> Any:
        """The folder for processed mail beside the Inbox, which is made if it is missing."""
        top = self._well_known(MsgFolderRoot)
        if found := self._below(top, PROCESSED_FOLDER):
            return found
        new = Messages(root=self._root, name=PROCESSED_FOLDER, folder_class=Messages.CONTAINER_CLASS)
        [made] = CreateFolder(account=self._account).call(parent_folder=top, folders=[new])
        # Another mailbox's visit or a person may have made it in between.
        if isinstance(made, ErrorFolderExists) and (found := self._below(top, PROCESSED_FOLDER)):
            return found
        if isinstance(made, Exception):
            raise made
        return self._folder(made.id)

    def _below(self, parent: Any, path: str) -> Any | None:
        """The folder at `path` below `parent`. A name may itself contain a slash, so the longest that fits is tried first."""
        fitting = [(name, id) for name, id in self._children(parent) if _begins(path, name)]
        for name, id in sorted(fitting, key=lambda each: len(each[0]), reverse=True):
            rest = path[len(name) :].removeprefix("/")
            deeper = self._below(self._folder(id), rest) if rest else self._folder(id)
            if deeper is not None:
                return deeper
        return None

    def _children(self, parent: Any) -> Iterator[tuple[str, str]]:
        found = FindFolder(account=self._account, page_size=_PAGE).call(
            [parent], additional_fields=_NAME, restriction=None, shape=ID_ONLY, depth=_SHALLOW, max_items=None, offset=0
        )
        for folder in found:
            if isinstance(folder, Exception):
                raise folder
            yield folder.name or "", folder.id

    def _well_known(self, kind: Any) -> Any:
        # Without the mailbox Exchange takes the folder of the account that signs in, not that of the shared mailbox.
        mailbox = Mailbox(email_address=self._account.primary_smtp_address)
        return kind(root=self._root, _distinguished_id=DistinguishedFolderId(id=kind.DISTINGUISHED_FOLDER_ID, mailbox=mailbox))

    def _folder(self, id: str) -> Any:
        return Messages(root=self._root, _id=FolderId(id=id))


def _begins(path: str, name: str) -> bool:
    """Whether `name` is the first part of `path`; Exchange does not tell letter case apart."""
    head = path[: len(name)]
    return bool(name) and head.casefold() == name.casefold() and path[len(name) : len(name) + 1] in ("", "/")
