"""What the database keeps for people to read is codes with facts: a walk over all tables finds no stored English.

Everything that people wrote on this day is Russian, so two English words beside each other can only be the program's own.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, inspect, text

from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from trackit_console.clock import SystemClock
from trackit_console.domain.deliveries import Outcome
from trackit_console.monitor import quarantine
from trackit_console.monitor.poll_once import poll_once
from trackit_console.paths import DataDir
from trackit_console.settings.file_types import FileTypes
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.people import Technician, TicketTemplate
from trackit_console.settings.server_mailbox import Imap
from trackit_console.store.activity_views import ActivityQuery
from trackit_console.store.database import Database
from trackit_console.store.row_mapping import Stored

BY = "админ"
ENGLISH = re.compile(r"\b[A-Za-z]{2,} [A-Za-z]{2,}\b")
SERVERS_ANSWER = "[AUTHENTICATIONFAILED] Authentication failed."
RULES = {rule.text for rule in (*Filters().sender, *Filters().subject)}
"""Rules that come with the product: they name what mail servers write, in English."""
ALERT_SUBJECT = "Email processing has stopped: чужой"
"""A record's own text; only where the template has none."""


def message(subject: str, body: str = "Помогите, пожалуйста.\n", **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = headers.pop("sender", "Анна <anna@contoso.example>")
    made["To"] = "support@example.com"
    made["Subject"] = subject
    made["Message-ID"] = f"<{abs(hash(subject))}@contoso.example>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made


def with_files() -> bytes:
    """One file of a restricted type, one whose name is not safe."""
    made = message("Файлы")
    made.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="отчёт.exe")
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="..\\..\\отчёт.pdf")
    return made.as_bytes()


def damaged() -> list[bytes]:
    """Messages that can be read only after repairs."""
    head = b"From: anna@contoso.example\r\nSubject: =?utf-8?q?=D0=94=D0=B0?=\r\n"
    return [
        b"Subject: =?utf-8?q?=D0=9D=D0=B5=D1=82?=\r\nDate: 99\r\n\r\n\xd0\x94\xd0\xb0\r\n",
        head + b"Content-Type: text/plain; charset=klingon\r\n\r\n\xc4\xe0\r\n",
        head + b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xc4\xe0\r\n",
        head + b"Content-Type: multipart/mixed\r\n\r\n\xd0\x94\xd0\xb0\r\n",
        head + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n\xd0\x94\xd0\xb0\r\n",
        head + b"Content-Transfer-Encoding: base64\r\n\r\n0J$\r\n",
    ]


@pytest.fixture
def settings(dovecot: Dovecot, account: Account, certificates: Certificates, database: Database) -> Stored[Mailbox]:
    """Settings of every kind, and two mailboxes of which the one that is returned cannot sign in."""
    good = Imap(
        server=dovecot.host,
        port=dovecot.imaps,
        user_account_name=account.name,
        password=SecretStr(account.password),
        ca_file=str(certificates.ca_file),
        ticket_template="Нет",
    )
    with database.begin() as transaction:
        transaction.mailboxes.add(good, BY)
        by_address = {"password": SecretStr("нет"), "name": "чужой", "server": "127.0.0.1"}
        bad = transaction.mailboxes.add(good.model_copy(update=by_address), BY)
        transaction.people.save_technician(Technician(name="Борис", email="boris@example.com"), BY)
        transaction.settings.save_ticket_template(TicketTemplate(name="Образец"), BY)
        transaction.settings.save_file_types(Stored(1, 1, FileTypes(restricted_file_types=["exe"])), BY)
        outgoing = BasicOutgoing(
            smtp_server_name="mail.example.com", port=465, from_address="support@example.com", smtp_requires_authentication=False
        )
        transaction.settings.save_outgoing(outgoing, None, BY)
        monitor = transaction.settings.monitor()
        changes = {"create_ticket_on_authentication_failure": True, "ticket_template": "Образец", "message_size_limit": 1}
        transaction.settings.save_monitor(replace(monitor, value=monitor.value.model_copy(update=changes)), BY)
        filters = transaction.settings.filters()
        rules = Filters(sender=[], subject=[FilterRule(text="реклама")])
        transaction.settings.save_filters(replace(filters, value=rules), BY)
    return bad


def poll(database: Database) -> None:
    poll_once(database, threading.Event())


def retry_all(database: Database) -> None:
    with database.reading() as transaction:
        kept = transaction.activity.page(ActivityQuery(outcome=Outcome.QUARANTINED), limit=100)
    for each in kept:
        quarantine.retry(database, each.delivery_id, BY, SystemClock())


def cells(data_dir: DataDir) -> Iterator[tuple[str, str]]:
    """Every text of every table, as `table.column` and value; JSON by its innermost texts."""
    engine = create_engine(data_dir.database_url)
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings():
                for column, value in row.items():
                    if isinstance(value, str):
                        yield from ((f"{table}.{column}", each) for each in innermost(value))
    engine.dispose()


def innermost(value: str) -> Iterator[str]:
    try:
        plain = json.loads(value)
    except ValueError:
        plain = value
    waiting = [plain]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, str):
            yield each


@pytest.mark.covers("MSG-07", "MON-07", "RUN-04")
def test_no_table_holds_english(
    database: Database, data_dir: DataDir, dovecot: Dovecot, account: Account, settings: Stored[Mailbox]
) -> None:
    dovecot.append_all(
        account.name,
        [
            message("Принтер").as_bytes(),
            with_files(),
            *damaged(),
            message("реклама").as_bytes(),
            message("Отпуск", Auto_Submitted="auto-replied").as_bytes(),
            message("Тикет [Ticket - 999]", sender="boris@example.com").as_bytes(),
            message("ж" * 1000).as_bytes(),
            message("Копия").as_bytes(),
            b"Received: from mx2.example.com\r\n" + message("Копия").as_bytes(),
            message("Большое", "ж" * 1_000_000).as_bytes(),
        ],
    )
    for _ in range(3):
        poll(database)
    found = set(cells(data_dir))
    retry_all(database)
    with database.begin() as transaction:
        transaction.mailboxes.save(
            replace(settings, value=settings.value.model_copy(update={"password": SecretStr(account.password)})), BY
        )
    poll(database)
    found |= set(cells(data_dir))

    values = {value for _, value in found}
    left_words = {"processing_stopped", "processing_resumed", "transports.wrong_password", "subject_rule", "template_gone"}
    assert left_words | {"repaired", "restricted_file", "subject_too_long", "too_large", "taken_already"} <= values
    english = {value for value in values if ENGLISH.search(value)}
    assert english - RULES == {SERVERS_ANSWER, ALERT_SUBJECT}
