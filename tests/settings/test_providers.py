"""The presets of well-known providers: they make settings that are valid, and are found by address and by server (IN-18)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from trackit_console.settings.mailbox import mailbox_adapter
from trackit_console.settings.outgoing import outgoing_adapter
from trackit_console.settings.providers import (
    PROVIDERS,
    Protocol,
    Provider,
    provider_of_address,
    provider_of_server,
    providers_with,
)

pytestmark = pytest.mark.covers("IN-18")

PROTOCOLS: tuple[Protocol, ...] = ("imap", "pop3", "smtp")
OFFERED = [(protocol, each) for protocol in PROTOCOLS for each in providers_with(protocol)]


@pytest.mark.parametrize(("protocol", "provider"), OFFERED, ids=[f"{each.name}-{protocol}" for protocol, each in OFFERED])
def test_a_preset_makes_an_account_that_is_encrypted(protocol: Protocol, provider: Provider) -> None:
    account = {"user_account_name": "a@example.com", **provider.preset(protocol)}
    if protocol == "smtp":
        made: Any = outgoing_adapter.validate_python({"authentication": "basic", "from_address": "a@example.com", **account})
        assert (made.security, made.port) in (("ssl", 465), ("ssl_tls", 587))
    else:
        made = mailbox_adapter.validate_python({"type": protocol, **account})
        assert (made.use_ssl, made.port) == (True, {"imap": 993, "pop3": 995}[protocol])


def test_names_and_domains_are_there_once_and_in_order() -> None:
    names = [each.name for each in PROVIDERS]
    assert names == sorted(names, key=str.casefold)
    assert {
        domain for domain, number in Counter(domain for each in PROVIDERS for domain in each.domains).items() if number > 1
    } == set()


@pytest.mark.parametrize(
    ("protocol", "address", "name"),
    [
        ("imap", "help@gmail.com", "Gmail, Google Workspace"),
        ("imap", " Help@GMX.de ", "GMX (gmx.net, gmx.de)"),
        ("smtp", "a@icloud.com", "iCloud"),
        ("pop3", "a@icloud.com", None),
        ("imap", "a@contoso.com", None),
        ("imap", "gmail.com", None),
        ("imap", "", None),
    ],
)
def test_a_provider_is_found_by_the_address(protocol: Protocol, address: str, name: str | None) -> None:
    found = provider_of_address(protocol, address)
    assert (found and found.name) == name


@pytest.mark.parametrize(
    ("server", "name"),
    [("IMAP.gmail.com.", "Gmail, Google Workspace"), ("pop.gmail.com", None), ("", None), ("mail.contoso.com", None)],
)
def test_a_provider_is_found_by_its_server(server: str, name: str | None) -> None:
    found = provider_of_server("imap", server)
    assert (found and found.name) == name


def test_notes_name_the_provider_and_what_to_do() -> None:
    said = {each.name: " ".join(str(note) for note in each.notes("imap")) for each in PROVIDERS}
    assert "app password only" in said["Gmail, Google Workspace"] and "2-Step Verification" in said["Gmail, Google Workspace"]
    assert "part of the address before the @" in said["iCloud"]
    assert "Turn on access by POP3 and IMAP" in said["WEB.DE"]
    assert "no longer accepts passwords" in said["Microsoft 365"]
    assert not [words for words in said.values() if "{" in words]
    assert "before the @" not in " ".join(str(note) for note in provider_of_address("smtp", "a@icloud.com").notes("smtp"))  # type: ignore[union-attr]
