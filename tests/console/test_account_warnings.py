"""What the list, the tile and the page say of a credential that expires and of what Microsoft ends (IN-16, IN-17, OUT-02)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from tests.console.conftest import Person
from tests.settings.samples import GUID
from trackit_console.console.display_text import day_text
from trackit_console.console.status_pills import mailbox_pill, mailbox_problem
from trackit_console.domain.polling import MailboxState, PollError
from trackit_console.settings.exchange_mailbox import EwsOAuth, Microsoft365
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.outgoing import BasicOutgoing, Microsoft365Outgoing
from trackit_console.store.row_mapping import Stored

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = NOW.astimezone().date()
SOON, PAST = TODAY + timedelta(days=10), TODAY - timedelta(days=3)
APPLICATION: dict[str, Any] = {"application_id": GUID, "directory_id": GUID}
SECRET: dict[str, Any] = {**APPLICATION, "client_secret": SecretStr("abc~8Q")}
CERTIFICATE: dict[str, Any] = {**APPLICATION, "certificate_file": "C:\\helpdesk.pfx"}
AT_MICROSOFT = "https://outlook.office365.com/EWS/Exchange.asmx"


def microsoft365(expires: date | None, enabled: bool = True, **credential: Any) -> Mailbox:
    return Microsoft365(user_id="a@contoso.com", secret_expires=expires, enabled=enabled, **(credential or SECRET))


def ews(url: str = AT_MICROSOFT, enabled: bool = True) -> Mailbox:
    return EwsOAuth(user_account_name="b@contoso.com", exchange_web_service_url=url, enabled=enabled, **SECRET)


def polled(step: str = "") -> MailboxState:
    """The state after a visit that failed in `step`, or went well."""
    error = PollError(step, "transports", "anything") if step else None
    return MailboxState(1, None, NOW, NOW, None, False, 0, 0, None, error, 0, 0)


@pytest.mark.covers("IN-15", "IN-16", "IN-17")
@pytest.mark.parametrize(
    ("mailbox", "state", "tone", "words"),
    [
        pytest.param(microsoft365(TODAY + timedelta(days=31)), polled(), "ok", "Working", id="31-days-ahead"),
        pytest.param(microsoft365(SOON), polled(), "warn", "Secret expires", id="soon"),
        pytest.param(microsoft365(SOON, **CERTIFICATE), None, "warn", "Certificate expires", id="soon-never-checked"),
        pytest.param(microsoft365(PAST), polled(), "bad", "Secret expired", id="expired"),
        pytest.param(microsoft365(PAST, **CERTIFICATE), polled(), "bad", "Certificate expired", id="expired-certificate"),
        pytest.param(microsoft365(PAST), polled("sign_in"), "bad", "Secret expired", id="expired-explains-the-refusal"),
        pytest.param(microsoft365(PAST), polled("connect"), "bad", "No connection", id="expired-does-not-hide-another-error"),
        pytest.param(microsoft365(SOON), polled("sign_in"), "bad", "Sign-in refused", id="an-error-before-a-warning"),
        pytest.param(microsoft365(PAST, enabled=False), None, "dim", "Disabled", id="disabled"),
        pytest.param(ews(), polled(), "warn", "EWS has ended", id="ews-at-microsoft"),
        pytest.param(ews("https://mail.contoso.com/EWS/Exchange.asmx"), polled(), "ok", "Working", id="ews-of-ones-own"),
    ],
)
def test_a_mailbox_says_what_will_stop_it(
    qapp: object, mailbox: Mailbox, state: MailboxState | None, tone: str, words: str
) -> None:
    pill = mailbox_pill(Stored(1, 1, mailbox), state, NOW)
    assert (pill[0], pill[1].startswith(words)) == (tone, True), pill


@pytest.mark.covers("IN-17")
def test_the_tip_says_the_day_and_what_to_do(qapp: object) -> None:
    said = mailbox_problem(Stored(1, 1, microsoft365(SOON)), polled(), NOW)
    assert f"expires on {day_text(SOON)}. Create a new one in Microsoft Entra" in said
    assert "Use Microsoft 365 with OAuth" in mailbox_problem(Stored(1, 1, ews(enabled=False)), None, NOW)


@pytest.mark.covers("IN-16", "IN-17", "T-03")
def test_list_tile_and_outgoing_account_warn(person: Person) -> None:
    today = datetime.now().astimezone().date()
    outgoing = Microsoft365Outgoing(from_address="a@contoso.com", secret_expires=today + timedelta(days=5), **SECRET)
    with person.window.services.database.begin() as transaction:
        transaction.mailboxes.add(microsoft365(today - timedelta(days=1)), "setup")
        transaction.mailboxes.add(ews(), "setup")
        transaction.settings.save_outgoing(outgoing, None, "setup")
    page = person.page("incoming")
    person.wait(lambda: page.table.shown == 2)
    assert sorted(page.list_columns.status(each) for each in page.table.model.rows) == [
        ("bad", "Secret expired"),
        ("warn", "EWS has ended"),
    ]
    assert "The client secret expires on" in page.ui.outgoing_detail.text()
    tile = person.page("tiles").tiles["incoming"]
    person.wait(lambda: tile.state is not None)
    words = [said for _, said in tile.state.pills]
    assert words[-3:] == ["1 with an expired secret", "1 with an expiring secret", "1 on EWS, which has ended"]


@pytest.mark.covers("OUT-02", "T-03")
@pytest.mark.parametrize(
    ("server", "sign_in", "warned"),
    [
        ("smtp.office365.com", {"user_account_name": "a", "password": SecretStr("x")}, True),
        ("smtp.office365.com", {"smtp_requires_authentication": False}, False),
        ("smtp.contoso.com", {"user_account_name": "a", "password": SecretStr("x")}, False),
    ],
    ids=["password at Microsoft", "no sign-in", "another server"],
)
def test_the_end_of_passwords_at_microsoft_is_told_of_the_outgoing_account(
    person: Person, server: str, sign_in: dict[str, Any], warned: bool
) -> None:
    outgoing = BasicOutgoing(from_address="a@contoso.com", smtp_server_name=server, port=587, **sign_in)
    with person.window.services.database.begin() as transaction:
        transaction.settings.save_outgoing(outgoing, None, "setup")
    page = person.page("incoming")
    person.wait(lambda: server in page.ui.outgoing_detail.text())
    assert ("Exchange Online is ending sign-in with a password for SMTP" in page.ui.outgoing_detail.text()) == warned
    tile = person.page("tiles").tiles["incoming"]
    person.wait(lambda: tile.state is not None)
    assert (("warn", "SMTP password is ending") in tile.state.pills) == warned
