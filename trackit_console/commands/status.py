"""`status`: how the monitor and each mailbox are doing, for a person or for a monitoring system (MON-05, IN-15, IN-17)."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import EXIT_FAILED, CliContext, answer

if TYPE_CHECKING:
    from trackit_console.domain.outgoing_mail import OutgoingTrouble
    from trackit_console.domain.polling import MailboxState
    from trackit_console.settings.mailbox import Mailbox
    from trackit_console.store.outbox import OutboxSummary
    from trackit_console.store.row_mapping import Stored
    from trackit_console.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Status:
    """What the command reports; `now` is the moment to which it belongs."""

    snapshot: Snapshot
    outbox: OutboxSummary
    trouble: OutgoingTrouble | None
    database: dict[str, str | None]
    now: datetime


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("status", help="tell how the monitor and each mailbox are doing; exit 1 unless all is well")
    parser.set_defaults(do=status)


def status(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints the status; the exit code says whether somebody has to act."""
    found = _read(context)
    document = as_document(found)
    if parsed.json:
        answer(document)
    else:
        _print(document, found)
    return 0 if _is_well(document, found) else EXIT_FAILED


def _read(context: CliContext) -> Status:
    from trackit_console.store.snapshot_reader import read_snapshot

    with context.opened() as database, database.reading() as transaction:
        now = transaction.now
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        kind = {"kind": database.kind, "schema": transaction.schema}
        return Status(read_snapshot(transaction, midnight), transaction.outbox.summary(), transaction.outbox.trouble(), kind, now)


def as_document(found: Status) -> dict[str, Any]:
    """The answer in the form of docs/interface.md."""
    snapshot = found.snapshot
    running = snapshot.running
    return {
        "monitor": {
            "state": "running" if running else "stopped",
            "since": running.started_at if running else None,
            "restart_needed": snapshot.restart_needed,
            "hosts": [
                {"name": host.name, "kind": host.kind, "state": host.state, "heartbeat_at": host.heartbeat_at}
                for host in snapshot.hosts
            ],
        },
        "mailboxes": [_mailbox(each, found) for each in snapshot.mailboxes],
        "outbox": _outbox(found),
        "quarantine": snapshot.quarantine,
        "database": found.database,
    }


def _outbox(found: Status) -> dict[str, Any]:
    from trackit_console.commands.outbox import error_of

    trouble = found.trouble
    return {
        "waiting": found.outbox.waiting,
        "failed": found.outbox.failed,
        "oldest_at": found.outbox.oldest_at,
        "failing_since": trouble.since if trouble else None,
        "next_try_at": trouble.next_try_at if trouble else None,
        "error": error_of(trouble.error if trouble else ()),
    }


def _mailbox(mailbox: Stored[Mailbox], found: Status) -> dict[str, Any]:
    state = found.snapshot.states.get(mailbox.id)
    expires = getattr(mailbox.value, "secret_expires", None)
    return {
        "name": mailbox.value.title,
        "type": mailbox.value.type,
        "enabled": mailbox.value.enabled,
        "state": _state(mailbox, state, found.snapshot),
        "last_check": state.last_poll_at if state else None,
        "last_success": state.last_success_at if state else None,
        "next_check": state.next_poll_at if state else None,
        "failures": state.failures if state else 0,
        "unread": state.unread if state else None,
        "today": sum(number for (mailbox_id, _), number in found.snapshot.today.items() if mailbox_id == mailbox.id),
        "error": _error(mailbox, state),
        "secret_expires": expires.isoformat() if expires else None,
    }


def _state(mailbox: Stored[Mailbox], state: MailboxState | None, snapshot: Snapshot) -> str:
    if not mailbox.value.enabled:
        return "disabled"
    if mailbox.findings or (state and state.error):
        return "failing"
    if state is None or state.last_poll_at is None:
        return "never_checked"
    return "working" if snapshot.running else "waiting"


def _error(mailbox: Stored[Mailbox], state: MailboxState | None) -> dict[str, str] | None:
    from trackit_console.monitor.kept_sentences import problem_phrases
    from trackit_console.monitor.visit_result import settings_error

    error = settings_error(mailbox) if mailbox.findings else state.error if state else None
    if error is None:
        return None
    summary, remedy = problem_phrases(error.context, error.code, error.facts)
    return {"step": error.step, "code": error.code, "detail": f"{summary} {error.detail}".strip(), "remedy": str(remedy)}


def _is_well(document: dict[str, Any], found: Status) -> bool:
    """Whether mail is read and sent, and goes on to be: a secret that expires soon is a warning, not yet a failure."""
    from trackit_console.settings.expiry import ExpiryState, expiry_of

    today = found.now.astimezone().date()
    enabled = [each for each in found.snapshot.mailboxes if each.value.enabled]
    expired = [each for each in enabled if (expiry := expiry_of(each.value, today)) and expiry.state is ExpiryState.EXPIRED]
    failing = any(each["state"] == "failing" for each in document["mailboxes"])
    sends = not found.outbox.failed and found.trouble is None
    return document["monitor"]["state"] == "running" and not failing and not expired and sends


def _print(document: dict[str, Any], found: Status) -> None:
    from trackit_console.settings.ews_retirement import EWS_ENDED, ews_ended
    from trackit_console.settings.expiry import expiry_of

    monitor = document["monitor"]
    restart = " Restart needed: settings have changed." if monitor["restart_needed"] else ""
    print(f"Monitor: {monitor['state']}.{restart}")
    for stored, each in zip(found.snapshot.mailboxes, document["mailboxes"], strict=True):
        last = f"{each['last_success'].astimezone():%Y-%m-%d %H:%M}" if each["last_success"] else "never"
        print(f"{each['name']}: {each['state'].replace('_', ' ')}, last success {last}, {each['today']} messages today")
        expiry = expiry_of(stored.value, found.now.astimezone().date())
        warnings = [str(EWS_ENDED)] if ews_ended(stored.value) else []
        warnings += [str(expiry.warning)] if expiry and expiry.warning else []
        if error := each["error"]:
            warnings.insert(0, f"{error['detail']} {error['remedy']}".strip())
        for warning in warnings:
            print(f"    {warning}")
    outbox = document["outbox"]
    print(f"Outgoing mail: {outbox['waiting']} waiting, {outbox['failed']} failed. Quarantine: {document['quarantine']}.")
    if error := outbox["error"]:
        print(f"    {error['detail']} {error['remedy']}".rstrip())
