"""A person at Graph: an app that may do everything in one mailbox, and its requests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.message_factory import raw_message
from tests.servers.certificates import Certificates
from tests.servers.microsoft import TENANT, Mailbox, Microsoft

CLIENT = "11111111-2222-3333-4444-555555555555"
ADDRESS = "support@contoso.example"
SECRET = "s3cret~value"
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
WAIT = 10.0


@pytest.fixture
def mailbox(microsoft: Microsoft) -> Mailbox:
    """A mailbox with an app that may read, write and send in it."""
    microsoft.entra.add_app(TENANT, CLIENT, secret=SECRET, roles=["Mail.ReadWrite", "Mail.Send"])
    return microsoft.add_mailbox(ADDRESS)


def trusting_session(ca_file: Path) -> requests.Session:
    session = requests.Session()
    session.verify = str(ca_file)
    session.trust_env = False  # REQUESTS_CA_BUNDLE would win over `verify`
    return session


class Client:
    """Graph by requests, with a token that needed no sign-in; paths begin below the user."""

    def __init__(self, microsoft: Microsoft, ca_file: Path, user: str = ADDRESS) -> None:
        self.microsoft = microsoft
        self.session = trusting_session(ca_file)
        self.user = user
        self.sign_in()

    def sign_in(self, resource: str = "https://graph.microsoft.com") -> None:
        self.session.headers["Authorization"] = f"Bearer {self.microsoft.entra.token(TENANT, CLIENT, resource)}"

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        url = path if path.startswith("https") else f"{self.microsoft.url}/v1.0/users/{self.user}/{path}"
        return self.session.request(method, url, timeout=WAIT, **options)

    def get(self, path: str, **query: str) -> requests.Response:
        return self("GET", path, params={name.replace("__", "$"): value for name, value in query.items()} or None)

    def ids(self, path: str, **query: str) -> list[str]:
        return [item["id"] for item in self.get(path, **query).json()["value"]]


@pytest.fixture
def graph(microsoft: Microsoft, mailbox: Mailbox, certificates: Certificates) -> Iterator[Client]:
    client = Client(microsoft, certificates.ca_file)
    with client.session:
        yield client


def code(response: requests.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def fill(mailbox: Mailbox, count: int, folder: str = "inbox") -> list[str]:
    """Delivers so many messages, a minute apart; their ids, oldest first."""
    return [mailbox.deliver(raw_message(n), folder, received=START + timedelta(minutes=n)) for n in range(count)]


IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
