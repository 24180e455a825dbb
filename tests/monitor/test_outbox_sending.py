"""The engine sends outgoing mail beside its visits, stops in time whatever a mail server does, and goes on later (OUT-06)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from tests.monitor.hosts import PATIENCE
from tests.monitor.scripted_mailbox import ScriptedMailbox
from tests.monitor.test_outbox_delivery import states
from tests.outbox_factory import account, mail, put, save_account
from tests.servers.faults import Talk, scripted
from tests.servers.smtp import SmtpServer
from tests.settings.samples import imap
from trackit_console.monitor.engine import Engine
from trackit_console.monitor.outbox_once import SentOnce, send_once
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.database import Database
from trackit_console.store.outbox_views import OutboxQuery
from trackit_console.transports.source import Source

LIMIT = 2.0


@dataclass
class Running:
    """An engine on a thread of its own."""

    engine: Engine
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self.engine.run, args=(self.stop,), name="host")
        self.thread.start()

    def end(self) -> float:
        """Ends it; answers how many seconds that took."""
        begun = time.monotonic()
        self.stop.set()
        self.thread.join(PATIENCE)
        return time.monotonic() - begun


@contextmanager
def running(database: Database, sources: Callable[[Mailbox], Source] | None = None) -> Iterator[Running]:
    made = Running(Engine(database, "headless", source_factory=sources or ScriptedMailbox().open))
    try:
        yield made
    finally:
        made.end()
        for thread in threading.enumerate():
            if thread.name in ("email monitor", "outgoing mail") or thread.name.startswith("visit "):
                thread.join(PATIENCE)
                assert not thread.is_alive()


@pytest.fixture(autouse=True)
def _wanted(database: Database) -> None:
    with database.begin() as transaction:
        transaction.monitoring.want(True, "ada")


@pytest.fixture
def server(smtp_server: Callable[..., SmtpServer]) -> SmtpServer:
    return smtp_server("none", sign_in=False)


def wait_until(true: Callable[[], bool]) -> None:
    glance = threading.Event()
    for _ in range(int(PATIENCE / 0.02)):
        if true():
            return
        glance.wait(0.02)
    raise AssertionError("it does not come true")


@pytest.mark.covers("OUT-06")
def test_mail_is_sent_while_the_monitor_runs_and_waits_without_an_account(database: Database, server: SmtpServer) -> None:
    put(database, mail(0))
    with running(database) as host:
        wait_until(lambda: bool(_hosts(database)))
        # The account of a running monitor is that of its start (MON-05).
        save_account(database, account(server))
        put(database, mail(1))
        assert states(database) == ["waiting", "waiting"]
        host.end()
    with running(database):
        wait_until(lambda: states(database) == ["sent", "sent"])
        put(database, mail(2))
        wait_until(lambda: states(database) == ["sent"] * 3)
    assert len(server.accepted) == 3


def _hosts(database: Database) -> list[object]:
    with database.reading() as transaction:
        return [each for each in transaction.monitoring.hosts() if each.state == "running"]


@pytest.mark.covers("RUN-06", "OUT-06")
@pytest.mark.parametrize("until", ["greeting", "answer to the message"])
def test_a_stop_does_not_wait_for_a_server_that_hangs_and_nothing_is_lost(
    database: Database, server: SmtpServer, until: str
) -> None:
    hanging = threading.Event()

    def hangs(talk: Talk) -> None:
        if until != "greeting":
            talk.show_text(b"220 here\r\n")
            while (line := talk.line()) != b".":
                talk.show_text(b"354 go on\r\n" if line.startswith(b"DATA") else b"250 ok\r\n" if _is_command(line) else b"")
        hanging.set()
        talk.wait()

    put(database, mail(0), mail(1))
    with scripted(hangs) as hung:
        save_account(database, account(port=hung.port))
        with running(database) as host:
            assert hanging.wait(PATIENCE)
            assert host.end() < LIMIT
    save_account(database, account(server))
    with running(database):
        wait_until(lambda: states(database) == ["sent", "sent"])
    assert len(server.accepted) == 2


def _is_command(line: bytes) -> bool:
    return line.split(b" ")[0].split(b":")[0].upper() in (b"EHLO", b"MAIL", b"RCPT")


@pytest.mark.covers("RUN-06", "OUT-06")
def test_visits_and_sending_that_both_hang_end_together(database: Database) -> None:
    hanging, visiting = threading.Event(), threading.Event()

    def hangs(talk: Talk) -> None:
        hanging.set()
        talk.wait()

    box = ScriptedMailbox()

    def visit_hangs() -> None:
        visiting.set()
        box.last.wait()

    box.on_open = visit_hangs
    with database.begin() as transaction:
        transaction.mailboxes.add(imap(), "ada")
    put(database, mail(0))
    with scripted(hangs) as hung:
        save_account(database, account(port=hung.port))
        with running(database, box.open) as host:
            assert hanging.wait(PATIENCE) and visiting.wait(PATIENCE)
            assert host.end() < LIMIT
    assert states(database) == ["waiting"]


@pytest.mark.covers("OUT-06")
def test_a_hanging_server_does_not_delay_the_visits(database: Database) -> None:
    hanging = threading.Event()

    def hangs(talk: Talk) -> None:
        hanging.set()
        talk.wait()

    box = ScriptedMailbox()
    with database.begin() as transaction:
        mailbox = transaction.mailboxes.add(imap(), "ada")
    put(database, mail(0))
    with scripted(hangs) as hung:
        save_account(database, account(port=hung.port))
        with running(database, box.open):
            assert hanging.wait(PATIENCE)
            visits = len(box.sessions)
            with database.begin() as transaction:
                transaction.mailbox_states.request_poll(mailbox.id)
            wait_until(lambda: len(box.sessions) > visits)
            assert states(database) == ["waiting"]


@pytest.mark.covers("OUT-06")
def test_once_sends_what_waits_and_tells_how_much(database: Database, server: SmtpServer) -> None:
    put(database, mail(0), mail(1), mail(2, ("gone@x.example",)))
    stop = threading.Event()
    assert send_once(database, stop) == SentOnce(0, 0, 3)
    save_account(database, account(server))
    server.inbox.refused_recipients = {"gone@x.example": "550 5.1.1 no such user"}
    assert send_once(database, stop) == SentOnce(2, 1, 0)
    with database.reading() as transaction:
        assert transaction.outbox_list.count(OutboxQuery()) == 3
