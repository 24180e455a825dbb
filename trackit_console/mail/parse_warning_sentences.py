"""A sentence for each parse warning (MSG-07). They are looked up when a stored code is shown."""

from __future__ import annotations

from trackit_console.mail.parse_warnings import ParseWarning
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

SENTENCES: dict[ParseWarning, str] = {
    ParseWarning.NO_SENDER: QT_TRANSLATE_NOOP("mail", "The message does not say who sent it."),
    ParseWarning.SENDER_FROM_REPLY_TO: QT_TRANSLATE_NOOP(
        "mail", "The message does not say who sent it; the address for replies was taken."
    ),
    ParseWarning.UNREADABLE_DATE: QT_TRANSLATE_NOOP("mail", "The date of the message could not be read."),
    ParseWarning.WRONG_CHARSET: QT_TRANSLATE_NOOP(
        "mail", "A text was not in the character set that it names; some letters may be wrong."
    ),
    ParseWarning.UNKNOWN_CHARSET: QT_TRANSLATE_NOOP("mail", "A text names a character set that does not exist; it was guessed."),
    ParseWarning.RAW_HEADER: QT_TRANSLATE_NOOP(
        "mail", "A header holds letters without saying their character set; it was guessed."
    ),
    ParseWarning.BROKEN_HEADER: QT_TRANSLATE_NOOP(
        "mail", "The headers break off at a line that is no header; the rest is shown as text."
    ),
    ParseWarning.BROKEN_FOLD: QT_TRANSLATE_NOOP(
        "mail", "A line among the headers is no header; it was added to the one before it."
    ),
    ParseWarning.STRAY_LINES: QT_TRANSLATE_NOOP(
        "mail", "Lines before the headers are no part of the message; they were skipped."
    ),
    ParseWarning.BLANK_LINE: QT_TRANSLATE_NOOP("mail", "A blank line stood amid the headers; those below it were read too."),
    ParseWarning.LONG_HEADER: QT_TRANSLATE_NOOP("mail", "A header was too long and has been cut."),
    ParseWarning.MANY_HEADERS: QT_TRANSLATE_NOOP("mail", "There were too many headers; the last ones were left out."),
    ParseWarning.MANY_ADDRESSES: QT_TRANSLATE_NOOP("mail", "There were too many addresses; the last ones were left out."),
    ParseWarning.NO_BOUNDARY: QT_TRANSLATE_NOOP("mail", "The message does not say where its parts begin; this was guessed."),
    ParseWarning.NO_PARTS: QT_TRANSLATE_NOOP("mail", "The message says that it has parts, but has none; it is shown as text."),
    ParseWarning.NO_LAST_BOUNDARY: QT_TRANSLATE_NOOP(
        "mail", "The message breaks off before its end; the last part may be incomplete."
    ),
    ParseWarning.MANY_PARTS: QT_TRANSLATE_NOOP("mail", "The message has too many parts; the rest is kept as one attachment."),
    ParseWarning.DEEP_NESTING: QT_TRANSLATE_NOOP(
        "mail", "The message is nested too deeply; the inner part is kept as an attachment."
    ),
    ParseWarning.TEXT_OUTSIDE_PARTS: QT_TRANSLATE_NOOP(
        "mail", "There is text outside the parts of the message, which mail programs do not show."
    ),
    ParseWarning.BROKEN_ENCODING: QT_TRANSLATE_NOOP("mail", "A part was damaged on its way; what could be read was kept."),
    ParseWarning.UNKNOWN_ENCODING: QT_TRANSLATE_NOOP(
        "mail", "A part is encoded in a way that is not known here; it was kept as it is."
    ),
    ParseWarning.ENCRYPTED: QT_TRANSLATE_NOOP(
        "mail",
        "The message is encrypted and cannot be read here; it is kept as an attachment. Ask the sender to send it unencrypted.",
    ),
    ParseWarning.NOT_UNPACKED: QT_TRANSLATE_NOOP(
        "mail", "A part in which text or files are packed could not be unpacked completely; it is kept as an attachment."
    ),
    ParseWarning.ONE_PIECE: QT_TRANSLATE_NOOP(
        "mail",
        "The sender's program has split the message into several; this is only one piece of it. The attachment says which.",
    ),
    ParseWarning.PIECE_OF_FILE: QT_TRANSLATE_NOOP(
        "mail", "An attachment is only one piece of a file; the sender's program has sent the others in messages of their own."
    ),
    ParseWarning.EXTERNAL_FILE: QT_TRANSLATE_NOOP(
        "mail", "A file was not sent with the message; an attachment says where the sender has stored it."
    ),
    ParseWarning.MANY_TEXT_FILES: QT_TRANSLATE_NOOP(
        "mail", "The text of the message holds too many encoded files; the last ones were left in it."
    ),
    ParseWarning.LONG_TEXT: QT_TRANSLATE_NOOP(
        "mail", "The text of the message is very long; the whole of it is kept as an attachment."
    ),
    ParseWarning.HTML_WITHOUT_LAYOUT: QT_TRANSLATE_NOOP(
        "mail", "The HTML of the message is too involved; its text is shown without lists and tables."
    ),
    ParseWarning.HTML_CUT: QT_TRANSLATE_NOOP("mail", "The HTML of the message is too long; the end of its text was left out."),
    ParseWarning.RENAMED: QT_TRANSLATE_NOOP("mail", "The name of an attachment was not safe and has been changed."),
}


def warning_phrase(code: str) -> Phrase:
    """The sentence for a stored code. A code from another version of the program is shown as it is."""
    known = code in ParseWarning.__members__.values()
    return Phrase("mail", SENTENCES[ParseWarning(code)] if known else code)
