"""What the tests of the transports share: settings of mailboxes on the servers of the tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from tests.servers.faults import ScriptedServer
from tests.servers.microsoft import TENANT
from tests.servers.office import APP, APP_SECRET, ONLINE, Office
from tests.servers.smtp import SmtpServer
from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.outgoing import BasicOutgoing, Microsoft365Outgoing
from trackit_console.settings.server_mailbox import Imap

MailboxOf = Callable[..., Imap]
GraphOutgoingOf = Callable[..., Microsoft365Outgoing]
ANY_SIZE = 1 << 40
"""A limit that no message reaches."""
FAULT_SECONDS = 30.0
"""Within which a person is told of any fault (IN-10)."""


@pytest.fixture(autouse=True)
def in_time(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that injects a fault and takes too long."""
    begun = time.monotonic()
    yield
    if request.node.get_closest_marker("faults") and time.monotonic() - begun > FAULT_SECONDS:
        pytest.fail(f"told after more than {FAULT_SECONDS:.0f} s", pytrace=False)


def nothing_kept(ref: MessageRef) -> None:
    """Where nobody kept the bytes of messages."""


@pytest.fixture
def mailbox_of(dovecot: Dovecot, certificates: Certificates) -> MailboxOf:
    """Makes the settings of a mailbox on a Dovecot, by `security` ssl, starttls or plain; any field can be given."""

    def make(account: Account, security: str = "ssl", server: Dovecot = dovecot, **fields: Any) -> Imap:
        usual = {
            "server": server.host,
            "port": server.imaps if security == "ssl" else server.imap,
            "use_ssl": security == "ssl",
            "starttls": security == "starttls",
            "user_account_name": account.name,
            "password": SecretStr(account.password),
            "ca_file": str(certificates.ca_file),
        }
        return Imap(**{**usual, **fields})

    return make


@pytest.fixture
def outgoing_of(certificates: Certificates) -> Callable[..., BasicOutgoing]:
    """Makes the settings of an outgoing account on an SMTP server; any field can be given."""

    def make(server: SmtpServer | ScriptedServer, security: str = "ssl_tls", **fields: Any) -> BasicOutgoing:
        usual = {
            "smtp_server_name": server.host,
            "port": server.port,
            "security": security,
            "user_account_name": SmtpServer.name,
            "password": SecretStr(SmtpServer.password),
            "ca_file": str(certificates.ca_file),
            "from_address": "support@example.com",
        }
        return BasicOutgoing(**{**usual, **fields})

    return make


@pytest.fixture
def graph_outgoing_of(office: Office, certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> GraphOutgoingOf:
    """Settings of the outgoing account; it has no CA file of its own, so the system's store has the authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca_file))

    def make(**fields: Any) -> Microsoft365Outgoing:
        usual: dict[str, Any] = {
            "from_address": ONLINE,
            "application_id": APP,
            "directory_id": TENANT,
            "client_secret": SecretStr(APP_SECRET),
            "cloud": "other",
            "sign_in_url": office.microsoft.url,
            "graph_url": office.microsoft.url,
        }
        return Microsoft365Outgoing(**{**usual, **fields})

    return make


def message(number: int, size: int = 0) -> bytes:
    """A small message, or one of about `size` bytes, that differs from those of other numbers."""
    lines = b"".join(b"%072d\r\n" % line for line in range(size // 74))
    head = b"From: ada@example.com\r\nTo: support@example.com\r\nMessage-ID: <%d@example.com>\r\nSubject: number %d\r\n\r\n"
    return head % (number, number) + b"body %d\r\n" % number + lines
