"""The peers themselves: that they answer as the tests that lean on them believe, and are gone when they are stopped."""

from __future__ import annotations

import poplib
import smtplib
import socket
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from tests.servers.faults import Script, ScriptedServer, Talk, scripted
from tests.servers.smtp import SmtpServer

RAW = b"Subject: printer\r\n\r\nno paper\r\n"
WAIT = 10.0


@pytest.fixture
def trusting(certificates: Certificates) -> ssl.SSLContext:
    """A client's context that trusts the private authority and nobody else."""
    return ssl.create_default_context(cafile=str(certificates.ca_file))


class TestCertificates:
    @pytest.mark.parametrize(
        ("name", "complaint"),
        [
            ("wrong_name", "not valid for 'localhost'"),
            ("expired", "certificate has expired"),
            ("not_yet_valid", "not yet valid"),
            ("self_signed", "self-signed certificate"),
        ],
    )
    def test_each_bad_one_is_bad_in_its_own_way(
        self, certificates: Certificates, trusting: ssl.SSLContext, name: str, complaint: str
    ) -> None:
        with _showing(certificates, name) as server, pytest.raises(ssl.SSLCertVerificationError, match=complaint):
            _shake_hands(server, trusting, "localhost")

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
    def test_the_good_one_is_good_for_both_names(self, certificates: Certificates, trusting: ssl.SSLContext, host: str) -> None:
        with _showing(certificates, "good") as server:
            _shake_hands(server, trusting, host)


class TestDovecot:
    @pytest.mark.parametrize("security", ["plain", "starttls", "ssl"])
    def test_imap_shows_the_same_mailbox_on_every_way_in(
        self, dovecot: Dovecot, account: Account, trusting: ssl.SSLContext, security: str
    ) -> None:
        dovecot.append(account.name, RAW)
        port = dovecot.imaps if security == "ssl" else dovecot.imap
        with IMAPClient(dovecot.host, port, ssl=security == "ssl", ssl_context=trusting, timeout=WAIT) as client:
            if security == "starttls":
                client.starttls(trusting)
            client.login(account.name, account.password)
            assert client.select_folder("INBOX")[b"EXISTS"] == 1

    @pytest.mark.parametrize("security", ["plain", "stls", "ssl"])
    def test_pop3_gives_back_the_bytes_that_came(
        self, dovecot: Dovecot, account: Account, trusting: ssl.SSLContext, security: str
    ) -> None:
        dovecot.append(account.name, RAW)
        with closing(_pop3(dovecot, trusting, security)) as client:
            client.user(account.name)
            client.pass_(account.password)
            assert b"\r\n".join(client.retr(1)[1]) + b"\r\n" == RAW
            client.quit()

    def test_a_wrong_password_is_refused_without_a_penalty(self, dovecot: Dovecot, account: Account) -> None:
        started = time.monotonic()
        for _ in range(3):
            with IMAPClient(dovecot.host, dovecot.imap, ssl=False, timeout=WAIT) as client, pytest.raises(LoginError):
                client.login(account.name, "wrong")
        with dovecot.client(account.name):
            assert time.monotonic() - started < WAIT

    def test_what_it_tells_of_a_mailbox(self, dovecot: Dovecot, account: Account) -> None:
        dovecot.append(account.name, RAW, flags=[rb"\Seen"])
        dovecot.append_all(account.name, [RAW + b"2", RAW + b"3"])
        assert dovecot.folder(account.name) == [RAW, RAW + b"2", RAW + b"3"]
        assert dovecot.flags(account.name) == [{rb"\Seen"}, set(), set()]
        assert dovecot.counts(account.name) == {"INBOX": 3}

    def test_a_start_that_fails_leaves_nothing_running(self, certificates: Certificates, tmp_path: Path) -> None:
        class Mute(Dovecot):
            def _answers_in_time(self) -> bool:
                return not super()._answers_in_time()

        server = Mute(tmp_path, certificates.good)
        with pytest.raises(TimeoutError, match="does not answer"):
            server.start()
        assert server._process.returncode is not None

    def test_each_account_has_a_mailbox_of_its_own(self, dovecot: Dovecot) -> None:
        one, other = dovecot.new_account(), dovecot.new_account()
        dovecot.append(one.name, RAW)
        assert dovecot.folder(other.name) == []


class TestSmtp:
    @pytest.mark.parametrize("security", ["none", "ssl", "ssl_tls"])
    def test_a_message_is_kept_with_its_envelope(
        self, smtp_server: Callable[..., SmtpServer], trusting: ssl.SSLContext, security: str
    ) -> None:
        server = smtp_server(security)
        with _smtp(server, trusting, security) as client:
            _sign_in(client, server)
            client.sendmail("a@example.com", ["b@example.com", "c@example.com"], RAW)
        (message,) = server.accepted
        assert (message.sender, message.recipients) == ("a@example.com", ("b@example.com", "c@example.com"))
        assert (message.raw, message.signed_in) == (RAW, server.name)

    def test_who_did_not_sign_in_sends_nothing(self, smtp_server: Callable[..., SmtpServer], trusting: ssl.SSLContext) -> None:
        server = smtp_server()
        with _smtp(server, trusting, "ssl_tls") as client, pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail("a@example.com", ["b@example.com"], RAW)
        assert server.accepted == []

    def test_one_refused_recipient_leaves_the_others(
        self, smtp_server: Callable[..., SmtpServer], trusting: ssl.SSLContext
    ) -> None:
        server = smtp_server("none", sign_in=False)
        server.inbox.refused_recipients["b@example.com"] = "550 5.1.1 unknown"
        with _smtp(server, trusting, "none") as client:
            refused = client.sendmail("a@example.com", ["b@example.com", "c@example.com"], RAW)
        assert refused == {"b@example.com": (550, b"5.1.1 unknown")}
        assert [message.recipients for message in server.accepted] == [("c@example.com",)]


class TestScriptedServer:
    def test_half_an_answer_ends_where_the_script_ends(self) -> None:
        def half(talk: Talk) -> None:
            talk.line()
            talk.show_text(b"* OK [CAP")

        with scripted(half) as server, _connected(server) as client:
            client.sendall(b"hello\r\n")
            assert _all_of(client) == b"* OK [CAP"
        assert server.heard == [b"hello"]

    def test_a_reset_is_no_orderly_end(self) -> None:
        # It may come while the client still connects.
        with scripted(Talk.reset) as server, pytest.raises(ConnectionResetError), _connected(server) as client:
            client.recv(1)

    @pytest.mark.parametrize("hang", [Talk.wait, Talk.line], ids=["silent", "listening"])
    def test_stopping_ends_a_script_that_hangs(self, hang: Script) -> None:
        def script(talk: Talk) -> None:
            talk.show_text(b"*")
            hang(talk)

        before = set(threading.enumerate())
        with scripted(script) as server, _connected(server) as client:
            assert client.recv(1) == b"*"
            server.stop()
            assert set(threading.enumerate()) == before
            assert client.recv(1) == b""

    def test_stopping_ends_a_handshake_that_the_client_never_begins(
        self, certificates: Certificates, trusting: ssl.SSLContext
    ) -> None:
        before = set(threading.enumerate())
        with scripted(Talk.wait, certificates.good.context) as server, _connected(server):
            # Clients are taken in their order: the silent one has been, when another is through.
            _shake_hands(server, trusting, "localhost")
            server.stop()
            assert set(threading.enumerate()) == before


@contextmanager
def _showing(certificates: Certificates, name: str) -> Iterator[ScriptedServer]:
    with scripted(Talk.wait, getattr(certificates, name).context) as server:
        yield server


def _shake_hands(server: ScriptedServer, context: ssl.SSLContext, host: str) -> None:
    with _connected(server) as sock, context.wrap_socket(sock, server_hostname=host):
        pass


def _connected(server: ScriptedServer) -> socket.socket:
    return socket.create_connection((server.host, server.port), timeout=WAIT)


def _all_of(sock: socket.socket) -> bytes:
    with sock.makefile("rb") as stream:
        return stream.read()


def _pop3(dovecot: Dovecot, context: ssl.SSLContext, security: str) -> poplib.POP3:
    if security == "ssl":
        return poplib.POP3_SSL(dovecot.host, dovecot.pop3s, timeout=WAIT, context=context)
    client = poplib.POP3(dovecot.host, dovecot.pop3, timeout=WAIT)
    if security == "stls":
        client.stls(context)
    return client


def _smtp(server: SmtpServer, context: ssl.SSLContext, security: str) -> smtplib.SMTP:
    if security == "ssl":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=WAIT, context=context)
    client = smtplib.SMTP(server.host, server.port, timeout=WAIT)
    if security == "ssl_tls":
        client.starttls(context=context)
    return client


def _sign_in(client: smtplib.SMTP, server: SmtpServer) -> None:
    # By hand: the password has letters that smtplib's own login does not send.
    client.ehlo_or_helo_if_needed()
    code, _ = client.docmd("AUTH", "PLAIN " + b64encode(f"\0{server.name}\0{server.password}".encode()).decode())
    assert code == 235
