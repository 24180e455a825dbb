"""The repository of ticket templates. Mailboxes and the Email Monitor Settings name a template (IN-01, MON-04)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from pydantic import ValidationError
from sqlalchemy import delete, func, or_, select, update

from trackit_console.domain.audit import Audited
from trackit_console.settings.people import TicketTemplate
from trackit_console.settings.people_checks import check_template, template_key
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.validation import Finding
from trackit_console.store.audit import Audit
from trackit_console.store.kept_objects import Uses
from trackit_console.store.names_in_rules import rename_in_conditions
from trackit_console.store.reading_session import ReadingSession
from trackit_console.store.row_mapping import Stored
from trackit_console.store.saving_errors import Conflict, TemplateInUse
from trackit_console.store.search_conditions import part_of
from trackit_console.store.tables import MailboxRow, MonitorSettingsRow, RecordRow, TicketTemplateRow


def _columns() -> Any:
    columns = (getattr(TicketTemplateRow, name) for name in ("id", "version", *TicketTemplate.model_fields))
    return select(*columns)


ALL_TEMPLATES = _columns().order_by(TicketTemplateRow.name)


class NamesTemplates(Protocol):
    """Settings that name ticket templates."""

    def rename_template(self, before: str, after: str, by: str) -> None:
        """Follows the new name of a template, and keeps that in the audit; the old name is found letter case aside."""
        ...


class TicketTemplates:
    """A `Repository` of ticket templates; the monitor follows a change when it is restarted (MON-05).

    `users` are the settings that name them and follow a new name.
    """

    def __init__(self, session: ReadingSession, audit: Audit, users: Sequence[NamesTemplates]) -> None:
        self._session = session
        self._audit = audit
        self._users = users

    def page(self, search: str = "", limit: int = 200, offset: int = 0) -> list[Stored[TicketTemplate]]:
        """The templates with `search` in their name or subject, by name."""
        asked = _matching(_columns(), search).order_by(TicketTemplateRow.name).limit(limit).offset(offset)
        return [_template(row) for row in self._session.execute(asked)]

    def count(self, search: str = "") -> int:
        """How many templates match `search`."""
        return self._session.scalar(_matching(select(func.count(TicketTemplateRow.id)), search)) or 0

    def all(self) -> list[Stored[TicketTemplate]]:
        """Every template, by name."""
        return [_template(row) for row in self._session.rows(ALL_TEMPLATES)]

    def named(self, name: str) -> Stored[TicketTemplate] | None:
        """The template of this name, letter case aside."""
        return next((each for each in self.all() if _same(each.value.name, name)), None)

    def findings(self, template: TicketTemplate, own_id: int | None) -> list[Finding]:
        """A finding when another template has the name."""
        other = self.named(template.name)
        others = {template_key(other.value.name): other.value.name} if other and other.id != own_id else {}
        return check_template(template, others)

    def add(self, template: TicketTemplate, by: str) -> Stored[TicketTemplate]:
        """Keeps a new template."""
        row = TicketTemplateRow(**template.model_dump(), version=1)
        self._session.add(row)
        self._session.flush()
        self._audit.changed(Audited.TICKET_TEMPLATE, template.name, by, None, template)
        return Stored(row.id, 1, template)

    def save(self, changed: Stored[TicketTemplate], by: str) -> Stored[TicketTemplate]:
        """Keeps a changed template; who names it follows a new name. Raises `Conflict`."""
        before, template = self._find(changed.id), changed.value
        same = (TicketTemplateRow.id == changed.id, TicketTemplateRow.version == changed.version)
        swapped = update(TicketTemplateRow).where(*same).values(**template.model_dump(), version=changed.version + 1)
        if before is None or self._session.connection().execute(swapped).rowcount == 0:
            raise Conflict(self._find(changed.id))
        if before.value.name != template.name:
            self._rename(before.value.name, template.name, by)
        self._audit.changed(Audited.TICKET_TEMPLATE, template.name, by, before.value, template)
        return Stored(changed.id, changed.version + 1, template)

    def _rename(self, before: str, after: str, by: str) -> None:
        for each in self._users:
            each.rename_template(before, after, by)
        # Tickets know their template by its name, and are compared with it.
        made = RecordRow.template.in_(self._spellings_in_records(before))
        self._session.execute(update(RecordRow).where(made).values(template=after))
        in_rules = rename_in_conditions(self._session, "template", before, after)
        self._audit.changed_all(Audited.BUSINESS_RULE, in_rules, by, restart=False)

    def _spellings_in_records(self, name: str) -> list[str]:
        """How tickets write the template. Not compared by the database: SQLite tells letter case apart."""
        return [each for each in self._session.scalars(select(RecordRow.template).distinct()) if each and _same(each, name)]

    def delete(self, stored: Stored[TicketTemplate], by: str) -> None:
        """Deletes a template; raises `Conflict`, and `TemplateInUse` while mailboxes or the monitor name it."""
        uses = self.uses(stored.id)
        if uses.in_settings:
            raise TemplateInUse(template=stored.value.name, mailboxes=uses.mailboxes, alert_ticket=uses.alert_ticket)
        same = (TicketTemplateRow.id == stored.id, TicketTemplateRow.version == stored.version)
        if self._session.connection().execute(delete(TicketTemplateRow).where(*same)).rowcount == 0:
            raise Conflict(self._find(stored.id))
        self._audit.changed(Audited.TICKET_TEMPLATE, stored.value.name, by, stored.value, None)

    def uses(self, template_id: int) -> Uses:
        """The mailboxes whose tickets begin with the template, and whether the ticket about a refused sign-in does."""
        name = self._session.scalar(select(TicketTemplateRow.name).where(TicketTemplateRow.id == template_id))
        if name is None:
            return Uses()
        named = select(MailboxRow.name, MailboxRow.ticket_template).where(MailboxRow.deleted_at.is_(None))
        mailboxes = [title for title, each in self._session.execute(named.order_by(MailboxRow.name)) if _same(each, name)]
        of_monitor = self._session.scalars(select(MonitorSettingsRow.ticket_template))
        return Uses(mailboxes=tuple(mailboxes), alert_ticket=any(_same(each, name) for each in of_monitor))

    def add_all(self, templates: Sequence[TicketTemplate], by: str) -> None:
        for each in templates:
            self.add(each, by)

    def save_all(self, changed: Sequence[Stored[TicketTemplate]], by: str) -> None:
        for each in changed:
            self.save(each, by)

    def _find(self, template_id: int) -> Stored[TicketTemplate] | None:
        row = self._session.execute(_columns().where(TicketTemplateRow.id == template_id)).one_or_none()
        return None if row is None else _template(row)


def _same(written: str | None, name: str) -> bool:
    return written is not None and template_key(written) == template_key(name)


def _matching(asked: Any, search: str) -> Any:
    if not (words := search.strip()):
        return asked
    return asked.where(or_(part_of(TicketTemplateRow.name, words), part_of(TicketTemplateRow.subject, words)))


def _template(row: Any) -> Stored[TicketTemplate]:
    """A row that was changed by hand is shown as it is, and corrected when it is saved."""
    fields = {name: getattr(row, name) for name in TicketTemplate.model_fields}
    try:
        return Stored(row.id, row.version, TicketTemplate.model_validate(fields))
    except ValidationError as error:
        return Stored(row.id, row.version, TicketTemplate.model_construct(**fields), tuple(findings(error)))
