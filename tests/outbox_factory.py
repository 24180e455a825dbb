"""Mail in the outbox, and the account that sends it."""

from __future__ import annotations

from typing import Any

from tests.servers.smtp import SmtpServer
from trackit_console.domain.effects import Change, CreateRecord, Effect, MailKind, SendMail
from trackit_console.domain.records import Module, Placeholder, Priority, RecordRef, TicketSource
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.store.database import Database

FROM = "support@example.com"
TO = "bo@contoso.example"


def mail(number: int = 0, to: tuple[str, ...] = (TO,), **fields: Any) -> SendMail:
    """A mail with a Message-ID of its own, about nothing unless `record` is given."""
    text = fields.pop("text", f"Letter {number}")
    message_id = f"letter-{number}@example.com"
    content = (
        f"From: Support <{FROM}>\r\nTo: {', '.join(to)}\r\nSubject: Letter {number}\r\nMessage-ID: <{message_id}>\r\n"
        f"Auto-Submitted: auto-generated\r\n\r\n{text}\r\n"
    )
    kind = fields.pop("kind", MailKind.NOTIFICATION)
    return SendMail(kind, to, f"Letter {number}", message_id, content.encode(), f"key {number}", **fields)


def put(database: Database, *effects: Effect) -> None:
    """Applies the effects in one transaction, as the events of a help desk do."""
    with database.unit_of_work() as work:
        work.apply([Change(effects)])
        work.commit()


def add_record(database: Database, module: Module = Module.TICKET) -> RecordRef:
    """A record to write about."""
    handle = Placeholder("record")
    record = CreateRecord(handle, module, "Printer", Priority.MEDIUM, TicketSource.EMAIL)
    with database.unit_of_work() as work:
        [applied] = work.apply([Change((record,))])
        work.commit()
    return applied.created[handle]


def account(server: SmtpServer | None = None, **fields: Any) -> BasicOutgoing:
    """The outgoing account for a server without encryption; nobody listens unless there is one."""
    usual: dict[str, Any] = {
        "smtp_server_name": "127.0.0.1",
        "port": server.port if server else 9,
        "security": "none",
        "smtp_requires_authentication": False,
        "from_address": FROM,
    }
    return BasicOutgoing(**{**usual, **fields})


def save_account(database: Database, outgoing: BasicOutgoing) -> None:
    """Makes it the outgoing account."""
    with database.begin() as transaction:
        before = transaction.settings.outgoing()
        transaction.settings.save_outgoing(outgoing, before.version if before else None, "test")
