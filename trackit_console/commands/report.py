"""`report`: a report as it would be sent now, and sending it at once (NOT-02, docs/interface.md)."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import CliContext, WrongCall, actor, answer

if TYPE_CHECKING:
    from trackit_console.helpdesk.reports.document import Cell, Table
    from trackit_console.monitor.rendered_report import RenderedReport
    from trackit_console.settings.reports import Report
    from trackit_console.store.database import Database
    from trackit_console.store.row_mapping import Stored


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("report", help="print a report as it would be sent now, or send it")
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--send", action="store_true", help="put it into the outbox for its recipients now")
    parser.set_defaults(do=report)


def report(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints the report; with --send it is put into the outbox as well."""
    with context.opened() as database:
        stored = _found(database, parsed.name)
        rendered = _sent(database, stored) if parsed.send else _previewed(database, stored)
    recipients = stored.value.recipients if parsed.send else []
    if parsed.json:
        answer(_document(stored.value, rendered, recipients))
    else:
        print(rendered.text, end="")
        if parsed.send:
            print(f"\nPut into the outbox for {', '.join(recipients)}.")
    return 0


def _found(database: Database, name: str) -> Stored[Report]:
    with database.reading() as transaction:
        stored, known = transaction.reports.named(name), [each.value.name for each in transaction.reports.all()]
    if stored is None:
        raise WrongCall(words=f"There is no report {name}. There are: {', '.join(known) or 'none'}.")
    if stored.findings:
        raise WrongCall(words=f"The report {name} cannot be used: {stored.findings[0]}")
    return stored


def _previewed(database: Database, stored: Stored[Report]) -> RenderedReport:
    from trackit_console.monitor.rendered_report import preview

    with database.reading() as transaction:
        return preview(transaction, stored.value, stored.id)


def _sent(database: Database, stored: Stored[Report]) -> RenderedReport:
    from trackit_console.monitor.report_mail import send_now

    return send_now(database, stored, actor())


def _document(report: Report, rendered: RenderedReport, recipients: list[str]) -> dict[str, Any]:
    period = {"since": rendered.period.since, "until": rendered.period.until}
    tables = [_table(each) for each in rendered.document.tables]
    return {"name": report.name, "kind": report.kind, **period, "tables": tables, "sent_to": recipients}


def _table(table: Table) -> dict[str, Any]:
    rows = [[_plain(cell) for cell in row] for row in table.rows]
    note = None if table.note is None else str(table.note)
    return {"title": str(table.title), "columns": [str(each) for each in table.columns], "rows": rows, "note": note}


def _plain(cell: Cell) -> object:
    if isinstance(cell, date):  # a moment is one too
        return cell.isoformat()
    return cell if cell is None or isinstance(cell, int) else str(cell)
