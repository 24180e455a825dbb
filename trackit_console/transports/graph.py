"""A mailbox of Microsoft 365 as a `Source` (IN-02), read by Microsoft Graph v1.0.

`graph_cursor` decides where to continue, `graph_reading` announces and downloads messages, `graph_settling` applies the
post action, `graph_session` signs in and sends requests. No retries here: the engine does that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Self

from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.exchange_mailbox import Microsoft365
from trackit_console.settings.post_action import PostAction
from trackit_console.transports.connection_phases import Phase, Timeouts, walk
from trackit_console.transports.errors import ConnectionLost
from trackit_console.transports.ews_cursor import read_ews_cursor
from trackit_console.transports.fetched_mail import Batch, Fetched, Settled
from trackit_console.transports.graph_announcing import Announcing
from trackit_console.transports.graph_cursor import GraphCursor, read_graph_cursor
from trackit_console.transports.graph_folders import Folder, find_folder, reload
from trackit_console.transports.graph_reading import SCOPE, Downloading
from trackit_console.transports.graph_refusals import MAIL_READ_WRITE
from trackit_console.transports.graph_session import GraphSession
from trackit_console.transports.graph_settling import Settling
from trackit_console.transports.graph_unread import unread_mail
from trackit_console.transports.source import RawOf
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

UNREAD = QT_TRANSLATE_NOOP("transports", "{folder}: {unread} unread messages.")
UNREAD_WITHOUT_PERMISSION = QT_TRANSLATE_NOOP(
    "transports",
    "{folder}: {unread} unread messages. The app's sign-in does not name the application permission {permission}: unless "
    "RBAC for Applications grants it, processed messages stay as they are.",
)


class GraphSource:
    """One mailbox, for one poll cycle. Not thread-safe, except for `abort` and `expire`."""

    settles_on_close = False

    def __init__(self, mailbox: Microsoft365, timeouts: Timeouts | None = None) -> None:
        self._mailbox = mailbox
        self._session = GraphSession(mailbox, mailbox.user_id, mailbox, timeouts or Timeouts())
        self._opened: Folder | None = None
        self._settling: Settling | None = None

    # ------------------------------------------------------------------ opening and closing

    @property
    def phases(self) -> list[Phase]:
        """The phases of opening this mailbox, as a connection test runs them: with a token that is new."""
        return self._phases(fresh=True)

    def _phases(self, *, fresh: bool) -> list[Phase]:
        folder = Phase(StepName.FOLDER, self, self._open_folder, self._describe_folder)
        return [*self._session.opening(fresh=fresh), folder]

    def __enter__(self) -> Self:
        try:
            walk(self._phases(fresh=False))
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def finish(self) -> None:
        """Closes the connections: there is nothing to log out of, and `settle` is final at once."""
        self.close()

    def close(self) -> None:
        self._session.close()

    def abort(self) -> None:
        self._session.abort()

    def expire(self) -> None:
        self._session.expire()

    def _open_folder(self) -> None:
        with self._session.exchange():
            self._opened = find_folder(self._session, self._mailbox.folder)

    def _describe_folder(self) -> Phrase:
        facts = {"folder": self._mailbox.folder, "unread": self.unread()}
        roles = self._session.roles
        if roles is None or MAIL_READ_WRITE in roles:
            return Phrase("transports", UNREAD, facts)
        return Phrase("transports", UNREAD_WITHOUT_PERMISSION, {**facts, "permission": MAIL_READ_WRITE})

    @property
    def _folder(self) -> Folder:
        if self._opened is None:
            raise ConnectionLost(step=StepName.FOLDER, **self._session.connection.facts)
        return self._opened

    # ------------------------------------------------------------------ reading

    def fetch_new(self, cursor: str | None, limit: int, size_limit: int) -> Iterator[Batch]:
        with self._session.exchange():
            stored = self._stored_position(cursor)
            position = Announcing(self._session, self._folder).advance(stored, limit)
            # Before the first download: if that failed, the next visit would be a first one, and mail that somebody
            # reads until then would count as history.
            if position.to_json() != cursor:
                yield Batch((), position.to_json())
            for asked, came in Downloading(self._session, self._folder).batches(position.pending[:limit], size_limit):
                position = position.taken(each.id for each in asked)
                yield Batch(came, position.to_json())

    def _stored_position(self, cursor: str | None) -> GraphCursor:
        if (ews := read_ews_cursor(cursor)) is not None:  # the mailbox was converted
            return GraphCursor.after_ews(self._folder.id, ews.visited)
        stored = read_graph_cursor(cursor)
        if stored and stored.folder == self._folder.id:
            return stored
        # By Microsoft's clock, as receivedDateTime is: by one of ours that is ahead, new mail would count as history.
        return GraphCursor.first(self._folder.id, self._session.server_date)

    def fetch(self, refs: Sequence[MessageRef], size_limit: int) -> Iterator[Fetched]:
        return Downloading(self._session, self._folder).messages(_ours(refs), size_limit)

    def fetch_headers(self, refs: Sequence[MessageRef]) -> Iterator[Fetched]:
        return Downloading(self._session, self._folder).headers(_ours(refs))

    # ------------------------------------------------------------------ settling

    def settle(
        self,
        refs: Sequence[MessageRef],
        post_action: PostAction,
        raw_of: RawOf,
        already_copied: Collection[MessageRef] = (),
    ) -> Settled:
        self._settling = self._settling or Settling(self._session, self._folder)
        with self._session.exchange():
            failed = self._settling.settle(refs, post_action)
        return Settled([ref for ref in refs if ref not in failed], failed)

    def unread(self) -> int:
        """The number of unread messages, without bounces, meeting requests and automatic replies (IN-14)."""
        with self._session.exchange():
            return unread_mail(self._session, reload(self._session, self._folder))


def _ours(refs: Sequence[MessageRef]) -> Iterator[MessageRef]:
    return (ref for ref in refs if ref.scope == SCOPE)
