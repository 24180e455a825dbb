"""Sending by Microsoft Graph: what arrives, who is named, and what is refused."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage

import pytest
from pydantic import SecretStr

from tests.servers.microsoft import Fault, faults
from tests.servers.office import ONLINE, Office
from tests.transports.conftest import GraphOutgoingOf
from trackit_console.cancel import Cancel
from trackit_console.settings.outgoing import Microsoft365Outgoing
from trackit_console.transports.check import check_outgoing
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import TransportError
from trackit_console.transports.graph_sender import GraphSender
from trackit_console.transports.steps import Step, StepState, report

ADA = "ada@example.com"


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
    def test_the_message_arrives_with_the_headers_that_json_cannot_have(
        self, office: Office, graph_outgoing_of: GraphOutgoingOf
    ) -> None:
        send(
            graph_outgoing_of(),
            letter(In_Reply_To="<1@example.com>", References="<1@example.com>", Auto_Submitted="auto-generated"),
        )
        [sent] = office.microsoft.sent
        made = message_from_bytes(sent.raw)
        assert (sent.mailbox, sent.recipients) == (ONLINE, [ADA])
        assert (made["In-Reply-To"], made["References"], made["Auto-Submitted"]) == ("<1@example.com>",) * 2 + ("auto-generated",)

    def test_recipients_whom_the_headers_do_not_name_get_it_without_being_named(
        self, office: Office, graph_outgoing_of: GraphOutgoingOf
    ) -> None:
        for message in (letter(), letter().as_bytes()):
            send(graph_outgoing_of(), message, ADA, "bob@example.com", "eve@example.com")
            sent = office.microsoft.sent.pop()
            assert sorted(sent.recipients) == [ADA, "bob@example.com", "eve@example.com"]
            assert b"bob@" not in sent.raw

    @pytest.mark.covers("SEC-03")
    @pytest.mark.parametrize(
        "recipient", ["bob,eve@example.com", "bob@example.com,eve@example.com", "x:bob@example.com;@y.example"]
    )
    def test_no_recipient_becomes_two(self, office: Office, graph_outgoing_of: GraphOutgoingOf, recipient: str) -> None:
        with GraphSender(graph_outgoing_of(), Timeouts(5, 5)) as sender:
            [refused] = sender.send(letter(), [ADA, recipient])
        assert (refused.recipient, refused.permanent) == (recipient, True)
        assert office.microsoft.sent[0].recipients == [ADA]

    def test_a_comma_in_quotation_marks_is_part_of_the_address(self, office: Office, graph_outgoing_of: GraphOutgoingOf) -> None:
        send(graph_outgoing_of(), letter(), ADA, '"bob,eve"@example.com')
        assert sorted(office.microsoft.sent[0].recipients) == ['"bob,eve"@example.com', ADA]

    def test_a_test_email_is_told_step_by_step(self, office: Office, graph_outgoing_of: GraphOutgoingOf) -> None:
        told = {step.name.value: str(step.detail) for step in steps(graph_outgoing_of())}
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
            (faults.error(400, "ErrorMimeContentInvalid"), "message_refused"),
            (faults.error(400, "ErrorExceededMessageLimit"), "sending_limit_reached"),
            (faults.throttled(), "account_throttled"),
            (faults.quota_exceeded(), "online_mailbox_full"),
            (faults.proxy_page(), "web_page_instead"),
        ],
        ids=lambda value: "" if isinstance(value, Fault) else value,
    )
    def test_each_has_its_words(self, office: Office, graph_outgoing_of: GraphOutgoingOf, fault: Fault, code: str) -> None:
        office.microsoft.faults.add("POST */sendMail", fault, times=None)
        report_ = steps(graph_outgoing_of())
        assert (report_[-1].name.value, report_[-1].code) == ("send", code)
        assert report_[-1].remedy and "{" not in report([report_[-1]]).replace("{'", "")

    def test_the_missing_permission_is_that_of_sending(self, office: Office, graph_outgoing_of: GraphOutgoingOf) -> None:
        office.app.roles = ["Mail.ReadWrite"]
        with pytest.raises(TransportError) as raised:
            send(graph_outgoing_of(), letter())
        assert (raised.value.code, raised.value.facts["permission"]) == ("application_permission_missing", "Mail.Send")

    def test_from_another_address(self, graph_outgoing_of: GraphOutgoingOf) -> None:
        message = letter()
        message.replace_header("From", "boss@contoso.example")
        with pytest.raises(TransportError) as raised:
            send(graph_outgoing_of(), message)
        assert raised.value.code == "sender_refused"


@pytest.mark.covers("OUT-06")
class TestAnotherTry:
    """What an error says about sending the same message again."""

    @pytest.mark.parametrize(
        ("fault", "permanent", "in_doubt"),
        [
            (faults.error(400, "ErrorInvalidRecipients"), True, False),
            (faults.error(403, "ErrorSendAsDenied"), True, False),
            (faults.error(413, "RequestEntityTooLarge"), True, False),
            (faults.error(400, "ErrorMimeContentInvalid"), True, False),
            (faults.submission_blocked(), False, False),
            (faults.error(400, "ErrorExceededMessageLimit"), False, False),
            (faults.throttled(), False, False),
            (faults.unavailable(), False, False),
            (faults.quota_exceeded(), False, False),
            (faults.proxy_page(), False, False),
            (faults.error(403, "ErrorAccessDenied"), False, False),
            (faults.gateway_timeout(), False, True),
            (faults.silence(), False, True),
        ],
    )
    def test_is_told(
        self, office: Office, graph_outgoing_of: GraphOutgoingOf, fault: Fault, permanent: bool, in_doubt: bool
    ) -> None:
        office.microsoft.faults.add("POST */sendMail", fault)
        with GraphSender(graph_outgoing_of(), Timeouts(5, 0.5)) as sender:
            with pytest.raises(TransportError) as raised:
                sender.send(letter(), [ADA])
            assert (raised.value.permanent, raised.value.in_doubt, sender.usable) == (permanent, in_doubt, True)
            sender.send(letter(Subject="next"), [ADA])

    def test_a_wait_that_the_server_asks_for_is_handed_on(self, office: Office, graph_outgoing_of: GraphOutgoingOf) -> None:
        office.microsoft.faults.add("POST */sendMail", faults.throttled(17))
        with pytest.raises(TransportError) as raised:
            send(graph_outgoing_of(), letter())
        assert raised.value.retry_after == 17

    def test_a_wrong_secret_is_not_the_messages_fault(self, graph_outgoing_of: GraphOutgoingOf) -> None:
        with pytest.raises(TransportError) as raised:
            send(graph_outgoing_of(client_secret=SecretStr("wrong")), letter())
        assert not raised.value.permanent

    def test_one_impossible_recipient_does_not_keep_the_others(self, office: Office, graph_outgoing_of: GraphOutgoingOf) -> None:
        message = letter(Cc="nobody at all")
        with GraphSender(graph_outgoing_of(), Timeouts(5, 5)) as sender:
            [refused] = sender.send(message, ["nobody at all", ADA])
        assert (refused.recipient, refused.permanent, refused.problem.code) == ("nobody at all", True, "recipient_refused")
        assert office.microsoft.sent[0].recipients == [ADA]

    def test_who_has_the_message_already_is_not_sent_it_again(self, office: Office, graph_outgoing_of: GraphOutgoingOf) -> None:
        send(graph_outgoing_of(), letter(Cc="Bob <bob@example.com>, eve@example.com"), "eve@example.com")
        [sent] = office.microsoft.sent
        assert sent.recipients == ["eve@example.com"]

    def test_all_are_refused_where_graph_does_not_tell_whom_it_means(
        self, office: Office, graph_outgoing_of: GraphOutgoingOf
    ) -> None:
        office.microsoft.faults.add("POST */sendMail", faults.error(400, "ErrorInvalidRecipients"))
        with pytest.raises(TransportError) as raised:
            send(graph_outgoing_of(), letter(), ADA, "bob@example.com")
        assert [(each.recipient, each.permanent) for each in raised.value.refused] == [(ADA, True), ("bob@example.com", True)]


@pytest.mark.covers("OUT-03", "SEC-01")
class TestCertificates:
    def test_a_private_authority_is_that_of_the_account(
        self, office: Office, graph_outgoing_of: GraphOutgoingOf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SSL_CERT_FILE")
        send(graph_outgoing_of(ca_file=str(office.ca_file)), letter())
        with pytest.raises(TransportError) as raised:
            send(graph_outgoing_of(), letter())
        assert raised.value.code == "certificate_untrusted"

    def test_the_sign_in_server_is_checked_even_if_graph_is_not(
        self, graph_outgoing_of: GraphOutgoingOf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SSL_CERT_FILE")
        steps_ = {step.name.value: step for step in steps(graph_outgoing_of(validate_server_certificate=False))}
        assert (steps_["tls"].state, steps_["sign_in"].code) == (StepState.PASSED, "certificate_untrusted")

    def test_accounts_that_were_saved_without_the_setting_are_checked(self, graph_outgoing_of: GraphOutgoingOf) -> None:
        assert graph_outgoing_of(validate_server_certificate=None).validate_server_certificate
