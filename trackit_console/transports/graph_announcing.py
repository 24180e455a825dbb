"""Announces the new messages of a folder of Microsoft 365 (RUN-04, RUN-07).

`graph_cursor` is the position, `graph_session` sends the requests, `graph_reading` downloads what was announced.
"""

from __future__ import annotations

from typing import Any

from trackit_console.transports.graph_cursor import GraphCursor
from trackit_console.transports.graph_folders import Folder
from trackit_console.transports.graph_session import GraphRefusal, GraphSession

PAGE = 250
"""Messages to be announced by one request. They come with three fields each, so that the answer stays small."""
MAX_PENDING = 1000
"""Announced messages that the cursor keeps. With so many waiting, the server is not asked for more."""


class Announcing:
    """Asks which messages are new in `folder`."""

    def __init__(self, session: GraphSession, folder: Folder) -> None:
        self._session = session
        self._folder = folder

    def advance(self, position: GraphCursor, wanted: int) -> GraphCursor:
        """The position with at least `wanted` messages pending, or with all that there are."""
        position = self._older(position, wanted)
        return position if len(position.pending) >= wanted else self._arrivals(position, wanted)

    def _older(self, position: GraphCursor, wanted: int) -> GraphCursor:
        """By the time of the last one found and never by a count: people move and read messages meanwhile."""
        link = ""
        while position.older is not None and (link or len(position.pending) < wanted):
            page = self._session.get(link) if link else self._older_page(position)
            items, more = page["value"], page.get("@odata.nextLink", "")
            known = len(position.pending)
            position = position.with_older(items, complete=not more)
            # More messages of the same second than fit into a page: only the link leads past them.
            link = more if len(position.pending) == known else ""
        return position

    def _older_page(self, position: GraphCursor) -> dict[str, Any]:
        # What is sorted by must stand first in the filter, or Graph refuses it as too complex.
        since = f"receivedDateTime ge {position.older} and receivedDateTime lt {position.delta_from}"
        return self._session.get(
            f"{self._folder.path}/messages",
            filter=f"{since} and isRead eq false",
            orderby="receivedDateTime",
            select="id,receivedDateTime",
            top=str(PAGE),
        )

    def _arrivals(self, position: GraphCursor, wanted: int) -> GraphCursor:
        complete = False
        while not complete and len(position.pending) < max(wanted, MAX_PENDING):
            try:
                page = self._arrivals_page(position)
            except GraphRefusal as refused:
                # Without a link there is none to forget. To begin anew because of it would never end.
                if not (position.delta and refused.refusal.must_sync_anew):
                    raise
                position = position.resynchronized()
                continue
            complete = "@odata.nextLink" not in page
            if complete and not page["value"] and position.is_current(self._session.server_date):
                break  # the new link says no more than the one at hand, and is not worth a transaction
            link = page.get("@odata.nextLink") or page["@odata.deltaLink"]
            position = position.with_arrivals(page["value"], str(link), self._session.server_date, complete=complete)
        return position

    def _arrivals_page(self, position: GraphCursor) -> dict[str, Any]:
        prefer = f"odata.maxpagesize={PAGE}"
        if position.delta:
            return self._session.get(position.delta, prefer=prefer)
        # Options other than these are refused, or ignored, by delta queries of messages.
        return self._session.get(
            f"{self._folder.path}/messages/delta",
            prefer=prefer,
            changeType="created",
            select="receivedDateTime,isRead",
            filter=f"receivedDateTime ge {position.delta_from}",
        )
