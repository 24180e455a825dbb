"""What happens on an IMAP server to messages that are recorded: marked, deleted or moved (MON-06, RFC 4315, RFC 6851).

Each way can be gone again without harm, so a crash in the middle is mended by doing it once more; messages that are
gone are passed over by every server (RFC 3501 section 6.4.8).
"""

from __future__ import annotations

import imaplib
from collections.abc import Callable, Sequence
from functools import cached_property

from imapclient import DELETED, SEEN

from trackit_console.settings.monitor import PROCESSED_FOLDER, PostAction
from trackit_console.transports.connection import Connection
from trackit_console.transports.imap_client import Client, refusal

Uids = Sequence[int]
Refused = dict[int, str]
"""The messages that the server would not let go, with its words."""


class Settling:
    """The post actions on the folder that `client` has open. To be used within `imap_client.exchange`."""

    def __init__(self, client: Client, connection: Connection) -> None:
        self._client = client
        self._connection = connection
        self._made = False

    def settle(self, uids: Uids, post_action: PostAction) -> Refused:
        """Applies `post_action`; a group that the server refuses is halved until those alone remain that it refuses."""
        act = {PostAction.MARK_READ: self._mark_read, PostAction.DELETE: self._delete, PostAction.MOVE: self._move}
        return act[post_action](uids)

    def _mark_read(self, uids: Uids) -> Refused:
        return self._each(uids, lambda some: self._client.add_flags(some, [SEEN], silent=True))

    def _delete(self, uids: Uids) -> Refused:
        return self._each(uids, self._take_out)

    def _take_out(self, uids: Uids) -> None:
        """Without UIDPLUS, EXPUNGE takes along what somebody else marked as deleted: then our mark must do."""
        self._client.add_flags(uids, [DELETED], silent=True)
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge(uids)
        elif set(self._client.search("DELETED")) <= set(uids):
            self._client.expunge()

    def _move(self, uids: Uids) -> Refused:
        if self._client.has_capability("MOVE"):
            return self._each(uids, lambda some: self._into_folder(self._client.move, some))
        # Copied first: a crash may leave a second copy in the processed folder, but never none.
        refused = self._each(uids, lambda some: self._into_folder(self._client.copy, some))
        return {**refused, **self._delete([uid for uid in uids if uid not in refused])}

    def _each(self, uids: Uids, act: Callable[[Uids], object]) -> Refused:
        if not uids:
            return {}
        try:
            act(uids)
        except imaplib.IMAP4.error as error:
            words = refusal(self._connection, error)
            if len(uids) == 1:
                return {uids[0]: words}
            middle = len(uids) // 2
            return {**self._each(uids[:middle], act), **self._each(uids[middle:], act)}
        return {}

    def _into_folder(self, transfer: Callable[[Uids, str], object], uids: Uids) -> None:
        """Moves or copies; the folder is made when the first try shows that it may be missing."""
        try:
            transfer(uids, self._processed_folder)
        except imaplib.IMAP4.error as error:
            refusal(self._connection, error)
            if self._made:
                raise
            self._make_folder()
            transfer(uids, self._processed_folder)

    def _make_folder(self) -> None:
        """Makes the folder and subscribes to it; that it is there already is not worth a word."""
        self._made = True
        for command in (self._client.create_folder, self._client.subscribe_folder):
            try:
                command(self._processed_folder)
            except imaplib.IMAP4.error as error:
                refusal(self._connection, error)

    @cached_property
    def _processed_folder(self) -> str:
        """Its name in the account's own namespace (RFC 2342): some servers keep all folders below INBOX."""
        if not self._client.has_capability("NAMESPACE"):
            return PROCESSED_FOLDER
        personal = self._client.namespace().personal
        return f"{personal[0][0] if personal else ''}{PROCESSED_FOLDER}"
