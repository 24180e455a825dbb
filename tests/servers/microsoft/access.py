"""Who may do what in which mailbox, and how many requests may be in flight at once."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from tests.servers.microsoft import errors
from tests.servers.microsoft.entra import GRAPH_RESOURCES, Entra
from tests.servers.microsoft.errors import GraphError
from tests.servers.microsoft.http import Request, Response
from tests.servers.microsoft.mailbox import Mailbox
from tests.servers.microsoft.tokens import Token, TokenError

READ_BASIC = frozenset({"Mail.ReadBasic.All", "Mail.ReadBasic", "Mail.Read", "Mail.ReadWrite"})
READ = frozenset({"Mail.Read", "Mail.ReadWrite"})
WRITE = frozenset({"Mail.ReadWrite"})
SEND = frozenset({"Mail.Send"})
TRANSLATE = frozenset({"User.Read.All", "User.ReadWrite.All"})

CONCURRENCY = 4
"""Requests in flight of one app in one mailbox (throttling-limits)."""


class Directory:
    """Mailboxes by object id, user principal name or any SMTP address, none of which minds letter case."""

    def __init__(self) -> None:
        self.mailboxes: list[Mailbox] = []
        self._by_name: dict[str, Mailbox] = {}

    def add(self, mailbox: Mailbox) -> None:
        self.mailboxes.append(mailbox)
        for name in (mailbox.object_id, mailbox.upn, mailbox.address, *mailbox.aliases):
            self._by_name[name.lower()] = mailbox

    def find(self, name: str) -> Mailbox | None:
        return self._by_name.get(name.lower())


class Access:
    """Reads the token of a request to Graph and finds the mailbox; each refusal is a `GraphError`."""

    def __init__(self, entra: Entra, directory: Directory, now: Callable[[], datetime]) -> None:
        self._entra, self._directory, self.now = entra, directory, now
        self._in_flight: Counter[tuple[str, str]] = Counter()
        self._changed = threading.Condition()
        self.retry_after = 1
        self.one_limit_per_app = False
        """Counts an app's requests over all mailboxes, as later copies of the documentation have it."""

    def token(self, request: Request) -> Token:
        kind, _, text = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not text.strip():
            raise errors.unauthenticated("Access token is empty.")
        host = request.headers.get("host", "").partition(":")[2]
        own = {f"https://{name}:{host}" for name in ("localhost", "127.0.0.1")}
        try:
            return self._entra.read_token(text.strip(), set(GRAPH_RESOURCES) | own)
        except TokenError as problem:
            raise errors.unauthenticated(str(problem)) from None

    def mailbox(self, request: Request, token: Token, name: str) -> Mailbox:
        """The mailbox of `/users/{name}`, whoever asks."""
        found = self._directory.find(name)
        if found is None or found.tenant not in (None, token.tenant):
            raise errors.invalid_user(name)
        request.mailbox = found.address
        if not found.licensed:
            raise errors.mailbox_not_enabled()
        return found

    def check(self, token: Token, mailbox: Mailbox, wanted: frozenset[str]) -> None:
        """One of the `wanted` permissions, by consent in the directory or by a role of RBAC for this mailbox."""
        if token.client_id in mailbox.blocked_apps:
            raise errors.blocked_by_policy(raop=mailbox.blocked_apps[token.client_id])
        app = self._entra.app(token.tenant, token.client_id)
        scoped = app.scopes.get(mailbox.address, set()) if app else set()
        if not wanted & (token.roles | {role.removeprefix("Application ") for role in scoped}):
            raise errors.access_denied()

    @contextmanager
    def slot(self, request: Request) -> Iterator[Response | None]:
        """Counts a request as in flight; gives the refusal to one too many."""
        key = self._key(request)
        if key is None:
            yield None
            return
        with self._changed:
            full = self._in_flight[key] >= CONCURRENCY
            self._in_flight[key] += not full
            self._changed.notify_all()
        if full:
            yield errors.over_concurrency_limit(self.retry_after).response()
            return
        try:
            yield None
        finally:
            with self._changed:
                self._in_flight[key] -= 1
                self._changed.notify_all()

    def wait_in_flight(self, count: int, timeout: float = 10) -> bool:
        """Waits until so many requests are in flight, over all apps and mailboxes; False when the time is up first."""
        with self._changed:
            return self._changed.wait_for(lambda: self._in_flight.total() == count, timeout)

    def _key(self, request: Request) -> tuple[str, str] | None:
        """App and mailbox; None for a request that is refused anyway."""
        name = re.match(r"/v1\.0/users(?:/|\(')([^/']+)", request.path, re.IGNORECASE)
        try:
            mailbox = self._directory.find(name[1]) if name else None
            return (self.token(request).client_id, "" if self.one_limit_per_app else mailbox.address) if mailbox else None
        except GraphError:
            return None
