"""A secret that was not opened: it passes for one, says nothing, and cannot be used by mistake (SEC-02)."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from tests.settings.samples import imap
from trackit_console.settings.mailbox_checks import credential_missing
from trackit_console.settings.stored_secret import StoredSecret


@pytest.mark.covers("SEC-02", "IN-12")
def test_it_counts_as_a_password_and_shows_nothing() -> None:
    mailbox = imap(password=StoredSecret("v1:sealed"))
    assert mailbox.password == StoredSecret() != SecretStr("")
    assert not credential_missing(mailbox)
    assert mailbox.model_dump(mode="json")["password"] == "*" * 10
    assert "sealed" not in f"{mailbox!r} {mailbox.password} {mailbox.model_dump_json()}"


@pytest.mark.covers("SEC-02")
def test_whoever_wants_its_value_is_told_how_to_get_it() -> None:
    with pytest.raises(TypeError, match="secrets=True"):
        StoredSecret("v1:sealed").get_secret_value()
