"""Searches for the address of Exchange Web Services for a form, with the password that is typed or stored (IN-08)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import SecretStr

    from trackit_console.cancel import Cancel
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.transports.autodiscover import DiscoveryStep


@dataclass(frozen=True, slots=True)
class Wanted:
    """The service of `address`; `hosts` may have the password although they are not trusted by themselves."""

    address: str
    user: str
    password: SecretStr | None = None
    ca_file: str | None = None
    hosts: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Discovered:
    """What came of a search. `kept_from` are hosts that asked for the password and were not trusted with it."""

    url: str | None
    tried: Sequence[DiscoveryStep]
    kept_from: Sequence[str] = ()


DiscoverUrl = Callable[[Wanted, "Cancel"], Generator["DiscoveryStep", None, Discovered]]
"""Runs on a worker thread; yields each step as it starts and ends."""


def discover_url(wanted: Wanted, cancel: Cancel) -> Generator[DiscoveryStep, None, Discovered]:
    """Searches with the password of `wanted`, which must not be a stored one."""
    from trackit_console.transports.importing import IMPORTING

    with IMPORTING:
        from trackit_console.transports.autodiscover import Discovery
        from trackit_console.transports.autodiscover_web import Network
        from trackit_console.transports.steps import StepState

    kept_from: list[str] = []

    def may_send_to(host: str) -> bool:
        # A worker thread cannot ask: the person is asked afterwards, and the search is made again.
        if host not in wanted.hosts:
            kept_from.append(host)
        return host in wanted.hosts

    password = wanted.password.get_secret_value() if wanted.password else ""
    search = Discovery(wanted.address, Network(cancel, wanted.ca_file), password, wanted.user, may_send_to)
    tried: list[DiscoveryStep] = []
    for step in search.run():
        if step.state is not StepState.RUNNING:
            tried.append(step)
        yield step
    return Discovered(search.url, tried, tuple(dict.fromkeys(kept_from)))


class Discoveries:
    """A `StoredSecret` stands for the password that the database has of the mailbox."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def of_mailbox(self, mailbox_id: int | None, wanted: Wanted, cancel: Cancel) -> Generator[DiscoveryStep, None, Discovered]:
        """As `discover_url`; raises `StoreError` where a stored password is opened."""
        from trackit_console.settings.stored_secret import StoredSecret

        if isinstance(wanted.password, StoredSecret):
            wanted = replace(wanted, password=self._stored_password(mailbox_id or 0))
        return (yield from discover_url(wanted, cancel))

    def _stored_password(self, mailbox_id: int) -> SecretStr | None:
        with self._connection.database.reading() as transaction:
            try:
                mailbox = transaction.mailboxes.get(mailbox_id, secrets=True).value
            except KeyError:  # deleted by somebody else, and the password with it
                return None
        return getattr(mailbox, "password", None)
