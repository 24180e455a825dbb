"""Files that the user chose: one is read up to a limit, or written completely or left untouched."""

from __future__ import annotations

import os
from pathlib import Path

from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem


class FileNotWritten(Problem):
    """The operating system refused to write the file."""

    context = "files"
    code = "file_not_written"
    sentence = QT_TRANSLATE_NOOP("files", "{file} could not be saved.")
    remedy = QT_TRANSLATE_NOOP(
        "files",
        "Check that the folder exists, that you may write there, that no other program has the file open, and that the disk is not full.",
    )


class FileUnreadable(Problem):
    """The operating system refused to read the file."""

    context = "files"
    code = "file_unreadable"
    sentence = QT_TRANSLATE_NOOP("files", "{file} could not be read.")
    remedy = QT_TRANSLATE_NOOP("files", "Check that the file is there, that you may read it, and that no other program locks it.")


class FileTooLarge(Problem):
    """The file is larger than any of its kind."""

    context = "files"
    code = "file_too_large"
    sentence = QT_TRANSLATE_NOOP("files", "{file} is larger than {limit} MB.")
    remedy = QT_TRANSLATE_NOOP("files", "Check that it is the file you meant, or split it into several.")


class FileNotText(Problem):
    """The file is a picture, a spreadsheet, or text of another encoding."""

    context = "files"
    code = "file_not_text"
    sentence = QT_TRANSLATE_NOOP("files", "{file} is not a text file in UTF-8.")
    remedy = QT_TRANSLATE_NOOP("files", "Check that it is the file you meant. If you edited it, save it as UTF-8.")


def read_file(file: Path, most: int) -> bytes:
    """The content of a file of at most `most` bytes. Raises `FileUnreadable` and `FileTooLarge`."""
    try:
        with file.open("rb") as stream:
            # One byte more than it may have tells that it is larger, however large.
            content = stream.read(most + 1)
    except OSError as error:
        raise FileUnreadable(str(error), file=file.name) from error
    if len(content) > most:
        raise FileTooLarge(file=file.name, limit=most // 1_000_000)
    return content


def write_file(file: Path, content: bytes) -> None:
    """Writes a temporary file and renames it: a failure leaves an older file intact. Raises `FileNotWritten`.

    Nobody but the owner may read the file on POSIX: exports, recovery keys and mail are nobody else's business (SEC-02).
    """
    import tempfile  # slow to import, and most commands write no file

    try:
        # In the same folder: renaming to another drive would be a copy, which can break off halfway.
        handle, fresh = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                # Durable before the name is changed: after a power cut the file must not be there without its content.
                os.fsync(stream.fileno())
            # Not rename, which refuses on Windows to replace a file.
            Path(fresh).replace(file)
        finally:
            # Missing when all went well: it is the chosen file by then.
            Path(fresh).unlink(missing_ok=True)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise FileNotWritten(str(error), file=file.name) from error
