"""The epoch of a mailbox in the references of its messages: those of another account or folder are never taken for these."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Self

from trackit_console.domain.deliveries import MessageRef, epoch_prefix
from trackit_console.settings.post_action import PostAction
from trackit_console.transports.connection_phases import Phase
from trackit_console.transports.fetched_mail import Batch, Fetched, Settled
from trackit_console.transports.source import RawOf, Source


def in_epoch(source: Source, epoch: int) -> Source:
    """The source with `epoch` in its references; the first epoch, that of nearly every mailbox, is not written."""
    return EpochSource(source, epoch) if epoch else source


class EpochSource:
    """A source of a mailbox that read another account or folder before. It knows no references of that time."""

    def __init__(self, source: Source, epoch: int) -> None:
        self._source = source
        self._prefix = epoch_prefix(epoch)

    # ------------------------------------------------------------------ reading

    def fetch_new(self, cursor: str | None, limit: int, size_limit: int) -> Iterator[Batch]:
        batches = self._source.fetch_new(cursor, limit, size_limit)
        return (Batch(list(self._marked(each.messages)), each.cursor) for each in batches)

    def fetch(self, refs: Sequence[MessageRef], size_limit: int) -> Iterator[Fetched]:
        return self._marked(self._source.fetch(list(self._known(refs)), size_limit))

    def fetch_headers(self, refs: Sequence[MessageRef]) -> Iterator[Fetched]:
        return self._marked(self._source.fetch_headers(list(self._known(refs))))

    def unread(self) -> int | None:
        return self._source.unread()

    # ------------------------------------------------------------------ settling

    @property
    def settles_on_close(self) -> bool:
        return self._source.settles_on_close

    def settle(
        self,
        refs: Sequence[MessageRef],
        post_action: PostAction,
        raw_of: RawOf,
        already_copied: Collection[MessageRef] = (),
    ) -> Settled:
        known = self._known(refs)
        settled = self._source.settle(list(known), post_action, lambda ref: raw_of(known[ref]), list(self._known(already_copied)))
        failed = {known[ref]: words for ref, words in settled.failed.items()}
        return Settled([ref for ref in refs if ref not in failed], failed, [known[ref] for ref in settled.copied])

    def finish(self) -> None:
        self._source.finish()

    # ------------------------------------------------------------------ the session

    @property
    def phases(self) -> Sequence[Phase]:
        return self._source.phases

    def __enter__(self) -> Self:
        self._source.__enter__()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._source.__exit__(*exc_info)

    def close(self) -> None:
        self._source.close()

    def abort(self) -> None:
        self._source.abort()

    def expire(self) -> None:
        self._source.expire()

    # ------------------------------------------------------------------ references

    def _marked(self, messages: Iterable[Fetched]) -> Iterator[Fetched]:
        return (replace(each, ref=MessageRef(self._prefix + each.ref.scope, each.ref.uid)) for each in messages)

    def _known(self, refs: Iterable[MessageRef]) -> dict[MessageRef, MessageRef]:
        """The references of this epoch, by those that the server's session knows."""
        mine = [ref for ref in refs if ref.scope.startswith(self._prefix)]
        return {MessageRef(ref.scope.removeprefix(self._prefix), ref.uid): ref for ref in mine}
