"""Import of the whole configuration (DB-06): from `settings.configuration` into the database.

It adds and changes, it takes no mailbox, person, template or rule away; a stored secret stays when the file has none.
Filter rules and restricted file types are lists that are replaced. Definitions get the order of the file. What is the same
already is not saved: it would ask for a restart of the monitor, and try an account at once that is locked and waits.
It happens in the caller's one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel, SecretStr

from trackit_console.settings.configuration import DEFINITION_PARTS, Configuration
from trackit_console.settings.configuration_checks import check_unknown, taken_addresses
from trackit_console.settings.configuration_reading import ConfigurationFile
from trackit_console.settings.definition_names import definition_key
from trackit_console.settings.email_commands import EmailCommands
from trackit_console.settings.file_types import FileTypes
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.mailbox_checks import check_among
from trackit_console.settings.outgoing import check_from_address
from trackit_console.settings.people_checks import found_again
from trackit_console.settings.validation import Finding
from trackit_console.store.config_export import values_of
from trackit_console.store.definitions import Definitions
from trackit_console.store.row_mapping import Stored, with_secrets_of
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
    technicians, new = transaction.technicians, file.configuration.technicians or []
    stored = technicians.all()
    places = found_again([each.value for each in stored], new)
    others = [each.value for place, each in enumerate(stored) if place not in places]
    owners = {address: each.name for each in others for address in each.addresses}
    # All are checked before the first is saved: one run lists every technician that collides.
    file.refuse([found for number, each in enumerate(new) for found in taken_addresses(number, each, owners)])
    before = [None if place is None else stored[place] for place in places]
    changed = [(technician, each) for technician, each in zip(new, before, strict=True) if not each or not each.holds(technician)]
    technicians.free_addresses([each.id for _, each in changed if each])
    for technician, each in changed:
        if each is None:
            technicians.add(technician, by)
        else:
            technicians.save(Stored(each.id, each.version, technician), by)


def _import_mailboxes(transaction: Transaction, file: ConfigurationFile, by: str) -> None:
    new = file.configuration.mailboxes or []
    stored = {each.value.title.casefold(): each for each in transaction.mailboxes.all()}
    named = {each.title.casefold() for each in new}
    # One that has findings is not compared: its fields may hold anything.
    others = [each.value for name, each in stored.items() if name not in named and not each.findings]
    file.refuse([_within(number, each) for number, mailbox in enumerate(new) for each in check_among(mailbox, others)])
    before = [(mailbox, stored.get(mailbox.title.casefold())) for mailbox in new]
    changed = [(mailbox, each) for mailbox, each in before if each is None or not _is_kept(transaction, mailbox, each)]
    transaction.mailboxes.free_accounts([each.id for _, each in changed if each])
    for mailbox, each in changed:
        if each is None:
            transaction.mailboxes.add(mailbox, by)
        else:
            transaction.mailboxes.save(Stored(each.id, each.version, _with_secrets(mailbox, each.value)), by)


def _is_kept(transaction: Transaction, mailbox: Mailbox, stored: Stored[Mailbox]) -> bool:
    opened = transaction.mailboxes.get(stored.id, secrets=True)
    return opened.holds(with_secrets_of(_with_secrets(mailbox, stored.value), opened.value))


def _import_outgoing(transaction: Transaction, file: ConfigurationFile, by: str) -> None:
    outgoing = file.configuration.outgoing
    if outgoing is None:
        return
    found = check_from_address(outgoing, [each.value for each in transaction.mailboxes.all()])
    file.refuse([Finding(f"outgoing.{found.field}", found.rule, found.message)] if found else [])
    stored, opened = transaction.settings.outgoing(), transaction.settings.outgoing(secrets=True)
    if stored is None or opened is None:
        transaction.settings.save_outgoing(outgoing, None, by)
        return
    kept = _with_secrets(outgoing, stored.value)
    if not opened.holds(with_secrets_of(kept, opened.value)):
        transaction.settings.save_outgoing(kept, stored.version, by)


def _import_single(transaction: Transaction, configuration: Configuration, by: str) -> None:
    settings, endings = transaction.settings, configuration.restricted_file_types
    types = None if endings is None else FileTypes(restricted_file_types=sorted(set(endings)))
    _replace(settings.monitor, configuration.monitor, settings.save_monitor, by)
    _replace(settings.filters, configuration.filters, settings.save_filters, by)
    _replace(settings.loop_protection, configuration.loop_protection, settings.save_loop_protection, by)
    _replace(settings.business_hours, configuration.business_hours, settings.save_business_hours, by)
    _replace(settings.backups, configuration.backups, settings.save_backups, by)
    _replace(settings.retention, configuration.retention, settings.save_retention, by)
    _replace(settings.email_commands, _email_commands(settings, configuration), settings.save_email_commands, by)
    _replace(settings.file_types, types, settings.save_file_types, by)


def _replace(read: Callable[[], Stored[T]], value: T | None, save: Callable[[Stored[T], str], object], by: str) -> None:
    stored = read()
    if value is not None and not stored.holds(value):
        save(Stored(stored.id, stored.version, value), by)


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
        if not before.holds(value):
            definitions.save(Stored(before.id, before.version, value), by)
    if ids:
        definitions.reorder(ids, [each.id for each in stored.values()], by)


def _email_commands(settings: SingletonSettings, configuration: Configuration) -> EmailCommands | None:
    """Two parts of the file are one row: the switches, and the server that is trusted."""
    switches, server = configuration.email_commands, configuration.trusted_server_for_sender_checks
    if switches is None and server is None:
        return None
    given = (dict(switches) if switches else {}) | ({"trusted_server": server or None} if server is not None else {})
    return settings.email_commands().value.model_copy(update=given)


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
