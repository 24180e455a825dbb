"""What a TNEF stream says: a message and its attachments, as views of its data."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class TnefFile:
    """An attachment. `message` is set if it is a message itself."""

    name: str = ""
    content_type: str = ""
    content_id: str = ""
    data: memoryview = field(default_factory=lambda: memoryview(b""))
    message: TnefMessage | None = None


@dataclass(slots=True)
class TnefMessage:
    """What a TNEF stream says. Bodies come as bytes with their character set; `rtf` is compressed.

    It is not whole if the stream is damaged, or holds more than the limits allow.
    """

    message_class: str = ""
    subject: str = ""
    text: tuple[memoryview, str] | None = None
    html: tuple[memoryview, str] | None = None
    rtf: memoryview | None = None
    files: list[TnefFile] = field(default_factory=list)
    is_whole: bool = True
