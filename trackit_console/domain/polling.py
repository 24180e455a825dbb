"""How polling a mailbox goes: the right to visit it, how a visit ended, and what is known of it (RUN-02, MON-07)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to visit a mailbox; writes under an older token are refused.

    `cut_off`: the visit before never ended, because its process died.
    """

    mailbox_id: int
    host_id: str
    token: int
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class PollError:
    """What stopped a visit: the step, the code of the problem, the facts of its sentences, the technical detail.

    `context` names the catalogue that has the sentences (`transports`, `store`, `monitor`).
    """

    step: str
    context: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MailboxState:
    """How polling a mailbox goes. The error is that of the last visit, None after a success."""

    mailbox_id: int
    cursor: str | None
    last_poll_at: datetime | None
    last_success_at: datetime | None
    next_poll_at: datetime | None
    visiting: bool
    failures: int
    authentication_failures: int
    alert_record_id: int | None
    error: PollError | None
    unread: int | None
    poll_requests: int


@dataclass(frozen=True, slots=True)
class VisitEnd:
    """How a visit ended: its error, None when it went well; whether the sign-in was refused; unread messages, if known.

    `opened`: the sign-in succeeded, so an outage is over (MON-04), even if an error came later.
    """

    error: PollError | None
    refused: bool
    unread: int | None
    opened: bool = False
