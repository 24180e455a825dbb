"""What the tests of the transports share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from pydantic import SecretStr

from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from trackit_console.settings.mailbox import Imap

Security = Literal["ssl", "starttls", "plain"]


@pytest.fixture
def mailbox_of(dovecot: Dovecot, certificates: Certificates) -> Callable[..., Imap]:
    """Makes the settings of a mailbox on `dovecot`; any field can be given."""

    def make(account: Account, security: Security = "ssl", **fields: Any) -> Imap:
        usual = {
            "server": dovecot.host,
            "port": dovecot.imaps if security == "ssl" else dovecot.imap,
            "use_ssl": security == "ssl",
            "starttls": security == "starttls",
            "user_account_name": account.name,
            "password": SecretStr(account.password),
            "ca_file": str(certificates.ca_file),
        }
        return Imap(**{**usual, **fields})

    return make
