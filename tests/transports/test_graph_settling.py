"""What happens to processed messages in a mailbox of Microsoft 365, and how its unread mail is counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.certificates import Certificates
from tests.servers.microsoft import Microsoft, faults
from tests.servers.office import APP, ONLINE, Office
from tests.transports.conftest import message, nothing_kept
from tests.transports.test_graph_reading import fill
from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.post_action import PROCESSED_FOLDER, PostAction
from trackit_console.transports import entra
from trackit_console.transports.errors import AccountThrottled
from trackit_console.transports.fetched_mail import Settled


def settle(office: Office, refs: list[MessageRef], post_action: PostAction) -> Settled:
    with office.source() as source:
        settled = source.settle(refs, post_action, nothing_kept)
        source.finish()
    return settled


def taken(office: Office, count: int) -> list[MessageRef]:
    """The refs of so many messages that were taken."""
    fill(office, count)
    return [each.ref for each in office.new()[0]]


def inbox(office: Office) -> list[bytes]:
    return [each.raw for each in office.mailbox.folder("inbox").messages]


def processed(office: Office) -> list[bytes]:
    return [each.raw for each in office.mailbox.folder(PROCESSED_FOLDER).messages]


@pytest.fixture
def sovereign(certificates: Certificates) -> Iterator[Office]:
    """A cloud without permanentDelete."""
    entra._REGISTRY.clear()
    with Microsoft(certificates, permanent_delete=False) as cloud:
        yield Office(cloud, certificates.ca_file)


@pytest.mark.covers("MON-06")
class TestPostActions:
    def test_mark_as_read(self, office: Office) -> None:
        refs = taken(office, 2)
        assert settle(office, refs, PostAction.MARK_READ) == Settled(refs)
        assert [each.read for each in office.mailbox.folder("inbox").messages] == [True, True]

    def test_move_creates_the_folder_beside_the_inbox_once(self, office: Office) -> None:
        refs = taken(office, 3)
        assert settle(office, refs[:2], PostAction.MOVE) == Settled(refs[:2])
        assert settle(office, refs[2:], PostAction.MOVE) == Settled(refs[2:])
        assert processed(office) == [message(number) for number in range(3)]
        assert inbox(office) == []
        assert len([request for request in office.asked() if request == "POST mailFolders"]) == 1

    def test_delete_leaves_nothing_in_deleted_items(self, office: Office) -> None:
        refs = taken(office, 2)
        assert settle(office, refs, PostAction.DELETE) == Settled(refs)
        assert inbox(office) == []
        assert office.mailbox.folder("deleteditems").messages == []

    def test_delete_moves_to_deleted_items_in_a_cloud_that_cannot_do_more(self, sovereign: Office) -> None:
        refs = taken(sovereign, 2)
        assert settle(sovereign, refs, PostAction.DELETE) == Settled(refs)
        assert inbox(sovereign) == []
        assert len(sovereign.mailbox.folder("deleteditems").messages) == 2
        assert len([request for request in sovereign.asked() if request.endswith("permanentDelete")]) == 1

    @pytest.mark.parametrize("post_action", PostAction)
    def test_all_may_be_repeated(self, office: Office, post_action: PostAction) -> None:
        refs = taken(office, 2)
        for _ in range(2):
            assert settle(office, refs, post_action) == Settled(refs)

    @pytest.mark.parametrize("post_action", PostAction)
    def test_what_a_person_deleted_meanwhile_is_done(self, office: Office, post_action: PostAction) -> None:
        refs = taken(office, 2)
        office.mailbox.delete(refs[0].uid)
        assert settle(office, refs, post_action) == Settled(refs)

    @pytest.mark.parametrize("post_action", [PostAction.DELETE, PostAction.MOVE])
    def test_what_a_person_put_elsewhere_stays_there(self, office: Office, post_action: PostAction) -> None:
        refs = taken(office, 2)
        office.mailbox.move(office.mailbox.folder("inbox").messages[0].id, "archive")
        assert settle(office, refs, post_action) == Settled(refs)
        assert [each.raw for each in office.mailbox.folder("archive").messages] == [message(0)]
        assert inbox(office) == []

    def test_a_folder_that_somebody_makes_at_the_same_moment_is_used(self, office: Office) -> None:
        refs = taken(office, 1)
        make = "GET /v1.0/users/*/mailFolders"
        office.microsoft.faults.after(1, lambda: office.mailbox.make_folder(PROCESSED_FOLDER), make)
        assert settle(office, refs, PostAction.MOVE) == Settled(refs)
        assert processed(office) == [message(0)]

    def test_what_is_refused_is_told_with_the_servers_words(self, office: Office) -> None:
        refs = taken(office, 3)
        office.microsoft.faults.add("POST */move", faults.error(400, "ErrorMoveCopyFailed", "The move operation failed."))
        settled = settle(office, refs, PostAction.MOVE)
        assert (settled.done, list(settled.failed)) == (refs[1:], refs[:1])
        assert "ErrorMoveCopyFailed: The move operation failed." in settled.failed[refs[0]]

    def test_a_mailbox_that_may_only_be_read_costs_no_request_for_each_message(self, office: Office) -> None:
        refs = taken(office, 20)
        office.app.roles = ["Mail.Read"]
        office.microsoft.entra.expire_tokens()
        office.asked()
        settled = settle(office, refs, PostAction.MARK_READ)
        assert set(settled.failed) == set(refs)
        assert len([request for request in office.asked() if request.startswith("PATCH")]) == 3

    def test_throttling_ends_the_visit_with_its_time(self, office: Office) -> None:
        refs = taken(office, 2)
        office.microsoft.faults.add("POST */move", faults.throttled(9))
        with office.source() as source, pytest.raises(AccountThrottled) as raised:
            source.settle(refs, PostAction.MOVE, nothing_kept)
        assert raised.value.retry_after == 9
        assert settle(office, refs, PostAction.MOVE) == Settled(refs)


BOUNCE = b'From: postmaster@example.com\r\nSubject: Undeliverable\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b--\r\n'
MEETING = b"From: a@example.com\r\nSubject: Meeting\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n"
ABSENCE = b"From: a@example.com\r\nSubject: Away\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n"


@pytest.mark.covers("IN-14")
class TestUnread:
    @staticmethod
    def count(office: Office) -> int:
        with office.source() as source:
            return source.unread()

    def test_what_nobody_wrote_by_hand_is_not_counted(self, office: Office) -> None:
        fill(office, 3)
        fill(office, 1, first=10, read=True)
        for raw in (BOUNCE, MEETING, ABSENCE):
            office.mailbox.deliver(raw)
        assert self.count(office) == 3

    def test_it_costs_two_requests_at_most(self, office: Office) -> None:
        assert self.count(office) == 0
        office.asked()
        assert self.count(office) == 0
        assert len(office.asked()) == 2
        fill(office, 1000)
        office.mailbox.deliver(BOUNCE)
        office.asked()
        assert self.count(office) == 1000
        assert len(office.asked()) == 3

    def test_the_test_tells_it(self, office: Office) -> None:
        fill(office, 2)
        assert str(office.steps()["folder"].detail) == "INBOX: 2 unread messages."

    def test_the_test_tells_of_a_missing_permission_before_mail_piles_up(self, office: Office) -> None:
        office.app.roles = ["Mail.Read"]
        assert "does not name the application permission Mail.ReadWrite" in str(office.steps()["folder"].detail)
        # What RBAC for Applications grants is in no token.
        office.app.roles = []
        office.app.scopes[ONLINE] = {"Application Mail.ReadWrite"}
        assert str(office.steps()["folder"].detail) == "INBOX: 0 unread messages."
        assert office.app.client_id == APP
