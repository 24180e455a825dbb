"""What is said in time: a credential that expires (IN-17), and EWS where Microsoft has ended it (IN-16)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.settings.samples import GUID, SAMPLES, imap, microsoft365
from trackit_console.settings.ews_retirement import ews_ended, is_microsoft_host
from trackit_console.settings.expiry import Expiry, ExpiryState, expiry_of

TODAY = date(2026, 11, 25)


@pytest.mark.covers("IN-17")
@pytest.mark.parametrize(
    ("days", "state", "words"),
    [
        pytest.param(400, ExpiryState.VALID, "", id="far-away"),
        pytest.param(31, ExpiryState.VALID, "", id="31-days-before"),
        pytest.param(30, ExpiryState.EXPIRES_SOON, "expires on 2026-12-25. Create a new one", id="30-days-before"),
        pytest.param(0, ExpiryState.EXPIRES_SOON, "expires on 2026-11-25", id="last-day"),
        pytest.param(-1, ExpiryState.EXPIRED, "expired on 2026-11-24. Create a new one", id="the-day-after"),
    ],
)
def test_an_expiry_is_told_from_30_days_ahead(days: int, state: ExpiryState, words: str) -> None:
    expiry = expiry_of(microsoft365(secret_expires=TODAY + timedelta(days=days)), TODAY)
    assert expiry is not None
    assert (expiry.state, expiry.days_left) == (state, days)
    assert words in str(expiry.warning or "")
    assert bool(expiry.warning) == bool(words)


@pytest.mark.covers("IN-17")
def test_a_certificate_is_called_a_certificate() -> None:
    expiry = expiry_of(microsoft365(certificate_file="a.pfx", secret_expires=TODAY), TODAY)
    assert "The certificate expires" in str(expiry and expiry.warning)


@pytest.mark.covers("IN-17")
@pytest.mark.parametrize("account", [microsoft365(), imap()], ids=["not-entered", "imap"])
def test_without_a_day_nothing_expires(account: Any) -> None:
    assert expiry_of(account, TODAY) is None


@pytest.mark.covers("IN-17")
def test_a_day_changed_by_hand_to_something_else_is_no_expiry() -> None:
    assert expiry_of(microsoft365().model_copy(update={"secret_expires": "soon"}), TODAY) is None
    assert Expiry(TODAY, 0, False).state is ExpiryState.EXPIRES_SOON


@pytest.mark.covers("IN-16")
@pytest.mark.parametrize(
    "host",
    [
        "outlook.office365.com",
        "OUTLOOK.OFFICE365.COM",
        "outlook.office.com",
        "outlook.office365.us",
        "outlook-dod.office365.us",
        "partner.outlook.cn",
        "webmail.apps.mil",
        "outlook.office365.com.",
        "outlook.office365.com:443",
    ],
)
def test_a_host_of_microsoft_is_known_in_every_cloud(host: str) -> None:
    assert is_microsoft_host(f"https://{host}/EWS/Exchange.asmx")


@pytest.mark.covers("IN-16")
@pytest.mark.parametrize(
    "url", ["https://mail.contoso.com/EWS/Exchange.asmx", "https://notoffice365.com/EWS/Exchange.asmx", "", "https://[::1"]
)
def test_an_exchange_server_of_ones_own_keeps_ews(url: str) -> None:
    assert not is_microsoft_host(url)


@pytest.mark.covers("IN-16")
def test_only_ews_mailboxes_are_marked() -> None:
    ews = SAMPLES["ews_basic"].model_copy(update={"exchange_web_service_url": "https://outlook.office365.com/EWS/Exchange.asmx"})
    assert ews_ended(ews)
    assert not ews_ended(microsoft365(user_id=GUID))
    assert not ews_ended(imap(server="outlook.office365.com"))
