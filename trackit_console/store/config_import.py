"""Import of the whole configuration (DB-06): from `settings.configuration` into the database.

It adds and changes, it takes no mailbox, person, template or rule away; a stored secret stays when the file has none.
Filter rules and restricted file types are lists that are replaced. Definitions get the order of the file.
It happens in the caller's one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, SecretStr

from trackit_console.domain.addresses import address_key
from trackit_console.settings.configuration import DEFINITION_PARTS, Configuration
from trackit_console.settings.configuration_checks import check_unknown, taken_addresses
from trackit_console.settings.configuration_reading import ConfigurationFile
from trackit_console.settings.definition_names import definition_key
from trackit_console.settings.file_types import FileTypes
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.mailbox_checks import check_among
from trackit_console.settings.outgoing import check_from_address
from trackit_console.settings.validation import Finding
from trackit_console.store.config_export import values_of
from trackit_console.store.definitions import Definitions
from trackit_console.store.row_mapping import Stored
from trackit_console.store.singleton_settings import SingletonSettings
from trackit_console.store.transaction import Transaction

T = TypeVar("T", bound=BaseModel)


def import_configuration(transaction: Transaction, file: ConfigurationFile, by: str) -> None:
    """Brings the file into the database; raises `ConfigurationRefused` when it does not fit what is there."""
    configuration = file.configuration
    for template in configuration.ticket_templates or ():
        transaction.settings.save_ticket_template(template, by)
    _import_technicians(transaction, file, by)
    for requestor in configuration.requestors or ():
        transaction.people.save_requestor(requestor, by)
    _import_mailboxes(transaction, file, by)
    # After the mailboxes: its address is checked against theirs.
    _import_outgoing(transaction, file, by)
    _import_single(transaction, configuration, by)
    _import_all_definitions(transaction, file, by)


def _import_technicians(transaction: Transaction, file: ConfigurationFile, by: str) -> None:
    new = file.configuration.technicians or []
    replaced = {address_key(each.email) for each in new}
    others = [each for each in transaction.people.technicians() if not replaced & set(each.addresses)]
    owners = {address: each.name for each in others for address in each.addresses}
    # All are checked before the first is saved: one run lists every technician that collides.
    file.refuse([found for number, each in enumerate(new) for found in taken_addresses(number, each, owners)])
    for technician in new:
        transaction.people.save_technician(technician, by)


def _import_mailboxes(transaction: Transaction, file: ConfigurationFile, by: str) -> None:
    new = file.configuration.mailboxes or []
    stored = {each.value.title.casefold(): each for each in transaction.mailboxes.all()}
    named = {each.title.casefold() for each in new}
    # One that has findings is not compared: its fields may hold anything.
    others = [each.value for name, each in stored.items() if name not in named and not each.findings]
    file.refuse([_within(number, each) for number, mailbox in enumerate(new) for each in check_among(mailbox, others)])
    transaction.mailboxes.free_accounts([each.id for name, each in stored.items() if name in named])
    for mailbox in new:
        _import_mailbox(transaction, mailbox, stored.get(mailbox.title.casefold()), by)


def _import_mailbox(transaction: Transaction, mailbox: Mailbox, stored: Stored[Mailbox] | None, by: str) -> None:
    if stored is None:
        transaction.mailboxes.add(mailbox, by)
    else:
        transaction.mailboxes.save(Stored(stored.id, stored.version, _with_secrets(mailbox, stored.value)), by)


def _import_outgoing(transaction: Transaction, file: ConfigurationFile, by: str) -> None:
    outgoing = file.configuration.outgoing
    if outgoing is None:
        return
    found = check_from_address(outgoing, [each.value for each in transaction.mailboxes.all()])
    file.refuse([Finding(f"outgoing.{found.field}", found.rule, found.message)] if found else [])
    stored = transaction.settings.outgoing()
    kept = _with_secrets(outgoing, stored.value) if stored else outgoing
    transaction.settings.save_outgoing(kept, stored.version if stored else None, by)


def _import_single(transaction: Transaction, configuration: Configuration, by: str) -> None:
    settings = transaction.settings
    if configuration.monitor is not None:
        monitor = settings.monitor()
        settings.save_monitor(Stored(monitor.id, monitor.version, configuration.monitor), by)
    if configuration.filters is not None:
        filters = settings.filters()
        settings.save_filters(Stored(filters.id, filters.version, configuration.filters), by)
    if configuration.loop_protection is not None:
        protection = settings.loop_protection()
        settings.save_loop_protection(Stored(protection.id, protection.version, configuration.loop_protection), by)
    if configuration.business_hours is not None:
        hours = settings.business_hours()
        settings.save_business_hours(Stored(hours.id, hours.version, configuration.business_hours), by)
    if configuration.backups is not None:
        backups = settings.backups()
        settings.save_backups(Stored(backups.id, backups.version, configuration.backups), by)
    if configuration.retention is not None:
        retention = settings.retention()
        settings.save_retention(Stored(retention.id, retention.version, configuration.retention), by)
    _import_email_commands(settings, configuration, by)
    if configuration.restricted_file_types is not None:
        types = settings.file_types()
        replaced = FileTypes(restricted_file_types=configuration.restricted_file_types)
        settings.save_file_types(Stored(types.id, types.version, replaced), by)


def _import_all_definitions(transaction: Transaction, file: ConfigurationFile, by: str) -> None:
    """The templates first, and behind the technicians: what is named must be there, in the database or in the file."""
    configuration = file.configuration
    _import_definitions(transaction.notification_templates, configuration.notification_templates, by)
    templates = {definition_key(each.name) for each in values_of(transaction.notification_templates)}
    technicians = {address for each in transaction.people.technicians() for address in each.addresses}
    file.refuse(
        [
            found
            for part in ("notifications", "business_rules", "service_levels")
            for found in check_unknown(part, getattr(configuration, part) or [], templates, technicians)
        ]
    )
    # The first part are the templates, which were imported above, as the others name them.
    for part in DEFINITION_PARTS[1:]:
        _import_definitions(getattr(transaction, part), getattr(configuration, part), by)


def _import_definitions(definitions: Definitions[T], new: Sequence[T] | None, by: str) -> None:
    """Adds and changes by name; what is not in the file stays behind what is."""
    stored = {definition_key(getattr(each.value, "name", "")): each for each in definitions.all()}
    ids = []
    for value in new or ():
        before = stored.get(definition_key(getattr(value, "name", "")))
        if before is None:
            ids.append(definitions.add(value, by).id)
            continue
        ids.append(before.id)
        if before.value != value or before.findings:
            definitions.save(Stored(before.id, before.version, value), by)
    if ids:
        definitions.reorder(ids, by)


def _import_email_commands(settings: SingletonSettings, configuration: Configuration, by: str) -> None:
    """Two parts of the file are one row: the switches, and the server that is trusted."""
    switches, server = configuration.email_commands, configuration.trusted_server_for_sender_checks
    if switches is None and server is None:
        return
    stored = settings.email_commands()
    given = (dict(switches) if switches else {}) | ({"trusted_server": server or None} if server is not None else {})
    settings.save_email_commands(Stored(stored.id, stored.version, stored.value.model_copy(update=given)), by)


def _with_secrets(value: T, stored: BaseModel) -> T:
    """`value` with the stored secrets of `stored` where it has none of its own: saving them leaves them as they are."""
    kept = {
        name: getattr(stored, name)
        for name in type(value).model_fields
        if getattr(value, name) is None and isinstance(getattr(stored, name, None), SecretStr)
    }
    # Either a secret or a certificate: the file chose the certificate.
    if getattr(value, "certificate_file", None):
        kept.pop("client_secret", None)
    return value.model_copy(update=kept)


def _within(number: int, found: Finding) -> Finding:
    return Finding(f"mailboxes.{number}.{found.field}", found.rule, found.message)
