"""Messages for tests, as a mail program would write them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime


def raw_message(
    number: int = 1,
    *,
    subject: str | None = None,
    sender: str = "Anna Berg <anna@contoso.example>",
    text: str | None = None,
    size: int = 0,
    message_id: str | None = None,
    **headers: str,
) -> bytes:
    """A plain message; `size` adds an attachment of about so many bytes."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "support@example.com"
    message["Subject"] = subject if subject is not None else f"Printer {number} does not print"
    message["Date"] = format_datetime(datetime(2026, 11, 23, 9, number % 60, tzinfo=UTC))
    message["Message-ID"] = f"<{message_id or f'letter-{number}@contoso.example'}>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text if text is not None else f"Please help with printer {number}.\n")
    if size:
        content = (f"{number:08d}".encode() * (size // 8 + 1))[:size]
        message.add_attachment(content, maintype="application", subtype="pdf", filename=f"report-{number}.pdf")
    return message.as_bytes()
