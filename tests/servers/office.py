"""An organization in the simulated Microsoft 365: one app, one mailbox, and what an admin fills in for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.servers.microsoft import TENANT, Microsoft
from trackit_console.cancel import Cancel
from trackit_console.settings.exchange_mailbox import Microsoft365
from trackit_console.transports.check import check_mailbox
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import TransportError
from trackit_console.transports.fetched_mail import Fetched
from trackit_console.transports.graph import GraphSource
from trackit_console.transports.steps import Step, StepState

APP = "11111111-2222-3333-4444-555555555555"
APP_SECRET = "s3cret~value-of-the-app"
ONLINE = "support@contoso.example"


class Office:
    """A simulated Microsoft 365 with one app, which may read and send in its mailbox; `settings` are those of an admin."""

    def __init__(self, microsoft: Microsoft, ca_file: Path) -> None:
        self.microsoft = microsoft
        self.ca_file = ca_file
        self.app = microsoft.entra.add_app(TENANT, APP, secret=APP_SECRET, roles=["Mail.ReadWrite", "Mail.Send"])
        self.mailbox = microsoft.add_mailbox(ONLINE)

    def settings(self, **fields: Any) -> Microsoft365:
        usual: dict[str, Any] = {
            "user_id": ONLINE,
            "application_id": APP,
            "directory_id": TENANT,
            "client_secret": SecretStr(APP_SECRET),
            "cloud": "other",
            "sign_in_url": self.microsoft.url,
            "graph_url": self.microsoft.url,
            "ca_file": str(self.ca_file),
        }
        return Microsoft365(**{**usual, **fields})

    def source(self, **fields: Any) -> GraphSource:
        return GraphSource(self.settings(**fields), Timeouts(5, 5))

    def problem(self, **fields: Any) -> TransportError:
        """The error of opening the mailbox."""
        with pytest.raises(TransportError) as raised, self.source(**fields):
            pass
        return raised.value

    def steps(self, **fields: Any) -> dict[str, Step]:
        """What a connection test reports, by the name of the step."""
        found = check_mailbox(self.settings(**fields), None, Cancel(), 5)
        return {step.name.value: step for step in found if step.state is not StepState.RUNNING}

    def new(self, cursor: str | None = None, limit: int = 50, **fields: Any) -> tuple[list[Fetched], str]:
        """One visit: what is new, and the cursor to go on from."""
        messages: list[Fetched] = []
        with self.source(**fields) as source:
            for batch in source.fetch_new(cursor, limit, 1 << 40):
                messages += batch.messages
                cursor = batch.cursor
        assert cursor is not None
        return messages, cursor

    def asked(self) -> list[str]:
        """Method and path of each request to Graph since the last call, without what comes before the mailbox."""
        log = [each for each in self.microsoft.requests if each.path.startswith("/v1.0/")]
        self.microsoft.requests.clear()
        return [f"{each.method} {each.path.removeprefix(f'/v1.0/users/{ONLINE}/')}" for each in log]
