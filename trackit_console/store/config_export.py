"""Export of the whole configuration (DB-06): from the database to `settings.configuration`."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from trackit_console.settings.configuration import Configuration
from trackit_console.settings.email_commands import CommandSwitches
from trackit_console.settings.people import Requestor
from trackit_console.store.definitions import Definitions
from trackit_console.store.transaction import Transaction

T = TypeVar("T", bound=BaseModel)


def export_configuration(transaction: Transaction, *, secrets: bool = False) -> Configuration:
    """Everything that is set. Secrets are opened where `secrets` asks for it; or else a `StoredSecret` shows that there is one.

    What today's rules refuse is in it as it stands: whoever imports the file is told its lines.
    """
    settings = transaction.settings
    outgoing = settings.outgoing(secrets=secrets)
    commands = settings.email_commands().value
    return Configuration.model_construct(
        version=1,
        mailboxes=[each.value for each in transaction.mailboxes.all(secrets=secrets)],
        outgoing=outgoing.value if outgoing else None,
        monitor=settings.monitor().value,
        filters=settings.filters().value,
        loop_protection=settings.loop_protection().value,
        email_commands=CommandSwitches.model_construct(**commands.model_dump(include=set(CommandSwitches.model_fields))),
        trusted_server_for_sender_checks=commands.trusted_server or "",
        restricted_file_types=settings.file_types().value.restricted_file_types,
        technicians=transaction.people.technicians(),
        requestors=[each for each in transaction.people.requestors() if _fits_the_file(each)],
        ticket_templates=settings.ticket_templates(),
        notification_templates=values_of(transaction.notification_templates),
        notifications=values_of(transaction.notifications),
        business_rules=values_of(transaction.business_rules),
        service_levels=values_of(transaction.service_levels),
        business_hours=settings.business_hours().value,
        reports=values_of(transaction.reports),
        notification_schedules=values_of(transaction.notification_schedules),
        backups=settings.backups().value,
        retention=settings.retention().value,
    )


def values_of(definitions: Definitions[T]) -> list[T]:
    """All definitions of a kind, in their order."""
    return [each.value for each in definitions.all()]


def _fits_the_file(requestor: Requestor) -> bool:
    """A sender whom no admin could type would keep the file from being imported; mail brings such a one back."""
    try:
        Requestor.model_validate(requestor.model_dump())
    except ValidationError:
        return False
    return True
