"""The list **Provider** of the account dialogs: fills in the servers of well-known providers (IN-18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QSignalBlocker

from trackit_console.console.display_text import translated
from trackit_console.settings.providers import Protocol, Provider, provider_of_address, provider_of_server, providers_with


class ProviderChoice:
    """The list in the form `ui`. Each method that returns fields leaves it to the dialog to fill them in."""

    def __init__(self, ui: Any) -> None:
        self._ui = ui
        self._protocol: Protocol = "imap"
        self._chosen = False

    @property
    def provider(self) -> Provider | None:
        """The provider that is shown; None for **Other**."""
        shown = self._ui.provider.currentData()
        return shown if isinstance(shown, Provider) else None

    @property
    def words(self) -> str:
        """What must be known or done at this provider."""
        provider = self.provider
        return " ".join(translated(each) for each in provider.notes(self._protocol)) if provider else ""

    def offer(self, protocol: Protocol, server: str) -> Mapping[str, object]:
        """Lists the providers with `protocol`. If one was chosen for another protocol: its servers for this one."""
        before, other = self.provider, protocol != self._protocol
        self._protocol = protocol
        with QSignalBlocker(self._ui.provider):
            self._ui.provider.clear()
            self._ui.provider.addItem(QCoreApplication.translate("ProviderChoice", "Other"), None)
            for each in providers_with(protocol):
                self._ui.provider.addItem(each.name, each)
        if other and self._chosen and before is not None and before.host(protocol):
            self._show(before)
            return before.preset(protocol)
        # Two providers may share a server: the one that was chosen stays.
        stays = before is not None and bool(server) and before.host(protocol) == server
        self._show(before if stays else provider_of_server(protocol, server))
        return {}

    def choose(self) -> Mapping[str, object]:
        """An entry was chosen from the list; **Other** leaves the fields as they are."""
        self._chosen = self.provider is not None
        self._show(self.provider)
        return self.provider.preset(self._protocol) if self.provider else {}

    def follow_server(self, server: str) -> None:
        """A server was typed: shows whose it is."""
        self._chosen = False
        self._show(provider_of_server(self._protocol, server))

    def complete(self, address: str, server: str) -> Mapping[str, object]:
        """An address was typed: the servers of its provider, if no server was entered yet."""
        found = None if server.strip() else provider_of_address(self._protocol, address)
        if found is None:
            return {}
        self._show(found)
        return self.choose()

    def _show(self, provider: Provider | None) -> None:
        with QSignalBlocker(self._ui.provider):
            at = next((at for at in range(self._ui.provider.count()) if self._ui.provider.itemData(at) == provider), 0)
            self._ui.provider.setCurrentIndex(at)
        # Of a provider whose mail is read better in another way, the notice says it.
        words = "" if provider is not None and provider.offers_graph else self.words
        self._ui.provider_hint.setText(words)
        self._ui.provider_hint.setVisible(bool(words))
