"""Whether the monitor is wanted, and which hosts run it, as plain values (RUN-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

HEADLESS = "headless"
CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whether the monitor is wanted to run.

    `restarts` counts how often **Restart** was pressed; `changed_by` is empty before the first start or stop.
    """

    running: bool
    restarts: int
    changed_at: datetime
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class Host:
    """A process that runs the engine; `kind` is `console` or `headless`, `state` `running` or `stopped`."""

    id: str
    name: str
    kind: str
    state: str
    revision: int
    started_at: datetime
    heartbeat_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How many hosts run, and the ids of the mailboxes that this one owns."""

    running_hosts: int
    owned: list[int]
