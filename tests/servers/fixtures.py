"""The servers as fixtures: `certificates` and `dovecot` live as long as the test run, `smtp_server` makes one a call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from tests.servers.microsoft import Microsoft
from tests.servers.microsoft.exchange import Exchange
from tests.servers.office import Office
from tests.servers.smtp import SmtpServer
from trackit_console.transports import entra


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A private authority and its certificates, good and bad."""
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def dovecot(certificates: Certificates) -> Iterator[Dovecot]:
    """A private Dovecot with the good certificate."""
    with _running(certificates) as server:
        yield server


@pytest.fixture(scope="session")
def old_dovecot(certificates: Certificates) -> Iterator[Dovecot]:
    """A Dovecot that tells of IMAP4rev1 and nothing else: no MOVE, no UIDPLUS, no NAMESPACE. It nests folders by dots."""
    with _running(certificates, "IMAP4rev1", delimiter=".") as server:
        yield server


@contextmanager
def _running(certificates: Certificates, *capabilities: str, delimiter: str = "/") -> Iterator[Dovecot]:
    if sys.platform == "win32":
        pytest.skip("Dovecot does not run on Windows")
    if not Dovecot.installed():
        pytest.fail("Dovecot is not installed (Debian: apt-get install dovecot-imapd dovecot-pop3d)")
    # Not below pytest's own folder: that is closed to other users, and Dovecot runs as several.
    with TemporaryDirectory(prefix="dovecot-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = Dovecot(Path(folder), certificates.good, capabilities, delimiter)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    """A user of `dovecot` with an empty mailbox, for this test alone."""
    return dovecot.new_account()


@pytest.fixture
def smtp_server(certificates: Certificates) -> Iterator[Callable[..., SmtpServer]]:
    """Starts SMTP servers (`security`, and what `SmtpServer` takes), and stops them after the test."""
    with ExitStack() as servers:

        def start(security: str = "ssl_tls", **options: Any) -> SmtpServer:
            context = options.pop("certificate", certificates.good).context
            server = SmtpServer(security, context, **options)  # type: ignore[arg-type]
            server.start()
            servers.callback(server.stop)
            return server

        yield start


@pytest.fixture
def microsoft(certificates: Certificates) -> Iterator[Microsoft]:
    """A simulated Microsoft 365 without apps and mailboxes."""
    with Microsoft(certificates) as cloud:
        yield cloud


@pytest.fixture
def office(microsoft: Microsoft, certificates: Certificates) -> Office:
    """Microsoft 365 with an app and an empty mailbox; no token of an earlier test is left."""
    entra._REGISTRY.clear()
    return Office(microsoft, certificates.ca_file)


@pytest.fixture
def exchange(certificates: Certificates) -> Iterator[Exchange]:
    """A simulated organization with Exchange Web Services, without mailboxes."""
    with Exchange(certificates) as organization:
        yield organization
