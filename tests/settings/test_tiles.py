"""What keeps a tile red, in words (T-02), and what a filter rule looks for (FIL-03)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.settings.samples import GUID, SECRET, imap, microsoft365
from trackit_console.settings.exchange_mailbox import EwsBasic
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.mailbox_checks import credential_missing
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.outgoing import BasicOutgoing, Microsoft365Outgoing, outgoing_adapter
from trackit_console.settings.people import Technician, TicketTemplate
from trackit_console.settings.tiles import EmailSettings, Tile, missing

IMAP_365 = {"authentication": "microsoft365", "application_id": GUID, "directory_id": GUID}
READY = imap(password=SECRET)
SMTP = BasicOutgoing(
    smtp_server_name="smtp.example.com", port=25, smtp_requires_authentication=False, from_address="a@example.com"
)
SIGNED_IN = SMTP.model_copy(update={"smtp_requires_authentication": True, "user_account_name": "a"})
BY_GRAPH = outgoing_adapter.validate_python(
    {
        "authentication": "microsoft365",
        "application_id": microsoft365().application_id,
        "directory_id": microsoft365().directory_id,
        "from_address": "a@example.com",
    }
)
assert isinstance(BY_GRAPH, Microsoft365Outgoing)
EWS = EwsBasic(
    user_account_name="ews@example.com", exchange_web_service_url="https://mail.example.com/EWS/Exchange.asmx", password=SECRET
)
TICKET = MonitorSettings(create_ticket_on_authentication_failure=True, ticket_template="Outage")


@pytest.mark.covers("T-02", "MON-03")
@pytest.mark.parametrize(
    ("tile", "settings", "said"),
    [
        pytest.param(
            Tile.INCOMING_AND_OUTGOING,
            EmailSettings(),
            ["No incoming mailbox is configured.", "Outgoing email is not configured."],
            id="nothing",
        ),
        pytest.param(Tile.INCOMING_AND_OUTGOING, EmailSettings([READY], SMTP), [], id="complete"),
        pytest.param(
            Tile.INCOMING_AND_OUTGOING, EmailSettings([READY], None), ["Outgoing email is not configured."], id="no-outgoing"
        ),
        pytest.param(
            Tile.INCOMING_AND_OUTGOING,
            EmailSettings([imap(password=SECRET, enabled=False)], SMTP),
            ["No incoming mailbox is enabled."],
            id="none-enabled",
        ),
        pytest.param(
            Tile.INCOMING_AND_OUTGOING,
            EmailSettings([READY, imap(name="Sales")], SMTP),
            ["Mailbox Sales has no password or secret stored."],
            id="no-password",
        ),
        pytest.param(
            Tile.INCOMING_AND_OUTGOING,
            EmailSettings([microsoft365()], SMTP),
            ["Mailbox cloud@example.com has no password or secret stored."],
            id="no-client-secret",
        ),
        pytest.param(
            Tile.INCOMING_AND_OUTGOING, EmailSettings([microsoft365(certificate_file="/a.pem")], SMTP), [], id="certificate-instead"
        ),
        pytest.param(
            Tile.INCOMING_AND_OUTGOING, EmailSettings([READY, imap(name="Sales", enabled=False)], SMTP), [], id="disabled-may-lack"
        ),
        pytest.param(
            Tile.INCOMING_AND_OUTGOING,
            EmailSettings([READY], SIGNED_IN),
            ["The outgoing account has no password or secret stored."],
            id="no-outgoing-password",
        ),
        pytest.param(
            Tile.INCOMING_AND_OUTGOING,
            EmailSettings([READY], BY_GRAPH),
            ["The outgoing account has no password or secret stored."],
            id="no-outgoing-secret",
        ),
        pytest.param(Tile.MONITOR, EmailSettings(), [], id="monitor-of-a-new-database"),
        pytest.param(
            Tile.MONITOR, EmailSettings(monitor=TICKET), ["The ticket template Outage no longer exists."], id="template-is-gone"
        ),
        pytest.param(
            Tile.MONITOR, EmailSettings(monitor=TICKET, ticket_templates=[TicketTemplate(name="Outage")]), [], id="template-is-there"
        ),
        pytest.param(
            Tile.MONITOR, EmailSettings(monitor=TICKET, ticket_templates=[TicketTemplate(name="OUTAGE")]), [], id="in-other-letters"
        ),
        pytest.param(Tile.FILTERS, EmailSettings(), [], id="filters"),
    ],
)  # fmt: skip
def test_a_tile_says_what_is_missing(tile: Tile, settings: EmailSettings, said: list[str]) -> None:
    assert [str(each) for each in missing(tile, settings)] == said


@pytest.mark.parametrize(
    ("mailbox", "lacking"),
    [
        (READY, False),
        (imap(), True),
        (imap(password="x", **IMAP_365), True),
        (imap(client_secret="x", **IMAP_365), False),
        (microsoft365(), True),
        (microsoft365(client_secret="x"), False),
        (EWS, False),
    ],
    ids=["imap", "imap-without", "imap-365-without", "imap-365", "graph-without", "graph", "ews"],
)
def test_a_mailbox_without_credential_is_known(mailbox: Any, lacking: bool) -> None:
    assert credential_missing(mailbox) is lacking


@pytest.mark.parametrize(
    ("mailbox", "title", "place"),
    [
        pytest.param(imap(name="Support"), "Support", "mail.example.com:993", id="named"),
        pytest.param(imap(), "support@example.com", "mail.example.com:993", id="address"),
        pytest.param(imap(user_account_name="bo"), "bo", "mail.example.com:993", id="account"),
        pytest.param(
            imap(user_account_name="bo", email_address="b@example.com"), "b@example.com", "mail.example.com:993", id="own-address"
        ),
        pytest.param(microsoft365(), "cloud@example.com", "worldwide", id="graph"),
        pytest.param(EWS, "ews@example.com", "https://mail.example.com/EWS/Exchange.asmx", id="ews"),
    ],
)
def test_a_mailbox_is_shown_by_name_address_or_account(mailbox: Any, title: str, place: str) -> None:
    assert (mailbox.title, mailbox.place) == (title, place)


@pytest.mark.covers("FIL-03")
@pytest.mark.parametrize(
    ("text", "needles"),
    [
        pytest.param("Out of Office", ("out of office",), id="plain"),
        pytest.param("STRASSE Straße", ("strasse strasse",), id="folded"),
        pytest.param("a@example.com, B@example.com", ("a@example.com", "b@example.com"), id="addresses"),
        pytest.param("a@example.com,", ("a@example.com",), id="comma-at-the-end"),
        pytest.param("Sale, 50 % off", ("sale, 50 % off",), id="comma-in-words"),
        pytest.param("Bo, b@example.com", ("bo, b@example.com",), id="words-and-address"),
        pytest.param(",,", (",,",), id="only-commas"),
    ],
)
def test_a_rule_looks_for_its_text_or_each_of_its_addresses(text: str, needles: tuple[str, ...]) -> None:
    assert FilterRule(text=text).needles == needles


def test_a_technician_has_each_address_once() -> None:
    ada = Technician(name="Ada", email="Ada@example.com", mapped_addresses=["ADA@example.com", "home@example.org"])
    assert ada.addresses == ("ada@example.com", "home@example.org")
