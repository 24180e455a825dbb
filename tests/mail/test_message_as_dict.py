"""The JSON of `parse FILE` has the documented fields, and no others."""

from __future__ import annotations

import json

from tests.mail import expectations
from trackit_console.mail import parse

FIELDS = [
    "subject",
    "from",
    "reply_to",
    "to",
    "cc",
    "date",
    "message_id",
    "in_reply_to",
    "references",
    "text",
    "new_text",
    "quoted_text",
    "html",
    "attachments",
    "automatic",
    "bounce",
    "answers_withheld",
    "problems",
]


def test_every_message_has_every_field() -> None:
    assert [list(parse(expectations.raw(name)).as_dict()) for name in ("empty", "inline-images")] == [FIELDS, FIELDS]


def test_parts_of_the_answer_have_their_documented_fields() -> None:
    image = parse(expectations.raw("inline-images")).as_dict()
    bounce = json.loads(json.dumps(parse(expectations.raw("bounce-postfix-unknown-user")).as_dict()))
    assert image["from"] == {"name": "Ada Byrne", "address": "ada@example.com"}
    assert image["html"] == '<p>See <img src="cid:logo@example.com"></p>'
    assert image["date"] == "2026-11-23T10:15:00+01:00"
    assert set(bounce["attachments"][0]) == {"name", "content_type", "size", "sha256", "content_id", "inline"}
    assert bounce["automatic"] == {"sign": "Content-Type: multipart/report", "kind": "bounce"}
    assert bounce["bounce"] == {
        "recipients": ["nobody@example.com"],
        "status": "5.1.1",
        "of_message_id": "note-7@help.example.com",
        "permanent": True,
    }


def test_message_that_says_nothing_has_nulls_and_empty_lists() -> None:
    answer = parse(b"").as_dict()
    assert [answer[name] for name in ("date", "message_id", "html", "automatic", "bounce", "answers_withheld")] == [None] * 6
    assert (answer["from"], answer["to"], answer["attachments"]) == ({"name": "", "address": ""}, [], [])
