"""Post actions on the server, and how the ledger records them (RUN-03, MON-06). Only committed messages come here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.post_action import PostAction
from trackit_console.store.deliveries import Deliveries
from trackit_console.store.visit_backlog import UnsettledDelivery
from trackit_console.transports.source import Source


class Settlement:
    """Settles the deliveries of one mailbox; `refused` counts the texts of the server by post action that it refused."""

    def __init__(self, deliveries: Deliveries, mailbox_id: int, post_action: PostAction, refused: Counter[str]) -> None:
        self._deliveries = deliveries
        self._mailbox_id = mailbox_id
        self._post_action = post_action
        self._refused = refused
        self._settled_on_close: list[int] = []

    def settle_left_over(self, source: Source, left: Sequence[UnsettledDelivery]) -> None:
        """Settles what an earlier visit committed, when a crash or the server kept it from settling."""
        # A COPY that was done must not be done again: the processed folder would have the message twice.
        copied = {each.ref for each in left if each.copied}
        self.settle(source, {each.ref: each.delivery_id for each in left}, copied)

    def settle(self, source: Source, deliveries: Mapping[MessageRef, int], copied: Collection[MessageRef] = ()) -> None:
        """Applies the post action to `deliveries`; of those `copied` only the original is left to be deleted."""
        if not deliveries:
            return
        settled = source.settle(list(deliveries), self._post_action, self._raw_of, copied)
        done = [deliveries[ref] for ref in settled.done]
        if source.settles_on_close:
            # POP3 deletes at QUIT only (RFC 1939 section 6); without it the messages stay on the server.
            self._settled_on_close += done
        else:
            self._deliveries.mark_settled(done, int(self._post_action))
        if settled.failed:
            refused = {deliveries[ref]: words for ref, words in settled.failed.items()}
            self._deliveries.mark_not_settled(refused, [deliveries[ref] for ref in settled.copied])
            self._refused.update(settled.failed.values())

    def finish(self, source: Source) -> None:
        """Ends the session, then marks what the server did only at its end."""
        source.finish()
        # After it: `finish` raises if the server did not confirm, and then nothing was settled.
        if self._settled_on_close:
            self._deliveries.mark_settled(self._settled_on_close, int(self._post_action))

    def _raw_of(self, ref: MessageRef) -> bytes | None:
        return self._deliveries.raw_of(self._mailbox_id, ref)
