"""Sending by the simulated Graph, and the faults that tests plan."""

from __future__ import annotations

import threading
from base64 import b64encode
from pathlib import Path
from typing import ClassVar

import pytest
import requests

from tests.message_factory import raw_message
from tests.servers.certificates import Certificates
from tests.servers.conftest import ADDRESS, CLIENT, IMMUTABLE, SECRET, WAIT, Client, code, fill, trusting_session
from tests.servers.microsoft import TENANT, Fault, Mailbox, Microsoft, faults
from tests.servers.microsoft.http import Response
from tests.servers.microsoft.process import MicrosoftProcess

OTHER = "anna@contoso.example"


def mime(text: str = "Subject: Hello\r\nTo: anna@contoso.example\r\n\r\nHello.\r\n") -> bytes:
    return b64encode(text.encode())


class TestSending:
    def test_json_is_delivered_and_saved(self, microsoft: Microsoft, graph: Client, mailbox: Mailbox) -> None:
        anna = microsoft.add_mailbox(OTHER)
        message = {
            "subject": "Ticket 5",
            "body": {"contentType": "HTML", "content": "<p>Done</p>"},
            "toRecipients": [{"emailAddress": {"address": OTHER}}],
            "bccRecipients": [{"emailAddress": {"address": "boss@contoso.example"}}],
            "internetMessageHeaders": [{"name": "X-Ticket", "value": "5"}],
            "attachments": [{"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentBytes": "aGk="}],
        }
        answer = graph("POST", "sendMail", json={"message": message})
        assert (answer.status_code, answer.content) == (202, b"")
        [received] = anna.folder("inbox").messages
        assert (received.subject, received.header("X-Ticket"), received.has_attachments) == ("Ticket 5", "5", True)
        assert received.header("Bcc") == ""
        assert mailbox.folder("sentitems").messages[0].header("Bcc") == "boss@contoso.example"
        assert microsoft.sent[0].recipients == [OTHER, "boss@contoso.example"]

    def test_mime_keeps_the_headers_of_threads(self, microsoft: Microsoft, graph: Client) -> None:
        anna = microsoft.add_mailbox(OTHER)
        text = f"From: {ADDRESS}\r\nTo: {OTHER}\r\nIn-Reply-To: <1@x>\r\nAuto-Submitted: auto-replied\r\n\r\nHello.\r\n"
        assert graph("POST", "sendMail", data=mime(text), headers={"Content-Type": "text/plain"}).status_code == 202
        [received] = anna.folder("inbox").messages
        assert (received.header("In-Reply-To"), received.header("Auto-Submitted")) == ("<1@x>", "auto-replied")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (f"From: boss@contoso.example\r\nTo: {OTHER}\r\n\r\nHello.", (403, "ErrorSendAsDenied")),
            ("Subject: nobody\r\n\r\nHello.", (400, "ErrorInvalidRecipients")),
        ],
    )
    def test_mime_is_refused(self, graph: Client, text: str, expected: tuple[int, str]) -> None:
        assert code(graph("POST", "sendMail", data=mime(text), headers={"Content-Type": "text/plain"})) == expected

    def test_broken_base64_and_too_much_are_refused(self, graph: Client) -> None:
        plain = {"Content-Type": "text/plain"}
        answer = graph("POST", "sendMail", data=b"not base64!", headers=plain)
        assert code(answer) == (400, "ErrorMimeContentInvalidBase64String")
        assert graph("POST", "sendMail", data=b"A" * (4 * 1024 * 1024 + 4), headers=plain).status_code == 413

    def test_headers_without_x_are_refused_in_json(self, graph: Client) -> None:
        message = {
            "toRecipients": [{"emailAddress": {"address": OTHER}}],
            "internetMessageHeaders": [{"name": "In-Reply-To", "value": "<1@x>"}],
        }
        assert code(graph("POST", "sendMail", json={"message": message})) == (400, "InvalidInternetMessageHeader")

    def test_a_delivery_report_comes_back_to_the_inbox(self, microsoft: Microsoft, graph: Client, mailbox: Mailbox) -> None:
        microsoft.transport.undeliverable.add(OTHER)
        graph("POST", "sendMail", data=mime(), headers={"Content-Type": "text/plain"})
        [report] = mailbox.folder("inbox").messages
        assert report.message_class == "REPORT.IPM.Note.NDR"

    def test_a_big_attachment_goes_up_in_ranges_to_a_draft(self, microsoft: Microsoft, graph: Client, mailbox: Mailbox) -> None:
        anna = microsoft.add_mailbox(OTHER)
        draft = {"subject": "Log", "toRecipients": [{"emailAddress": {"address": OTHER}}]}
        made = graph("POST", "messages", json=draft, headers=IMMUTABLE).json()
        path, content = f"messages/{made['id']}", b"0123456789abcdef" * 220_000
        item = {"AttachmentItem": {"attachmentType": "file", "name": "log.bin", "size": len(content)}}
        session = graph("POST", f"{path}/attachments/createUploadSession", json=item)
        assert (session.status_code, session.json()["nextExpectedRanges"]) == (201, ["0-"])
        url, middle, size = session.json()["uploadUrl"], 2_000_000, len(content)
        second = {"Content-Type": "application/octet-stream", "Content-Range": f"bytes {middle}-{size - 1}/{size}"}
        first = {"Content-Type": "application/octet-stream", "Content-Range": f"bytes 0-{middle - 1}/{size}"}
        assert graph("PUT", url, data=content[:middle], headers=first).status_code == 401, "the address is the authorization"
        del graph.session.headers["Authorization"]
        assert graph("PUT", url, data=content[middle:], headers=second).status_code == 416
        assert graph("PUT", url, data=content[:middle], headers=first).json()["nextExpectedRanges"] == [str(middle)]
        done = graph("PUT", url, data=content[middle:], headers=second)
        assert (done.status_code, "Attachments(" in done.headers["Location"]) == (201, True)
        graph.sign_in()
        assert graph("POST", f"{path}/send").status_code == 202
        [attachment] = anna.folder("inbox").messages[0].parsed.iter_attachments()
        assert attachment.get_content() == content
        assert mailbox.folder("sentitems").messages[0].immutable_id == made["id"]
        assert graph("POST", f"{path}/send").status_code == 400


class TestFaults:
    @pytest.mark.parametrize(
        ("fault", "status"),
        [
            (faults.throttled(7), 429),
            (faults.unavailable(7), 503),
            (faults.gateway_timeout(7), 504),
            (faults.expired_token(), 401),
            (faults.proxy_page(403), 403),
        ],
    )
    def test_an_answer_is_given_as_often_as_planned(self, microsoft: Microsoft, graph: Client, fault: Fault, status: int) -> None:
        microsoft.faults.add("GET */mailFolders/inbox", fault, times=2)
        assert [graph.get("mailFolders/inbox").status_code for _ in range(3)] == [status, status, 200]
        assert graph.get("mailFolders/drafts").status_code == 200

    def test_retry_after_is_sent(self, microsoft: Microsoft, graph: Client) -> None:
        microsoft.faults.add("*", faults.throttled(7))
        assert graph.get("messages").headers["Retry-After"] == "7"

    def test_a_page_of_a_proxy_is_no_json(self, microsoft: Microsoft, graph: Client) -> None:
        microsoft.faults.add("*", faults.proxy_page())
        answer = graph.get("messages")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/html")

    def test_half_a_document_and_a_closed_connection_differ(self, microsoft: Microsoft, graph: Client) -> None:
        microsoft.faults.add("*", faults.truncated())
        with pytest.raises(requests.exceptions.JSONDecodeError):
            graph.get("messages").json()
        microsoft.faults.add("*", faults.closed_in_body())
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            graph.get("messages")

    def test_silence_carries_the_request_out(self, microsoft: Microsoft, graph: Client, mailbox: Mailbox) -> None:
        [message] = fill(mailbox, 1)
        microsoft.faults.add("PATCH *", faults.silence())
        url = f"{microsoft.url}/v1.0/users/{ADDRESS}/messages/{message}"
        with pytest.raises(requests.exceptions.ReadTimeout):
            graph.session.patch(url, json={"isRead": True}, timeout=0.2)
        assert mailbox.message(message).read

    def test_a_slow_answer_does_not_keep_others_waiting(self, microsoft: Microsoft, graph: Client) -> None:
        release = threading.Event()
        microsoft.faults.add("GET */drafts", faults.held(release))
        waiting = threading.Thread(target=graph.get, args=("mailFolders/drafts",))
        waiting.start()
        assert graph.get("mailFolders/inbox").status_code == 200
        release.set()
        waiting.join()

    def test_one_message_is_broken_wherever_it_lies(self, graph: Client, mailbox: Mailbox) -> None:
        good, bad = fill(mailbox, 2)
        mailbox.break_mime(bad, 503)
        bad = mailbox.move(bad, "archive")
        assert graph.get(f"messages/{good}/$value").status_code == 200
        assert [graph.get(f"messages/{bad}/$value").status_code for _ in range(2)] == [503, 503]
        assert graph.get(f"messages/{bad}").status_code == 200

    def test_somebody_acts_between_two_requests(self, microsoft: Microsoft, graph: Client, mailbox: Mailbox) -> None:
        ids = fill(mailbox, 3)
        microsoft.faults.after(2, lambda: mailbox.move(ids[0], "archive"), "GET */messages")
        lists = [len(graph.ids("mailFolders/inbox/messages")) for _ in range(3)]
        assert lists == [3, 3, 2]

    def test_a_server_is_gone_when_it_was_stopped(self, microsoft: Microsoft, graph: Client) -> None:
        before = threading.active_count()
        graph.get("messages")
        microsoft.stop()
        assert threading.active_count() < before
        with pytest.raises(requests.exceptions.ConnectionError):
            graph.get("messages")

    def test_routes_of_others_share_log_and_faults(self, microsoft: Microsoft, graph: Client) -> None:
        microsoft.router.add(r"/EWS/Exchange\.asmx$", lambda request: Response(200, b"<soap/>"))
        microsoft.faults.add("POST /EWS/*", faults.unavailable())
        url = f"{microsoft.url}/EWS/Exchange.asmx"
        assert [graph("POST", url).status_code for _ in range(2)] == [503, 200]
        assert microsoft.paths("POST") == ["/EWS/Exchange.asmx"] * 2


class TestProcess:
    SETUP: ClassVar[list[dict[str, object]]] = [
        {"do": "add_app", "tenant": TENANT, "client_id": CLIENT, "secret": SECRET, "roles": ["Mail.ReadWrite"]},
        {"do": "add_mailbox", "address": ADDRESS},
    ]

    def test_a_process_of_its_own_serves_and_is_looked_into(self, certificates: Certificates, tmp_path: Path) -> None:
        with MicrosoftProcess(certificates, tmp_path, self.SETUP) as cloud, trusting_session(certificates.ca_file) as session:
            form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}
            form["scope"] = f"{cloud.url}/.default"
            token = session.post(f"{cloud.url}/{TENANT}/oauth2/v2.0/token", form, timeout=WAIT).json()["access_token"]
            message = cloud.deliver(ADDRESS, raw_message())
            session.headers["Authorization"] = f"Bearer {token}"
            url = f"{cloud.url}/v1.0/users/{ADDRESS}/messages/{message}"
            assert session.patch(url, json={"isRead": True}, timeout=WAIT).status_code == 200
            [found] = cloud.messages(ADDRESS)
            assert (found["id"], found["read"]) == (message, True)
            assert [logged["method"] for logged in cloud.do("requests")] == ["POST", "PATCH"]

    def test_it_comes_back_on_the_same_port(self, certificates: Certificates, tmp_path: Path) -> None:
        with MicrosoftProcess(certificates, tmp_path, self.SETUP) as cloud:
            cloud.kill()
        with MicrosoftProcess(certificates, tmp_path, self.SETUP, port=cloud.port) as again:
            assert again.url == cloud.url
            assert again.messages(ADDRESS) == []


def test_a_national_cloud_has_no_permanent_delete(certificates: Certificates) -> None:
    with Microsoft(certificates, permanent_delete=False) as cloud:
        cloud.entra.add_app(TENANT, CLIENT, roles=["Mail.ReadWrite"])
        message = cloud.add_mailbox(ADDRESS).deliver(raw_message())
        client = Client(cloud, certificates.ca_file)
        with client.session:
            assert code(client("POST", f"messages/{message}/permanentDelete")) == (400, "BadRequest")
            assert client("DELETE", f"messages/{message}").status_code == 204
