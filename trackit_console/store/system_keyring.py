"""The keyring of the operating system, which may be missing or refuse: then secrets lie in files (SEC-02).

The only place that calls the `keyring` library.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from trackit_console.logs import component

SERVICE = "Track-It! Email Configuration"
"""The name under which a keyring shows our entries."""
Answer = TypeVar("Answer")


class KeyringModule:
    """The calls of the `keyring` library that are used."""

    def __init__(self) -> None:
        import keyring  # searches for back ends, so only when a secret is needed

        self.get_password = keyring.get_password
        self.set_password = keyring.set_password
        self.delete_password = keyring.delete_password


class SystemKeyring:
    """Reads, keeps and forgets secrets by the name of their user. Raises nothing: without a keyring nothing is found or kept."""

    def __init__(self) -> None:
        self.trouble = ""
        """The class of the error, if the keyring could not be used."""

    def read(self, user: str) -> str | None:
        """The secret of `user`, None without one."""
        stored = self._ask(lambda keyring: keyring.get_password(SERVICE, user))
        return stored if isinstance(stored, str) else None

    def keep(self, user: str, secret: str) -> bool:
        """Whether the secret is kept. It is read back, because the null back end accepts everything and stores nothing."""

        def keep(keyring: KeyringModule) -> bool:
            keyring.set_password(SERVICE, user, secret)
            return keyring.get_password(SERVICE, user) == secret

        return self._ask(keep) is True

    def forget(self, user: str) -> None:
        """Deletes the secret of `user`, if there is one."""
        if self.read(user) is not None:
            self._ask(lambda keyring: keyring.delete_password(SERVICE, user))

    def _ask(self, question: Callable[[KeyringModule], Answer]) -> Answer | None:
        """The answer, or None if there is no keyring. Back ends raise exceptions of any class: the one of Windows raises
        `pywintypes.error` for a service without a logon session.
        """
        try:
            return question(KeyringModule())
        except Exception as error:
            # Only the class: the text could contain the secret.
            kind = f"{type(error).__module__}.{type(error).__qualname__}"
            if not self.trouble:
                component("Database").info("The keyring of this computer cannot be used (%s); secrets are kept in files.", kind)
            self.trouble = kind
            return None
