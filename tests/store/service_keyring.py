"""A keyring as a service of Windows meets it, for a process that is told of it by PYTHON_KEYRING_BACKEND."""

from __future__ import annotations

from typing import NoReturn

from keyring.backend import KeyringBackend

NO_SESSION = (1312, "CredRead", "A specified logon session does not exist.")


class ForeignError(Exception):
    """As `pywintypes.error`: raised by a back end, and no `KeyringError`."""


class ServiceKeyring(KeyringBackend):
    """Windows Credential Manager without a logon session."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> NoReturn:
        raise ForeignError(*NO_SESSION)

    def set_password(self, service: str, username: str, password: str) -> NoReturn:
        raise ForeignError(*NO_SESSION, password)

    def delete_password(self, service: str, username: str) -> NoReturn:
        raise ForeignError(*NO_SESSION)
