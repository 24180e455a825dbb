"""What an admin decides about mail in the outbox: try it again now, or do not send it (OUT-06)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from trackit_console.domain.audit import Audited
from trackit_console.domain.outgoing_mail import MailState, MailStep
from trackit_console.store.audit import Audit
from trackit_console.store.column_types import cut
from trackit_console.store.lookups import LOCK
from trackit_console.store.outbox import free
from trackit_console.store.row_inserts import insert_rows
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import OutboxRow, OutboxTryRow, OutgoingStateRow


class OutboxDecisions:
    """Within one transaction. It never commits. A mail that is being sent right now is left alone."""

    def __init__(self, session: Session, audit: Audit, now: Callable[[], datetime]) -> None:
        self._session = session
        self._audit = audit
        self._now = now

    def failed(self) -> list[int]:
        """The mails that were given up, the oldest first."""
        asked = select(OutboxRow.id).where(OutboxRow.state == MailState.FAILED.value).order_by(OutboxRow.id)
        return list(self._session.scalars(asked))

    def retry(self, ids: Collection[int], by: str) -> list[int]:
        """Has these mails tried again at once; their delays begin anew. Returns those that are, of `ids`.

        Mail that was sent or discarded is not sent again. For a mail that goes out in a digest, the digest is tried. What
        the outgoing account is delayed by ends too.
        """
        now = self._now()
        anew = {"state": MailState.WAITING.value, "tries": 0, "next_try_at": now, "begins_at": now}
        # Whoever was refused is asked for again: the admin may have mended why. Who has got it does not get it twice.
        done = self._decide(ids, by, MailStep.RETRIED, {**anew, "error": None, "refused": None})
        if done:
            self._session.execute(update(OutgoingStateRow).values(next_try_at=None))
        return done

    def discard(self, ids: Collection[int], by: str) -> list[int]:
        """Does not send these mails any more. Returns those of `ids` for which it was not too late."""
        return self._decide(ids, by, MailStep.DISCARDED, {"state": MailState.DISCARDED.value})

    def _decide(self, ids: Collection[int], by: str, step: MailStep, values: dict[str, Any]) -> list[int]:
        found = self._rows(ids)
        changed = self._change(set(found.values()), values)
        steps = [
            {"outbox_id": number, "at": self._now(), "what": step.value, "actor": cut(by, 255)} for number in sorted(changed)
        ]
        insert_rows(self._session.connection(), OutboxTryRow, steps)
        done = [number for number in dict.fromkeys(ids) if found.get(number) in changed]
        self._audit.noted_each(step.value, Audited.OUTGOING_MAIL, by, [str(number) for number in done])
        return done

    def _rows(self, ids: Collection[int]) -> dict[int, int]:
        """The rows that decide about these mails: their own, or that of their digest."""
        row = func.coalesce(OutboxRow.digest_id, OutboxRow.id)
        return {
            number: decisive
            for part in in_parts(sorted(set(ids)))
            for number, decisive in self._session.execute(select(OutboxRow.id, row).where(OutboxRow.id.in_(part)))
        }

    def _change(self, numbers: Collection[int], values: dict[str, Any]) -> set[int]:
        """Which of these mails are changed. Locked before: whoever claims one at the same time is first or finds it decided."""
        open_ones = OutboxRow.state.in_((MailState.WAITING.value, MailState.FAILED.value))
        asked = select(OutboxRow.id).with_hint(OutboxRow, LOCK, "mssql").where(open_ones, free(self._now()))
        decided = {**values, "claim_owner": None, "claim_expires_at": None}
        changed: set[int] = set()
        for part in in_parts(sorted(numbers)):
            mine = set(self._session.scalars(asked.where(OutboxRow.id.in_(part))))
            self._session.connection().execute(update(OutboxRow).where(OutboxRow.id.in_(mine)).values(**decided))
            changed |= mine
        return changed
