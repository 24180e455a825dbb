"""The repository of incoming mailboxes (IN-12). It never commits: the transaction that it belongs to does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from trackit_console.domain.audit import Audited
from trackit_console.settings.mailbox import MAILBOX_MODELS, Mailbox, MailboxType
from trackit_console.settings.mailbox_checks import account_identity
from trackit_console.settings.people_checks import template_key
from trackit_console.settings.validation import finding
from trackit_console.store.audit import Audit
from trackit_console.store.column_types import key_of
from trackit_console.store.names_in_rules import rename_in_conditions
from trackit_console.store.reading_session import ReadingSession, object_of
from trackit_console.store.row_mapping import Stored, columns_of, validated_row
from trackit_console.store.saving_errors import Conflict
from trackit_console.store.secrets import Secrets
from trackit_console.store.source_keys import source_key
from trackit_console.store.tables import MailboxLeaseRow, MailboxRow, MailboxStateRow

ALL_MAILBOXES = select(*MailboxRow.__table__.columns).where(MailboxRow.deleted_at.is_(None)).order_by(MailboxRow.name)


class Mailboxes:
    """Mailboxes in, mailboxes out: with a `StoredSecret` for each secret, or opened where `secrets` asks for it."""

    def __init__(self, session: ReadingSession, box: Secrets, audit: Audit, now: Callable[[], datetime]) -> None:
        self._session = session
        self._box = box
        self._audit = audit
        self._now = now

    def all(self, *, secrets: bool = False) -> list[Stored[Mailbox]]:
        """Every mailbox that is not deleted, by name."""
        rows = self._session.rows(ALL_MAILBOXES)
        return [self._stored(object_of(MailboxRow, row), secrets=secrets) for row in rows]

    def get(self, mailbox_id: int, *, secrets: bool = False) -> Stored[Mailbox]:
        """The mailbox with this id; KeyError when it is deleted or never was."""
        stored = self._find(mailbox_id, secrets=secrets)
        if stored is None:
            raise KeyError(mailbox_id)
        return stored

    def add(self, mailbox: Mailbox, by: str) -> Stored[Mailbox]:
        """Keeps a new mailbox, with the lease and the state that the monitor works with.

        What another mailbox reads already is refused by the database, also where two admins add it at once: `UniqueTaken`.
        """
        row = MailboxRow(**self._columns(mailbox), version=1)
        self._session.add(row)
        self._session.flush()
        self._session.add(MailboxLeaseRow(mailbox_id=row.id, token=0, expires_at=self._now()))
        self._session.add(MailboxStateRow(mailbox_id=row.id, failures=0, poll_requests=0, polls_served=0))
        self._audit.changed(Audited.MAILBOX, mailbox.title, by, None, mailbox)
        return self._stored(row)

    def save(self, mailbox: Stored[Mailbox], by: str) -> Stored[Mailbox]:
        """Keeps a changed mailbox; a `StoredSecret` in it leaves that secret as it is. Rules that name it follow a new name.

        Raises `Conflict`, holding the mailbox as it is now, None when it is deleted, if it was changed since (DB-04).
        """
        before = self._find(mailbox.id)
        if before is None:
            raise Conflict(None)
        self._swap(mailbox, self._columns(mailbox.value))
        self._expect_visit(mailbox.id, before.value)
        in_rules = rename_in_conditions(self._session, "mailbox", before.value.title, mailbox.value.title)
        self._audit.changed_all(Audited.BUSINESS_RULE, in_rules, by, restart=False)
        self._audit.changed(Audited.MAILBOX, mailbox.value.title, by, before.value, mailbox.value)
        return self.get(mailbox.id)

    def delete(self, mailbox: Stored[Mailbox], by: str) -> None:
        """Takes the mailbox away and keeps its history (IN-12); raises `Conflict` as `save` does."""
        # The row stays for the history of its messages, the secrets do not (SEC-02).
        without_secrets = dict.fromkeys(("password", "client_secret", "certificate_password"))
        self._swap(mailbox, {**without_secrets, "account_key": None, "deleted_at": self._now()})
        self._audit.changed(Audited.MAILBOX, mailbox.value.title, by, mailbox.value, None)

    def add_again(self, mailbox: Mailbox, by: str) -> Stored[Mailbox]:
        """Brings a deleted mailbox back with its id: what was taken from its account is not taken again (RUN-03).

        Adds a new one, as `add` does, where none that was deleted has its name and account. Raises `Conflict` when somebody
        else brought it back meanwhile.
        """
        deleted = self._deleted(mailbox)
        if deleted is None:
            return self.add(mailbox, by)
        self._swap(Stored(deleted.id, deleted.version, mailbox), {**self._columns(mailbox), "deleted_at": None}, deleted=True)
        self._expect_visit(deleted.id, deleted.value)
        self._audit.changed(Audited.MAILBOX, mailbox.title, by, None, mailbox)
        return self.get(deleted.id)

    def rename_template(self, before: str, after: str, by: str) -> None:
        """Gives the mailboxes that name the ticket template `before` its new name."""
        naming = [each for each in self.all() if template_key(each.value.ticket_template or "") == template_key(before)]
        for each in naming:
            # The version counts: a form that was filled before would bring the old name back.
            renamed = update(MailboxRow).where(MailboxRow.id == each.id)
            self._session.execute(renamed.values(ticket_template=after, version=MailboxRow.version + 1))
        changes = [(each.value.title, each.value, each.value.model_copy(update={"ticket_template": after})) for each in naming]
        self._audit.changed_all(Audited.MAILBOX, changes, by, restart=False)

    def free_accounts(self, ids: Sequence[int]) -> None:
        """Until they are saved, these mailboxes stand in the way of no other: an import may swap their accounts."""
        self._session.execute(update(MailboxRow).where(MailboxRow.id.in_(ids)).values(account_key=None))

    def _swap(self, mailbox: Stored[Mailbox], values: dict[str, object], *, deleted: bool = False) -> None:
        there = MailboxRow.deleted_at.is_not(None) if deleted else MailboxRow.deleted_at.is_(None)
        same = (MailboxRow.id == mailbox.id, MailboxRow.version == mailbox.version, there)
        swapped = update(MailboxRow).where(*same).values({**values, "version": mailbox.version + 1})
        if self._session.connection().execute(swapped).rowcount == 0:
            raise Conflict(self._find(mailbox.id))

    def _expect_visit(self, mailbox_id: int, before: Mailbox) -> None:
        changes: dict[str, object] = {
            # Due at once: an admin who corrected a password wants to see that it works.
            "next_poll_at": None,
            # What was read so far. Whether it is read on shows at the next visit: until it is started again, a monitor goes on with
            # the mailbox as it was (MON-05).
            "source_key": func.coalesce(MailboxStateRow.source_key, source_key(before)),
        }
        self._session.execute(update(MailboxStateRow).where(MailboxStateRow.mailbox_id == mailbox_id).values(**changes))

    def _deleted(self, mailbox: Mailbox) -> Stored[Mailbox] | None:
        """The mailbox of this name and account that was deleted last."""
        named = select(MailboxRow).where(MailboxRow.deleted_at.is_not(None), MailboxRow.name == mailbox.title)
        newest_first = named.order_by(MailboxRow.deleted_at.desc(), MailboxRow.id.desc())
        # Read anew: rows are saved by UPDATE, of which the identity map knows nothing.
        rows = self._session.scalars(newest_first.execution_options(populate_existing=True))
        found = (self._stored(row) for row in rows.all())
        # One that has findings is not compared: its fields may hold anything.
        return next((each for each in found if not each.findings and _same_account(each.value, mailbox)), None)

    def _find(self, mailbox_id: int, *, secrets: bool = False) -> Stored[Mailbox] | None:
        row = self._session.get(MailboxRow, mailbox_id, populate_existing=True)
        return None if row is None or row.deleted_at is not None else self._stored(row, secrets=secrets)

    def _columns(self, mailbox: Mailbox) -> dict[str, object]:
        key = key_of(*account_identity(mailbox))
        return {**columns_of(mailbox, MailboxRow, self._box), "name": mailbox.title, "account_key": key}

    def _stored(self, row: MailboxRow, *, secrets: bool = False) -> Stored[Mailbox]:
        # A type of a newer version, or typed by hand: the row is shown as wrong instead of failing the whole list.
        known = row.type in MailboxType.__members__.values()
        model = MAILBOX_MODELS[MailboxType(row.type) if known else MailboxType.IMAP]
        value, found = validated_row(row, model, self._box, secrets=secrets)
        if not known:
            found = (finding("type", "not_a_choice", choices=", ".join(MailboxType)), *found)
        return Stored(row.id, row.version, value, found)


def _same_account(one: Mailbox, other: Mailbox) -> bool:
    return account_identity(one) == account_identity(other)
