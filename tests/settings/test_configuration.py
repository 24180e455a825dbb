"""The configuration file: read strictly with the line of every mistake, written without secrets, read again (docs/interface.md)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.settings.samples import CANARY, GUID, MAILBOXES, OUTGOINGS, SAMPLES
from trackit_console.settings.configuration import DEFINITION_PARTS, Configuration
from trackit_console.settings.configuration_reading import read_configuration
from trackit_console.settings.configuration_writing import write_configuration
from trackit_console.settings.email_commands import CommandSwitches
from trackit_console.settings.exchange_mailbox import Microsoft365
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.server_mailbox import Imap
from trackit_console.settings.yaml_lines import ConfigurationRefused, load_yaml

FOLDER = Path("/somewhere").absolute()
DOCUMENTED = """\
version: 1
mailboxes:
  - name: Support                      # shown in lists; default: the address
    type: imap
    enabled: true
    log_events: false
    email_address: support@example.com # where the test message goes
    server: mail.example.com           # imap, pop3
    port: 993
    use_ssl: true
    starttls: false                    # only with use_ssl: false
    user_account_name: support@example.com
    password: "pw"
    validate_server_certificate: true
    ca_file: null
    pinned_certificate: null
    folder: INBOX
    poll_interval: null
    ticket_template: null
  - type: microsoft365
    application_id: 00000000-0000-0000-0000-000000000000
    client_secret: "cs"
    directory_id: 00000000-0000-0000-0000-000000000000
    user_id: cloud@example.com
    cloud: worldwide
    sign_in_url: null
    graph_url: null
    secret_expires: null
  - type: ews_oauth
    application_id: 00000000-0000-0000-0000-000000000000
    certificate_file: ews.pem
    directory_id: 00000000-0000-0000-0000-000000000000
    cloud: us_dod
    user_account_name: ews@example.com
    exchange_web_service_url: https://mail.example.com/EWS/Exchange.asmx
outgoing:
  authentication: basic
  smtp_server_name: smtp.example.com
  port: 587
  security: ssl_tls
  smtp_requires_authentication: true
  user_account_name: support@example.com
  password: "pw"
  validate_server_certificate: true
  ca_file: null
  pinned_certificate: null
  from_address: support@example.com
monitor:
  poll_interval: 5                     # minutes, 1-9999
  emails_to_process: 50                # per mailbox and poll, 1-9999
  post_action: 2
  response_url: http://helpdesk.example.com:80/TrackIt
  self_service_response_url: http://helpdesk.example.com:80/TrackIt/SelfService
  email_event_logging: false
  create_ticket_on_authentication_failure: false
  ticket_template: null
filters:
  accept_from: everyone
  sender:
    - {text: Mailer-Daemon, enabled: true, applies_to: both, direction: both}
restricted_file_types: [exe, js]
technicians: [{name: Ada Byrne, email: ada@example.com, mapped_addresses: []}]
requestors:  [{name: Bo Lund, email: bo@example.com}]
ticket_templates: [{name: Mail failure, subject: "...", priority: High}]
"""


def read(text: str) -> Configuration:
    return read_configuration(text, FOLDER).configuration


def refused(text: str) -> list[tuple[int, str, str]]:
    """Line, field and rule of everything that is wrong with `text`."""
    with pytest.raises(ConfigurationRefused) as caught:
        read(text)
    assert "{" not in caught.value.detail.replace("{'", "")
    assert caught.value.__cause__ is None
    return [(each.line, each.found.field, each.found.rule) for each in caught.value.findings]


@pytest.mark.covers("PKG-02", "DB-06")
def test_the_documented_file_is_read() -> None:
    configuration = read(DOCUMENTED)
    support, cloud, ews = configuration.mailboxes or []
    assert isinstance(support, Imap)
    assert support.password == SecretStr("pw")
    assert isinstance(cloud, Microsoft365)
    assert (cloud.title, ews.title) == ("cloud@example.com", "ews@example.com")
    assert isinstance(configuration.outgoing, BasicOutgoing)
    assert configuration.monitor is not None
    assert configuration.monitor.post_action == 2
    assert configuration.restricted_file_types == ["exe", "js"]
    assert [each.priority for each in configuration.ticket_templates or []] == ["High"]


def whole(mailboxes: list[Any], outgoing: Any) -> Configuration:
    return Configuration(
        version=1,
        mailboxes=mailboxes,
        outgoing=outgoing,
        monitor=SAMPLES["monitor"],  # type: ignore[arg-type] # a sample of every model, by name
        filters=SAMPLES["filters"],  # type: ignore[arg-type]
        email_commands=CommandSwitches(create_ticket=True),
        trusted_server_for_sender_checks="mx.example.com",
        restricted_file_types=["exe"],
        technicians=[SAMPLES["technician"]],  # type: ignore[list-item]
        requestors=[SAMPLES["requestor"]],  # type: ignore[list-item]
        ticket_templates=[SAMPLES["ticket-template"]],  # type: ignore[list-item]
        notification_templates=[SAMPLES["notification-template"]],  # type: ignore[list-item]
        notifications=[SAMPLES["notification"]],  # type: ignore[list-item]
        business_rules=[SAMPLES["business-rule"]],  # type: ignore[list-item]
        service_levels=[SAMPLES["service-level"]],  # type: ignore[list-item]
        business_hours=SAMPLES["business-hours"],  # type: ignore[arg-type]
        reports=[SAMPLES["report"]],  # type: ignore[list-item]
        notification_schedules=[SAMPLES["notification-schedule"]],  # type: ignore[list-item]
    )


def without_secrets(value: Any) -> Any:
    return value.model_copy(update={name: None for name, field in type(value).model_fields.items() if is_secret(field)})


@pytest.mark.covers("DB-06", "SEC-02")
@pytest.mark.parametrize("outgoing", OUTGOINGS)
@pytest.mark.parametrize("mailbox", MAILBOXES)
def test_what_is_written_is_read_again_but_for_secrets(mailbox: str, outgoing: str) -> None:
    configuration = whole([MAILBOXES[mailbox]], OUTGOINGS[outgoing])
    written = write_configuration(configuration)
    assert CANARY not in written
    assert read(written) == whole([without_secrets(MAILBOXES[mailbox])], without_secrets(OUTGOINGS[outgoing]))


def test_parts_that_are_absent_stay_absent() -> None:
    assert write_configuration(Configuration(version=1)) == "version: 1\n"
    assert read("version: 1\nfilters: null\n") == Configuration(version=1)


SENT = """\
version: 1
notification_templates:
  - name: Ticket received
    subject: "{keyword} We have received your request"
    text: |
      Hello {requestor_name},

      we have received your request.
notifications:
  - {name: Tell the requestor, enabled: true, event: created, recipients: {requestor: true}, template: Ticket received}
notification_schedules:
  - name: Nights
    quiet_hours: {begins: 20:00, ends: 07:00, weekdays: [sunday]}
    digest: off
reports:
  - {name: Every morning, schedule: {time: 17:00}, recipients: [boss@example.com]}
business_hours:
  hours: [{days: [monday], opens: 08:30, closes: 24:00}]
  holidays: [{date: 2026-12-25, name: Christmas Day}]
"""


@pytest.mark.covers("DB-06", "NOT-01", "NOT-02", "NOT-04")
def test_what_a_person_would_write_without_quotes_is_read_as_meant() -> None:
    configuration = read(SENT)
    assert [each.text for each in configuration.notification_templates or []] == [
        "Hello {requestor_name},\n\nwe have received your request."
    ]
    [schedule] = configuration.notification_schedules or []
    assert (schedule.digest, schedule.quiet_hours.begins, schedule.quiet_hours.ends) == ("off", "20:00", "07:00")
    assert [each.schedule.time for each in configuration.reports or []] == ["17:00"]
    assert configuration.business_hours is not None
    assert [(each.opens, each.closes) for each in configuration.business_hours.hours] == [("08:30", "24:00")]
    assert [each.date for each in configuration.business_hours.holidays] == [date(2026, 12, 25)]


@pytest.mark.covers("DB-06")
def test_the_examples_in_the_documents_are_read() -> None:
    page = (Path(__file__).parents[2] / "docs" / "interface.md").read_text("utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", page.partition("### Fields")[2], re.DOTALL)
    assert {each.partition(":")[0] for each in examples} == {*DEFINITION_PARTS, "business_hours"}
    for each in examples:
        assert read(f"version: 1\n{each}") != Configuration(version=1)


def test_text_of_several_lines_is_written_as_a_block() -> None:
    written = write_configuration(read(SENT))
    assert "  text: |-\n    Hello {requestor_name},\n\n    we have received your request.\n" in written
    assert write_configuration(read(written)) == written


LINES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="{}\u2028\u2029") | st.sampled_from("\n\t #:-|>'\" ")
).filter(str.strip)


@settings(max_examples=200, deadline=None)
@given(LINES, LINES)
def test_a_text_that_may_be_kept_comes_back_from_the_file_as_it_was(text: str, html: str) -> None:
    template = NotificationTemplate(name="News", subject="News", text=text, html=html)
    assert read(write_configuration(Configuration(version=1, notification_templates=[template]))).notification_templates == [
        template
    ]


def test_a_relative_path_is_relative_to_the_file() -> None:
    plain = "server: mail.example.com, user_account_name: a@example.com"
    read_again = read(f"version: 1\nmailboxes:\n- {{type: imap, {plain}, ca_file: roots/ca.pem}}\n")
    absolute = FOLDER.parent / "elsewhere.pem"
    kept = read(f"version: 1\nmailboxes:\n- {{type: imap, {plain}, ca_file: '{absolute}'}}\n")
    assert [each.ca_file for each in read_again.mailboxes or [] if isinstance(each, Imap)] == [str(FOLDER / "roots" / "ca.pem")]
    assert [each.ca_file for each in kept.mailboxes or [] if isinstance(each, Imap)] == [str(absolute)]


NEWS = "{name: News, subject: News, text: There is news.}"
ENTRIES = {
    "notifications": "{name: x, template: News, recipients: {requestor: true}}",
    "business_rules": "{name: x, actions: [{type: assign}]}",
    "service_levels": "{name: x, closing_minutes: 60}",
    "reports": "{name: x, recipients: [a@example.com]}",
    "notification_schedules": "{name: x}",
}
MAILBOX = "version: 1\nmailboxes:\n- type: imap\n  server: mail.example.com\n  user_account_name: a@example.com\n"
MICROSOFT = (
    f"version: 1\nmailboxes:\n- type: microsoft365\n  application_id: {GUID}\n  directory_id: {GUID}\n"
    "  client_secret: cs\n  user_id: a@example.com\n"
)
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.covers("PKG-02", "SEC-03")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [(1, "version", "required")], id="empty"),
        pytest.param("# nothing\n", [(1, "version", "required")], id="comment-only"),
        pytest.param("[1, 2]", [(1, "", "wrong_type")], id="a-list"),
        pytest.param("hello", [(1, "", "wrong_type")], id="a-word"),
        pytest.param("version: 2\n", [(1, "version", "not_a_choice")], id="another-version"),
        pytest.param("version: 1\ncolour: red\n", [(2, "colour", "unknown_field")], id="unknown-part"),
        pytest.param("version: 1\nmailboxes: 7\n", [(2, "mailboxes", "wrong_type")], id="number-for-a-list"),
        pytest.param("version: 1\nmailboxes:\n\n- 7\n", [(4, "mailboxes.0", "wrong_type")], id="number-for-a-mailbox"),
        pytest.param(
            "version: 1\nmailboxes:\n- type: imap\n- name: x\n  type: pop\n- {}\n",
            [
                (3, "mailboxes.0.server", "required"),
                (3, "mailboxes.0.user_account_name", "required"),
                (5, "mailboxes.1.type", "not_a_choice"),
                (6, "mailboxes.2.type", "required"),
            ],
            id="several-at-once-in-the-order-of-the-file",
        ),
        pytest.param(f"{MAILBOX}  colour: red\n", [(6, "mailboxes.0.colour", "unknown_field")], id="unknown-field"),
        pytest.param(f"{MAILBOX}  port: 0\n", [(6, "mailboxes.0.port", "whole_number")], id="out-of-limits"),
        pytest.param(f"{MAILBOX}  password: 12345\n", [(6, "mailboxes.0.password", "wrong_type")], id="number-for-text"),
        pytest.param(f"{MAILBOX}  name: 2027-03-31\n", [(6, "mailboxes.0.name", "wrong_type")], id="date-for-text"),
        pytest.param(f"{MAILBOX}  enabled: 'yes'\n", [(6, "mailboxes.0.enabled", "wrong_type")], id="text-for-yes"),
        pytest.param(f"{MAILBOX}  starttls: yes\n", [(6, "mailboxes.0.starttls", "starttls_with_ssl")], id="rule-of-two-fields"),
        pytest.param(
            "version: 1\nmonitor:\n  create_ticket_on_authentication_failure: true\n",
            [(2, "monitor.ticket_template", "template_required")],
            id="rule-about-what-is-absent",
        ),
        pytest.param("version: 1\nmonitor:\n  post_action: yes\n", [(3, "monitor.post_action", "not_a_choice")], id="yes-is-not-delete"),
        pytest.param("version: 1\nfilters:\n  sender:\n  - text: ab\n  - text: x\n", [(5, "filters.sender.1.text", "too_short")], id="rule"),
        pytest.param(
            "version: 1\noutgoing:\n  authentication: basic\n", [
                (2, "outgoing.from_address", "required"),
                (2, "outgoing.smtp_server_name", "required"),
            ], id="outgoing",
        ),
        pytest.param(
            MAILBOX + "- type: pop3\n  server: MAIL.example.com\n  user_account_name: a@example.com\n",
            [(8, "mailboxes.1.user_account_name", "account_taken")],
            id="same-account-twice",
        ),
        pytest.param(
            MAILBOX + "  name: x\n- {type: imap, name: X, server: b.example, user_account_name: b}\n",
            [(7, "mailboxes.1.name", "name_taken")],
            id="same-name-twice",
        ),
        pytest.param(
            "version: 1\ntechnicians:\n- {name: A, email: a@example.com}\n- {name: B, email: A@example.com}\n",
            [(4, "technicians.1.email", "address_taken")],
            id="technician-twice",
        ),
        pytest.param(
            "version: 1\ntechnicians:\n- {name: A, email: a@bücher.example}\n- {name: B, email: a@xn--bcher-kva.example}\n",
            [(4, "technicians.1.email", "address_taken")],
            id="technician-twice-by-idna",
        ),
        pytest.param(
            "version: 1\ntechnicians:\n- {name: A, email: a@example.com, mapped_addresses: [x@example.com]}\n"
            "- name: B\n  email: b@example.com\n  mapped_addresses: [X@example.com]\n",
            [(6, "technicians.1.mapped_addresses", "address_taken")],
            id="one-address-for-two-technicians",
        ),
        pytest.param(
            "version: 1\nrequestors:\n- {name: A, email: a@example.com}\n- {name: B,\n   email: A@example.com}\n",
            [(5, "requestors.1.email", "doubled")],
            id="requestor-twice",
        ),
        pytest.param(
            "version: 1\nrequestors:\n- {name: A, email: a@bücher.example}\n- {name: B,\n   email: a@xn--bcher-kva.example}\n",
            [(5, "requestors.1.email", "doubled")],
            id="requestor-twice-by-idna",
        ),
        pytest.param(
            "version: 1\nticket_templates: [{name: A}, {name: a}]\n", [(2, "ticket_templates.1.name", "doubled")], id="template-twice"
        ),
        pytest.param(
            f"version: 1\nnotification_templates:\n- {NEWS}\n- {{name: ' nEws', subject: x, text: x}}\n",
            [(4, "notification_templates.1.name", "doubled")],
            id="notification-template-twice",
        ),
        *[
            pytest.param(f"version: 1\n{part}:\n- {entry}\n- {entry}\n", [(4, f"{part}.1.name", "doubled")], id=f"{part}-twice")
            for part, entry in ENTRIES.items()
        ],
        pytest.param(
            "version: 1\nbusiness_rules:\n- name: x\n  actions:\n  - type: send_notification\n    template: x\n"
            "  - {type: set_field, field: priority,\n     value: high}\n  - {type: assign, technician: a, colour: red}\n"
            "  - type: delete\n  - {}\n  conditions:\n  - {field: status, operator: is, value: done}\n  delay: {amount: 0}\n",
            [
                (5, "business_rules.0.actions.0.recipients", "recipients_required"),
                (8, "business_rules.0.actions.1.value", "not_a_choice"),
                (9, "business_rules.0.actions.2.colour", "unknown_field"),
                (10, "business_rules.0.actions.3.type", "not_a_choice"),
                (11, "business_rules.0.actions.4.type", "required"),
                (13, "business_rules.0.conditions.0.value", "not_a_choice"),
                (14, "business_rules.0.delay.amount", "whole_number"),
            ],
            id="each-mistake-in-a-rule",
        ),
        pytest.param("version: 1\nbusiness_rules:\n- name: x\n", [(3, "business_rules.0.actions", "actions_required")], id="rule-without-actions"),
        pytest.param(
            "version: 1\nservice_levels:\n- {name: x, reminders: [{template: y, recipients: {}}]}\n",
            [(3, "service_levels.0.reminders.0.recipients", "recipients_required")],
            id="reminder-for-nobody",
        ),
        pytest.param(
            "version: 1\nnotification_templates:\n- {name: x, subject: 'About {subject', text: x}\n",
            [(3, "notification_templates.0.subject", "token_not_closed")],
            id="token-with-a-slip",
        ),
        pytest.param(
            "version: 1\nreports:\n- {name: x, recipients: [a@example.com], schedule: {time: 24:00, repeat: weekly}}\n",
            [(3, "reports.0.schedule.time", "time_of_day")],
            id="report-at-no-time",
        ),
        pytest.param("version: 1\nmonitor: {}\nmonitor: {}\n", [(3, "monitor", "doubled")], id="key-twice"),
        pytest.param(f"{MAILBOX}  port: 1\n  port: 2\n", [(7, "mailboxes.0.port", "doubled")], id="key-twice-inside"),
        pytest.param("version: 1\n\tmonitor: {}\n", [(2, "", "not_yaml")], id="tab"),
        pytest.param("version: 1\nmonitor: [\n", [(3, "", "not_yaml")], id="half"),
        pytest.param("version: 1\nmonitor: {a: b: c}\n", [(2, "", "not_yaml")], id="no-yaml"),
        pytest.param("version: 1\n---\nversion: 1\n", [(2, "", "not_yaml")], id="two-documents"),
        pytest.param("version: 1\nmonitor: !!python/object/apply:os.getcwd []\n", [(2, "monitor", "wrong_type")], id="python-list"),
        pytest.param("version: 1\nmonitor: !!python/name:os.system x\n", [(2, "", "not_yaml")], id="python-name"),
        pytest.param("version: 1\nmonitor: *nobody\n", [(2, "", "not_yaml")], id="unknown-alias"),
        pytest.param(f"{MAILBOX}  name: 'a\0b'\n", [(6, "", "not_yaml")], id="NUL"),
        pytest.param(f"{MAILBOX}  name: '\ud800'\n", [(6, "", "not_yaml")], id="half-of-a-character"),
        pytest.param(f'{MAILBOX}  name: "a\\0b"\n', [(6, "mailboxes.0.name", "one_line")], id="NUL-by-escape"),
        pytest.param(f'{MAILBOX}  name: "\\uD800"\n', [(6, "mailboxes.0.name", "one_line")], id="half-by-escape"),
        pytest.param("version: 1\nmonitor:\n  poll_interval: 0x_\n", [(3, "", "not_yaml")], id="a-number-that-is-none"),
        pytest.param("version: 1\nrequestors:\n- 2027-13-45\n", [(3, "", "not_yaml")], id="a-date-that-is-none"),
        pytest.param(f"version: 1\nmonitor: {'9' * 5000}\n", [(2, "", "not_yaml")], id="a-number-too-long"),
        pytest.param(MICROSOFT.replace(": cs", f": {GUID}"), [(6, "mailboxes.0.client_secret", "secret_id")], id="the-id-of-a-secret"),
        pytest.param("version: 1\nmonitor: &m [*m]\n", [(2, "", "not_yaml")], id="a-list-in-itself"),
        pytest.param("version: 1\nmonitor: &m\n  monitor: *m\n", [(2, "", "not_yaml")], id="a-group-in-itself"),
        pytest.param(f"version: 1\nmonitor: {'[' * 5000}\n", [(1, "", "not_yaml")], id="nested-without-end"),
        pytest.param(f"version: 1\n{LAUGHS}", [(2, "", "not_yaml")], id="a-billion-laughs"),
        pytest.param("version: 1\nmonitor: !!bool x\n", [(2, "", "not_yaml")], id="a-bool-that-is-none"),
        pytest.param("version: 1\nmonitor: !!timestamp x\n", [(2, "", "not_yaml")], id="a-timestamp-that-is-none"),
        pytest.param("version: 1\n0x_: 1\n", [(2, "", "not_yaml")], id="a-key-that-is-none"),
        pytest.param("version: 1\n? {a: [&x b]}\n: c\n", [(2, "{'a': ['b']}", "unknown_field")], id="a-group-for-a-key"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert sorted(refused(text)) == sorted(expected)


def test_words_name_line_field_and_what_is_expected() -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        read(f"{MAILBOX}  port: 70000\n")
    assert caught.value.detail == "line 6: mailboxes.0.port: Enter a whole number from 1 to 65535."
    assert "nothing was imported" in str(caught.value)


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f'{MAILBOX}  password: "{CANARY}"\n  colour: red\n', id="mistake-elsewhere"),
        pytest.param(f'{MAILBOX}  password: ["{CANARY}"]\n', id="list"),
        pytest.param(f'{MAILBOX}  password: "{CANARY}\\n"\n', id="two-lines"),
        pytest.param(f'{MAILBOX}  password: "{CANARY}" x\n', id="not-yaml"),
        pytest.param(f'{MAILBOX}  password: "{CANARY}"\n  password: "{CANARY}"\n', id="twice"),
    ],
)
def test_a_refused_file_shows_no_secret(text: str) -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        read(text)
    assert CANARY not in f"{caught.value!s}{caught.value!r}{caught.value.detail}{caught.value.findings!r}"


PIECES = st.sampled_from(
    ["version: 1", "mailboxes:", "- ", "  ", "\n", "\n  ", "type: imap", "&a", "*a", "[", "]", "{", "}", ":", ",", '"', "'", "\t", "!!set ", "? ", "| ", "> ", "<<: ", "- - ", "0x", "1e9", "~", "%", "@", "é", "😀"]
) | st.text(max_size=3)  # fmt: skip


@pytest.mark.covers("SEC-03")
@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(read(text), Configuration)
    except ConfigurationRefused as problem:
        ends = sum(text.count(end) for end in "\n\r\x85\u2028\u2029")  # YAML knows more line ends than editors do
        assert all(1 <= each.line <= ends + 2 for each in problem.findings)


@pytest.mark.parametrize("written", ["9:00", "09:00", "17:00", "24:00", "17:00:30", "1:30.5"])
def test_what_has_a_colon_is_no_number(written: str) -> None:
    assert load_yaml(f"- {written}\n")[0] == [written]
