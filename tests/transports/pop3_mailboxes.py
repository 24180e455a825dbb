"""What the tests of POP3 share: mailboxes on scripted servers, and visits to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import SecretStr

from tests.transports.conftest import ANY_SIZE
from trackit_console.settings.server_mailbox import Pop3
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.fetched_mail import Batch, Fetched
from trackit_console.transports.pop3 import Pop3Source

PASSWORD = "canary-7d1"
LIMIT = 0.6


def mailbox(port: int, security: str = "plain", **fields: Any) -> Pop3:
    usual: dict[str, Any] = {
        "server": "127.0.0.1",
        "port": port,
        "use_ssl": security == "ssl",
        "starttls": security == "starttls",
        "user_account_name": "support",
        "password": SecretStr(PASSWORD),
    }
    return Pop3(**{**usual, **fields})


def source_at(port: int, seconds: float = 5.0) -> Pop3Source:
    return Pop3Source(mailbox(port), Timeouts(seconds, seconds))


def visit(port: int, cursor: str | None = None, limit: int = 1000, size_limit: int = ANY_SIZE) -> list[Batch]:
    """All batches of a visit that changes nothing."""
    with source_at(port) as source:
        batches = list(source.fetch_new(cursor, limit, size_limit))
        source.finish()
    return batches


def fetched(batches: Sequence[Batch]) -> list[Fetched]:
    return [each for batch in batches for each in batch.messages]


def raws(batches: Sequence[Batch]) -> list[bytes | None]:
    return [each.raw for each in fetched(batches)]
