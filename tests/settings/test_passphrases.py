"""Secrets in a configuration file: sealed under a passphrase, each for its field (DB-06, SEC-02)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.settings.samples import CANARY, MAILBOXES, OUTGOINGS
from trackit_console.settings.configuration import Configuration
from trackit_console.settings.configuration_reading import read_configuration
from trackit_console.settings.configuration_writing import write_configuration
from trackit_console.settings.passphrase_errors import NotSealed, PassphraseNeeded, PassphraseTooShort, WrongPassphrase
from trackit_console.settings.passphrase_strength import Strength, strength
from trackit_console.settings.passphrases import PassphraseSeal, SealHeader
from trackit_console.settings.yaml_lines import ConfigurationRefused

PASSPHRASE = "correct horse battery staple"
CHEAP = SealHeader(b"s" * 16, cost=2**14)
SEAL = PassphraseSeal(PASSPHRASE, CHEAP)
pytestmark = pytest.mark.covers("DB-06", "SEC-02")


def unsealed(text: str) -> Any:
    """The data of a file without what differs from one export to the next."""
    data = yaml.safe_load(text)
    data.pop("secrets")
    for owner in (*data.get("mailboxes", ()), data.get("outgoing") or {}):
        for name, value in owner.items():
            if isinstance(value, dict) and set(value) == {"sealed"}:
                owner[name] = "sealed"
    return data


@pytest.mark.parametrize("name", [*MAILBOXES, *OUTGOINGS])
def test_every_secret_comes_back_from_the_file_and_none_is_in_it(name: str) -> None:
    part = {"mailboxes": [MAILBOXES[name]]} if name in MAILBOXES else {"outgoing": OUTGOINGS[name]}
    configuration = Configuration(version=1, **part)
    text = write_configuration(configuration, SEAL)
    assert CANARY not in text and PASSPHRASE not in text
    assert "sealed:" in text
    again = read_configuration(text, Path.cwd(), PASSPHRASE).configuration
    assert again == configuration
    assert unsealed(write_configuration(again, SEAL)) == unsealed(text)


def file_of() -> str:
    return write_configuration(Configuration(version=1, mailboxes=[MAILBOXES["imap"]]), SEAL)  # type: ignore[list-item]


def test_a_wrong_passphrase_and_a_missing_one_are_told_at_once() -> None:
    with pytest.raises(WrongPassphrase) as wrong:
        read_configuration(file_of(), Path.cwd(), PASSPHRASE.upper())
    with pytest.raises(PassphraseNeeded):
        read_configuration(file_of(), Path.cwd())
    assert PASSPHRASE not in f"{wrong.value!r} {wrong.value} {wrong.value.__cause__!r}" and wrong.value.__cause__ is None
    assert repr(SEAL) == "PassphraseSeal()"


def test_a_file_without_sealed_secrets_needs_no_passphrase() -> None:
    text = write_configuration(Configuration(version=1, mailboxes=[MAILBOXES["imap"]]))  # type: ignore[list-item]
    for passphrase in (None, PASSPHRASE):
        [mailbox] = read_configuration(text, Path.cwd(), passphrase).configuration.mailboxes or []
        assert getattr(mailbox, "password", "") is None


@pytest.mark.parametrize(
    "moved",
    [
        lambda text: text.replace("name: Support ☎", "name: Another"),
        lambda text: text.replace("  password:\n", "  client_secret:\n"),
        lambda text: text.replace("sealed: ", "sealed: AAAA"),
        lambda text: text.replace("sealed: ", "sealed: ä"),
    ],
    ids=["mailbox", "field", "changed", "no base64"],
)
def test_a_sealed_secret_opens_in_its_place_alone(moved: Any) -> None:
    text = moved(file_of())
    with pytest.raises(ConfigurationRefused) as refused:
        read_configuration(text, Path.cwd(), PASSPHRASE)
    [found] = refused.value.findings
    assert found.found.rule == "sealed_elsewhere"
    assert text.splitlines()[found.line - 1].strip() in ("password:", "client_secret:")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cost", 2**30),
        ("cost", 2),
        ("cost", True),
        ("block_size", 8000),
        ("parallelization", 99),
        ("sealed_by", "rot13"),
        ("salt", "abc"),
        ("salt", 5),
        ("check", None),
    ],
)
def test_a_header_that_would_cost_gigabytes_or_is_none_is_refused(name: str, value: object) -> None:
    data = yaml.safe_load(file_of())
    data["secrets"][name] = value
    for text in (yaml.safe_dump(data), yaml.safe_dump(data | {"secrets": value})):
        with pytest.raises(ConfigurationRefused) as refused:
            read_configuration(text, Path.cwd(), PASSPHRASE)
        assert [each.found.field for each in refused.value.findings] == ["secrets"]


@given(st.text(max_size=40), st.text(max_size=20))
def test_whatever_is_sealed_opens_for_its_place_and_no_other(secret: str, place: str) -> None:
    try:
        secret.encode()
    except UnicodeEncodeError:
        return
    sealed = SEAL.seal(secret, "here" + place.encode("ascii", "ignore").decode())
    assert SEAL.open(sealed, "here" + place.encode("ascii", "ignore").decode()) == secret
    with pytest.raises(NotSealed):
        SEAL.open(sealed, "there")


def test_two_exports_share_neither_salt_nor_sealed_text() -> None:
    one, other = PassphraseSeal.new(PASSPHRASE), PassphraseSeal.new(PASSPHRASE)
    assert one.header.salt != other.header.salt
    assert one.seal("secret", "here") != one.seal("secret", "here")
    with pytest.raises(NotSealed):
        other.open(one.seal("secret", "here"), "here")


@pytest.mark.parametrize(
    ("passphrase", "expected"),
    [
        ("short", Strength.TOO_SHORT),
        ("aaaaaaaaaaaa", Strength.WEAK),
        ("password", Strength.WEAK),
        ("printer-floor", Strength.FAIR),
        (PASSPHRASE, Strength.STRONG),
        ("G7#kq!2vXz9@pLm4", Strength.STRONG),
    ],
)
def test_how_good_a_passphrase_is(passphrase: str, expected: Strength) -> None:
    assert strength(passphrase) is expected


def test_a_passphrase_that_is_too_short_seals_nothing() -> None:
    with pytest.raises(PassphraseTooShort) as short:
        PassphraseSeal.new("1234567")
    assert "8 characters" in str(short.value) and "1234567" not in str(short.value)


def test_a_secret_that_was_opened_is_masked_in_the_logs() -> None:
    from trackit_console.log_masking import SECRETS

    text = write_configuration(
        Configuration(version=1, mailboxes=[MAILBOXES["imap"].model_copy(update={"password": SecretStr("c4n4ry of the file")})]),  # type: ignore[list-item]
        SEAL,
    )
    read_configuration(text, Path.cwd(), PASSPHRASE)
    assert "c4n4ry of the file" not in SECRETS.masked("refused: c4n4ry of the file")
    assert PASSPHRASE not in SECRETS.masked(f"typed: {PASSPHRASE}")
