"""The demo's mail server, asked by the clients that the product uses."""

from __future__ import annotations

import smtplib
import ssl
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from trackit_console.demo.server import HOST, Account, DemoMailServer

RAW = b"From: bo.lund@demo.example\r\nSubject: Printer\r\n\r\nIt prints \xe9 stripes.\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DemoMailServer]:
    with DemoMailServer(tmp_path, Account("support@demo.example")) as server:
        yield server


def checking(server: DemoMailServer) -> ssl.SSLContext:
    """A client's context that trusts the server's authority and nothing else, as strictly as Python can."""
    context = ssl.create_default_context(cafile=str(server.ca_file))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


@pytest.fixture
def imap(server: DemoMailServer) -> Iterator[IMAPClient]:
    client = IMAPClient(HOST, server.ports.imap, ssl_context=checking(server), timeout=10)
    client.login(server.account.address, server.account.password)
    client.select_folder("INBOX")
    yield client
    client.logout()


@pytest.fixture
def smtp(server: DemoMailServer) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(HOST, server.ports.smtp, timeout=10) as client:
        client.starttls(context=checking(server))
        yield client


def a_message(to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "bo.lund@demo.example", to, "Test"
    message.set_content("By SMTP.")
    return message


def test_a_delivered_message_is_fetched_byte_by_byte(server: DemoMailServer, imap: IMAPClient) -> None:
    server.deliver(RAW)
    imap.noop()
    [uid] = imap.search("UNSEEN")
    assert imap.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"] == RAW
    assert imap.search("UNSEEN") == [uid]


def test_a_message_can_be_moved_out_of_the_inbox(server: DemoMailServer, imap: IMAPClient) -> None:
    server.deliver(RAW)
    server.deliver(RAW.replace(b"Printer", b"Scanner"))
    imap.noop()
    first, second = imap.search("ALL")
    imap.create_folder("Processed")
    imap.move([first], "Processed")
    assert imap.search("ALL") == [second]
    imap.select_folder("Processed")
    assert len(imap.search(["SUBJECT", "Printer"])) == 1


def test_a_wrong_password_is_refused_by_imap(server: DemoMailServer) -> None:
    client = IMAPClient(HOST, server.ports.imap, ssl_context=checking(server), timeout=10)
    with pytest.raises(LoginError):
        client.login(server.account.address, "wrong")
    client.shutdown()


def test_a_client_that_does_not_know_the_authority_turns_away(server: DemoMailServer) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        IMAPClient(HOST, server.ports.imap, ssl_context=ssl.create_default_context(), timeout=10)


def test_mail_to_the_account_by_smtp_arrives_in_its_inbox(server: DemoMailServer, smtp: smtplib.SMTP, imap: IMAPClient) -> None:
    smtp.login(server.account.address, server.account.password)
    smtp.send_message(a_message("Support@Demo.example"))
    imap.noop()
    assert len(imap.search(["SUBJECT", "Test"])) == 1


def test_mail_to_others_is_kept_and_goes_no_further(server: DemoMailServer, smtp: smtplib.SMTP, imap: IMAPClient) -> None:
    smtp.login(server.account.address, server.account.password)
    smtp.send_message(a_message("bo.lund@demo.example"))
    imap.noop()
    assert imap.search("ALL") == []
    [kept] = server.accepted
    assert kept.recipients == ("bo.lund@demo.example",)
    assert kept.raw.endswith(b"\r\n\r\nBy SMTP.\r\n")


@pytest.mark.parametrize("signs_in", [False, True], ids=["without signing in", "with a wrong password"])
def test_smtp_refuses_who_is_not_the_account(server: DemoMailServer, smtp: smtplib.SMTP, signs_in: bool) -> None:
    with pytest.raises((smtplib.SMTPAuthenticationError, smtplib.SMTPSenderRefused)):
        if signs_in:
            smtp.login(server.account.address, "wrong")
        smtp.send_message(a_message(server.account.address))


def test_smtp_takes_no_password_in_plain_text(server: DemoMailServer) -> None:
    with smtplib.SMTP(HOST, server.ports.smtp, timeout=10) as client, pytest.raises(smtplib.SMTPException):
        client.login(server.account.address, server.account.password)


def test_nothing_is_left_after_the_end_even_with_clients_connected(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with DemoMailServer(tmp_path, Account("support@demo.example")) as server:
        imap = IMAPClient(HOST, server.ports.imap, ssl_context=checking(server), timeout=10)
        imap.login(server.account.address, server.account.password)
        smtp = smtplib.SMTP(HOST, server.ports.smtp, timeout=10)
        smtp.starttls(context=checking(server))
        smtp.login(server.account.address, server.account.password)
    assert set(threading.enumerate()) == before
    imap.shutdown()
    smtp.close()
    assert [file.name for file in tmp_path.iterdir()] == ["demo-authority.pem"]


def test_the_password_is_in_no_repr() -> None:
    account = Account("support@demo.example")
    assert account.password not in repr(account)
