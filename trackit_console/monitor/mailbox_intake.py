"""Reads the messages of a mailbox and decides about them; one that fails at either is set aside alone (RUN-04)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from trackit_console.domain.deliveries import Delivery
from trackit_console.domain.directory import Directory, LookupRequest
from trackit_console.domain.effects import Change
from trackit_console.helpdesk.arrivals import failed, identified, taken_before
from trackit_console.helpdesk.commands.lines import read_command_text
from trackit_console.helpdesk.intake import after, decide, lookup_request
from trackit_console.helpdesk.policy import Policy
from trackit_console.mail import Message, parse


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """A message that was read; `message` None: `delivery` tells already what becomes of it."""

    delivery: Delivery
    message: Message | None


class MailboxIntake:
    """Decides about the messages of one mailbox: the `store.recorder.Intake` of the monitor and of the quarantine's retry."""

    def __init__(self, policy: Policy, ticket_template: str | None) -> None:
        self._policy = policy
        self._template = ticket_template

    def read(self, delivery: Delivery) -> ReadMessage:
        """Parses the bytes of a delivery; what cannot be read is set aside."""
        try:
            message = parse(delivery.raw)
            return ReadMessage(identified(delivery, message, self._template), message)
        except Exception as problem:  # this one message: it is set aside
            return ReadMessage(failed(delivery, problem), None)

    def read_all(self, deliveries: Sequence[Delivery], taken: set[str]) -> Iterator[ReadMessage]:
        """Parses each message; the same bytes a second time are not processed again."""
        seen = set(taken)
        for delivery in deliveries:
            again = delivery.content_key in seen
            seen.add(delivery.content_key)
            read = self.read(delivery)
            yield replace(read, delivery=taken_before(read.delivery), message=None) if again and read.message else read

    def lookup(self, messages: Sequence[ReadMessage]) -> LookupRequest:
        """What must be known before these can be decided."""
        return lookup_request([(each.message, each.delivery) for each in messages if each.message])

    def decide(self, messages: Sequence[ReadMessage], directory: Directory) -> list[Change]:
        """A change for each message; one that cannot be decided is set aside."""
        changes = []
        for each in messages:
            changes.append(change := self._decide_one(each, directory))
            directory = after(directory, change)
        return changes

    def _decide_one(self, read: ReadMessage, directory: Directory) -> Change:
        if read.message is None:
            return Change(delivery=read.delivery)
        try:
            return decide(read.message, read.delivery, directory, self._policy, self._template, read.delivery.seen_at)
        except Exception as problem:  # this one message: it is set aside
            return Change(delivery=failed(read.delivery, problem))


def independent(messages: Iterator[ReadMessage]) -> Iterator[list[ReadMessage]]:
    """The messages in runs in which none answers or repeats an earlier one, so that each can be decided on one look.

    One with commands is alone: it may close or delete the record that another is about.
    """
    run: list[ReadMessage] = []
    ids: set[str] = set()
    after_commands = False
    for read in messages:
        message = read.message
        own = {message.message_id, *message.in_reply_to, *message.references} if message else set()
        alone = message is not None and read_command_text(message.new_text) is not None
        if run and (alone or after_commands or ids & own):
            yield run
            run, ids = [], set()
        run.append(read)
        after_commands = alone
        if message and message.message_id:
            ids.add(message.message_id)
    if run:
        yield run
