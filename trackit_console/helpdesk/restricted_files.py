"""Which attachments are restricted: by the ending of the name, and by what the bytes really are (MSG-04)."""

from __future__ import annotations

from collections.abc import Collection

from trackit_console.mail import Attachment

_WINDOWS_PROGRAM = frozenset(("exe", "dll", "scr", "cpl", "com", "pif"))
_SHORTCUT = b"\x4c\x00\x00\x00\x01\x14\x02\x00"


def restricted_type(attachment: Attachment, restricted: Collection[str]) -> str | None:
    """The restricted type that the attachment is of, None when it may be added."""
    _, dot, ending = attachment.name.casefold().rpartition(".")
    if dot and ending in restricted:
        return ending
    if attachment.content.startswith(b"MZ") and _WINDOWS_PROGRAM & set(restricted):
        return "exe"
    if attachment.content.startswith(_SHORTCUT) and "lnk" in restricted:
        return "lnk"
    return None
