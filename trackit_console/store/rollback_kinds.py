"""How each kind of settings is found, saved, added again and deleted when a change is taken back (DB-04)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trackit_console.domain.audit import Audited
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.mailbox_checks import check_among
from trackit_console.settings.outgoing import Outgoing, check_from_address
from trackit_console.settings.validation import Finding
from trackit_console.store.kept_objects import Repository, Uses
from trackit_console.store.row_mapping import Stored

if TYPE_CHECKING:
    from trackit_console.store.singleton_settings import SingletonSettings
    from trackit_console.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class RollbackKind:
    """`find` answers the object of a name as it is now. Settings that exist once are neither added nor deleted.

    `add` adds a new object or one that was deleted.
    """

    find: Callable[[Transaction, str], Stored[Any] | None]
    save: Callable[[Transaction, Stored[Any], str], object]
    add: Callable[[Transaction, Any, str], object] | None = None
    delete: Callable[[Transaction, Stored[Any], str], object] | None = None
    findings: Callable[[Transaction, Any, int | None], Sequence[Finding]] = lambda _transaction, _value, _own_id: ()
    uses: Callable[[Transaction, int], Uses] = lambda _transaction, _object_id: Uses()


def _once(
    read: Callable[[SingletonSettings], Stored[Any]], save: Callable[[SingletonSettings, Stored[Any], str], object]
) -> RollbackKind:
    return RollbackKind(
        find=lambda transaction, _name: read(transaction.settings),
        save=lambda transaction, stored, by: save(transaction.settings, stored, by),
    )


def _listed(repository: Callable[[Transaction], Repository[Any]], find: Callable[[Any, str], Stored[Any] | None]) -> RollbackKind:
    return RollbackKind(
        find=lambda transaction, name: find(repository(transaction), name),
        save=lambda transaction, stored, by: repository(transaction).save(stored, by),
        add=lambda transaction, value, by: repository(transaction).add(value, by),
        delete=lambda transaction, stored, by: repository(transaction).delete(stored, by),
        findings=lambda transaction, value, own_id: repository(transaction).findings(value, own_id),
        uses=lambda transaction, object_id: repository(transaction).uses(object_id),
    )


def _definitions(repository: Callable[[Transaction], Repository[Any]]) -> RollbackKind:
    return _listed(repository, lambda objects, name: objects.named(name))


def _mailbox(transaction: Transaction, name: str) -> Stored[Any] | None:
    return next((each for each in transaction.mailboxes.all() if each.value.title == name), None)


def _mailbox_findings(transaction: Transaction, mailbox: Mailbox, own_id: int | None) -> Sequence[Finding]:
    # One that has findings is not compared: its fields may hold anything.
    others = [each.value for each in transaction.mailboxes.all() if each.id != own_id and not each.findings]
    return check_among(mailbox, others)


def _outgoing_findings(transaction: Transaction, outgoing: Outgoing, _own_id: int | None) -> Sequence[Finding]:
    found = check_from_address(outgoing, [each.value for each in transaction.mailboxes.all()])
    return [found] if found else []


_MAILBOX = RollbackKind(
    find=_mailbox,
    save=lambda transaction, stored, by: transaction.mailboxes.save(stored, by),
    add=lambda transaction, value, by: transaction.mailboxes.add_again(value, by),
    delete=lambda transaction, stored, by: transaction.mailboxes.delete(stored, by),
    findings=_mailbox_findings,
)
_OUTGOING = RollbackKind(
    find=lambda transaction, _name: transaction.settings.outgoing(),
    save=lambda transaction, stored, by: transaction.settings.save_outgoing(stored.value, stored.version, by),
    findings=_outgoing_findings,
)
KINDS: Mapping[str, RollbackKind] = {
    Audited.MAILBOX: _MAILBOX,
    Audited.OUTGOING_EMAIL: _OUTGOING,
    Audited.MONITOR_SETTINGS: _once(lambda settings: settings.monitor(), lambda settings, *saved: settings.save_monitor(*saved)),
    Audited.FILTERS: _once(lambda settings: settings.filters(), lambda settings, *saved: settings.save_filters(*saved)),
    Audited.FILE_TYPES: _once(lambda settings: settings.file_types(), lambda settings, *saved: settings.save_file_types(*saved)),
    Audited.LOOP_PROTECTION: _once(
        lambda settings: settings.loop_protection(), lambda settings, *saved: settings.save_loop_protection(*saved)
    ),
    Audited.EMAIL_COMMANDS: _once(
        lambda settings: settings.email_commands(), lambda settings, *saved: settings.save_email_commands(*saved)
    ),
    Audited.BUSINESS_HOURS: _once(
        lambda settings: settings.business_hours(), lambda settings, *saved: settings.save_business_hours(*saved)
    ),
    Audited.BACKUPS: _once(lambda settings: settings.backups(), lambda settings, *saved: settings.save_backups(*saved)),
    Audited.RETENTION: _once(lambda settings: settings.retention(), lambda settings, *saved: settings.save_retention(*saved)),
    Audited.TECHNICIAN: _listed(
        lambda transaction: transaction.technicians, lambda people, address: people.with_address(address)
    ),
    Audited.REQUESTOR: _listed(lambda transaction: transaction.requestors, lambda people, address: people.with_address(address)),
    Audited.TICKET_TEMPLATE: _definitions(lambda transaction: transaction.ticket_templates),
    Audited.NOTIFICATION_TEMPLATE: _definitions(lambda transaction: transaction.notification_templates),
    Audited.NOTIFICATION: _definitions(lambda transaction: transaction.notifications),
    Audited.NOTIFICATION_SCHEDULE: _definitions(lambda transaction: transaction.notification_schedules),
    Audited.BUSINESS_RULE: _definitions(lambda transaction: transaction.business_rules),
    Audited.SERVICE_LEVEL: _definitions(lambda transaction: transaction.service_levels),
    Audited.REPORT: _definitions(lambda transaction: transaction.reports),
}
"""The kinds whose changes can be taken back."""
