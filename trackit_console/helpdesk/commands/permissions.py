"""Who may do what by mail (MSG-06).

Technicians may do all that is turned on; requestors may create tickets, and add to, close and reopen their own; unknown senders
nothing. From can be forged: a technician's command counts when a server that the admin trusts confirms the sender. Only a ticket
that anybody could have asked for is created without.
"""

from __future__ import annotations

from trackit_console.domain.records import AppliedReason, Module, Record, Status
from trackit_console.helpdesk.commands.command import Action, Command, field_of
from trackit_console.helpdesk.incoming import Incoming
from trackit_console.helpdesk.on_record import followed_by_new_ticket
from trackit_console.helpdesk.reasons import Reason, applied
from trackit_console.mail.authentication import passes
from trackit_console.settings.email_commands import EmailCommands

OF_REQUESTORS = {
    Action.CREATE: frozenset(("action", "subject", "priority", "category")),
    Action.UPDATE: frozenset(("action", "status")),
    Action.DELETE: frozenset[str](),
}
"""What lines of a requestor may be about."""
OWNED = (Module.TICKET, Module.ASSIGNMENT)
"""The modules whose records have a requestor."""


def is_on(switches: EmailCommands, action: Action, module: Module | None) -> bool:
    """Whether the action is turned on for the module; while it is not known which, whether it is for any."""
    modules = [module] if module else list(Module)
    return any(getattr(switches, f"{action}_{each.value.lower()}") for each in modules)


def not_allowed(command: Command, record: Record | None, incoming: Incoming) -> tuple[AppliedReason, ...]:
    """Why the sender may not do this; empty if it is allowed. The sender is a technician or a requestor."""
    if incoming.sender.technician is None:
        return _not_for_requestors(command, record, incoming)
    if command.action is Action.CREATE and not _beyond_requestors(command):
        return ()
    return _unconfirmed(incoming)


def _beyond_requestors(command: Command) -> tuple[AppliedReason, ...]:
    """The lines that are for technicians alone."""
    allowed = OF_REQUESTORS[command.action]
    if command.action is Action.CREATE and command.module is not Module.TICKET:
        allowed = frozenset()
    if command.values.get("status") is Status.WAITING:  # it pauses the service level (NOT-04)
        allowed -= {"status"}
    return tuple(applied(Reason.LINE_FOR_TECHNICIANS, line=each.shown) for each in command.lines if field_of(each) not in allowed)


def _not_for_requestors(command: Command, record: Record | None, incoming: Incoming) -> tuple[AppliedReason, ...]:
    if beyond := _beyond_requestors(command):
        return beyond
    if record is None:
        return ()
    requestor = incoming.sender.requestor
    if requestor is None or record.ref.module not in OWNED or record.requestor_id != requestor.id:
        return (applied(Reason.RECORD_OF_ANOTHER, record=str(record.ref)),)
    if followed_by_new_ticket(incoming, record):
        return (applied(Reason.RECORD_STAYS_CLOSED, record=str(record.ref)),)
    return ()


def _unconfirmed(incoming: Incoming) -> tuple[AppliedReason, ...]:
    server = incoming.policy.email_commands.trusted_server
    if not server:
        return (applied(Reason.NO_TRUSTED_SERVER),)
    if not passes(incoming.message, server):
        return (applied(Reason.SENDER_NOT_CONFIRMED, server=server, address=incoming.message.sender.address),)
    return ()
