"""Keeps what became of a mail that was sent or tried, for the host that has claimed it (OUT-06).

Within the unit of work in which its record hears of it. A host whose claim was taken over writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from trackit_console.domain.effects import Change, SendMail
from trackit_console.domain.outgoing_mail import Attempt, ClaimedMail, MailState, MailStep
from trackit_console.domain.records import AppliedReason, NoteKind
from trackit_console.store.column_types import cut, key_of
from trackit_console.store.lookups import LOCK
from trackit_console.store.outbox import claimed_mail, free
from trackit_console.store.outbox_columns import addresses_to_json
from trackit_console.store.outbox_errors import kept_error
from trackit_console.store.row_inserts import Row, insert_returning_ids, insert_rows
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import NoteRow, OutboxRow, OutboxTryRow, RecordRow

if TYPE_CHECKING:
    from trackit_console.store.unit_of_work import UnitOfWork


class OutboxResults:
    """`computer` is the one that sends. Nothing here commits."""

    def __init__(self, work: UnitOfWork, computer: str) -> None:
        self._work = work
        self._computer = computer
        self._now = work.transaction.now

    def keep(self, mail: ClaimedMail, attempt: Attempt, *, time_line: bool = True) -> MailState | None:
        """Writes how a try ended and gives the mail back; None if it is another's by now, then nothing is written.

        Without the `time_line` no row is added, which a full database would not take.
        """
        delivered, refused = (*mail.delivered, *attempt.delivered), (*mail.refused, *attempt.refused)
        left = set(mail.recipients) - {*delivered, *refused}
        state = MailState.WAITING if left and attempt.next_try_at else MailState.SENT if delivered else MailState.FAILED
        values: dict[str, Any] = {
            "state": state.value,
            "tries": OutboxRow.tries + 1,
            "error": kept_error(attempt.error),
            "delivered": addresses_to_json(delivered if left or refused else ()),
            "refused": addresses_to_json(refused),
            "claim_owner": None,
            "claim_expires_at": None,
        }
        if state is MailState.WAITING:
            values["next_try_at"] = attempt.next_try_at
        if state is MailState.SENT:
            values["sent_at"] = self._now
        if not self._update(mail, values):
            return None
        if time_line:
            steps = self._steps(mail, attempt, gave_up=bool(left) and not attempt.next_try_at)
            # In their order: they have the same moment.
            insert_returning_ids(self._work.connection, OutboxTryRow, steps, ascending=True)
        return state

    def parts(self, mail: ClaimedMail) -> list[ClaimedMail]:
        """The mails that went out in this one, if it is a digest."""
        asked = (
            select(OutboxRow.__table__, RecordRow.module)
            .outerjoin(RecordRow, RecordRow.id == OutboxRow.record_id)
            .where(OutboxRow.digest_id == mail.id)
            .order_by(OutboxRow.id)
        )
        return [claimed_mail(row, mail.owner) for row in self._work.connection.execute(asked)]

    def replies(self, mails: Sequence[ClaimedMail]) -> set[str]:
        """The Message-IDs of those that somebody wrote on a record: the history has their note since then (`helpdesk.reply`)."""
        ids = {key_of(each.message_id): each.message_id for each in mails}
        asked = select(NoteRow.message_key).where(NoteRow.kind == NoteKind.NOTE.value)
        return {
            ids[key]
            for part in in_parts(ids)
            for key in self._work.connection.scalars(asked.where(NoteRow.message_key.in_(part)))
            if key is not None
        }

    def combine(self, mails: Sequence[ClaimedMail], digest: SendMail) -> bool:
        """Puts `digest` into the outbox in place of `mails`; False if one of them is another's by now: do not commit then."""
        # Quiet: that mail is combined is no event that anybody reacts to.
        self._work.apply([Change((digest,), quiet=True)])
        same = OutboxRow.unique_key == key_of(digest.unique_key)
        number = self._work.connection.scalar(select(OutboxRow.id).where(same))
        combined = {"state": MailState.SENT.value, "digest_id": number, "claim_owner": None, "claim_expires_at": None}
        return all(self._update(mail, combined) for mail in mails)

    def expire(self, begun_before: datetime, error: AppliedReason | None) -> int:
        """Gives up what has been tried since before then and is not being sent now; returns how many mails that are."""
        since = func.coalesce(OutboxRow.begins_at, OutboxRow.created_at)
        old = (OutboxRow.state == MailState.WAITING.value, since <= begun_before, free(self._now))
        # Locked before: a mail that another host claims meanwhile is sent, and its time line must not say that it failed.
        asked = select(OutboxRow.id).with_hint(OutboxRow, LOCK, "mssql").where(*old).order_by(OutboxRow.id)
        ids = list(self._work.connection.scalars(asked))
        values = {"state": MailState.FAILED.value, "error": kept_error(error)}
        for part in in_parts(ids):
            self._work.connection.execute(update(OutboxRow).where(OutboxRow.id.in_(part)).values(**values))
        insert_rows(self._work.connection, OutboxTryRow, [self._step(number, MailStep.FAILED, error) for number in ids])
        return len(ids)

    def _update(self, mail: ClaimedMail, values: dict[str, Any]) -> bool:
        """Fenced by the owner: of a mail that another host has taken over meanwhile, that one tells what became."""
        mine = (
            OutboxRow.id == mail.id,
            OutboxRow.claim_owner == mail.owner,
            OutboxRow.state == MailState.WAITING.value,
        )
        return self._work.connection.execute(update(OutboxRow).where(*mine).values(**values)).rowcount == 1

    def _steps(self, mail: ClaimedMail, attempt: Attempt, *, gave_up: bool) -> list[Row]:
        steps = [self._step(mail.id, MailStep.REFUSED, reason) for reason in attempt.refused.values()]
        if attempt.delivered:
            steps.append(self._step(mail.id, MailStep.SENT, None))
        if gave_up:
            steps.append(self._step(mail.id, MailStep.FAILED, attempt.error))
        elif attempt.next_try_at and attempt.error:
            steps.append(self._step(mail.id, MailStep.TRIED, attempt.error))
        return steps

    def _step(self, number: int, step: MailStep, reason: AppliedReason | None) -> Row:
        what = {"outbox_id": number, "at": self._now, "what": step.value, "actor": cut(self._computer, 255)}
        return {**what, "detail": kept_error(reason)}
