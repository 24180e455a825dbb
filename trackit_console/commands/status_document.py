"""How the monitor and each mailbox are doing, as the document of `status` (docs/interface.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

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
    from trackit_console.monitor.visit_result import settings_error
    from trackit_console.user_messages import problem_phrases

    error = settings_error(mailbox) if mailbox.findings else state.error if state else None
    if error is None:
        return None
    summary, remedy = problem_phrases(error.context, error.code, error.facts)
    return {"step": error.step, "code": error.code, "detail": f"{summary} {error.detail}".strip(), "remedy": str(remedy)}
