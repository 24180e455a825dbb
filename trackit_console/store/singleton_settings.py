"""The repository of settings that exist once: outgoing account, monitor settings, filters, file types."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ValidationError
from sqlalchemy import delete, select, update

from trackit_console.domain.audit import Audited
from trackit_console.settings.backups import Backups
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.email_commands import EmailCommands
from trackit_console.settings.file_types import FileTypes
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.outgoing import BasicOutgoing, Microsoft365Outgoing, Outgoing
from trackit_console.settings.people import TicketTemplate
from trackit_console.settings.people_checks import template_key
from trackit_console.settings.post_action import POST_ACTION_PROPERTY, PostAction
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.retention import Retention
from trackit_console.settings.validation import Finding
from trackit_console.store.audit import Audit
from trackit_console.store.definition_json import read_definition, write_definition
from trackit_console.store.mailboxes import Mailboxes
from trackit_console.store.reading_session import ReadingSession, object_of
from trackit_console.store.row_mapping import Stored, columns_of, validated_row
from trackit_console.store.saving_errors import Conflict
from trackit_console.store.secrets import Secrets
from trackit_console.store.single_rows import ONE, SingleRows
from trackit_console.store.tables import (
    BackupSettingsRow,
    BusinessHoursRow,
    EmailCommandsRow,
    FileTypeSettingsRow,
    FilterRuleRow,
    FilterSettingsRow,
    LoopProtectionRow,
    MonitorSettingsRow,
    OutgoingRow,
    PropertyRow,
    RestrictedFileTypeRow,
    RetentionRow,
)
from trackit_console.store.ticket_templates import TicketTemplates

FILTER_RULES = select(*FilterRuleRow.__table__.columns).order_by(FilterRuleRow.rule_list, FilterRuleRow.position)
RESTRICTED_FILE_TYPES = select(RestrictedFileTypeRow.file_type).order_by(RestrictedFileTypeRow.file_type)


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many messages a filter rule stopped, and when last."""

    stopped: int = 0
    last_at: datetime | None = None


class SingletonSettings:
    """Reads and saves what exists once. It never commits."""

    def __init__(self, session: ReadingSession, box: Secrets, audit: Audit, mailboxes: Mailboxes) -> None:
        self._session = session
        self._box = box
        self._audit = audit
        self._templates = TicketTemplates(session, audit, (mailboxes, self))
        self._rows = SingleRows(session)

    def read_together(self) -> None:
        """Reads what all settings need of their single rows at once (see `SingleRows.read_together`)."""
        self._rows.read_together()

    def outgoing(self, *, secrets: bool = False) -> Stored[Outgoing] | None:
        """The outgoing account, None while there is none; `secrets` opens its secrets, for whoever signs in with them."""
        row = self._rows.row(OutgoingRow)
        if row is None:
            return None
        model: type[BaseModel] = BasicOutgoing if row.authentication == "basic" else Microsoft365Outgoing
        value, found = validated_row(row, model, self._box, secrets=secrets)
        return Stored(row.id, row.version, value, found)

    def save_outgoing(self, outgoing: Outgoing, version: int | None, by: str) -> None:
        """`version` is that of the account as it was read, None when there was none; raises `Conflict`.

        A `StoredSecret` leaves that secret as it is.
        """
        before = self.outgoing()
        if (before.version if before else None) != version:
            raise Conflict(before)
        columns = columns_of(outgoing, OutgoingRow, self._box)
        if before is None:
            self._session.add(OutgoingRow(id=ONE, version=1, **columns))
        else:
            self._rows.swap(OutgoingRow, before.version, columns, self.outgoing)
        self._audit.changed(Audited.OUTGOING_EMAIL, "", by, before.value if before else None, outgoing)

    def monitor(self) -> Stored[MonitorSettings]:
        """Email Monitor Settings, the post action from `NAMSYSProperties` among them (MON-06)."""
        row = self._rows.only(MonitorSettingsRow)
        value, found = validated_row(row, MonitorSettings, self._box, post_action=self._post_action())
        return Stored(row.id, row.version, value, found)

    def save_monitor(self, monitor: Stored[MonitorSettings], by: str) -> None:
        """Raises `Conflict` when the settings were changed since they were read."""
        before = self.monitor()
        self._rows.swap(
            MonitorSettingsRow, monitor.version, columns_of(monitor.value, MonitorSettingsRow, self._box), self.monitor
        )
        # Track-It! keeps this one in NAMSYSProperties, so it is written there and not into our table (MON-06).
        self._session.execute(
            update(PropertyRow).where(PropertyRow.name == POST_ACTION_PROPERTY).values(value=str(int(monitor.value.post_action)))
        )
        self._audit.changed(Audited.MONITOR_SETTINGS, "", by, before.value, monitor.value)

    def rename_template(self, before: str, after: str, by: str) -> None:
        """Gives Email Monitor Settings the new name of the ticket template `before`, if they name it."""
        named = self.monitor().value
        if template_key(named.ticket_template or "") != template_key(before):
            return
        # The version counts: a form that was filled before would bring the old name back.
        changed = {"ticket_template": after, "version": MonitorSettingsRow.version + 1}
        self._session.execute(update(MonitorSettingsRow).values(**changed))
        renamed = named.model_copy(update={"ticket_template": after})
        self._audit.changed(Audited.MONITOR_SETTINGS, "", by, named, renamed, restart=False)

    def _post_action(self) -> PostAction:
        """An unknown number was typed into the table by hand: the mildest action is taken."""
        row = self._rows.row(PropertyRow)
        written = row.value if row else "0"
        return PostAction(int(written)) if written.strip() in ("0", "1", "2") else PostAction.MARK_READ

    def filters(self) -> Stored[Filters]:
        """The filters with both lists of rules, in their order."""
        row = self._rows.only(FilterSettingsRow)
        rules: dict[str, list[FilterRule]] = {"sender": [], "subject": []}
        found: list[Finding] = []
        for each in (object_of(FilterRuleRow, columns) for columns in self._session.rows(FILTER_RULES)):
            rule, wrong = validated_row(each, FilterRule, self._box)
            rules.setdefault(each.rule_list, []).append(rule)
            found += [Finding(f"{each.rule_list}.{one.field}", one.rule, one.message) for one in wrong]
        value, wrong = validated_row(row, Filters, self._box, sender=rules["sender"], subject=rules["subject"])
        return Stored(row.id, row.version, value, (*found, *wrong))

    def rule_counts(self) -> dict[tuple[str, str], RuleCount]:
        """How often each rule stopped mail, by list and `FilterRule.key`; of rules with equal keys, the first one's (FIL-05)."""
        columns = (FilterRuleRow.rule_list, FilterRuleRow.text, FilterRuleRow.stopped, FilterRuleRow.last_stopped_at)
        # From behind: of equal keys the one that is read last stays in the dict.
        rows = self._session.execute(select(*columns).order_by(FilterRuleRow.position.desc()))
        return {(row.rule_list, row.text.casefold()): RuleCount(row.stopped, row.last_stopped_at) for row in rows}

    def save_filters(self, filters: Stored[Filters], by: str) -> None:
        """Replaces the rules, keeping how often each one stopped mail; raises `Conflict`."""
        before = self.filters()
        # First: whoever has moved this version may replace the rules.
        self._rows.swap(FilterSettingsRow, filters.version, {"accept_from": filters.value.accept_from}, self.filters)
        rows = list(self._session.scalars(select(FilterRuleRow).order_by(FilterRuleRow.position)))
        kept: set[FilterRuleRow] = set()
        for name, rules in (("sender", filters.value.sender), ("subject", filters.value.subject)):
            counted = _rows_of(rules, [row for row in rows if row.rule_list == name])
            kept.update(counted.values())
            for position, rule in enumerate(rules):
                self._keep_rule(counted.get(position), name, position, rule)
        for row in rows:
            if row not in kept:
                self._session.delete(row)
        self._audit.changed(Audited.FILTERS, "", by, before.value, filters.value)

    def _keep_rule(self, row: FilterRuleRow | None, rule_list: str, position: int, rule: FilterRule) -> None:
        if row is None:
            row = FilterRuleRow(rule_list=rule_list, stopped=0)
            self._session.add(row)
        row.position = position
        for name, value in rule.model_dump().items():
            setattr(row, name, value)

    def loop_protection(self) -> Stored[LoopProtection]:
        """What becomes of automatic mail, and when nothing is answered any more (MSG-08)."""
        row = self._rows.only(LoopProtectionRow)
        value, found = validated_row(row, LoopProtection, self._box)
        return Stored(row.id, row.version, value, found)

    def save_loop_protection(self, protection: Stored[LoopProtection], by: str) -> None:
        """Raises `Conflict` when it was changed since it was read."""
        before = self.loop_protection()
        self._rows.swap(
            LoopProtectionRow,
            protection.version,
            columns_of(protection.value, LoopProtectionRow, self._box),
            self.loop_protection,
        )
        self._audit.changed(Audited.LOOP_PROTECTION, "", by, before.value, protection.value)

    def email_commands(self) -> Stored[EmailCommands]:
        """Which email commands are turned on, and the trusted server for sender checks (MSG-06)."""
        row = self._rows.only(EmailCommandsRow)
        value, found = validated_row(row, EmailCommands, self._box)
        return Stored(row.id, row.version, value, found)

    def save_email_commands(self, commands: Stored[EmailCommands], by: str) -> None:
        """Raises `Conflict` when they were changed since they were read."""
        before = self.email_commands()
        self._rows.swap(
            EmailCommandsRow, commands.version, columns_of(commands.value, EmailCommandsRow, self._box), self.email_commands
        )
        self._audit.changed(Audited.EMAIL_COMMANDS, "", by, before.value, commands.value)

    def business_hours(self) -> Stored[BusinessHours]:
        """When the help desk works (NOT-04)."""
        row = self._rows.only(BusinessHoursRow)
        return Stored(row.id, row.version, *read_definition(BusinessHours, row.definition))

    def save_business_hours(self, hours: Stored[BusinessHours], by: str) -> None:
        """Raises `Conflict` when they were changed since they were read. They take effect with the next event."""
        before = self.business_hours()
        self._rows.swap(BusinessHoursRow, hours.version, {"definition": write_definition(hours.value)}, self.business_hours)
        self._audit.changed_immediately(Audited.BUSINESS_HOURS, "", by, before.value, hours.value)

    def backups(self) -> Stored[Backups]:
        """When the embedded database is backed up (DB-01)."""
        row = self._rows.only(BackupSettingsRow)
        return Stored(row.id, row.version, *read_definition(Backups, row.definition))

    def save_backups(self, backups: Stored[Backups], by: str) -> None:
        """Raises `Conflict` when they were changed since they were read. They take effect within a minute."""
        before = self.backups()
        self._rows.swap(BackupSettingsRow, backups.version, {"definition": write_definition(backups.value)}, self.backups)
        self._audit.changed_immediately(Audited.BACKUPS, "", by, before.value, backups.value)

    def retention(self) -> Stored[Retention]:
        """For how long data is kept."""
        row = self._rows.only(RetentionRow)
        return Stored(row.id, row.version, *read_definition(Retention, row.definition))

    def save_retention(self, retention: Stored[Retention], by: str) -> None:
        """Raises `Conflict` when it was changed since it was read. It takes effect with the next removal."""
        before = self.retention()
        self._rows.swap(RetentionRow, retention.version, {"definition": write_definition(retention.value)}, self.retention)
        self._audit.changed_immediately(Audited.RETENTION, "", by, before.value, retention.value)

    def file_types(self) -> Stored[FileTypes]:
        """The endings whose files are not added to records (MSG-04), sorted."""
        row = self._rows.only(FileTypeSettingsRow)
        endings = [each.file_type for each in self._session.rows(RESTRICTED_FILE_TYPES)]
        try:
            return Stored(row.id, row.version, FileTypes(restricted_file_types=endings))
        except ValidationError as error:
            return Stored(row.id, row.version, FileTypes.model_construct(restricted_file_types=endings), tuple(findings(error)))

    def save_file_types(self, types: Stored[FileTypes], by: str) -> None:
        """Replaces the list; raises `Conflict` when it was changed since it was read."""
        before = self.file_types()
        endings = sorted(set(types.value.restricted_file_types))
        # Nothing but the version, which guards the list: each ending is a row of its own.
        self._rows.swap(FileTypeSettingsRow, types.version, {}, self.file_types)
        self._session.execute(delete(RestrictedFileTypeRow))
        self._session.add_all(RestrictedFileTypeRow(file_type=each) for each in endings)
        self._audit.changed(Audited.FILE_TYPES, "", by, before.value, FileTypes(restricted_file_types=endings))

    def ticket_templates(self) -> list[TicketTemplate]:
        """All form templates for tickets, by name."""
        return [each.value for each in self._templates.all()]

    def save_ticket_template(self, template: TicketTemplate, by: str) -> None:
        """Adds the template, or replaces the one of its name."""
        stored = self._templates.named(template.name)
        if stored is None:
            self._templates.add(template, by)
        elif not stored.holds(template):
            self._templates.save(Stored(stored.id, stored.version, template), by)


def _rows_of(rules: Sequence[FilterRule], rows: Sequence[FilterRuleRow]) -> dict[int, FilterRuleRow]:
    """By position, the row that has counted for each rule so far: first of the same text, then of the same text in other case."""
    found: dict[int, FilterRuleRow] = {}
    folds: tuple[Callable[[str], str], ...] = (str, str.casefold)
    for fold in folds:
        free: dict[str, deque[FilterRuleRow]] = {}
        taken = set(found.values())
        for row in rows:
            if row not in taken:
                free.setdefault(fold(row.text), deque()).append(row)
        for position, rule in enumerate(rules):
            if position not in found and (same := free.get(fold(rule.text))):
                found[position] = same.popleft()
    return found
