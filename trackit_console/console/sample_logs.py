"""Log files as a help desk has them, for the screenshots."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

_REFUSED = """facilities: outlook.contoso.com refused the password of facilities@contoso.com.
Traceback (most recent call last):
  File "trackit_console/monitor/visit.py", line 84, in run
    source.open()
imaplib.IMAP4.error: [AUTHENTICATIONFAILED] Invalid credentials"""
_MESSAGES = (
    ("INFO", "The email monitor runs: 4 mailboxes, every 5 minutes."),
    ("INFO", "support@contoso.com: 7 new messages."),
    ("INFO", "support@contoso.com: “Printer on floor 2” from anna@contoso.com: Ticket - 1."),
    ("WARNING", "support@contoso.com: the server closed the connection. It is opened again."),
    ("INFO", "support@contoso.com: “RE: Printer on floor 2 [Ticket - 1]” from anna@contoso.com: note on Ticket - 1."),
    ("ERROR", _REFUSED),
    ("INFO", "legal: no new messages."),
)


def write_logs(folder: Path, now: datetime) -> None:
    """Two components, two days, until shortly before `now`."""
    folder.mkdir(parents=True, exist_ok=True)
    for component, days in (("EmailMonitor", 2), ("ImapMailListener", 1)):
        for age in range(days):
            end = now.astimezone() - timedelta(days=age)
            entries = [
                f"{end - timedelta(minutes=5 * (6 - round_number), seconds=60 - at):%Y-%m-%d %H:%M:%S},{137 * at % 1000:03} {level} {words}\n"
                for round_number in range(6)
                for at, (level, words) in enumerate(_MESSAGES)
            ]
            (folder / f"{component}_{end:%Y-%m-%d}.log").write_text("".join(entries), encoding="utf-8", newline="\n")
