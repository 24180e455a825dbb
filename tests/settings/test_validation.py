"""Every rule by the values that break it, and the words in which each is told (IN-07, T-04)."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr, TypeAdapter, ValidationError

from tests.settings.samples import CANARY, FINGERPRINT, GUID, MODELS, SAMPLES, fields_of, imap, microsoft365
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.configuration import Configuration
from trackit_console.settings.database import database_adapter
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.filters import Filters
from trackit_console.settings.mailbox import MailboxType, mailbox_adapter
from trackit_console.settings.mailbox_checks import check_among, check_password
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notifications import Notification
from trackit_console.settings.outgoing import BasicOutgoing, check_from_address, outgoing_adapter
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.quiet_hours import QuietHours
from trackit_console.settings.reports import Report
from trackit_console.settings.retention import Retention
from trackit_console.settings.rule_actions import ACTION_LABELS
from trackit_console.settings.schedules import Schedule
from trackit_console.settings.service_levels import ServiceLevel
from trackit_console.settings.time_fields import WEEKDAYS
from trackit_console.settings.validation import Finding
from trackit_console.settings.validation_rules import RULES

TYPES = (*MailboxType, "basic", "sqlserver", "sqlite", *ACTION_LABELS)
CONFIGURATION: TypeAdapter[Any] = TypeAdapter(Configuration)
MONITOR: TypeAdapter[Any] = TypeAdapter(MonitorSettings)
FILTERS: TypeAdapter[Any] = TypeAdapter(Filters)
HOURS: TypeAdapter[Any] = TypeAdapter(BusinessHours)
SCHEDULE: TypeAdapter[Any] = TypeAdapter(Schedule)
QUIET: TypeAdapter[Any] = TypeAdapter(QuietHours)
NOTIFICATION: TypeAdapter[Any] = TypeAdapter(Notification)
RULE: TypeAdapter[Any] = TypeAdapter(BusinessRule)
LEVEL: TypeAdapter[Any] = TypeAdapter(ServiceLevel)
REPORT: TypeAdapter[Any] = TypeAdapter(Report)
RETENTION: TypeAdapter[Any] = TypeAdapter(Retention)
NIGHTS: TypeAdapter[Any] = TypeAdapter(NotificationSchedule)
PLAIN_RULE = {"name": "x", "actions": [{"type": "assign"}]}
MORNING = {"days": ["monday"], "opens": "09:00", "closes": "12:00"}
PLAIN_IMAP = {"type": "imap", "server": "mail.example.com", "user_account_name": "support@example.com"}
IMAP_365 = {**PLAIN_IMAP, "authentication": "microsoft365", "application_id": GUID, "directory_id": GUID}
OUTGOING_365 = {"authentication": "microsoft365", "application_id": GUID, "directory_id": GUID, "from_address": "a@example.com"}
PLAIN_365 = {"type": "microsoft365", "application_id": GUID, "directory_id": GUID, "user_id": "a@example.com"}
PLAIN_EWS = {
    "type": "ews_basic",
    "user_account_name": "a@example.com",
    "exchange_web_service_url": "https://mail.example.com/EWS/Exchange.asmx",
}
PLAIN_SMTP = {
    "authentication": "basic",
    "smtp_server_name": "smtp.example.com",
    "user_account_name": "a@example.com",
    "from_address": "a@example.com",
}
PLAIN_SQL = {"kind": "sqlserver", "server": "sql01", "database": "TRACKIT"}


def found(adapter: TypeAdapter[Any], values: object) -> list[Finding]:
    try:
        adapter.validate_python(values)
    except ValidationError as error:
        return findings(error, TYPES)
    return []


def case(adapter: TypeAdapter[Any], plain: dict[str, Any], field: str, value: object, rule: str, name: str = "") -> Any:
    return pytest.param(adapter, {**plain, field: value}, field, rule, id=f"{field}-{name or repr(value)[:30]}-{rule}")


def mailbox(field: str, value: object, rule: str, plain: dict[str, Any] = PLAIN_IMAP, name: str = "") -> Any:
    return case(mailbox_adapter, plain, field, value, rule, name)


NO_PORTS: list[Any] = [0, 65536, -1, True, "993", 993.0, "", [], 10**30]
NUMBERED: dict[Any, Any] = {**PLAIN_IMAP, 3: 4}
REFUSED = [
    *[case(RETENTION, {}, name, days, "kept_too_short") for name in ("activity", "outgoing_mail", "audit") for days in (1, 61)],
    *[mailbox("server", value, "server_name") for value in ("https://mail.example.com", "mail.example.com:993", "a b", "10.0.0.256")],
    *[mailbox("server", value, "server_name") for value in ("mail..example.com", "-" * 64, "1.2.3", "mail/x", "[::1]")],
    mailbox("server", "", "required"),
    mailbox("server", " ", "required"),
    mailbox("server", 5, "wrong_type"),
    mailbox("server", None, "wrong_type"),
    mailbox("user_account_name", " ", "required"),
    mailbox("user_account_name", "two\nlines", "one_line"),
    *[mailbox("user_account_name", value, "principal_name", PLAIN_EWS) for value in ("support", "EXAMPLE\\support", "a@b", "a b@c.d")],
    *[mailbox("email_address", value, "email_address") for value in ("a", "a@example.com, b@example.com", "<a@example.com>")],
    *[mailbox("email_address", value, "email_address") for value in ("a@example..com", "a@.example.com", "a@example.com.")],
    mailbox("email_address", "", "required"),
    *[mailbox("port", value, "whole_number") for value in NO_PORTS],
    *[mailbox("poll_interval", value, "whole_number") for value in (0, 10000)],
    *[mailbox("use_ssl", value, "wrong_type") for value in ("yes", 1, None)],
    mailbox("starttls", True, "starttls_with_ssl"),
    mailbox("password", "", "required"),
    mailbox("password", 5, "wrong_type"),
    mailbox("password", "two\nlines", "one_line"),
    mailbox("name", "x" * 256, "too_long"),
    mailbox("name", "☎" * 255 + "😀", "too_long", name="emoji are two units"),
    *[mailbox("name", f"a{letter}b", "one_line", name=f"U+{ord(letter):04X}") for letter in "\0\n\t\x1b\x7f\x85\u2028\ud800"],
    mailbox("folder", "", "required"),
    mailbox("ca_file", "", "required"),
    mailbox("pinned_certificate", "ab" * 20, "fingerprint"),
    mailbox("pinned_certificate", "zz" * 32, "fingerprint"),
    mailbox("colour", "red", "unknown_field"),
    mailbox("client_secret", CANARY, "unknown_field", PLAIN_EWS),
    mailbox("application_id", None, "required", IMAP_365),
    mailbox("directory_id", None, "required", IMAP_365),
    mailbox("user_account_name", "EXAMPLE\\support", "principal_name", IMAP_365),
    mailbox("use_ssl", False, "oauth_in_clear", IMAP_365),
    mailbox("authentication", "kerberos", "not_a_choice"),
    mailbox("authentication", "password", "unknown_field", {**PLAIN_IMAP, "type": "pop3"}),
    *[mailbox("application_id", value, "guid", PLAIN_365) for value in ("x", GUID[:-1], f"{GUID}0", "Contoso")],
    mailbox("application_id", "", "required", PLAIN_365),
    *[mailbox("client_secret", value, "secret_id", PLAIN_365) for value in (GUID, GUID.upper(), f" {{{GUID}}} ")],
    *[mailbox("directory_id", value, "tenant_domain", PLAIN_365) for value in ("contoso.onmicrosoft.com", "contoso.com", "@contoso.com")],
    mailbox("directory_id", "common", "guid", PLAIN_365),
    *[mailbox("user_id", value, "user_id", PLAIN_365) for value in ("support", "a@b", GUID[:-1])],
    mailbox("user_id", "", "required", PLAIN_365),
    mailbox("cloud", "mars", "not_a_choice", PLAIN_365),
    *[mailbox("sign_in_url", value, "secure_web_address", PLAIN_365) for value in ("http://login.example.com", "", "login")],
    mailbox("secret_expires", "soon", "wrong_type", PLAIN_365),
    mailbox("certificate_file", "a.pem", "secret_or_certificate", {**PLAIN_365, "client_secret": "x"}),
    *[
        mailbox("exchange_web_service_url", value, "ews_url", PLAIN_EWS)
        for value in (
            "http://mail.example.com/EWS/Exchange.asmx",
            "https://mail.example.com",
            "https://mail.example.com/EWS/",
            "https://a@mail.example.com/EWS/Exchange.asmx",
            "https:///EWS/Exchange.asmx",
            "https://mail.example.com/EWS/Exchange.asmx?wsdl",
        )
    ],
    mailbox("exchange_web_service_url", "", "required", PLAIN_EWS),
    pytest.param(mailbox_adapter, {**PLAIN_365, "cloud": "other"}, "sign_in_url", "cloud_addresses", id="cloud-without-addresses"),
    pytest.param(mailbox_adapter, {"type": "imap"}, "server", "required", id="imap-without-anything"),
    pytest.param(mailbox_adapter, {}, "type", "required", id="mailbox-without-type"),
    pytest.param(mailbox_adapter, {"type": "exchange"}, "type", "not_a_choice", id="mailbox-of-unknown-type"),
    pytest.param(mailbox_adapter, NUMBERED, "3", "unknown_field", id="a-number-for-a-name"),
    pytest.param(mailbox_adapter, {**PLAIN_IMAP, "imap": 4}, "imap", "unknown_field", id="a-field-named-like-a-type"),
    pytest.param(mailbox_adapter, "imap", "", "wrong_type", id="text-for-a-mailbox"),
    case(outgoing_adapter, PLAIN_SMTP, "security", "tls", "not_a_choice"),
    case(outgoing_adapter, PLAIN_SMTP, "from_address", "support", "email_address"),
    case(outgoing_adapter, PLAIN_SMTP, "user_account_name", None, "account_required"),
    case(outgoing_adapter, PLAIN_SMTP, "port", 0, "whole_number"),
    case(outgoing_adapter, OUTGOING_365, "client_secret", GUID, "secret_id"),
    case(outgoing_adapter, OUTGOING_365, "directory_id", "contoso.onmicrosoft.com", "tenant_domain"),
    case(MONITOR, {}, "poll_interval", 0, "whole_number"),
    case(MONITOR, {}, "emails_to_process", 10000, "whole_number"),
    case(MONITOR, {}, "reopen_days", -1, "whole_number"),
    *[case(MONITOR, {}, "message_size_limit", value, "whole_number") for value in (0, 2001)],
    *[case(MONITOR, {}, "post_action", value, "not_a_choice") for value in (3, -1, "2", True, False, 2.0, None, "delete")],
    *[
        case(MONITOR, {}, "response_url", value, "web_address")
        for value in ("helpdesk", "ftp://a.example.com", "http://", "http://a b", "", "http://me@a.example.com/")
    ],
    *[
        case(MONITOR, {}, "response_url", value, "web_server")
        for value in ("http://a.example.com:99999/x", "http://a.example.com:8o/", "http://a:0", "http://:80/TrackIt", "http://[::1")
    ],
    pytest.param(
        MONITOR,
        {"create_ticket_on_authentication_failure": True},
        "ticket_template",
        "template_required",
        id="a-ticket-without-template",
    ),
    case(FILTERS, {}, "accept_from", "nobody", "not_a_choice"),
    pytest.param(FILTERS, {"sender": [{"text": "x"}]}, "sender.0.text", "too_short", id="rule-of-one-character"),
    pytest.param(FILTERS, {"subject": [{"text": "  x "}]}, "subject.0.text", "too_short", id="rule-of-one-character-and-blanks"),
    pytest.param(FILTERS, {"sender": "spam"}, "sender", "wrong_type", id="text-for-a-list"),
    pytest.param(FILTERS, {"sender": [5]}, "sender.0", "wrong_type", id="number-for-a-rule"),
    *[
        pytest.param(CONFIGURATION, {"version": 1, "restricted_file_types": [value]}, "restricted_file_types.0", rule, id=f"type-{value!r}")
        for value, rule in (("*.exe", "file_type"), ("", "file_type"), ("x" * 18, "too_long"), ("e e", "file_type"), (7, "wrong_type"))
    ],
    *[case(HOURS, {}, "time_zone", value, "time_zone") for value in ("Berlin", "W. Europe Standard Time", "Europe", "../UTC", "+01:00", "localtime")],
    case(HOURS, {}, "time_zone", "", "required"),
    case(HOURS, {}, "hours", [], "hours_required"),
    *[
        pytest.param(HOURS, {"hours": [{**MORNING, "opens": value}]}, "hours.0.opens", "time_of_day", id=f"opens-{value!r}")
        for value in ("24:00", "9", "9.30", "09:60", "25:00", "9 am", "", "٠٩:٠٠")
    ],
    *[
        pytest.param(HOURS, {"hours": [{**MORNING, "closes": value}]}, "hours.0.closes", rule, id=f"closes-{value!r}")
        for value, rule in (("24:01", "closing_time"), ("12", "closing_time"), ("09:00", "closes_before_opens"), ("00:00", "closes_before_opens"), (720, "wrong_type"))
    ],
    *[
        pytest.param(HOURS, {"hours": [{**MORNING, "days": days}]}, field, rule, id=f"days-{days!r}")
        for days, field, rule in (
            ([], "hours.0.days", "weekday_required"),
            (["Monday"], "hours.0.days.0", "not_a_choice"),
            ("monday", "hours.0.days", "wrong_type"),
        )
    ],
    pytest.param(HOURS, {"hours": [MORNING, {**MORNING, "opens": "11:59", "closes": "13:00"}]}, "hours.1", "hours_overlap", id="overlap"),
    *[
        pytest.param(HOURS, {"holidays": [{"date": value, "name": "x"}]}, "holidays.0.date", "wrong_type", id=f"holiday-{value!r}")
        for value in ("25.12.2026", "2026-02-30", "20261225", "2026-W53-5", 0, 1798156800.0, datetime(2026, 12, 25, tzinfo=UTC))
    ],
    pytest.param(SCHEDULE, {"repeat": "weekly", "weekdays": []}, "weekdays", "weekday_required", id="weekly-on-no-day"),
    case(SCHEDULE, {}, "day_of_month", 32, "whole_number"),
    pytest.param(QUIET, {"begins": "20:00"}, "ends", "quiet_hours_incomplete", id="quiet-hours-without-end"),
    pytest.param(QUIET, {"ends": "07:00"}, "begins", "quiet_hours_incomplete", id="quiet-hours-without-beginning"),
    case(QUIET, {"begins": "07:00"}, "ends", "7:00", "quiet_hours_equal"),
    case(QUIET, {}, "weekdays", list(WEEKDAYS), "always_quiet"),
    pytest.param(NOTIFICATION, {"name": "x", "template": "x"}, "recipients", "recipients_required", id="nobody-is-told"),
    *[
        pytest.param(
            NOTIFICATION,
            {"name": "x", "template": "x", "event": event, "recipients": {"requestor": True, "technician": True, "participants": True}},
            "recipients",
            "recipients_without_record",
            id=f"requestor-of-{event}",
        )
        for event in ("processing_stopped", "processing_resumed")
    ],
    pytest.param(NOTIFICATION, {"name": "x", "template": "x", "modules": [], "recipients": {"requestor": True}}, "modules", "required", id="about-nothing"),
    case(RULE, PLAIN_RULE, "actions", [], "actions_required"),
    case(RULE, PLAIN_RULE, "events", [], "required"),
    case(RULE, PLAIN_RULE, "modules", [], "required"),
    pytest.param(LEVEL, {"name": "x"}, "first_response_minutes", "due_time_required", id="service-level-without-due-time"),
    case(LEVEL, {"name": "x"}, "closing_minutes", 0, "whole_number"),
    case(REPORT, {"name": "x"}, "recipients", [], "required"),
    case(NIGHTS, {"name": "x"}, "digest", True, "not_a_choice"),
    pytest.param(NIGHTS, {"name": "x", "whose": "addresses"}, "addresses", "required", id="schedule-of-nobody"),
    pytest.param(CONFIGURATION, {}, "version", "required", id="file-without-version"),
    pytest.param(CONFIGURATION, {"version": 2}, "version", "not_a_choice", id="file-of-another-version"),
    pytest.param(
        CONFIGURATION, {"version": 1, "mailboxes": [{**PLAIN_IMAP, "port": 0}]}, "mailboxes.0.port", "whole_number", id="inside-a-file"
    ),
    case(database_adapter, PLAIN_SQL, "user_account_name", "a\0b", "one_line"),
    case(database_adapter, PLAIN_SQL, "server", "sql01,1433", "sql_server"),
    case(database_adapter, PLAIN_SQL, "server", "tcp:sql01\\", "sql_server"),
    case(database_adapter, {**PLAIN_SQL, "encryption": "strict"}, "validate_server_certificate", False, "strict_is_checked"),
    pytest.param(database_adapter, {**PLAIN_SQL, "authentication": "sql"}, "user_account_name", "sql_sign_in", id="sql-without-user"),
]  # fmt: skip
AMONG = ("account_taken", "name_taken", "passwords_differ", "password_required", "from_address", "from_address_without_mailbox")
ELSEWHERE = (
    "doubled",
    "address_taken",
    "template_taken",
    "secret_unreadable",
    "csv_quotation",
    "csv_too_many_cells",
    "csv_doubled",
    "control_character",
    "unknown_token",
    "token_like_another",
    "token_not_closed",
    "token_not_opened",
    "token_of_many_lines",
    "due_time_required",
    "reminder_without_due_time",
    "reminder_too_early",
    "definition_taken",
    "template_unknown",
    "technician_unknown",
    "full_path",
)
"""Rules that are applied between settings (below), by the configuration file, the mailbox dialog, what is read from rows,
templates (test_tokens), definitions (test_definitions, test_definition_checks), service levels (test_service_levels),
and backups (test_backups)."""


@pytest.mark.covers("IN-07", "T-04", "IN-02", "IN-03", "IN-04", "IN-05", "IN-13", "IN-17", "IN-19")
@pytest.mark.parametrize(("adapter", "values", "field", "rule"), REFUSED)
def test_a_value_that_breaks_a_rule_is_refused_by_name(adapter: TypeAdapter[Any], values: object, field: str, rule: str) -> None:
    assert (field, rule) in [(each.field, each.rule) for each in found(adapter, values)]
    for each in found(adapter, values):
        assert "{" not in str(each.message)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_valid_example_is_accepted_as_typed(name: str) -> None:
    sample = SAMPLES[name]
    assert type(sample).model_validate(fields_of(sample)) == sample


def test_every_rule_is_shown_by_a_case() -> None:
    shown = {parameter.values[3] for parameter in REFUSED}
    assert {*shown, *AMONG, *ELSEWHERE} == set(RULES)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param({"server": " mail.example.com "}, {"server": "mail.example.com"}, id="blanks"),
        pytest.param({"server": "192.0.2.7"}, {"server": "192.0.2.7"}, id="IPv4"),
        pytest.param({"server": "2001:db8::7"}, {"server": "2001:db8::7"}, id="IPv6"),
        pytest.param({"server": "mail"}, {"server": "mail"}, id="a-host-of-the-own-network"),
        pytest.param({"server": "bücher.example"}, {"server": "bücher.example"}, id="international"),
        pytest.param({"user_account_name": "EXAMPLE\\bo"}, {"user_account_name": "EXAMPLE\\bo"}, id="domain-account"),
        pytest.param({"pinned_certificate": ":".join(["AB"] * 32)}, {"pinned_certificate": FINGERPRINT}, id="fingerprint-as-shown"),
        pytest.param({"pinned_certificate": "\u200e" + "\u200b".join([FINGERPRINT[:16], FINGERPRINT[16:]])}, {"pinned_certificate": FINGERPRINT}, id="fingerprint-copied-from-a-label"),
        pytest.param({"port": None}, {"port": 993}, id="port-left-empty"),
        pytest.param({"name": "x" * 253 + "😀"}, {"name": "x" * 253 + "😀"}, id="as-long-as-a-column"),
    ],
)  # fmt: skip
def test_what_is_typed_is_kept_in_its_plain_form(typed: dict[str, Any], kept: dict[str, Any]) -> None:
    assert imap(**typed).model_dump(include=set(kept)) == kept


@pytest.mark.covers("IN-02")
@pytest.mark.parametrize(
    "written", [GUID.upper(), f"{{{GUID}}}", GUID.replace("-", ""), f" {{ {GUID} }}\t", f"\u200e{GUID[:8]} {GUID[8:]}\ufeff"]
)
def test_an_id_is_kept_as_microsoft_entra_shows_it(written: str) -> None:
    made = microsoft365(application_id=written, directory_id=written, user_id=written)
    assert (made.application_id, made.directory_id, made.user_id) == (GUID, GUID, GUID)


@pytest.mark.covers("IN-02")
def test_blanks_around_a_pasted_client_secret_are_not_part_of_it() -> None:
    made = microsoft365(client_secret=SecretStr(" abc~8Q~canary \t"))
    assert made.client_secret is not None
    assert made.client_secret.get_secret_value() == "abc~8Q~canary"


@pytest.mark.covers("IN-02", "IN-07")
def test_what_is_confused_in_microsoft_entra_is_told_apart_in_words() -> None:
    with pytest.raises(ValidationError) as raised:
        mailbox_adapter.validate_python(
            {**PLAIN_365, "client_secret": SecretStr(GUID), "directory_id": "contoso.onmicrosoft.com"}
        )
    words = {each.field: str(each.message) for each in findings(raised.value, ["microsoft365"])}
    assert "secret's ID" in words["client_secret"] and "Value" in words["client_secret"]
    assert "Tenant ID" in words["directory_id"] and "Overview" in words["directory_id"]


ACCOUNTS = (
    "user@example.com\\shared",
    "SERVER\\user@example.com",
    "Ada Byrne",
    "support@localhost",
    "master*user",
    "user@example.com*master",
)
"""Sign-in names that mail servers really have: shared mailboxes, domain accounts, full names, Dovecot's master users."""


@pytest.mark.covers("IN-05", "IN-07", "OUT-02")
@pytest.mark.parametrize("name", ACCOUNTS)
@pytest.mark.parametrize("kind", ["imap", "pop3", "smtp"])
def test_an_account_name_has_no_form(kind: str, name: str) -> None:
    plain, adapter = (PLAIN_SMTP, outgoing_adapter) if kind == "smtp" else ({**PLAIN_IMAP, "type": kind}, mailbox_adapter)
    made: Any = adapter.validate_python({**plain, "user_account_name": name})
    assert made.user_account_name == name


@pytest.mark.parametrize("name", ACCOUNTS)
def test_an_account_is_an_address_only_where_mail_can_be_sent_to_it(name: str) -> None:
    made = imap(user_account_name=name)
    assert made.address == (name if name == "support@localhost" else None)
    assert made.title == name
    assert imap(user_account_name=name, email_address="support@mailhost").address == "support@mailhost"


@pytest.mark.covers("OUT-04")
@pytest.mark.parametrize(
    "address",
    ["support@mailhost", "post@bücher.example", "post@उदाहरण.परीक्षा", "post@xn--bcher-kva.example", "a+b%c@mail_1.example"],
)
def test_an_address_may_have_a_single_name_or_any_script_as_its_domain(address: str) -> None:
    made = outgoing_adapter.validate_python({**PLAIN_SMTP, "from_address": address})
    assert made.from_address == address


KEYS = sorted({name for model in MODELS for name in model.model_fields} | {"colour", "imap"})
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=4) | st.dates() | st.sampled_from(TYPES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.integers(), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
ADAPTERS: list[TypeAdapter[Any]] = [
    mailbox_adapter,
    outgoing_adapter,
    MONITOR,
    FILTERS,
    HOURS,
    SCHEDULE,
    QUIET,
    NOTIFICATION,
    RULE,
    LEVEL,
    REPORT,
    NIGHTS,
    database_adapter,
    CONFIGURATION,
]


@pytest.mark.covers("T-04")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(ADAPTERS),
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(KEYS + list(Configuration.model_fields)), VALUES, max_size=12),
)
def test_nothing_that_is_wrong_is_left_without_words(adapter: TypeAdapter[Any], chosen: str, values: dict[str, Any]) -> None:
    for each in found(adapter, {"type": chosen, "authentication": chosen, "kind": chosen, **values}) + found(adapter, values):
        assert each.rule in RULES
        assert "{" not in str(each.message).replace("{'", "")
        assert "_" not in str(each.message.facts.get("expected", ""))


# ---------------------------------------------------------------- secrets

SECRETS = [
    pytest.param(name, field, id=f"{name}-{field}")
    for name, sample in SAMPLES.items()
    for field, declared in type(sample).model_fields.items()
    if is_secret(declared) and getattr(sample, field)
]


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize("wrong", [f"{CANARY}\n", {"a": CANARY}, [CANARY]], ids=["two lines", "group", "list"])
@pytest.mark.parametrize(("name", "field"), SECRETS)
def test_an_error_never_shows_the_secret_that_was_typed(name: str, field: str, wrong: object) -> None:
    sample = SAMPLES[name]
    with pytest.raises(ValidationError) as caught:
        type(sample).model_validate({**fields_of(sample), field: wrong})
    told = [str(each) + repr(each) for each in findings(caught.value)]
    for words in (*told, str(caught.value), repr(caught.value), "".join(traceback.format_exception(caught.value))):
        assert CANARY not in words


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize(("name", "field"), SECRETS)
def test_an_error_elsewhere_never_shows_a_secret(name: str, field: str) -> None:
    sample = SAMPLES[name]
    for adapter in ADAPTERS:
        with pytest.raises(ValidationError) as caught:
            adapter.validate_python({**fields_of(sample), "colour": "red", "folder": 3})
        assert CANARY not in f"{caught.value!s}{caught.value!r}{findings(caught.value, TYPES)}"


# ---------------------------------------------------------------- between settings


@pytest.mark.covers("IN-05", "IN-19")
@pytest.mark.parametrize(
    ("kind", "use_ssl", "port"), [("imap", True, 993), ("imap", False, 143), ("pop3", True, 995), ("pop3", False, 110)]
)
def test_the_port_follows_use_ssl_until_one_is_typed(kind: str, use_ssl: bool, port: int) -> None:
    plain = {**PLAIN_IMAP, "type": kind, "use_ssl": use_ssl}
    assert mailbox_adapter.validate_python(plain).model_dump()["port"] == port
    assert mailbox_adapter.validate_python({**plain, "port": 2000}).model_dump()["port"] == 2000


@pytest.mark.covers("OUT-02")
@pytest.mark.parametrize(("security", "port"), [("none", 25), ("ssl", 465), ("ssl_tls", 587)])
def test_the_outgoing_port_follows_the_security_type(security: str, port: int) -> None:
    made = outgoing_adapter.validate_python({**PLAIN_SMTP, "security": security})
    assert isinstance(made, BasicOutgoing)
    assert made.port == port


EWS = mailbox_adapter.validate_python({**PLAIN_EWS, "user_account_name": "cloud@example.com"})
POP3 = mailbox_adapter.validate_python({**PLAIN_IMAP, "type": "pop3"})


@pytest.mark.covers("IN-07")
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(imap(), imap(), [("user_account_name", "account_taken")], id="the-same"),
        pytest.param(
            imap(),
            imap(server="MAIL.example.com.", user_account_name="Support@Example.com", port=143, name="other"),
            [("user_account_name", "account_taken")],
            id="the-same-written-otherwise",
        ),
        pytest.param(imap(name="a"), POP3, [("user_account_name", "account_taken")], id="imap-and-pop3-of-one-account"),
        pytest.param(
            POP3.model_copy(update={"folder": "Sales", "name": "b"}),
            POP3,
            [("user_account_name", "account_taken")],
            id="pop3-has-only-the-inbox",
        ),
        pytest.param(microsoft365(), EWS, [("user_id", "account_taken")], id="graph-and-ews-of-one-account"),
        pytest.param(EWS, microsoft365(), [("user_account_name", "account_taken")], id="ews-and-graph-of-one-account"),
        pytest.param(imap(name="a"), imap(folder="Sales", name="b"), [], id="another-folder"),
        pytest.param(imap(), imap(server="mail.example.org", name="b"), [], id="another-server"),
        pytest.param(imap(), imap(user_account_name="sales@example.com"), [], id="another-account"),
        pytest.param(imap(name="Help"), microsoft365(name="HELP"), [("name", "name_taken")], id="the-same-name"),
        pytest.param(imap(), microsoft365(name="support@example.com"), [("name", "name_taken")], id="name-is-the-others-address"),
    ],
)
def test_two_mailboxes_share_neither_account_nor_name(one: Any, other: Any, expected: list[tuple[str, str]]) -> None:
    assert [(each.field, each.rule) for each in check_among(one, [other])] == expected
    assert "{" not in "".join(str(each.message) for each in check_among(one, [other]))


@pytest.mark.covers("IN-07", "IN-12", "IN-04", "IN-05")
@pytest.mark.parametrize(
    ("password", "again", "stored", "required", "expected"),
    [
        pytest.param("a", "a", False, True, None, id="typed-twice"),
        pytest.param("a", "A", False, True, ("confirm_password", "passwords_differ"), id="differ"),
        pytest.param("a", "", True, False, ("confirm_password", "passwords_differ"), id="typed-once"),
        pytest.param("", "a", True, True, ("confirm_password", "passwords_differ"), id="only-confirmed"),
        pytest.param("", "", True, True, None, id="stored-one-is-kept"),
        pytest.param("", "", False, True, ("password", "password_required"), id="none-at-all"),
        pytest.param("", "", False, False, None, id="none-wanted"),
    ],
)
def test_a_password_is_typed_twice_or_kept(
    password: str, again: str, stored: bool, required: bool, expected: tuple[str, str] | None
) -> None:
    told = check_password(password, again, stored=stored, required=required)
    assert (told and (told.field, told.rule)) == expected


@pytest.mark.covers("OUT-04")
@pytest.mark.parametrize(
    ("mailboxes", "rule", "words"),
    [
        pytest.param([imap()], None, "", id="the-account"),
        pytest.param([imap(user_account_name="x", email_address="SUPPORT@example.com")], None, "", id="letter-case-aside"),
        pytest.param(
            [imap(user_account_name="b@example.com"), microsoft365(user_id="a@example.com")],
            "from_address",
            "a@example.com, b@example.com",
            id="lists-those-that-are",
        ),
        pytest.param([imap(email_address="b@example.com")], "from_address", "b@example.com", id="address-before-account"),
        pytest.param([imap(user_account_name="x")], "from_address_without_mailbox", "", id="mailbox-without-address"),
        pytest.param([], "from_address_without_mailbox", "", id="no-mailbox"),
    ],
)
def test_the_from_address_is_one_of_incoming_email(mailboxes: list[Any], rule: str | None, words: str) -> None:
    told = check_from_address(outgoing_adapter.validate_python({**PLAIN_SMTP, "from_address": "support@example.com"}), mailboxes)
    assert (told.rule if told else None) == rule
    assert words in (str(told) if told else "")
