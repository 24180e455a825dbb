"""Mailboxes: folders and messages, what happened in each folder, and what a person or another server does to them."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

from tests.servers.microsoft.ids import EntryId, parse
from tests.servers.microsoft.mail import Message

WELL_KNOWN = {
    "archive": "Archive",
    "conversationhistory": "Conversation History",
    "deleteditems": "Deleted Items",
    "drafts": "Drafts",
    "inbox": "Inbox",
    "junkemail": "Junk Email",
    "outbox": "Outbox",
    "sentitems": "Sent Items",
}
HIDDEN = {"recoverableitemsdeletions": "Deletions", "syncissues": "Sync Issues"}
NAMES_WITHOUT_FOLDER = frozenset("clutter conflicts localfailures scheduled searchfolders serverfailures".split())

ChangeKind = Literal["created", "updated", "deleted"]


@dataclass(frozen=True)
class Change:
    """One event in a folder, for delta queries; `entry_id` is the id that the message had then."""

    number: int
    kind: ChangeKind
    message: Message
    entry_id: EntryId


@dataclass(eq=False)
class Folder:
    """A folder; its messages are kept in the order in which they were received."""

    mailbox: Mailbox
    number: int
    name: str
    parent: Folder | None = None
    well_known: str = ""
    hidden: bool = False
    children: list[Folder] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unread: int = 0
    _messages: list[Message] = field(default_factory=list)

    @property
    def messages(self) -> list[Message]:
        """Oldest first; a copy, which may be walked while the folder changes."""
        with self.mailbox.lock:
            return list(self._messages)

    @property
    def ordered(self) -> list[Message]:
        """The list itself, oldest first: for readers that hold the lock."""
        return self._messages

    @property
    def id(self) -> str:
        return self.entry_id.rest

    @property
    def entry_id(self) -> EntryId:
        return EntryId(self.mailbox.guid, "folder", self.number)

    def child(self, name: str) -> Folder | None:
        """The child of this display name; Exchange compares without regard to case."""
        return next((child for child in self.children if child.name.lower() == name.lower()), None)

    def add(self, message: Message, kind: ChangeKind = "created") -> None:
        insort(self._messages, message, key=lambda each: each.sort_key)
        self.unread += not message.read
        self.record(kind, message)

    def take_out(self, message: Message) -> None:
        del self._messages[bisect_left(self._messages, message.sort_key, key=lambda each: each.sort_key)]
        self.unread -= not message.read
        self.record("deleted", message)

    def record(self, kind: ChangeKind, message: Message) -> None:
        self.changes.append(Change(len(self.changes) + 1, kind, message, message.entry_id))


class Mailbox:
    """One mailbox. Every method takes the server's lock, so that a test acts between two requests and not within one."""

    def __init__(
        self,
        address: str,
        *,
        licensed: bool = True,
        tenant: str | None = None,
        upn: str | None = None,
        aliases: Iterable[str] = (),
        names: dict[str, str] | None = None,
        lock: threading.RLock | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`names` are display names of well-known folders in the mailbox's language: `{"inbox": "Posteingang"}`."""
        self.address, self.licensed, self.tenant = address, licensed, tenant
        self.upn = upn or address
        self.aliases = list(aliases)
        self.guid = str(uuid4())
        self.object_id = str(uuid4())
        self.lock = lock or threading.RLock()
        self.blocked_apps: dict[str, bool] = {}
        """Client ids that an application access policy keeps out; True answers with the longer text."""
        self.password = ""
        """For EWS with basic authentication."""
        self._now = now
        self._numbers = iter(range(1, 1 << 40))
        self._by_place: dict[int, Message] = {}
        self._by_key: dict[int, Message] = {}
        self.folders: dict[int, Folder] = {}
        self.root = self._new_folder("Top of Information Store", None, "msgfolderroot")
        for name, shown in WELL_KNOWN.items():
            self._new_folder((names or {}).get(name, shown), self.root, name)
        for name, shown in HIDDEN.items():
            self._new_folder(shown, self.root, name, hidden=True)
        self.purges = self._new_folder("Purges", None, "")

    # Folders

    def well_known(self, name: str) -> Folder | None:
        return next((folder for folder in self.folders.values() if folder.well_known == name.lower()), None)

    def folder(self, path: str) -> Folder:
        """By a path of display names below a well-known folder, or below the top: `inbox/Sub`. KeyError when there is none."""
        with self.lock:
            first, *rest = path.split("/")
            found = self.well_known(first) or self.root.child(first)
            for name in rest:
                found = found and found.child(name)
            if found is None:
                raise KeyError(path)
            return found

    def make_folder(self, path: str, *, hidden: bool = False) -> Folder:
        """The folder at this path, made with its parents where missing."""
        with self.lock:
            first, *rest = path.split("/")
            found = self.well_known(first) or self.root.child(first) or self._new_folder(first, self.root, hidden=hidden)
            for name in rest:
                found = found.child(name) or self._new_folder(name, found, hidden=hidden)
            return found

    def visible_folders(self) -> list[Folder]:
        """All that a search of the whole mailbox covers."""
        return [folder for folder in self.folders.values() if folder is not self.purges and folder.well_known not in HIDDEN]

    def create_folder(self, name: str, parent: Folder, *, hidden: bool = False) -> Folder:
        return self._new_folder(name, parent, hidden=hidden)

    def remove_folder(self, path: str) -> None:
        """As a person deletes it: it goes to Deleted Items with all it holds, and keeps its id."""
        with self.lock:
            folder, target = self.folder(path), self.folder("deleteditems")
            assert folder.parent
            folder.parent.children.remove(folder)
            folder.parent = target
            target.children.append(folder)

    def _new_folder(self, name: str, parent: Folder | None, well_known: str = "", *, hidden: bool = False) -> Folder:
        folder = Folder(self, next(self._numbers), name, parent, well_known, hidden)
        self.folders[folder.number] = folder
        if parent:
            parent.children.append(folder)
        return folder

    # Messages

    def deliver(
        self,
        raw: bytes,
        folder: str = "inbox",
        received: datetime | None = None,
        read: bool = False,
        draft: bool = False,
    ) -> str:
        """Puts a message into a folder that exists; its regular id. `received` is the clock's time where not given."""
        with self.lock:
            return self.add_message(raw, self.folder(folder), received or self._now(), read=read, draft=draft).id

    def add_message(self, raw: bytes, folder: Folder, received: datetime, *, read: bool, draft: bool = False) -> Message:
        # Exchange keeps whole seconds; REST shows no fractions.
        whole = received.astimezone(UTC).replace(microsecond=0)
        message = Message(raw, next(self._numbers), next(self._numbers), folder, whole, read, draft, self._now(), self._now())
        self._by_place[message.place] = self._by_key[message.key] = message
        folder.add(message)
        return message

    def find(self, text: str) -> Message | None:
        """The message with this id in any of its forms; None when it is gone, or moved and the id was a regular one."""
        entry = parse(text)
        if entry is None or entry.mailbox != self.guid:
            return None
        if entry.kind == "immutable":
            return self._by_key.get(entry.number)
        return self._by_place.get(entry.number) if entry.kind == "item" else None

    def message(self, text: str) -> Message:
        """As `find`, for a message that must be there: KeyError otherwise."""
        with self.lock:
            found = self.find(text)
            if found is None:
                raise KeyError(text)
            return found

    def set_read(self, text: str, read: bool = True) -> None:
        with self.lock:
            self.update(self.message(text), read=read)

    def move(self, text: str, folder: str) -> str:
        """As a person does; the message's new id."""
        with self.lock:
            return self.move_message(self.message(text), self.folder(folder)).id

    def delete(self, text: str) -> None:
        """For good, so that neither form of the id finds it."""
        with self.lock:
            self.purge(self.message(text))

    def break_mime(self, text: str, status: int = 500) -> None:
        """Its MIME content is refused from now on, wherever it lies."""
        self.message(text).mime_error = status

    def damage(self, text: str, code: str) -> None:
        """EWS refuses all that is asked about it from now on, with `code`."""
        self.message(text).item_error = code

    # What servers call, with the lock held

    def update(self, message: Message, *, read: bool | None = None) -> None:
        if read is not None and read != message.read:
            message.folder.unread += message.read - read
            message.read = read
        self.touch(message)
        message.folder.record("updated", message)

    def touch(self, message: Message) -> None:
        message.version += 1
        message.modified = self._now()

    def move_message(self, message: Message, target: Folder) -> Message:
        message.folder.take_out(message)
        del self._by_place[message.place]
        message.folder, message.place = target, next(self._numbers)
        self._by_place[message.place] = message
        self.touch(message)
        target.add(message)
        return message

    def copy_message(self, message: Message, target: Folder) -> Message:
        return self.add_message(message.raw, target, message.received, read=message.read, draft=message.draft)

    def purge(self, message: Message) -> None:
        """Out of every reach of a client; it stays visible in `purges`."""
        self.move_message(message, self.purges)
        del self._by_place[message.place], self._by_key[message.key]
