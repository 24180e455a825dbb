"""A MIME entity as `parts` reads it from a message, and its decoded content."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from trackit_console.mail.headers import Headers
from trackit_console.mail.parse_warnings import ParseWarning
from trackit_console.mail.transfer_encodings import decoded_body

_USUAL_IDENTITIES = ("", "7bit", "8bit")


class Fallback(Enum):
    """Text that is read only if the message has no other, and is no file either."""

    INSIDE = auto()
    """The text of a container, for example of winmail.dat."""
    OUTSIDE = auto()
    """What stands before or after the parts of a multipart, which mail programs do not show."""


@dataclass(frozen=True, slots=True)
class Part:
    """A MIME entity (RFC 2045): its headers, its body in transfer encoding, and its parts if it is a multipart.

    A container that was opened is a multipart as well. One without parts had nothing to show.
    """

    headers: Headers
    content_type: str
    parameters: dict[str, str]
    disposition: str
    disposition_parameters: dict[str, str]
    body: memoryview
    parts: tuple[Part, ...] = ()
    fallback: Fallback | None = None

    @property
    def file_name(self) -> str:
        """The name that the sender gave it; empty if there is none.

        RFC 2183 names the file in Content-Disposition; older programs do so in Content-Type only.
        """
        return self.disposition_parameters.get("filename") or self.parameters.get("name") or ""


def made_part(content_type: str, body: bytes | memoryview, *, fallback: Fallback | None = None, **parameters: str) -> Part:
    """A part that has no headers of its own in the message. Its body is not encoded."""
    return Part(Headers({}), content_type, parameters, "", {}, memoryview(body), fallback=fallback)


def made_file(name: str, body: bytes | memoryview, content_type: str = "application/octet-stream", content_id: str = "") -> Part:
    """A file that was found inside another part. Its body is not encoded."""
    headers = Headers({"content-id": [content_id]} if content_id else {})
    return Part(headers, content_type, {}, "attachment", {"filename": name} if name else {}, memoryview(body))


def content(part: Part, problems: list[ParseWarning]) -> bytes:
    """The decoded body of `part`. If it is damaged, as much as can be decoded."""
    encoding = part.headers.first("content-transfer-encoding")
    if encoding in _USUAL_IDENTITIES:
        return bytes(part.body)
    return decoded_body(encoding, part.body, part.content_type, part.parameters.get("charset"), problems)
