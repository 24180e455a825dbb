"""A message with everything that its decision rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trackit_console.domain.deliveries import Delivery
from trackit_console.domain.directory import Directory
from trackit_console.helpdesk.policy import Policy
from trackit_console.helpdesk.sender import Sender
from trackit_console.helpdesk.target import Target
from trackit_console.mail import Message


@dataclass(frozen=True, slots=True)
class Incoming:
    """What rules are asked about. `template` is the ticket template of the mailbox, `at` the time of the decision."""

    message: Message
    delivery: Delivery
    sender: Sender
    target: Target
    directory: Directory
    policy: Policy
    template: str | None
    at: datetime
