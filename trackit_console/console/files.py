"""Saving into a file that the user chose: it is written completely or left untouched."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem


class FileNotWritten(Problem):
    """The operating system refused to write the file."""

    context = "files"
    code = "file_not_written"
    sentence = QT_TRANSLATE_NOOP("files", "{file} could not be saved.")
    remedy = QT_TRANSLATE_NOOP("files", "Check that the folder exists, that you may write there and that the disk is not full.")


class AttachmentDeleted(Problem):
    """The content of an attachment is no longer in the database."""

    context = "files"
    code = "attachment_deleted"
    sentence = QT_TRANSLATE_NOOP("files", "{file} is not kept any more. Nothing was saved.")
    remedy = QT_TRANSLATE_NOOP("files", "The message that brought it was deleted here. Ask its sender to send the file again.")


class FileNotRead(Problem):
    """The operating system refused to read the file."""

    context = "files"
    code = "file_not_read"
    sentence = QT_TRANSLATE_NOOP("files", "{file} could not be opened.")
    remedy = QT_TRANSLATE_NOOP(
        "files", "Check that the file still exists, that you may read it and that no other program has it open."
    )


def read_file(file: Path) -> bytes:
    """The content of a file that the user chose; raises `FileNotRead`."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise FileNotRead(str(error), file=file.name) from error


def write_file(file: Path, content: bytes) -> None:
    """Writes a temporary file and renames it: a failure leaves an older file intact. Raises `FileNotWritten`."""
    try:
        # In the same folder: renaming to another drive would be a copy, which can break off halfway.
        handle, fresh = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            # Not rename, which refuses on Windows to replace a file.
            Path(fresh).replace(file)
        finally:
            # Missing when all went well: it is the chosen file by then.
            Path(fresh).unlink(missing_ok=True)
    except OSError as error:
        raise FileNotWritten(str(error), file=file.name) from error
