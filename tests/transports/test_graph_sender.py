"""Sending by Microsoft Graph: what arrives, who is named, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

import pytest
from pydantic import SecretStr

from tests.servers.certificates import Certificates
from tests.servers.microsoft import TENANT, Fault, faults
from tests.servers.office import APP, APP_SECRET, ONLINE, Office
from trackit_console.cancel import Cancel
from trackit_console.settings.outgoing import Microsoft365Outgoing
from trackit_console.transports.check import check_outgoing
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import MessageTooLarge, TransportError
from trackit_console.transports.graph_sender import GraphSender
from trackit_console.transports.steps import Step, StepState, report

ADA = "ada@example.com"
Outgoing = Callable[..., Microsoft365Outgoing]


@pytest.fixture
def outgoing(office: Office, certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Outgoing:
    """Settings of the outgoing account; it has no CA file of its own, so the system's store has the authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca_file))

    def make(**fields: Any) -> Microsoft365Outgoing:
        usual: dict[str, Any] = {
            "from_address": ONLINE,
            "application_id": APP,
            "directory_id": TENANT,
            "client_secret": SecretStr(APP_SECRET),
            "cloud": "other",
            "sign_in_url": office.microsoft.url,
            "graph_url": office.microsoft.url,
        }
        return Microsoft365Outgoing(**{**usual, **fields})

    return make


def letter(**headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in {"From": ONLINE, "To": ADA, "Subject": "Drucker – erledigt", **headers}.items():
        made[name.replace("_", "-")] = value
    made.set_content("Grüße\n")
    return made


def send(outgoing: Microsoft365Outgoing, message: EmailMessage | bytes, *recipients: str) -> None:
    with GraphSender(outgoing, Timeouts(5, 5)) as sender:
        assert sender.send(message, recipients or [ADA]) == []


def steps(outgoing: Microsoft365Outgoing) -> list[Step]:
    return [step for step in check_outgoing(outgoing, ADA, Cancel(), 5) if step.state is not StepState.RUNNING]


@pytest.mark.covers("OUT-03")
class TestSending:
    def test_the_message_arrives_with_the_headers_that_json_cannot_have(self, office: Office, outgoing: Outgoing) -> None:
        send(outgoing(), letter(In_Reply_To="<1@example.com>", References="<1@example.com>", Auto_Submitted="auto-generated"))
        [sent] = office.microsoft.sent
        made = message_from_bytes(sent.raw)
        assert (sent.mailbox, sent.recipients) == (ONLINE, [ADA])
        assert (made["In-Reply-To"], made["References"], made["Auto-Submitted"]) == ("<1@example.com>",) * 2 + ("auto-generated",)

    def test_recipients_whom_the_headers_do_not_name_get_it_without_being_named(self, office: Office, outgoing: Outgoing) -> None:
        for message in (letter(), letter().as_bytes()):
            send(outgoing(), message, ADA, "bob@example.com", "eve@example.com")
            sent = office.microsoft.sent.pop()
            assert sorted(sent.recipients) == [ADA, "bob@example.com", "eve@example.com"]
            assert b"bob@" not in sent.raw

    def test_a_test_email_is_told_step_by_step(self, office: Office, outgoing: Outgoing) -> None:
        told = {step.name.value: str(step.detail) for step in steps(outgoing())}
        assert list(told) == ["resolve", "connect", "tls", "sign_in", "send"]
        assert told["send"] == f"Sent to {ADA} through Microsoft 365 with OAuth."
        assert len(office.microsoft.sent) == 1


@pytest.mark.covers("OUT-03", "OUT-05")
class TestRefusals:
    @pytest.mark.parametrize(
        ("fault", "code"),
        [
            (faults.submission_blocked(), "submission_blocked"),
            (faults.error(403, "ErrorSendAsDenied"), "sender_refused"),
            (faults.error(403, "ErrorAccessDenied"), "mailbox_access_denied"),
            (faults.error(400, "ErrorInvalidRecipients"), "recipient_refused"),
            (faults.error(413, "RequestEntityTooLarge"), "message_too_large"),
            (faults.error(400, "ErrorExceededMessageLimit"), "sending_limit_reached"),
            (faults.throttled(), "account_throttled"),
            (faults.quota_exceeded(), "online_mailbox_full"),
            (faults.proxy_page(), "web_page_instead"),
        ],
        ids=lambda value: "" if isinstance(value, Fault) else value,
    )
    def test_each_has_its_words(self, office: Office, outgoing: Outgoing, fault: Fault, code: str) -> None:
        office.microsoft.faults.add("POST */sendMail", fault, times=None)
        report_ = steps(outgoing())
        assert (report_[-1].name.value, report_[-1].code) == ("send", code)
        assert report_[-1].remedy and "{" not in report([report_[-1]]).replace("{'", "")

    def test_the_missing_permission_is_that_of_sending(self, office: Office, outgoing: Outgoing) -> None:
        office.app.roles = ["Mail.ReadWrite"]
        with pytest.raises(TransportError) as raised:
            send(outgoing(), letter())
        assert (raised.value.code, raised.value.facts["permission"]) == ("application_permission_missing", "Mail.Send")

    def test_from_another_address(self, outgoing: Outgoing) -> None:
        message = letter()
        message.replace_header("From", "boss@contoso.example")
        with pytest.raises(TransportError) as raised:
            send(outgoing(), message)
        assert raised.value.code == "sender_refused"

    def test_a_message_that_is_too_large_is_not_uploaded(self, office: Office, outgoing: Outgoing) -> None:
        message = letter()
        message.add_attachment(b"x" * 3_200_000, maintype="application", subtype="pdf", filename="a.pdf")
        with pytest.raises(MessageTooLarge) as raised:
            send(outgoing(), message)
        assert "Microsoft Graph takes 3145728" in raised.value.detail
        assert not [path for path in office.microsoft.paths() if path.endswith("sendMail")]
