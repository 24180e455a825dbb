"""`status`: how the monitor and each mailbox are doing, for a person or for a monitoring system (MON-05, IN-15, IN-17)."""

from __future__ import annotations

import argparse
from typing import Any

from trackit_console.commands.cli_context import EXIT_FAILED, CliContext, answer
from trackit_console.commands.status_document import Status, as_document


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
            warnings[:0] = filter(None, (error["detail"], error["remedy"]))
        for warning in warnings:
            print(f"    {warning}")
    outbox = document["outbox"]
    print(f"Outgoing mail: {outbox['waiting']} waiting, {outbox['failed']} failed. Quarantine: {document['quarantine']}.")
    if error := outbox["error"]:
        print(f"    {error['detail']}\n    {error['remedy']}".rstrip())
