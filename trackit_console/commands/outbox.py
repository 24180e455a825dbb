"""`outbox`: lists the outgoing mail (OUT-06, docs/interface.md). What is decided about it is in `outbox_decisions`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import CliContext, answer
from trackit_console.commands.outbox_decisions import discard, retry
from trackit_console.commands.whole_numbers import whole_number

if TYPE_CHECKING:
    from trackit_console.domain.records import AppliedReason
    from trackit_console.store.outbox_views import OutboxView

LIMIT = 1000
STATES = ("waiting", "sent", "failed", "discarded")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares `outbox` and its actions; without an action it lists the mail."""
    parser = commands.add_parser("outbox", help="list outgoing mail, and decide about it")
    parser.add_argument("--search", default="", metavar="TEXT", help="recipient, subject, Message-ID, notification or record")
    parser.add_argument("--state", choices=STATES, help="only mail in this state")
    parser.add_argument("--limit", type=whole_number(), default=LIMIT, metavar="N", help=f"at most so many (default {LIMIT})")
    parser.set_defaults(do=list_mail)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    for name, do, words in (
        ("retry", retry, "try mail again at once, as if it were new"),
        ("discard", discard, "do not send mail any more"),
    ):
        deciding = actions.add_parser(name, help=words)
        deciding.add_argument("ids", type=whole_number(), nargs="*", metavar="ID")
        deciding.add_argument("--all", action="store_true", help="all mail that has failed")
        deciding.set_defaults(do=do)


def list_mail(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints a line, or a JSON object, for each mail."""
    from trackit_console.domain.outgoing_mail import MailState
    from trackit_console.store.outbox_views import OutboxQuery

    query = OutboxQuery(parsed.search, MailState(parsed.state) if parsed.state else None)
    with context.opened() as database, database.reading() as transaction:
        views = transaction.outbox_list.page(query, parsed.limit)
    if parsed.json:
        answer([_as_answer(each) for each in views])
    else:
        for each in views:
            print(_in_words(each))
        if not views:
            print("No outgoing mail.")
    return 0


def _as_answer(view: OutboxView) -> dict[str, Any]:
    """A mail in the form of docs/interface.md."""
    return {
        "id": view.id,
        "at": view.at,
        "state": view.state.value,
        "kind": view.kind.value,
        "record": str(view.record) if view.record else None,
        "to": list(view.recipients),
        "subject": view.subject,
        "message_id": view.message_id,
        "tries": view.tries,
        "next_try_at": view.next_try_at,
        "error": error_of(view.error),
        "sent_at": view.sent_at,
        "by": view.by,
        "digest": view.digest_id,
    }


def error_of(reasons: Sequence[AppliedReason]) -> dict[str, str] | None:
    """A kept error in the form of docs/interface.md; the first one, None for none."""
    from trackit_console.helpdesk.reasons import reason_phrase
    from trackit_console.user_messages import problem_phrases

    if not reasons:
        return None
    reason = reasons[0]
    context, _, code = reason.code.rpartition(".")
    return {
        "code": code,
        "detail": f"{reason_phrase(reason)} {reason.facts.get('detail', '')}".strip(),
        "remedy": str(problem_phrases(context, code, reason.facts)[1]),
    }


def _in_words(view: OutboxView) -> str:
    line = (
        f"{view.id}  {view.at.astimezone():%Y-%m-%d %H:%M:%S}  {view.state.value:9}  {', '.join(view.recipients)}  {view.subject}"
    )
    error = error_of(view.error)
    again = f" Next try {view.next_try_at.astimezone():%Y-%m-%d %H:%M:%S}." if view.next_try_at and error else ""
    return f"{line}\n    {error['detail']} {error['remedy']}{again}" if error else line
