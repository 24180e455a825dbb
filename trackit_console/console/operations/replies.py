"""What answering a record by email needs of the settings and the database (MSG-03, OUT-06)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trackit_console.domain.effects import Change
    from trackit_console.domain.listeners import Reader
    from trackit_console.domain.records import RecordDetails, RecordRef
    from trackit_console.helpdesk.notifications.sending_settings import SendingSettings
    from trackit_console.helpdesk.reply import Correspondence, ReplyDraft
    from trackit_console.monitor.reactions import Reactions
    from trackit_console.store.transaction import Transaction


class Replies:
    """Within the transactions of others. A record that is gone raises `RecordDeleted`."""

    @cached_property
    def _settings(self) -> Reactions[SendingSettings]:
        """Compiled when they are first needed, and again when they change."""
        from trackit_console.helpdesk.notifications.sending_settings import SendingSettings
        from trackit_console.monitor.reactions import Reactions

        return Reactions(SendingSettings.of)

    def correspondence(self, transaction: Transaction, ref: RecordRef) -> Correspondence:
        """To whom the record can be answered."""
        from trackit_console.helpdesk.reply import correspondence

        return correspondence(_details(transaction.reader, ref), self._settings(transaction), transaction.reader)

    def composed(self, transaction: Transaction, ref: RecordRef, draft: ReplyDraft) -> bytes:
        """The mail that `draft` would be. Raises `ReplyNotPossible`."""
        from trackit_console.helpdesk.reply import composed

        return composed(_details(transaction.reader, ref), draft, self._settings(transaction), transaction.reader).content

    def change(self, transaction: Transaction, ref: RecordRef, draft: ReplyDraft, by: str) -> Change:
        """The note and its mails. Raises `ReplyNotPossible`."""
        from trackit_console.helpdesk.reply import reply

        return reply(_details(transaction.reader, ref), draft, by, self._settings(transaction), transaction.reader)


def _details(read: Reader, ref: RecordRef) -> RecordDetails:
    from trackit_console.store.saving_errors import RecordDeleted

    details = read.details([ref]).get(ref)
    if details is None:
        raise RecordDeleted(str(ref))
    return details
