"""Decides which attachments are restricted, by the ending of the name and by what the content really is (MSG-04)."""

from __future__ import annotations

import re
from collections.abc import Collection

from trackit_console.helpdesk.file_signatures import PROGRAMS, types_of
from trackit_console.mail import Attachment

_TRAILING = re.compile(r"[\s.]+\Z")


def restricted_type(attachment: Attachment, restricted: Collection[str]) -> str | None:
    """The restricted type of the attachment, None if it may be added."""
    # Windows drops blanks and dots at the end of a name when it opens the file.
    _, dot, ending = _TRAILING.sub("", attachment.name.casefold()).rpartition(".")
    if dot and ending in restricted:
        return ending
    return next((each for types in types_of(attachment.content) if (each := _one_of(types, restricted))), None)


def _one_of(types: tuple[str, ...], restricted: Collection[str]) -> str | None:
    """The name under which a content that may be any of `types` is restricted."""
    if not any(each in restricted for each in types):
        return None
    # All Windows programs have one format: whichever of them is restricted, what was sent is a program.
    return types[0] if types == PROGRAMS else next(each for each in types if each in restricted)
