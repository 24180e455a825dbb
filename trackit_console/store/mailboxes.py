"""The repository of incoming mailboxes (IN-12). It never commits: the transaction that it belongs to does."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trackit_console.clock import Clock
from trackit_console.settings.mailbox import MAILBOX_MODELS, Mailbox, MailboxType, mailbox_adapter
from trackit_console.store.audit import Audit
from trackit_console.store.errors import Conflict
from trackit_console.store.row_mapping import Stored, columns_of, fields_of
from trackit_console.store.secrets import SecretBox
from trackit_console.store.tables import MailboxLeaseRow, MailboxRow, MailboxStateRow


class Mailboxes:
    """Mailboxes in, mailboxes out."""

    def __init__(self, session: Session, box: SecretBox, audit: Audit, clock: Clock) -> None:
        self._session = session
        self._box = box
        self._audit = audit
        self._clock = clock

    def all(self) -> list[Stored[Mailbox]]:
        """Every mailbox that is not deleted, by name."""
        rows = self._session.scalars(select(MailboxRow).where(MailboxRow.deleted_at.is_(None)).order_by(MailboxRow.name))
        return [self._stored(row) for row in rows]

    def get(self, mailbox_id: int) -> Stored[Mailbox]:
        """The mailbox with this id; KeyError when it is deleted or never was."""
        stored = self._find(mailbox_id)
        if stored is None:
            raise KeyError(mailbox_id)
        return stored

    def add(self, mailbox: Mailbox, by: str) -> Stored[Mailbox]:
        """Keeps a new mailbox, with the lease and the state that the monitor works with."""
        row = MailboxRow(**self._columns(mailbox), version=1)
        self._session.add(row)
        self._session.flush()
        self._session.add(MailboxLeaseRow(mailbox_id=row.id, token=0, expires_at=self._clock.now()))
        self._session.add(MailboxStateRow(mailbox_id=row.id, failures=0, poll_requests=0))
        self._audit.changed(_subject(mailbox), by, None, mailbox)
        return self._stored(row)

    def save(self, mailbox: Stored[Mailbox], by: str) -> Stored[Mailbox]:
        """Raises `Conflict`, holding the mailbox as it is now, None when it is deleted, if it was changed since (DB-04)."""
        before = self._find(mailbox.id)
        if before is None:
            raise Conflict(None)
        self._swap(mailbox, {**self._columns(mailbox.value), "version": mailbox.version + 1})
        if _cursor_is_void(before.value, mailbox.value):
            self._session.execute(update(MailboxStateRow).where(MailboxStateRow.mailbox_id == mailbox.id).values(cursor=None))
        self._audit.changed(_subject(mailbox.value), by, before.value, mailbox.value)
        return self.get(mailbox.id)

    def delete(self, mailbox: Stored[Mailbox], by: str) -> None:
        """Takes the mailbox away and keeps its history (IN-12); raises `Conflict` as `save` does."""
        gone = {"deleted_at": self._clock.now(), "version": mailbox.version + 1, "password": None, "client_secret": None}
        self._swap(mailbox, {**gone, "certificate_password": None})
        self._audit.changed(_subject(mailbox.value), by, mailbox.value, None)

    def _swap(self, mailbox: Stored[Mailbox], values: dict[str, object]) -> None:
        same = (MailboxRow.id == mailbox.id, MailboxRow.version == mailbox.version, MailboxRow.deleted_at.is_(None))
        hit = self._session.connection().execute(update(MailboxRow).where(*same).values(values))
        if hit.rowcount == 0:
            raise Conflict(self._find(mailbox.id))

    def _find(self, mailbox_id: int) -> Stored[Mailbox] | None:
        row = self._session.get(MailboxRow, mailbox_id, populate_existing=True)
        return None if row is None or row.deleted_at is not None else self._stored(row)

    def _columns(self, mailbox: Mailbox) -> dict[str, object]:
        return {**columns_of(mailbox, MailboxRow, self._box), "name": mailbox.title}

    def _stored(self, row: MailboxRow) -> Stored[Mailbox]:
        model = MAILBOX_MODELS[MailboxType(row.type)]
        return Stored(row.id, row.version, mailbox_adapter.validate_python(fields_of(row, model, self._box)))


def _subject(mailbox: Mailbox) -> str:
    return f"mailbox {mailbox.title}"


def _cursor_is_void(before: Mailbox, after: Mailbox) -> bool:
    """Another server, account or folder begins anew; the ledger still knows what was taken."""
    return (before.type, before.place, before.account, before.folder) != (after.type, after.place, after.account, after.folder)
