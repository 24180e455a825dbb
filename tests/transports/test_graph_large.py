"""Messages that are too large for one request to Microsoft Graph: drafts and upload sessions (OUT-03)."""

from __future__ import annotations

import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.servers.microsoft import Fault, faults
from tests.servers.microsoft.http import Request
from tests.servers.office import Office
from tests.transports.conftest import GraphOutgoingOf
from tests.transports.test_graph_sender import ADA, letter, send
from trackit_console.transports import graph_drafts
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import Cancelled, TransportError
from trackit_console.transports.graph_sender import GraphSender

pytestmark = pytest.mark.covers("OUT-03")
LARGE, MIDDLE = bytes(range(256)) * 20_000, b"m" * 2_500_000
"""5.1 MB, of which an upload takes two ranges; and what a plain request can still take."""
UPLOADS = "*/createUploadSession"


def large(*contents: bytes, **headers: str) -> EmailMessage:
    message = letter(Message_ID="<7@contoso.example>", **headers)
    for number, content in enumerate(contents):
        message.add_attachment(content, maintype="application", subtype="pdf", filename=f"Übersicht {number}.pdf")
    return message


def arrived(office: Office) -> EmailMessage:
    [sent] = office.microsoft.sent
    return message_from_bytes(sent.raw, policy=policy.default)


def drafts(office: Office) -> list[object]:
    return [*office.mailbox.folder("drafts").messages]


class TestSending:
    @pytest.mark.parametrize(
        "contents", [(LARGE,), (MIDDLE, MIDDLE), (LARGE, MIDDLE, b"small", LARGE)], ids=["large", "middle", "mixed"]
    )
    def test_every_attachment_arrives_whole(
        self, office: Office, graph_outgoing_of: GraphOutgoingOf, contents: tuple[bytes, ...]
    ) -> None:
        send(graph_outgoing_of(), large(*contents))
        found = {str(each.get_filename()): each.get_content() for each in arrived(office).iter_attachments()}
        assert found == {f"Übersicht {number}.pdf": content for number, content in enumerate(contents)}
        assert drafts(office) == []

    def test_the_headers_of_the_thread_are_kept(self, office: Office, graph_outgoing_of: GraphOutgoingOf) -> None:
        send(
            graph_outgoing_of(),
            large(LARGE, In_Reply_To="<1@example.com>", References="<1@example.com>", Auto_Submitted="auto-replied"),
        )
        made = arrived(office)
        assert [made[name] for name in ("Message-ID", "In-Reply-To", "References", "Auto-Submitted")] == [
            "<7@contoso.example>",
            "<1@example.com>",
            "<1@example.com>",
            "auto-replied",
        ]
        body = made.get_body(("plain",))
        assert body is not None and body.get_content() == "Grüße\n"

    def test_hidden_recipients_stay_hidden(self, office: Office, graph_outgoing_of: GraphOutgoingOf) -> None:
        send(graph_outgoing_of(), large(LARGE), ADA, "bob@example.com")
        [sent] = office.microsoft.sent
        assert sorted(sent.recipients) == [ADA, "bob@example.com"]
        assert b"bob@" not in sent.raw

    def test_a_picture_within_the_text_keeps_its_place(self, office: Office, graph_outgoing_of: GraphOutgoingOf) -> None:
        message = letter()
        message.add_alternative('<p><img src="cid:plan@contoso.example"></p>', subtype="html")
        html = message.get_payload(1)
        assert isinstance(html, EmailMessage)
        html.add_related(LARGE, "image", "png", cid="<plan@contoso.example>", filename="plan.png")
        send(graph_outgoing_of(), message)
        [picture] = [part for part in arrived(office).walk() if part.get_content_type() == "image/png"]
        assert isinstance(picture, EmailMessage)
        assert (picture["Content-ID"], picture.get_content_disposition()) == ("<plan@contoso.example>", "inline")

    def test_a_message_within_the_message_is_attached_as_a_file(self, office: Office, graph_outgoing_of: GraphOutgoingOf) -> None:
        message = letter()
        message.add_attachment(large(LARGE))
        send(graph_outgoing_of(), message)
        [attached] = arrived(office).iter_attachments()
        assert attached.get_filename() == "message.eml" and b"7@contoso.example" in attached.get_content()

    def test_ranges_are_multiples_of_what_microsoft_wants_and_carry_no_token(
        self, office: Office, graph_outgoing_of: GraphOutgoingOf
    ) -> None:
        send(graph_outgoing_of(), large(LARGE))
        ranges = [each.headers["content-range"] for each in office.microsoft.requests if each.method == "PUT"]
        assert ranges == ["bytes 0-3932159/5120000", "bytes 3932160-5119999/5120000"]


class TestRefusals:
    def refusal(self, graph_outgoing_of: GraphOutgoingOf, message: EmailMessage) -> TransportError:
        with pytest.raises(TransportError) as raised:
            send(graph_outgoing_of(), message)
        return raised.value

    @pytest.mark.parametrize(
        ("match", "fault", "code", "permanent"),
        [
            ("POST */attachments", faults.throttled(), "account_throttled", False),
            (f"POST {UPLOADS}", faults.unavailable(), "server_busy", False),
            ("PUT *", faults.error(416, "invalidRange"), "graph_refused", False),
            ("PUT *", faults.closed_in_body(), "connection_lost", False),
            ("PUT *", faults.malformed(), "answer_incomplete", False),
            ("POST */send", faults.error(400, "ErrorMessageSizeExceeded"), "message_too_large", True),
            ("POST */send", faults.error(403, "ErrorSendAsDenied"), "sender_refused", True),
        ],
    )
    def test_a_failure_half_way_leaves_no_draft(
        self,
        office: Office,
        graph_outgoing_of: GraphOutgoingOf,
        match: str,
        fault: Fault,
        code: str,
        permanent: bool,
    ) -> None:
        office.microsoft.faults.add(match, fault)
        found = self.refusal(graph_outgoing_of, large(LARGE, MIDDLE))
        assert (found.code, found.permanent, found.in_doubt) == (code, permanent, False)
        assert (office.microsoft.sent, drafts(office)) == ([], [])

    def test_a_send_without_answer_may_have_sent(self, office: Office, graph_outgoing_of: GraphOutgoingOf) -> None:
        office.microsoft.faults.add("POST */send", faults.silence())
        # Long enough for the uploads before it, on a busy computer too.
        with GraphSender(graph_outgoing_of(), Timeouts(5, 4)) as sender, pytest.raises(TransportError) as raised:
            sender.send(large(LARGE), [ADA])
        assert raised.value.in_doubt
        assert not office.microsoft.paths("DELETE")

    def test_a_cloud_without_upload_sessions_takes_smaller_attachments_only(
        self, office: Office, graph_outgoing_of: GraphOutgoingOf
    ) -> None:
        missing = faults.error(400, "BadRequest", "Resource not found for the segment 'createUploadSession'.")
        office.microsoft.faults.add(f"POST {UPLOADS}", missing, times=None)
        found = self.refusal(graph_outgoing_of, large(LARGE))
        assert (found.code, found.permanent, "no upload sessions" in found.detail) == ("message_too_large", True, True)
        assert drafts(office) == []
        send(graph_outgoing_of(), large(MIDDLE, MIDDLE))

    def test_an_attachment_above_the_limit_is_not_begun(
        self,
        office: Office,
        graph_outgoing_of: GraphOutgoingOf,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(graph_drafts, "ATTACHMENT_BYTES", len(LARGE) - 1)
        found = self.refusal(graph_outgoing_of, large(LARGE))
        assert (found.code, found.permanent) == ("message_too_large", True)
        assert not office.microsoft.paths("POST")[1:]  # but for the token

    def test_a_signed_message_is_not_taken_apart(self, office: Office, graph_outgoing_of: GraphOutgoingOf) -> None:
        message = large(LARGE)
        message.replace_header("Content-Type", 'multipart/signed; protocol="application/pkcs7-signature"')
        assert self.refusal(graph_outgoing_of, message).code == "message_too_large"
        assert drafts(office) == []

    @pytest.mark.parametrize("at", ["/createUploadSession", "/AttachmentSessions"])
    def test_cancel_ends_an_upload(self, office: Office, graph_outgoing_of: GraphOutgoingOf, at: str) -> None:
        never = threading.Event()
        with GraphSender(graph_outgoing_of(), Timeouts(5, 5)) as sender:

            def cancelled_now(request: Request) -> bool:
                if at in request.path:
                    sender.abort()
                return at in request.path

            office.microsoft.faults.add(cancelled_now, faults.held(never))
            with pytest.raises(Cancelled) as raised:
                sender.send(large(LARGE), [ADA])
            never.set()
            assert (sender.usable, raised.value.in_doubt, office.microsoft.sent) == (False, False, [])

    def test_a_text_above_the_limit_cannot_be_divided(self, graph_outgoing_of: GraphOutgoingOf) -> None:
        message = letter()
        message.set_content("x" * 70 + "\n" + "line\n" * 700_000)
        assert self.refusal(graph_outgoing_of, message).permanent

    def test_the_missing_permission_is_that_of_drafts(self, office: Office, graph_outgoing_of: GraphOutgoingOf) -> None:
        office.app.roles = ["Mail.Send"]
        found = self.refusal(graph_outgoing_of, large(LARGE))
        assert (found.code, found.facts["permission"]) == ("application_permission_missing", "Mail.ReadWrite")
        assert not found.permanent

    @pytest.mark.covers("SEC-02")
    def test_the_address_of_an_upload_is_a_secret(self, office: Office, graph_outgoing_of: GraphOutgoingOf) -> None:
        office.microsoft.faults.add("PUT *", faults.closed_in_body())
        found = self.refusal(graph_outgoing_of, large(LARGE))
        [token] = {dict(each.query)["authtoken"] for each in office.microsoft.requests if each.method == "PUT"}
        assert token not in repr(found) + found.detail + str(found.facts)
