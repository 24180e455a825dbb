"""The post actions in a mailbox of Microsoft 365: marks recorded messages as read, deletes or moves them (MON-06).

Every post action may be repeated, so a crash needs no cleanup. A move is one step at the server and leaves no copy behind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.post_action import PostAction
from trackit_console.transports.graph_folders import Folder, is_in, processed_folder
from trackit_console.transports.graph_reading import SCOPE
from trackit_console.transports.graph_session import GraphRefusal, GraphSession, segment

REFUSALS_OF_ACCESS = 3
"""Consecutive refusals for a reason that all messages share, after which the rest is not tried: it would cost a request each."""


class Settling:
    """The post actions on the messages of `folder`."""

    def __init__(self, session: GraphSession, folder: Folder) -> None:
        self._session = session
        self._folder = folder
        self._purges = True

    def settle(self, refs: Sequence[MessageRef], post_action: PostAction) -> dict[MessageRef, str]:
        """Applies `post_action`; returns the messages that the server refused to change, with its text."""
        act = self._action(post_action)
        failed: dict[MessageRef, str] = {}
        in_a_row: list[str] = []
        for ref in refs:
            if ref.scope != SCOPE:
                continue
            if len(in_a_row) >= REFUSALS_OF_ACCESS:
                failed[ref] = in_a_row[-1]
            elif refused := self._refusal_of(act, segment(ref.uid)):
                failed[ref] = refused.problem.detail
                in_a_row = [] if refused.refusal.concerns_the_item else [*in_a_row, failed[ref]]
            else:
                in_a_row = []
        return failed

    def _action(self, post_action: PostAction) -> Callable[[str], None]:
        actions = {PostAction.MARK_READ: self._mark_read, PostAction.DELETE: self._delete, PostAction.MOVE: self._move}
        return actions[post_action]

    def _refusal_of(self, act: Callable[[str], None], message: str) -> GraphRefusal | None:
        """Acts on `message`; returns the refusal if there is one. What is gone counts as done."""
        try:
            act(message)
        except GraphRefusal as refused:
            if refused.refusal.item_is_gone:
                return None
            if refused.problem.transient:
                raise refused.problem from None
            return refused
        return None

    def _mark_read(self, message: str) -> None:
        self._session.call("PATCH", f"messages/{message}", {"isRead": True})

    def _delete(self, message: str) -> None:
        """For good, as IMAP does: in Deleted Items the mail would fill up the mailbox."""
        if not self._is_here(message):
            return
        if self._purges:
            try:
                self._session.call("POST", f"messages/{message}/permanentDelete")
                return
            except GraphRefusal as refused:
                # Documented for the worldwide cloud only.
                if not refused.refusal.function_is_unknown:
                    raise
                self._purges = False
        self._session.call("DELETE", f"messages/{message}")

    def _move(self, message: str) -> None:
        if self._is_here(message):
            self._session.call("POST", f"messages/{message}/move", {"destinationId": self._processed_folder})

    def _is_here(self, message: str) -> bool:
        """Whether it still lies in the folder: one that a person has put elsewhere meanwhile is left alone."""
        return is_in(self._session, self._folder, message)

    @cached_property
    def _processed_folder(self) -> str:
        return processed_folder(self._session)
