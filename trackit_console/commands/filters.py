"""`filters`: which filter would stop a message (FIL-04, docs/interface.md).

It asks what the monitor asks, with the rules as they are saved. Nothing is changed.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trackit_console.commands import filters_preview
from trackit_console.commands.cli_context import CliContext, WrongCall, answer

if TYPE_CHECKING:
    from trackit_console.helpdesk.sender import Sender
    from trackit_console.helpdesk.verdict import Verdict
    from trackit_console.store.transaction import Transaction


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares `filters` and its actions."""
    parser = commands.add_parser("filters", help="try the email filters on a message, or a rule on the mail of the last days")
    parser.set_defaults(do=lambda *_: _without_action())
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    trying = actions.add_parser("try", help="tell which rule or setting would stop a message")
    trying.add_argument(
        "--sender",
        required=True,
        metavar="S",
        help='"Name <address>", an address, or a name; of mail that goes out, the recipient',
    )
    trying.add_argument("--subject", required=True, metavar="T")
    trying.add_argument("--role", choices=("technician", "requestor", "unknown"), help="default: looked up by the address")
    trying.add_argument("--direction", choices=("receiving", "sending"), default="receiving")
    trying.set_defaults(do=try_message)
    filters_preview.add(actions)


def _without_action() -> int:
    raise WrongCall(words="Say what to do with the filters: try or preview.")


def try_message(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints whether the message would be stopped, and by what."""
    from trackit_console.domain.addresses import address_key
    from trackit_console.helpdesk.filter_matcher import FilterMatcher, Role
    from trackit_console.helpdesk.sender import for_address
    from trackit_console.helpdesk.verdict import stopped_by
    from trackit_console.mail.addresses import read_addresses
    from trackit_console.settings.monitor import UNKNOWN_SENDER_LABELS

    addresses = read_addresses(parsed.sender, [])
    if not addresses:
        raise WrongCall(words="Enter a sender: “Name <address>”, an address, or a name.")
    address = addresses[0]
    with context.opened() as database, database.reading() as transaction:
        filters = transaction.settings.filters().value
        sender = _sender(transaction, address_key(address.address), parsed.role)
        unknown = transaction.settings.monitor().value.unknown_senders
    matcher = FilterMatcher(filters, parsed.direction)
    verdict = stopped_by(matcher, filters.accept_from, sender, address, parsed.subject)
    asked = matcher.way == "receiving" and sender.role is Role.UNKNOWN and not verdict.stopped
    chosen = for_address(address.address, unknown) if asked else None
    if parsed.json:
        answer(_verdict_answer(verdict) | {"unknown_sender": chosen})
    else:
        print(_verdict_words(verdict), *([f"New mail of an unknown sender: {UNKNOWN_SENDER_LABELS[chosen]}."] if chosen else []))
    return 0


def _sender(transaction: Transaction, key: str, role: str | None) -> Sender:
    from trackit_console.helpdesk.filter_matcher import Role
    from trackit_console.helpdesk.past_senders import sender_at
    from trackit_console.helpdesk.sender import Sender

    return sender_at(key, transaction.people.known()) if role is None else Sender.in_role(Role[role.upper()])


def _verdict_answer(verdict: Verdict) -> dict[str, Any]:
    hit = verdict.hit
    rule = {"list": hit.rule_list, "text": hit.rule.text} if hit else None
    return {"stopped": verdict.stopped, "rule": rule, "policy": verdict.refused_by}


def _verdict_words(verdict: Verdict) -> str:
    from trackit_console.settings.filters import ACCEPT_FROM_LABELS

    if verdict.hit is not None:
        return f"Not processed: rule “{verdict.hit.rule.text}” matches the {verdict.hit.rule_list}."
    if verdict.refused_by is not None:
        return f"Not processed: only mail of these is accepted: {ACCEPT_FROM_LABELS[verdict.refused_by]}."
    return "Processed: no filter stops it."
