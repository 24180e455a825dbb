"""Decides which attachments are restricted, by file extension and by the signature of the content (MSG-04)."""

from __future__ import annotations

from collections.abc import Collection

from trackit_console.mail import Attachment

_WINDOWS_PROGRAM = frozenset(("exe", "dll", "scr", "cpl", "com", "pif"))
# A Windows shortcut starts with the header size 0x4C and the first bytes of its class id (MS-SHLLINK 2.1).
_SHORTCUT = b"\x4c\x00\x00\x00\x01\x14\x02\x00"


def restricted_type(attachment: Attachment, restricted: Collection[str]) -> str | None:
    """The restricted type of the attachment, None if it may be added."""
    _, dot, extension = attachment.name.casefold().rpartition(".")
    if dot and extension in restricted:
        return extension
    if attachment.content.startswith(b"MZ") and _WINDOWS_PROGRAM & set(restricted):
        return "exe"
    if attachment.content.startswith(_SHORTCUT) and "lnk" in restricted:
        return "lnk"
    return None
