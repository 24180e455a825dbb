"""Signs of automatic mail in unusual spellings (MSG-08, RFC 3834)."""

from __future__ import annotations

import pytest

from trackit_console.mail import Automatic, parse

pytestmark = pytest.mark.covers("MSG-08")

SIGNS = {
    "null return path": (b"Return-Path: <>", "bounce"),
    "null return path with blanks and a comment": (b"Return-Path: < > (bounce)", "bounce"),
    "null return path by name": (b"Return-Path: <MAILER-DAEMON>", "bounce"),
    "quotes": (b'Auto-Submitted: "auto-replied"', "reply"),
    "comment": (b"Auto-Submitted: auto-generated (cron)", "notification"),
}


@pytest.mark.parametrize(("header", "kind"), SIGNS.values(), ids=SIGNS.keys())
def test_sign_is_read_as_it_is_meant(header: bytes, kind: str) -> None:
    automatic = parse(b"From: ada@example.com\n" + header + b"\n\ntext").automatic
    assert automatic is not None and automatic.kind == kind


def test_bounce_address_with_a_domain_is_no_null_return_path() -> None:
    assert parse(b"Return-Path: <mailer-daemon@example.com>\nFrom: ada@example.com\n\ntext").automatic is None


@pytest.mark.parametrize("subject", ["Automatyczna odpowiedź: Lift", "자동 회신: Lift", "Автоматический ответ: Lift"])
def test_reply_of_exchange_is_told_from_a_notification_by_its_subject(subject: str) -> None:
    message = parse(f"From: ada@example.com\nSubject: {subject}\nX-Auto-Response-Suppress: All\n\ntext".encode())
    assert message.automatic == Automatic("X-Auto-Response-Suppress: All", "reply")
