"""The post actions on an Exchange server: marks recorded messages as read, deletes or moves them (MON-06).

Every post action may be repeated. The id of a message changes when it is moved, so one that a person moved or deleted is
not found any more, and counts as done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from exchangelib.errors import (
    ErrorFolderNotFound,
    ErrorQuotaExceeded,
    ErrorToFolderNotFound,
    ResponseMessageError,
)
from exchangelib.items import ALWAYS_OVERWRITE, MOVE_TO_DELETED_ITEMS, Message

from trackit_console.settings.post_action import PostAction
from trackit_console.transports.ews_folders import Folders
from trackit_console.transports.ews_reading import ANNOUNCED, GONE, Announced, announced
from trackit_console.transports.ews_refusals import concerns_message

Failed = dict[str, str]
"""The ids of messages that the server refused to change, with its text."""
FOLDER_GONE = (ErrorToFolderNotFound, ErrorFolderNotFound)
FOLDER_WIDE = (ErrorQuotaExceeded, *FOLDER_GONE)
"""Refusals that concern the whole folder, so that halving the group does not help."""


class Settling:
    """The post actions in the mailbox of `account`. Use it within `EwsClient.exchange`."""

    def __init__(self, account: Any) -> None:
        self._account = account
        self._processed: Any = None

    def settle(self, ids: Sequence[str], post_action: PostAction) -> Failed:
        """Applies `post_action`; returns what the server refused."""
        failed: Failed = {}
        for start in range(0, len(ids), ANNOUNCED):
            # Asked again: an update needs the current change key, and what is gone is not asked for.
            present = announced(self._account, ids[start : start + ANNOUNCED])
            failed |= self._apply(present, post_action)
        return failed

    def _apply(self, messages: Sequence[Announced], post_action: PostAction) -> Failed:
        if post_action is PostAction.MARK_READ:
            return self._attempt([each for each in messages if not each.read], self._mark_read)
        if post_action is PostAction.DELETE:
            return self._attempt(messages, self._delete)
        return self._attempt(messages, self._move)

    def _attempt(self, messages: Sequence[Announced], act: Callable[[Sequence[Announced]], Sequence[Any]]) -> Failed:
        """Acts on all at once; if that is refused as a whole, on one after the other."""
        if not messages:
            return {}
        try:
            results = act(messages)
        except ResponseMessageError as error:
            if not concerns_message(error):
                raise
            if len(messages) == 1 or isinstance(error, FOLDER_WIDE):
                return {each.id: _words(error) for each in messages}
            middle = len(messages) // 2
            return self._attempt(messages[:middle], act) | self._attempt(messages[middle:], act)
        pairs = zip(messages, results, strict=False)
        return {
            each.id: _words(result) for each, result in pairs if isinstance(result, Exception) and not isinstance(result, GONE)
        }

    def _mark_read(self, messages: Sequence[Announced]) -> Sequence[Any]:
        changes = [(Message(id=each.item.id, changekey=each.item.changekey, is_read=True), ["is_read"]) for each in messages]
        # No read receipts (the default): the sender would learn that a program has read the mail.
        return list(self._account.bulk_update(changes, conflict_resolution=ALWAYS_OVERWRITE))

    def _delete(self, messages: Sequence[Announced]) -> Sequence[Any]:
        return list(self._account.bulk_delete([each.item for each in messages], delete_type=MOVE_TO_DELETED_ITEMS))

    def _move(self, messages: Sequence[Announced]) -> Sequence[Any]:
        self._processed = self._processed or Folders(self._account).processed()
        try:
            return self._moved(messages)
        except FOLDER_GONE:
            # Somebody deleted the folder since this visit has found it.
            self._processed = Folders(self._account).processed()
            return self._moved(messages)

    def _moved(self, messages: Sequence[Announced]) -> Sequence[Any]:
        return list(self._account.bulk_move([each.item for each in messages], self._processed))


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
