"""An organization with Exchange Web Services, and the settings with which its mailboxes are read."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from tests.servers.certificates import Certificates, ServerCertificate
from tests.servers.microsoft.entra import TENANT
from tests.servers.microsoft.ews import Ews
from tests.servers.microsoft.mailbox import Mailbox
from tests.servers.microsoft.server import Microsoft
from trackit_console.settings.exchange_mailbox import EwsBasic, EwsOAuth

CLIENT = "11111111-2222-3333-4444-555555555555"
CLIENT_SECRET = "cl1ent~secret.value"
PASSWORD = "Pässword: 1"
KINDS = ("ews_oauth", "ews_basic")


class Exchange:
    """Sign-in and Exchange on one address; a context manager. `roles` are the permissions of its one app."""

    def __init__(
        self,
        certificates: Certificates,
        *,
        certificate: ServerCertificate | None = None,
        roles: tuple[str, ...] = ("full_access_as_app",),
    ) -> None:
        self._ca_file = str(certificates.ca_file)
        self.microsoft = Microsoft(certificate or certificates)
        self.ews = Ews(self.microsoft)
        self.app = self.microsoft.entra.add_app(TENANT, CLIENT, secret=CLIENT_SECRET, roles=roles)

    @property
    def operations(self) -> list[str]:
        """The operations carried out so far."""
        return self.ews.operations

    def add(self, address: str = "support@contoso.example", **options: Any) -> Mailbox:
        """A mailbox whose account has the password `PASSWORD`."""
        mailbox = self.microsoft.add_mailbox(address, **options)
        mailbox.password = PASSWORD
        return mailbox

    def settings(self, kind: str, mailbox: Mailbox | str, **fields: Any) -> EwsOAuth | EwsBasic:
        """The settings of a mailbox of this type; any field can be given."""
        usual: dict[str, Any] = {
            "user_account_name": mailbox if isinstance(mailbox, str) else mailbox.address,
            "exchange_web_service_url": self.ews.url,
            "ca_file": self._ca_file,
        }
        if kind == "ews_basic":
            return EwsBasic(**{**usual, "password": SecretStr(PASSWORD), **fields})
        app = {
            "cloud": "other",
            "sign_in_url": self.microsoft.url,
            "graph_url": self.microsoft.url,
            "application_id": CLIENT,
            "directory_id": TENANT,
            "client_secret": SecretStr(CLIENT_SECRET),
        }
        return EwsOAuth(**{**usual, **app, **fields})

    def __enter__(self) -> Exchange:
        return self

    def __exit__(self, *exc_info: Any) -> None:
        self.microsoft.__exit__(*exc_info)
