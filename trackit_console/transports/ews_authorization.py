"""How requests to Exchange Web Services are signed: by a password, or by the token of an app registration (IN-03, IN-04)."""

from __future__ import annotations

import base64
from typing import Protocol

from trackit_console.transports.entra import EntraSession
from trackit_console.transports.masking import Masking


class Authorization(Protocol):
    """Signs requests."""

    def header(self) -> str:
        """The value of the header Authorization; raises `TransportError`."""
        ...

    def renew(self) -> bool:
        """Whether the next header is another one, after the last was refused; raises `TransportError`."""
        ...


class ByPassword:
    """Basic authentication (RFC 7617), in UTF-8."""

    def __init__(self, name: str, password: str) -> None:
        self._header = "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()

    def header(self) -> str:
        return self._header

    def renew(self) -> bool:
        return False


class ByToken:
    """Bearer authentication (RFC 6750); `masking` learns every token."""

    def __init__(self, entra: EntraSession, masking: Masking) -> None:
        self._entra = entra
        self._masking = masking
        self._token = ""

    def header(self) -> str:
        self._token = self._entra.token()
        self._masking.add_secret(self._token)
        return f"Bearer {self._token}"

    def renew(self) -> bool:
        return self._entra.renew(self._token) != self._token
