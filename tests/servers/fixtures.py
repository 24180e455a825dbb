"""The servers as fixtures: `certificates` and `dovecot` live as long as the test run, `smtp_server` makes one a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from tests.servers.smtp import SmtpServer


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A private authority and its certificates, good and bad."""
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def dovecot(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[Dovecot]:
    """A private Dovecot with the good certificate."""
    if not Dovecot.installed():
        pytest.fail("Dovecot is not installed (Debian: apt-get install dovecot-imapd dovecot-pop3d)")
    server = Dovecot(tmp_path_factory.mktemp("dovecot"), certificates.good)
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
