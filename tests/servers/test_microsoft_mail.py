"""Folders, messages, ids and delta queries of the simulated Graph."""

from __future__ import annotations

import time
from datetime import timedelta
from email import message_from_bytes

import pytest

from tests.message_factory import raw_message
from tests.servers.conftest import CLIENT, IMMUTABLE, START, Client, code, fill
from tests.servers.microsoft import TENANT, Mailbox, Microsoft

MEETING = (
    b"From: anna@contoso.example\r\nTo: support@contoso.example\r\nSubject: Meet\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
)


class TestFolders:
    def test_well_known_names_hold_in_every_language(self, microsoft: Microsoft, graph: Client) -> None:
        made = microsoft.add_mailbox("hilfe@contoso.example", names={"inbox": "Posteingang"})
        graph.user = made.address
        inbox = graph.get("mailFolders/inbox").json()
        assert inbox["displayName"] == "Posteingang"
        assert graph.get(f"mailFolders/{inbox['id']}").json()["id"] == inbox["id"]

    def test_a_folder_is_made_once(self, graph: Client) -> None:
        made = graph("POST", "mailFolders", json={"displayName": "TrackItProcessedEmails"})
        assert made.status_code == 201
        again = graph("POST", "mailFolders", json={"displayName": "trackitprocessedemails"})
        assert code(again) == (409, "ErrorFolderExists")
        assert graph.ids("mailFolders", __filter="displayName eq 'TrackItProcessedEmails'") == [made.json()["id"]]

    def test_a_quote_in_a_name_is_written_twice(self, graph: Client, mailbox: Mailbox) -> None:
        made = mailbox.make_folder("Anna's")
        assert graph.ids("mailFolders", __filter="displayName eq 'Anna''s'") == [made.id]
        assert graph.get("mailFolders", __filter="displayName eq 'Anna's'").status_code == 400

    def test_a_list_has_ten_folders_a_page_and_leaves_out_hidden_ones(self, graph: Client, mailbox: Mailbox) -> None:
        for name in ("Zebra", "Zoo", "Zulu"):
            mailbox.make_folder(name)
        mailbox.make_folder("Secret", hidden=True)
        first = graph.get("mailFolders").json()
        second = graph("GET", first["@odata.nextLink"]).json()
        assert (len(first["value"]), len(second["value"])) == (10, 1)
        names = [
            item["displayName"] for item in graph.get("mailFolders", __top="50", includeHiddenFolders="true").json()["value"]
        ]
        assert "Secret" in names

    def test_nested_folders_are_children(self, graph: Client, mailbox: Mailbox) -> None:
        sub = mailbox.make_folder("inbox/Sub/Deep")
        assert graph.ids("mailFolders/inbox/childFolders") == [mailbox.folder("inbox/Sub").id]
        assert graph.ids(f"mailFolders/{mailbox.folder('inbox/Sub').id}/childFolders") == [sub.id]

    def test_counts_cover_meeting_requests_too(self, graph: Client, mailbox: Mailbox) -> None:
        fill(mailbox, 2)
        mailbox.deliver(MEETING)
        mailbox.set_read(mailbox.folder("inbox").messages[0].id)
        answer = graph.get("mailFolders/inbox", __select="unreadItemCount,totalItemCount").json()
        assert (answer["unreadItemCount"], answer["totalItemCount"]) == (2, 3)
        assert "displayName" not in answer


class TestLists:
    def test_ten_a_page_newest_first_unless_asked_otherwise(self, graph: Client, mailbox: Mailbox) -> None:
        ids = fill(mailbox, 12)
        assert graph.ids("mailFolders/inbox/messages") == ids[:1:-1]
        ordered = graph.ids("mailFolders/inbox/messages", __orderby="receivedDateTime", __top="3")
        assert ordered == ids[:3]

    def test_a_filter_may_be_ordered_by_what_it_begins_with(self, graph: Client, mailbox: Mailbox) -> None:
        ids = fill(mailbox, 4)
        mailbox.set_read(ids[1])
        since = "receivedDateTime ge 2026-11-23T08:01:00Z and isRead eq false"
        found = graph.ids("mailFolders/inbox/messages", __filter=since, __orderby="receivedDateTime")
        assert found == ids[2:]

    @pytest.mark.parametrize(
        "filtered", ["isRead eq false", "isRead eq false and receivedDateTime ge 2026-11-23T08:01:00Z"], ids=["left out", "later"]
    )
    def test_an_order_that_the_filter_does_not_begin_with_is_too_complex(self, graph: Client, filtered: str) -> None:
        answer = graph.get("mailFolders/inbox/messages", __filter=filtered, __orderby="receivedDateTime")
        assert code(answer) == (400, "InefficientFilter")

    @pytest.mark.parametrize(
        "query",
        [
            {"$frobnicate": "1"},
            {"$top": "0"},
            {"$top": "1001"},
            {"$select": "subject,colour"},
            {"$filter": "isRead eq 'false'"},
            {"$filter": "receivedDateTime ge '2026-11-23T08:00:00Z'"},
            {"$filter": "colour eq 'red'"},
            {"$filter": "isRead eq false and"},
            {"$orderby": "receivedDateTime downwards"},
        ],
        ids=str,
    )
    def test_what_is_not_understood_is_refused(self, graph: Client, query: dict[str, str]) -> None:
        assert graph("GET", "mailFolders/inbox/messages", params=query).status_code == 400

    def test_pages_shift_when_the_folder_changes_in_between(self, graph: Client, mailbox: Mailbox) -> None:
        ids = fill(mailbox, 6)
        query = {"__filter": "receivedDateTime ge 2026-01-01T00:00:00Z", "__orderby": "receivedDateTime", "__top": "2"}
        first = graph.get("mailFolders/inbox/messages", **query).json()
        mailbox.move(ids[0], "archive")
        second = graph("GET", first["@odata.nextLink"]).json()
        assert [item["id"] for item in second["value"]] == ids[3:5]  # ids[2] was skipped over

    def test_only_what_is_selected_is_shown_and_headers_only_then(self, graph: Client, mailbox: Mailbox) -> None:
        [message] = fill(mailbox, 1)
        assert "internetMessageHeaders" not in graph.get(f"messages/{message}").json()
        shown = graph.get(f"messages/{message}", __select="subject,internetMessageHeaders").json()
        assert set(shown) == {"@odata.context", "@odata.etag", "id", "subject", "internetMessageHeaders"}
        assert {"name": "Subject", "value": "Printer 0 does not print"} in shown["internetMessageHeaders"]

    def test_meeting_requests_and_message_classes_can_be_told_apart(self, graph: Client, mailbox: Mailbox) -> None:
        mailbox.deliver(MEETING)
        expand = "singleValueExtendedProperties($filter=id eq 'String 0x001A')"
        [shown] = graph.get("mailFolders/inbox/messages", __select="subject", __expand=expand).json()["value"]
        assert shown["@odata.type"].startswith("#microsoft.graph.eventMessage")
        assert shown["singleValueExtendedProperties"][0]["value"] == "IPM.Schedule.Meeting.Request"

    def test_a_count_covers_all_pages(self, graph: Client, mailbox: Mailbox) -> None:
        fill(mailbox, 12)
        answer = graph.get("mailFolders/inbox/messages", __count="true", __filter="isRead eq false").json()
        assert (answer["@odata.count"], len(answer["value"])) == (12, 10)
        assert graph.get("mailFolders/inbox/messages/$count").text == "12"

    def test_ten_thousand_messages_are_read_quickly(self, graph: Client, mailbox: Mailbox) -> None:
        raw = raw_message()
        for minute in range(10_000):
            mailbox.deliver(raw, received=START + timedelta(minutes=minute))
        began = time.perf_counter()
        query = {"__filter": "receivedDateTime ge 2026-11-29T00:00:00Z and isRead eq false", "__orderby": "receivedDateTime"}
        page = graph.get("mailFolders/inbox/messages", __top="500", __select="receivedDateTime", **query).json()
        total = len(page["value"])
        while link := page.get("@odata.nextLink"):
            page = graph("GET", link).json()
            total += len(page["value"])
        assert total == 10_000 - 8_160
        assert time.perf_counter() - began < 5


class TestMessages:
    def test_mime_content_is_the_bytes_that_came(self, graph: Client, mailbox: Mailbox) -> None:
        raw = raw_message(size=3000)
        answer = graph.get(f"messages/{mailbox.deliver(raw)}/$value")
        assert (answer.content, answer.headers["Content-Type"]) == (raw, "text/plain")

    def test_a_move_changes_a_regular_id_and_keeps_an_immutable_one(self, graph: Client, mailbox: Mailbox) -> None:
        [regular] = fill(mailbox, 1)
        [immutable] = [item["id"] for item in graph("GET", "messages", headers=IMMUTABLE).json()["value"]]
        assert regular.startswith("AAMk")
        assert immutable.startswith("AAkALg")
        moved = graph("POST", f"messages/{regular}/move", json={"destinationId": "archive"})
        assert moved.status_code == 201
        assert moved.json()["id"] != regular
        assert code(graph.get(f"messages/{regular}")) == (404, "ErrorItemNotFound")
        back = graph("POST", f"messages/{immutable}/move", json={"destinationId": "inbox"}, headers=IMMUTABLE)
        assert (back.status_code, back.json()["id"]) == (201, immutable)

    def test_ids_mind_letter_case_and_the_mailbox(self, microsoft: Microsoft, graph: Client, mailbox: Mailbox) -> None:
        [message] = fill(mailbox, 1)
        assert graph.get(f"messages/{message.swapcase()}").status_code == 400
        other = microsoft.add_mailbox("other@contoso.example").deliver(raw_message())
        assert code(graph.get(f"messages/{other}")) == (400, "ErrorInvalidIdMalformed")
        assert code(graph.get(f"messages/{message[:40]}")) == (400, "ErrorInvalidIdMalformed")
        ids = fill(mailbox, 120)
        assert len({each.lower() for each in ids}) < len(set(ids)), "some ids differ in letter case alone"

    def test_reading_marks_nothing_and_a_patch_marks_read(self, graph: Client, mailbox: Mailbox) -> None:
        [message] = fill(mailbox, 1)
        graph.get(f"messages/{message}")
        assert mailbox.folder("inbox").unread == 1
        answer = graph("PATCH", f"messages/{message}", json={"isRead": True})
        assert (answer.status_code, answer.json()["isRead"], mailbox.folder("inbox").unread) == (200, True, 0)
        assert graph("PATCH", f"messages/{message}", json={"isRed": True}).status_code == 400

    def test_delete_moves_to_deleted_items_first(self, graph: Client, mailbox: Mailbox) -> None:
        [message] = fill(mailbox, 1)
        assert graph("DELETE", f"messages/{message}").status_code == 204
        [deleted] = mailbox.folder("deleteditems").messages
        assert graph("DELETE", f"messages/{deleted.id}").status_code == 204
        assert len(mailbox.folder("recoverableitemsdeletions").messages) == 1

    def test_permanent_delete_leaves_nothing_to_find(self, graph: Client, mailbox: Mailbox) -> None:
        [message] = fill(mailbox, 1)
        immutable = mailbox.message(message).immutable_id
        assert graph("POST", f"messages/{message}/permanentDelete").status_code == 204
        for gone in (message, immutable):
            assert code(graph.get(f"messages/{gone}")) == (404, "ErrorItemNotFound")

    def test_a_copy_is_another_message(self, graph: Client, mailbox: Mailbox) -> None:
        [message] = fill(mailbox, 1)
        copy = graph("POST", f"messages/{message}/copy", json={"destinationId": mailbox.folder("archive").id})
        assert copy.status_code == 201
        assert mailbox.message(copy.json()["id"]).immutable_id != mailbox.message(message).immutable_id

    def test_ids_of_ews_become_ids_of_graph_with_a_permission_of_the_directory(
        self, microsoft: Microsoft, graph: Client, mailbox: Mailbox
    ) -> None:
        [message] = fill(mailbox, 1)
        found = mailbox.message(message)
        wanted = {"inputIds": [found.entry_id.ews, "x"], "sourceIdType": "ewsId", "targetIdType": "restImmutableEntryId"}
        assert code(graph("POST", "translateExchangeIds", json=wanted)) == (403, "ErrorAccessDenied")
        app = microsoft.entra.app(TENANT, CLIENT)
        assert app
        app.roles.append("User.Read.All")
        graph.sign_in()
        good, bad = graph("POST", "translateExchangeIds", json=wanted).json()["value"]
        assert good == {"sourceId": found.entry_id.ews, "targetId": found.immutable_id}
        assert bad["errorDetails"]["code"] == "ErrorInvalidIdMalformed"
        wanted = {"inputIds": [found.immutable_entry_id.binary], "sourceIdType": "immutableEntryId", "targetIdType": "entryId"}
        [again] = graph("POST", "translateExchangeIds", json=wanted).json()["value"]
        assert again["targetId"] == found.entry_id.binary

    def test_html_is_the_default_and_text_is_had_on_request(self, graph: Client, mailbox: Mailbox) -> None:
        [message] = fill(mailbox, 1)
        assert graph.get(f"messages/{message}").json()["body"]["contentType"] == "html"
        plain = graph("GET", f"messages/{message}", headers={"Prefer": 'outlook.body-content-type="text"'}).json()["body"]
        assert plain["content"] == message_from_bytes(mailbox.message(message).raw).get_payload()


class TestDelta:
    def round(self, graph: Client, link: str, **headers: str) -> tuple[list[dict[str, object]], str]:
        items: list[dict[str, object]] = []
        while True:
            page = graph("GET", link, headers={"Prefer": "odata.maxpagesize=2"} | headers).json()
            items += page["value"]
            if "@odata.deltaLink" in page:
                return items, page["@odata.deltaLink"]
            link = page["@odata.nextLink"]

    START = "mailFolders/inbox/messages/delta?$select=subject,isRead"

    def test_rounds_tell_what_came_changed_and_went(self, graph: Client, mailbox: Mailbox) -> None:
        ids = fill(mailbox, 5)
        items, link = self.round(graph, self.START)
        assert {item["id"] for item in items} == set(ids)
        assert f"/mailFolders('{mailbox.folder('inbox').id}')/messages/delta?$deltatoken=" in link
        mailbox.set_read(ids[1])
        mailbox.move(ids[2], "archive")
        new = mailbox.deliver(raw_message(9))
        items, link = self.round(graph, link)
        told = {item["id"]: item for item in items}
        assert told[ids[1]]["isRead"] is True
        assert told[ids[2]]["@removed"] == {"reason": "deleted"}
        assert told[new]["subject"] == "Printer 9 does not print"
        assert self.round(graph, link)[0] == []

    def test_what_went_and_came_back_is_removed_and_new(self, graph: Client, mailbox: Mailbox) -> None:
        [message] = fill(mailbox, 1)
        _, link = self.round(graph, self.START)
        back = mailbox.move(mailbox.move(message, "archive"), "inbox")
        removed, new = self.round(graph, link)[0]
        assert (removed["id"], "@removed" in removed) == (message, True)
        assert (new["id"], "@removed" in new) == (back, False)

    def test_change_type_narrows_a_round(self, graph: Client, mailbox: Mailbox) -> None:
        [message] = fill(mailbox, 1)
        _, link = self.round(graph, f"{self.START}&changeType=created")
        mailbox.set_read(message)
        new = mailbox.deliver(raw_message(9))
        assert [item["id"] for item in self.round(graph, link)[0]] == [new]

    def test_only_the_filter_that_is_documented_is_taken(self, graph: Client, mailbox: Mailbox) -> None:
        ids = fill(mailbox, 3)
        items, _ = self.round(graph, f"{self.START}&$filter=receivedDateTime ge 2026-11-23T08:01:00Z")
        assert [item["id"] for item in items] == ids[1:]
        assert graph("GET", f"{self.START}&$filter=isRead eq false").status_code == 400

    def test_a_filter_gives_five_thousand_at_most(self, graph: Client, mailbox: Mailbox) -> None:
        raw = raw_message()
        for _ in range(5_003):
            mailbox.deliver(raw)
        total, link = 0, f"{self.START}&$filter=receivedDateTime ge 2026-01-01T00:00:00Z"
        while link:
            page = graph("GET", link, headers={"Prefer": "odata.maxpagesize=1000"}).json()
            total, link = total + len(page["value"]), page.get("@odata.nextLink", "")
        assert total == 5_000

    def test_links_serve_both_forms_of_ids(self, graph: Client, mailbox: Mailbox) -> None:
        [message] = fill(mailbox, 1)
        _, link = self.round(graph, self.START)
        mailbox.move(message, "archive")
        [item] = graph("GET", link, headers=IMMUTABLE).json()["value"]
        assert item["id"] == mailbox.folder("archive").messages[0].immutable_id

    def test_replays_and_empty_pages_come_on_request(self, microsoft: Microsoft, graph: Client, mailbox: Mailbox) -> None:
        ids = fill(mailbox, 3)
        microsoft.deltas.empty_pages, microsoft.deltas.replays = 1, 1
        page = graph("GET", self.START).json()
        assert page["value"] == []
        items, _ = self.round(graph, page["@odata.nextLink"])
        assert len(items) > len(ids)

    @pytest.mark.parametrize(
        ("how", "answer"), [("gone", (410, "resyncRequired")), ("SyncStateNotFound", (400, "SyncStateNotFound"))]
    )
    def test_tokens_can_expire(
        self, microsoft: Microsoft, graph: Client, mailbox: Mailbox, how: str, answer: tuple[int, str]
    ) -> None:
        _, link = self.round(graph, self.START)
        microsoft.deltas.expire(how)
        expired = graph("GET", link)
        assert code(expired) == answer
        assert (how == "gone") == ("Location" in expired.headers)
        assert self.round(graph, expired.headers.get("Location", self.START))[0] == []
