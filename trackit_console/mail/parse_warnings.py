"""What can be wrong with a message, in words: the sentences of `Message.problems`.

They hold no facts, so the console finds each in its translations by the sentence itself. What is done about each is
decided where it is found; nothing here raises (MSG-07, SEC-03).
"""

from __future__ import annotations

from trackit_console.user_messages import QT_TRANSLATE_NOOP

NO_SENDER = QT_TRANSLATE_NOOP("mail", "The message does not say who sent it.")
UNREADABLE_DATE = QT_TRANSLATE_NOOP("mail", "The date of the message could not be read.")
WRONG_CHARSET = QT_TRANSLATE_NOOP("mail", "A text was not in the character set that it names; some letters may be wrong.")
UNKNOWN_CHARSET = QT_TRANSLATE_NOOP("mail", "A text names a character set that does not exist; it was guessed.")
RAW_HEADER = QT_TRANSLATE_NOOP("mail", "A header holds letters without saying their character set; it was guessed.")
BROKEN_HEADER = QT_TRANSLATE_NOOP("mail", "The headers break off at a line that is no header; the rest is shown as text.")
LONG_HEADER = QT_TRANSLATE_NOOP("mail", "A header was too long and has been cut.")
MANY_HEADERS = QT_TRANSLATE_NOOP("mail", "There were too many headers; the last ones were left out.")
MANY_ADDRESSES = QT_TRANSLATE_NOOP("mail", "There were too many addresses; the last ones were left out.")
NO_BOUNDARY = QT_TRANSLATE_NOOP("mail", "The message does not say where its parts begin; this was guessed.")
NO_PARTS = QT_TRANSLATE_NOOP("mail", "The message says that it has parts, but has none; it is shown as text.")
NO_LAST_BOUNDARY = QT_TRANSLATE_NOOP("mail", "The message breaks off before its end; the last part may be incomplete.")
MANY_PARTS = QT_TRANSLATE_NOOP("mail", "The message has too many parts; the rest is kept as one attachment.")
DEEP_NESTING = QT_TRANSLATE_NOOP("mail", "The message is nested too deeply; the inner part is kept as an attachment.")
BROKEN_ENCODING = QT_TRANSLATE_NOOP("mail", "A part was damaged on its way; what could be read was kept.")
LONG_TEXT = QT_TRANSLATE_NOOP("mail", "The text of the message is very long; the whole of it is kept as an attachment.")
HTML_WITHOUT_LAYOUT = QT_TRANSLATE_NOOP(
    "mail", "The HTML of the message is too involved; its text is shown without lists and tables."
)
HTML_CUT = QT_TRANSLATE_NOOP("mail", "The HTML of the message is too long; the end of its text was left out.")
RENAMED = QT_TRANSLATE_NOOP("mail", "The name of an attachment was not safe and has been changed.")
