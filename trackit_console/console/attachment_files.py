"""Files of messages on this computer: saved where the user chose, or opened from a private folder (SEC-03). No Qt here."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from trackit_console.files import FileNotWritten, write_file
from trackit_console.mail.attachments import safe_name
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem

PLAIN_TYPES = frozenset("txt log pdf png jpg jpeg gif bmp tif tiff webp heic docx xlsx pptx odt ods odp eml".split())
"""Documents and images that run nothing when they are opened. Not csv, which a spreadsheet takes for formulas, nor html."""
FROM_INTERNET = b"[ZoneTransfer]\r\nZoneId=3\r\n"
"""The mark by which Windows and Office know that a file came from elsewhere (MS-FSCC 5.6.1): Office opens it protected."""


class AttachmentDeleted(Problem):
    """The content of an attachment is no longer in the database."""

    context = "files"
    code = "attachment_deleted"
    sentence = QT_TRANSLATE_NOOP("files", "{file} is not kept any more. Nothing was saved.")
    remedy = QT_TRANSLATE_NOOP("files", "The message that brought it was deleted here. Ask its sender to send the file again.")


class FileNotOpened(Problem):
    """No program could open the file."""

    context = "files"
    code = "file_not_opened"
    sentence = QT_TRANSLATE_NOOP("files", "{file} could not be opened.")
    remedy = QT_TRANSLATE_NOOP("files", "Save it, then open it with a program that knows files of this type.")


def is_plain(name: str) -> bool:
    """Whether the file is a document or an image that can be opened without a question. Judged by the name, as Windows does."""
    stem, dot, ending = name.rpartition(".")
    return bool(stem and dot) and ending.casefold() in PLAIN_TYPES


def file_name(name: str) -> str:
    """The name under which an attachment is kept: never a path, nothing hidden, not empty."""
    return safe_name(name) or "attachment"


def save_marked(file: Path, content: bytes) -> None:
    """Writes `content` to `file`, marked as from elsewhere. Raises `FileNotWritten`."""
    write_file(file, content)
    if sys.platform == "win32":
        try:
            Path(f"{file}:Zone.Identifier").write_bytes(FROM_INTERNET)
        except OSError:
            # A drive that has no streams (FAT, some network shares) cannot carry the mark; neither can a browser's download there.
            return


def to_open(name: str, content: bytes) -> Path:
    """Writes `content` to a folder that only this user can read, and that is deleted when the console ends.

    Raises `FileNotWritten`.
    """
    try:
        # One folder each: two files of one name may be open at once. None for all, which the system may tidy away meanwhile.
        folder = tempfile.TemporaryDirectory(prefix="trackit-console-file-", ignore_cleanup_errors=True)
    except OSError as error:
        raise FileNotWritten(str(error), file=name) from error
    _folders.append(folder)
    file = Path(folder.name) / file_name(name)
    save_marked(file, content)
    return file


_folders: list[tempfile.TemporaryDirectory[str]] = []
"""Kept until the console ends, which deletes them."""
